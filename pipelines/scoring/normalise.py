"""Bring indicators to a common scale, the better the higher, by direction. No hierarchy here.

Every function takes `x` [units] or [units, indicators], NaN where missing, and `direction`, 1 where more is
better and -1 where less is: one number, or one an indicator. Missing stays missing.
Source: OECD/JRC Handbook (2008), step 5.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import AnchorError, ConstantError, GoalpostError, NoFiguresError
from pipelines.scoring.ranks import ascending

Floats = NDArray[np.float64]
_STEP = "normalise"


def goalposts(
    x: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    direction: ArrayLike = 1,
    truncate: ArrayLike = True,
    scale: ArrayLike = 100.0,
) -> Floats:
    """Share of the way from the worse goalpost to the better one, times `scale`.

    Args:
        x: [units] or [units, indicators].
        lower: the lower goalpost in the indicator's own unit: one number, or one an indicator.
        upper: the upper goalpost, likewise; with direction -1 it is the worse one.
        direction: 1 or -1.
        truncate: hold what lies beyond the goalposts at 0 and `scale`.
        scale: the score of the better goalpost.

    Raises:
        GoalpostError: a goalpost is missing or infinite, or the lower one is not below the upper one.
    """
    x, low, high, sign = (np.asarray(a, dtype=float) for a in (x, lower, upper, direction))
    wrong = np.atleast_1d(~(np.isfinite(low) & np.isfinite(high) & (low < high)))
    if wrong.any():
        column = int(np.argmax(wrong))
        posts = tuple(np.broadcast_to(a, wrong.shape)[column] for a in (low, high))
        problem = f"the goalposts {posts[0]:g} and {posts[1]:g} are missing or not in order"
        raise GoalpostError(_STEP, problem, "Give finite goalposts, the lower below the upper.", code=column)
    share = np.where(sign < 0, high - x, x - low) / (high - low)
    held = np.where(np.asarray(truncate, dtype=bool), np.clip(share, 0.0, 1.0), share)
    return held * np.asarray(scale, dtype=float)


def minmax(x: ArrayLike, direction: ArrayLike = 1, lower: ArrayLike = 0.0, upper: ArrayLike = 100.0) -> Floats:
    """Put the worst figure at `lower` and the best at `upper`, the others in proportion.

    Raises:
        NoFiguresError, ConstantError: an indicator has no figures, or all are equal.
    """
    y = _directed(x, direction)
    low, high = _range(y)
    y -= low
    y /= high - low
    y *= np.asarray(upper, dtype=float) - np.asarray(lower, dtype=float)
    y += np.asarray(lower, dtype=float)
    return y


def zscore(x: ArrayLike, direction: ArrayLike = 1, mean: ArrayLike = 0.0, sd: ArrayLike = 1.0) -> Floats:
    """Shift and scale to a mean and a sample standard deviation (divisor n - 1).

    Raises:
        NoFiguresError, ConstantError: an indicator has no figures, or all are equal.
    """
    y = _directed(x, direction)
    _range(y)
    count = (~np.isnan(y)).sum(axis=0)
    centred = y - np.nansum(y, axis=0) / count
    spread = np.sqrt(np.nansum(centred**2, axis=0) / (count - 1))
    return centred / spread * np.asarray(sd, dtype=float) + np.asarray(mean, dtype=float)


def scaled(
    x: ArrayLike,
    direction: ArrayLike = 1,
    lower: ArrayLike = 0.0,
    upper: ArrayLike = 100.0,
    scale: ArrayLike = 100.0,
) -> Floats:
    """Shift and scale by given bounds of the directed figure (x times direction), without truncation.

    Raises:
        GoalpostError: a bound is missing, or the lower one is not below the upper one.
    """
    return goalposts(_directed(x, direction), lower, upper, truncate=False, scale=scale)


def rank(x: ArrayLike, direction: ArrayLike = 1) -> Floats:
    """Rank from the worst (1) to the best; ties share the lowest of their ranks."""
    return ascending(_directed(x, direction))


def borda(x: ArrayLike, direction: ArrayLike = 1) -> Floats:
    """Borda score: the number of units that are worse."""
    return rank(x, direction) - 1.0


def percentile_rank(x: ArrayLike, direction: ArrayLike = 1) -> Floats:
    """Share of the other units that are worse, 0 to 1.

    Raises:
        NoFiguresError: an indicator has fewer than two figures.
    """
    y = _directed(x, direction)
    others = (~np.isnan(y)).sum(axis=0) - 1
    if (few := np.atleast_1d(others) < 1).any():
        column = int(np.argmax(few))
        raise NoFiguresError(_STEP, "it has fewer than two figures", "Leave the indicator out.", code=column)
    return borda(y) / others


def fraction_of_max(x: ArrayLike, direction: ArrayLike = 1) -> Floats:
    """Figure over the largest figure; where less is better, the figure is first mirrored within its range.

    Mirroring (largest + smallest - x) gives the best unit 1 in either direction, and keeps distances.

    Raises:
        NoFiguresError: an indicator has no figures.
        AnchorError: the largest figure is not above 0, so that the fraction would turn the order.
    """
    x, sign = np.asarray(x, dtype=float), np.asarray(direction, dtype=float)
    low, high = _range(x, constant_allowed=True)
    if (wrong := np.atleast_1d(high <= 0)).any():
        column = int(np.argmax(wrong))
        problem = f"its largest figure is {np.atleast_1d(high)[column]:g}"
        raise AnchorError(_STEP, problem, "Use a scale that does not divide by it.", code=column)
    return np.where(sign < 0, high + low - x, x) / high


def distance_to_max(x: ArrayLike, direction: ArrayLike = 1) -> Floats:
    """One less the distance to the best figure as a share of the range: 0 for the worst, 1 for the best.

    Raises:
        NoFiguresError, ConstantError: an indicator has no figures, or all are equal.
    """
    return minmax(x, direction, 0.0, 1.0)


def distance_to_reference(x: ArrayLike, direction: ArrayLike = 1, *, reference: int, cap: bool = False) -> Floats:
    """One less the distance to a reference unit's figure, as a share of that unit's distance from the worst.

    Args:
        x: [units] or [units, indicators].
        direction: 1 or -1.
        reference: the row number of the reference unit.
        cap: hold scores above 1, of units better than the reference, at 1.

    Raises:
        NoFiguresError: an indicator has no figures.
        AnchorError: the reference unit's figure is missing, or is the worst of all.
    """
    y = _directed(x, direction)
    return _to_anchor(y, y[reference], cap, "the reference unit's figure")


def distance_to_target(x: ArrayLike, target: ArrayLike, direction: ArrayLike = 1, *, cap: ArrayLike = False) -> Floats:
    """Share of the way from the worst figure to a target.

    Args:
        x: [units] or [units, indicators].
        target: in the indicator's own unit: one number, or one an indicator.
        direction: 1 or -1.
        cap: hold scores above 1, of units beyond the target, at 1.

    Raises:
        NoFiguresError: an indicator has no figures.
        AnchorError: a target is missing, or not better than the worst figure.
    """
    return _to_anchor(_directed(x, direction), _directed(target, direction), cap, "the target")


def _to_anchor(y: Floats, anchor: Floats, cap: ArrayLike, name: str) -> Floats:
    low, _ = _range(y, constant_allowed=True)
    if (wrong := np.atleast_1d(~(anchor > low))).any():
        column = int(np.argmax(wrong))
        problem = f"{name} is missing or not better than the worst figure"
        raise AnchorError(_STEP, problem, "Choose another, or another scale.", code=column)
    score = (y - low) / (anchor - low)
    return np.where(np.asarray(cap, dtype=bool) & (score > 1.0), 1.0, score)


def _directed(x: ArrayLike, direction: ArrayLike) -> Floats:
    return np.asarray(x, dtype=float) * np.asarray(direction, dtype=float)


def _range(y: Floats, *, constant_allowed: bool = False) -> tuple[Floats, Floats]:
    """The least and the largest figure of each column."""
    low, high = y.min(axis=0), y.max(axis=0)
    if np.isnan(low).any():
        low, high = np.fmin.reduce(y, axis=0), np.fmax.reduce(y, axis=0)
    if (empty := np.atleast_1d(np.isnan(low))).any():
        column = int(np.argmax(empty))
        raise NoFiguresError(_STEP, "it has no figures", "Leave the indicator out.", code=column)
    if not constant_allowed and (flat := np.atleast_1d(low == high)).any():
        column = int(np.argmax(flat))
        problem = "all its figures are equal, so that they tell no units apart"
        raise ConstantError(_STEP, problem, "Leave the indicator out, or give it goalposts.", code=column)
    return low, high
