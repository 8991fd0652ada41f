"""The linear ordering problem as an integer programme: the best order of a few dozen units, with proof.

Put here: the programme and its rules. Not here: what is ordered and why (`kemeny`).
Source: Grötschel, Jünger and Reinelt (1984), Operations Research 32(6).
"""

import time

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from pipelines.scoring.arrays import Floats, Integers

_TOLERANCE = 1e-6  # HiGHS works to 1e-7
_CIRCLE = np.array([1.0, 1.0, -1.0])  # ab + bc - ac is 0 or 1 unless the three run in a circle


def solve(share: Floats, seconds: float) -> tuple[Integers | None, float]:
    """Find the order with the highest sum of shares, first over second, over all pairs.

    One variable a pair, 1 when the first is placed before the second. That no three units form a circle is
    asked only of the circles that a solution shows, first in fractions and then in whole numbers.

    Args:
        share: [units, units], at least three units.
        seconds: the longest time to spend.

    Returns:
        The order, or None when it was not proven in time, and a bound that no order exceeds.
    """
    size = len(share)
    first, second = np.triu_indices(size, 1)
    gain = share[first, second] - share[second, first]
    base = float(share[second, first].sum())
    bound = base + float(np.maximum(gain, 0).sum())
    triples = _triples(size)
    rules = csr_array((0, len(gain)))
    deadline = time.monotonic() + seconds
    solution = np.empty(0)
    for whole in (0, 1):
        circles = triples
        while len(circles):
            proven, value = _maximise(gain, rules, whole, deadline)
            bound = min(bound, base + value)
            if proven is None:
                return None, bound
            solution = proven
            turn = solution[triples] @ _CIRCLE
            circles = triples[(turn < -_TOLERANCE) | (turn > 1 + _TOLERANCE)]
            rules = vstack([rules, _circle_rules(circles, len(gain))])
    wins = np.zeros((size, size))
    wins[first, second] = np.round(solution)
    wins[second, first] = 1 - np.round(solution)
    return np.argsort(-wins.sum(axis=1), kind="stable"), bound


def _maximise(gain: Floats, rules: csr_array, whole: int, deadline: float) -> tuple[Floats | None, float]:
    """Maximise the gain of the pairs under the rules; return what is proven in time, and its bound."""
    left = max(0.0, deadline - time.monotonic())
    found = milp(
        -gain,
        integrality=np.full(len(gain), whole),
        bounds=(0, 1),
        constraints=LinearConstraint(rules, 0.0, 1.0) if rules.shape[0] else (),
        options={"time_limit": left, "mip_rel_gap": 0.0},
    )
    proven = found.x if found.success else None
    value = found.mip_dual_bound if whole else found.fun if found.success else None
    return proven, np.inf if value is None else -float(value)


def _triples(size: int) -> Integers:
    """List for every three units a < b < c the variables of the pairs ab, bc and ac, as [triples, 3]."""
    pair = np.zeros((size, size), dtype=np.int64)
    pair[np.triu_indices(size, 1)] = np.arange(size * (size - 1) // 2)
    unit = np.arange(size)
    a, b, c = np.nonzero((unit[:, None, None] < unit[:, None]) & (unit[:, None] < unit))
    return np.column_stack([pair[a, b], pair[b, c], pair[a, c]])


def _circle_rules(triples: Integers, variables: int) -> csr_array:
    rows = np.repeat(np.arange(len(triples)), 3)
    terms = np.tile(_CIRCLE, len(triples))
    return csr_array((terms, (rows, triples.ravel())), shape=(len(triples), variables))
