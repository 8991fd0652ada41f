"""Weights chosen for the correlations that the weighted mean has with its indicators.

Put here: weights that bring these correlations into given proportions, or make their sum largest.
Not here: weights from the correlations of the indicators among themselves (`factors`).

With Pearson's correlation the search is a convex quadratic programme: one optimum, whatever the order of the
columns. With ranks it is a search from that optimum, in an order of columns that their figures decide.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize, nnls

from pipelines.scoring.analyse.correlation import Kind, correlate
from pipelines.scoring.analyse.multivariate import CollinearError
from pipelines.scoring.arrays import Floats, WeightError, as_varying, as_weights
from pipelines.scoring.errors import ConvergenceError

_STEP = "balanced weights"
_ADVICE = "Leave out indicators that run against the others, or turn their direction."
_SINGULAR = 1e-10
Bounds = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Balance:
    """Weights and what they achieve.

    Attributes:
        weights: [indicators] shares within the bounds.
        correlation: [indicators] of each indicator with the weighted mean, for these very weights.
        target: [indicators] wanted shares of the correlations in their sum.
        gap: the largest difference between a share of `correlation` and its target; 0 when the target is
            met. The bounds, or indicators that run against each other, may forbid that.
    """

    weights: Floats
    correlation: Floats
    target: Floats
    gap: float


def balanced(
    values: ArrayLike,
    target: ArrayLike | None = None,
    bounds: Bounds = (0.0, 1.0),
    kind: Kind = "pearson",
) -> Balance:
    """Find weights with which the correlations of indicators with their weighted mean have given proportions.

    Args:
        values: [units, indicators], complete, normalised, higher is better.
        target: [indicators] relative importance of each column; equal when left out.
        bounds: the least and the largest share of a weight.
        kind: of correlation.

    Raises:
        TableError, InfiniteError, MissingError, ConstantError: see `arrays.as_varying`.
        WeightError: the target or the bounds do not fit.
        CollinearError: an indicator follows from others, so that many weights are equally good.
        ConvergenceError: the indicators cancel out, or run so much against each other that no bounds fit.

    Source:
        Becker, Saisana, Paruolo and Vandecasteele (2017), Ecological Indicators 80, linear case.
    """
    values = as_varying(values, _STEP, least=3)
    number = values.shape[1]
    goal = np.full(number, 1 / number) if target is None else as_weights(target, number, _STEP)
    shared = np.corrcoef(values, rowvar=False).reshape(number, number)

    # with the sum of the correlations held, shared @ u are their shares
    weights = _programme(values, shared, shared, goal, bounds)
    if kind != "pearson":

        def rank_misfit(w: Floats) -> float:
            reached = _with_mean(values, w, kind)
            return float(((_shares(reached) - goal) ** 2).sum()) if reached.sum() > 0 else np.inf

        weights = _search(values, goal, weights, bounds, rank_misfit)
    return _balance(values, weights, goal, kind)


def most_correlated(values: ArrayLike, bounds: Bounds = (0.0, 1.0), kind: Kind = "pearson") -> Balance:
    """Find weights with which the sum of the correlations of indicators with their weighted mean is largest.

    Args:
        values: [units, indicators], complete, normalised, higher is better.
        bounds: the least and the largest share of a weight.
        kind: of correlation.

    Raises:
        TableError, InfiniteError, MissingError, ConstantError: see `arrays.as_varying`.
        WeightError: the bounds do not fit.
        CollinearError: an indicator follows from others, so that many weights are equally good.
        ConvergenceError: the indicators cancel out, or run so much against each other that no bounds fit.

    Source:
        The `infomax` option of COINr; where the bounds do not bind the answer is 1 / standard deviation.
    """
    values = as_varying(values, _STEP, least=3)
    number = values.shape[1]
    shared = np.corrcoef(values, rowvar=False).reshape(number, number)

    # the mean's least variance while the sum of its covariances is held: |root @ u| squared is that variance
    eigenvalue, vector = np.linalg.eigh(shared)
    root = np.sqrt(np.maximum(eigenvalue, 0.0))[:, None] * vector.T
    weights = _programme(values, shared, root, np.zeros(number), bounds)
    if kind != "pearson":

        def loss(w: Floats) -> float:
            total = float(_with_mean(values, w, kind).sum())
            return -total if total > 0 else np.inf

        weights = _search(values, np.zeros(number), weights, bounds, loss)
    return _balance(values, weights, np.full(number, 1 / number), kind)


def _programme(values: Floats, shared: Floats, matrix: Floats, goal: Floats, bounds: Bounds) -> Floats:
    """Minimise |matrix @ u - goal| over weights u of standardised indicators whose covariances sum to 1."""
    number = values.shape[1]
    if not 0 <= bounds[0] <= 1 / number <= bounds[1] <= 1:
        problem = f"no {number} weights lie all between {bounds[0]:g} and {bounds[1]:g} and sum to 1"
        raise WeightError(_STEP, problem, "Lower the least share or raise the largest one.")
    deviation = values.std(axis=0)
    inverse = deviation.min() / deviation
    own, all_ = np.diag(inverse), np.tile(inverse, (number, 1))
    rules = np.vstack([own - bounds[0] * all_, bounds[1] * all_ - own])
    total = shared.sum(axis=0)
    if not total.any():
        raise ConvergenceError(_STEP, "the indicators cancel out in their mean", _ADVICE)
    # u = start + free @ v holds the sum of covariances at 1 for every v
    start, free = total / (total @ total), np.linalg.svd(total[None])[2][1:].T
    v = _least_squares(matrix @ free, goal - matrix @ start, rules @ free, -rules @ start)
    weights = (start + free @ v) * inverse
    if weights.sum() <= 0:
        raise ConvergenceError(_STEP, "no weights within the bounds go with the indicators", _ADVICE)
    return _within(weights / weights.sum(), bounds)


def _least_squares(matrix: Floats, goal: Floats, rules: Floats, least: Floats) -> Floats:
    """Minimise |matrix @ v - goal| under rules @ v >= least, exactly, by way of the least distance problem.

    Source: Lawson and Hanson (1974), Solving Least Squares Problems, chapter 23.
    """
    left, right = np.linalg.qr(matrix)
    if right.size and np.abs(np.diag(right)).min() < _SINGULAR:
        advice = "Leave out indicators that follow from others, or add units."
        raise CollinearError(_STEP, "the indicators determine each other", advice)
    best = np.linalg.solve(right, left.T @ goal)
    rules = rules @ np.linalg.inv(right)
    least = least - rules @ (left.T @ goal)
    length = np.maximum(np.linalg.norm(np.column_stack([rules, least]), axis=1), _SINGULAR)
    side = np.column_stack([rules, least]).T / length
    unit = np.append(np.zeros(len(best)), 1.0)
    rest = side @ nnls(side, unit)[0] - unit
    if rest[-1] > -_SINGULAR:
        raise ConvergenceError(_STEP, "no weights within the bounds go with the indicators", _ADVICE)
    return np.asarray(best - np.linalg.solve(right, rest[:-1] / rest[-1]))


def _within(weights: Floats, bounds: Bounds) -> Floats:
    """Shift weights by one number, and hold them within the bounds, so that they sum to 1."""

    def excess(shift: float) -> float:
        return float(np.clip(weights + shift, *bounds).sum()) - 1

    low, high = bounds[0] - weights.max(), bounds[1] - weights.min()
    if excess(low) >= 0 or excess(high) <= 0:  # the bounds leave one choice only
        return np.full(len(weights), 1 / len(weights))
    shift = brentq(excess, low, high, xtol=1e-16)
    return np.asarray(np.clip(weights + shift, *bounds))


def _search(values: Floats, goal: Floats, start: Floats, bounds: Bounds, loss: Callable[[Floats], float]) -> Floats:
    """Improve weights by a simplex search; ranks give no slope to follow."""
    order = np.lexsort([*np.sort(values, axis=0)[::-1], goal])
    back = np.argsort(order)

    def ordered_loss(w: Floats) -> float:
        return loss(_within(w, bounds)[back])

    found = minimize(ordered_loss, start[order], method="Nelder-Mead", options={"maxiter": 200 * len(start)})
    best = _within(found.x, bounds)[back]
    return best if loss(best) < loss(start) else start


def _with_mean(values: Floats, weights: Floats, kind: Kind) -> Floats:
    """Correlate each indicator with the weighted mean."""
    return correlate(values, (values @ weights)[:, None], kind).coefficient[:, 0]


def _shares(correlation: Floats) -> Floats:
    return np.asarray(correlation / correlation.sum())


def _balance(values: Floats, weights: Floats, goal: Floats, kind: Kind) -> Balance:
    reached = _with_mean(values, weights, kind)
    if not reached.sum() > 0:  # NaN: the mean is constant
        raise ConvergenceError(_STEP, "the indicators cancel out in their mean", _ADVICE)
    return Balance(weights, reached, goal, float(np.abs(_shares(reached) - goal).max()))
