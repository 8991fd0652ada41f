"""Benefit of the doubt: every unit is scored with the weights that suit it best, found by linear programming.

Put here: the model, with limits on the shares of the weights.
Not here: weights that are the same for every unit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_array, kron, vstack
from scipy.sparse import eye_array as identity

from pipelines.scoring.arrays import Floats, Integers, WeightError, as_complete
from pipelines.scoring.errors import ConvergenceError, NotPositiveError

_STEP = "benefit of the doubt"
_UNITS = 50  # scored in one linear programme, and rivals added to it at a time
_TOLERANCE = 1e-9  # by which a unit may exceed 1; HiGHS works to 1e-7 of a row, mostly far better


@dataclass(frozen=True, eq=False)
class BenefitOfDoubt:
    """Scores and the weights behind them.

    Attributes:
        score: [units] between 0 and 1; 1 for a unit that no other outdoes under its own best weights.
        weights: [units, indicators] in the units of the data: score = sum of weights times figures. They are
            one best choice; others may give the same score.
    """

    score: Floats
    weights: Floats


def benefit_of_doubt(
    values: ArrayLike,
    weight_share: tuple[float, float] | None = None,
    contribution_share: tuple[float, float] | None = None,
) -> BenefitOfDoubt:
    """Give every unit the weights that make its score highest while no unit exceeds 1 with them.

    Args:
        values: [units, indicators], complete, not negative, higher is better, on comparable scales when
            `weight_share` is used.
        weight_share: the least and the largest share of each weight in the sum of the weights.
        contribution_share: the least and the largest share of each indicator in the unit's own score.

    Raises:
        TableError, InfiniteError, MissingError: see `arrays.as_complete`.
        NotPositiveError: a figure is negative, all of an indicator are 0, or a unit has a 0 where a least
            contribution is asked.
        WeightError: limits that no weights can meet.
        ConvergenceError: the linear programme was not solved.

    Source:
        Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), Social Indicators Research 82(1); Handbook
        (OECD/JRC 2008), step 6, table 19, which has weight shares from 10 to 15 %.
    """
    values = _checked(values, weight_share, contribution_share)
    limits = _limits(values.shape[1], weight_share)
    rivals = np.unique(values.argmax(axis=0))
    weights = np.empty_like(values)
    for start in range(0, len(values), _UNITS):
        block = slice(start, start + _UNITS)
        weights[block], rivals = _best(values[block], values, rivals, limits, contribution_share)
    return BenefitOfDoubt((weights * values).sum(axis=1), weights)


def _best(
    block: Floats,
    values: Floats,
    rivals: Integers,
    limits: Floats,
    contribution_share: tuple[float, float] | None,
) -> tuple[Floats, Integers]:
    """Solve for some units against few rivals, and add those who exceed 1 until nobody does."""
    while True:
        weights = _solve(block, values[rivals], limits, contribution_share)
        reached = (values @ weights.T).max(axis=1)
        reached[rivals] = 0.0
        highest = np.argsort(-reached, kind="stable")[:_UNITS]
        found = highest[reached[highest] > 1 + _TOLERANCE]
        if not len(found):
            return weights, rivals
        rivals = np.append(rivals, found)


def _solve(values: Floats, rivals: Floats, limits: Floats, contribution_share: tuple[float, float] | None) -> Floats:
    """Solve one linear programme for several units at once: they share no variable, so each gets its best."""
    same = np.vstack([rivals, limits])
    bound = np.tile(np.concatenate([np.ones(len(rivals)), np.zeros(len(limits))]), len(values))
    rules = kron(identity(len(values)), csr_array(same))
    if contribution_share is not None:
        number = values.shape[1]
        own = [_limits(number, contribution_share, unit) for unit in values]
        rules = vstack([rules, block_diag(own)])
        bound = np.concatenate([bound, np.zeros(2 * number * len(values))])
    found = linprog(-values.ravel(), A_ub=csr_array(rules), b_ub=bound, method="highs")
    if not found.success:
        raise ConvergenceError(_STEP, f"not solved ({found.message})", "Look for figures of very different size.")
    return np.asarray(found.x.reshape(values.shape))


def _limits(number: int, share: tuple[float, float] | None, scale: Floats | None = None) -> Floats:
    """Rows r with r @ weights <= 0 that hold every weight, times scale, between two shares of their sum."""
    if share is None:
        return np.empty((0, number))
    scale = np.ones(number) if scale is None else scale
    total = np.tile(scale, (number, 1))
    return np.vstack([share[0] * total - np.diag(scale), np.diag(scale) - share[1] * total])


def _checked(
    values: ArrayLike,
    weight_share: tuple[float, float] | None,
    contribution_share: tuple[float, float] | None,
) -> Floats:
    table = as_complete(values, _STEP)
    advice = "Normalise to figures from 0 up, and leave out an indicator that is 0 everywhere."
    wrong = (table < 0).any(axis=0) | ~(table > 0).any(axis=0)
    if wrong.any():
        problem = "a figure is negative, or all are 0"
        raise NotPositiveError(_STEP, problem, advice, code=int(np.argmax(wrong)))
    for share in (weight_share, contribution_share):
        if share is not None and not (0 <= share[0] <= 1 / table.shape[1] <= share[1] <= 1):
            problem = f"no {table.shape[1]} shares lie all between {share[0]:g} and {share[1]:g} and sum to 1"
            raise WeightError(_STEP, problem, "Lower the least share or raise the largest one.")
    if contribution_share is not None and contribution_share[0] > 0 and not table.all():
        unit, code = (int(i) for i in np.argwhere(table == 0)[0])
        problem = "a figure of 0 cannot contribute the least share"
        raise NotPositiveError(_STEP, problem, "Normalise to a scale above 0.", code=code, unit=unit)
    return table
