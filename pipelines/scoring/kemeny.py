"""The non-compensatory multi-criteria ranking: the order that agrees most with all pairwise comparisons.

Put here: the Condorcet-Young-Kemeny order of an outranking matrix, and whether it is proven the best one.
Not here: the outranking matrix itself and scores read off it (`outranking`).

Three steps: units that no majority cycle ties together are ordered at once; a cycle is ordered by local
search; an integer programme over the pairs then proves that order the best, or finds the best one.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.scoring.arrays import Floats, Integers, as_table, as_weights
from pipelines.scoring.errors import ScoringError, TableError
from pipelines.scoring.outranking import TIE, known_units, outranking

_STEP = "multi-criteria ranking"
_PROOF_UNITS = 80  # the largest cycle given to the integer programme, which has 80^3 / 6 rules then
_TOLERANCE = 1e-6  # HiGHS works to 1e-7
_SECONDS = 20.0


class UncomparableError(ScoringError):
    """Two units share no indicator, so no order of them can be judged."""


@dataclass(frozen=True)
class Consensus:
    """An order of units and how good it is.

    Attributes:
        order: [units], positions of the units, the best first.
        score: the sum of the outranking shares of all pairs in this order.
        bound: no order has a higher score than this.
        is_optimal: whether `score` reaches `bound`. Several orders may; one of them is returned.
    """

    order: Integers
    score: float
    bound: float
    is_optimal: bool


def consensus(share: Floats, seconds: float = _SECONDS) -> Consensus:
    """Order units so that the sum of the outranking shares of all pairs, first over second, is highest.

    Args:
        share: [units, units], an outranking matrix; the diagonal is ignored.
        seconds: the longest time to spend on the proof of one cycle.

    Raises:
        TableError: the matrix is not square.
        UncomparableError: a pair has no share.

    Source:
        Handbook (OECD/JRC 2008), multi-criteria approach, tables 36 to 38; Young and Levenglick (1978), SIAM
        J. Appl. Math. 35(2). One cycle at a time: Truchon (1998), extended Condorcet criterion. Integer
        programme: Grötschel, Jünger and Reinelt (1984), Operations Research 32(6).
    """
    share = as_table(share, _STEP).copy()
    if share.shape[0] != share.shape[1]:
        raise TableError(_STEP, f"a matrix of shape {share.shape} came", "Give a square outranking matrix.")
    np.fill_diagonal(share, 0.0)
    if np.isnan(share).any():
        first, second = (int(i) for i in np.argwhere(np.isnan(share))[0])
        problem = f"it shares no indicator with unit number {second}"
        raise UncomparableError(_STEP, problem, "Screen units by availability, or impute first.", unit=first)
    cycles = [_order_cycle(share, members, seconds) for members in _cycles(share)]
    order = np.concatenate([found for found, _ in cycles])
    score = _score(share, order)
    bound = score + sum(gap for _, gap in cycles)
    return Consensus(order, score, bound, bound - score <= _TOLERANCE)


def noncompensatory(values: Floats, weights: Floats) -> Floats:
    """Score units by their place in the Condorcet-Young-Kemeny order: the number of units ranked below.

    Args:
        values: [units, indicators], higher is better, NaN where missing.
        weights: [indicators], not negative; relative.

    Returns:
        [units]; NaN for a unit of which nothing is known.

    Raises:
        TableError, InfiniteError, WeightError: see `outranking`.
        UncomparableError: two units share no indicator.
    """
    values = as_table(values, _STEP)
    known = np.flatnonzero(known_units(values, as_weights(weights, values.shape[1], _STEP)))
    score = np.full(len(values), np.nan)
    if len(known):
        order = consensus(outranking(values[known], weights)).order
        score[known[order]] = np.arange(len(known))[::-1]
    return score


def _score(share: Floats, order: Integers) -> float:
    return float(np.triu(share[np.ix_(order, order)], 1).sum())


def _cycles(share: Floats) -> list[Integers]:
    """Split units into majority cycles (most have one member), listed so that none beats an earlier one."""
    from scipy.sparse.csgraph import connected_components  # slow to import, and seldom needed

    beats = share - share.T > TIE
    number, label = connected_components(beats, connection="strong")
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(number))
    between = np.logical_or.reduceat(beats[np.ix_(order, order)], starts, axis=0)
    between = np.logical_or.reduceat(between, starts, axis=1) & ~np.eye(number, dtype=bool)
    strength = np.bincount(label, share.sum(axis=1)) / np.bincount(label)
    waiting, open_ = between.sum(axis=0), np.ones(number, dtype=bool)
    cycles = []
    for _ in range(number):  # the strongest cycle that no remaining one beats comes next
        following = int(np.argmax(np.where(open_ & (waiting == 0), strength, -np.inf)))
        open_[following] = False
        waiting = waiting - between[following]
        cycles.append(np.flatnonzero(label == following))
    return cycles


def _order_cycle(share: Floats, members: Integers, seconds: float) -> tuple[Integers, float]:
    """Order the members of one cycle; return the order and how much a better one might gain at most."""
    if len(members) == 1:
        return members, 0.0
    inner = share[np.ix_(members, members)]
    order = _improve(inner, np.argsort(-inner.sum(axis=1), kind="stable"))
    bound = float(np.triu(np.maximum(inner, inner.T), 1).sum())
    if len(members) <= _PROOF_UNITS:
        from pipelines.scoring.linear_ordering import solve  # slow to import, and seldom needed

        proven, bound = solve(inner, seconds)
        if proven is not None and _score(inner, proven) > _score(inner, order):
            order = proven
    return members[order], max(0.0, bound - _score(inner, order))


def _improve(share: Floats, order: Integers) -> Integers:
    """Move each unit in turn to the place that gains most, until no move of one unit gains."""
    margin = share - share.T
    moved = True
    while moved:
        moved = False
        for unit in order.tolist():
            place = int(np.flatnonzero(order == unit)[0])
            others = np.delete(order, place)
            # what the unit would win over those before it is what each place costs
            cost = np.concatenate([[0.0], np.cumsum(margin[unit, others])])
            target = int(np.argmin(cost))
            if cost[place] - cost[target] > TIE:
                order, moved = np.insert(others, target, unit), True
    return order
