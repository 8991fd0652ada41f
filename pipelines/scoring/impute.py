"""Estimate missing figures from the figures of one table. Figures that are present never change.

Every function returns the filled table; what it could not estimate stays NaN. Which cells are estimates is
`np.isnan(x) & ~np.isnan(filled)`. Series of years are in `panel`. Source: OECD/JRC Handbook (2008), step 3.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import ConstantError, ConvergenceError, NoFiguresError
from pipelines.scoring.normalise import minmax

Floats = NDArray[np.float64]
Statistic = Literal["mean", "median"]
_STEP = "impute"


def by_column(x: ArrayLike, statistic: Statistic = "mean", groups: ArrayLike | None = None) -> Floats:
    """Fill each indicator with its mean or median, of all units or of the unit's group.

    A group without figures, and a unit without a group, stay missing.

    Args:
        x: [units, indicators], NaN where missing.
        statistic: `mean` or `median`.
        groups: [units] the group of each unit, None where it has none.
    """
    x = np.asarray(x, dtype=float)
    if not np.isnan(x).any():
        return x
    if groups is None:
        return np.where(np.isnan(x), _centre(x, statistic), x)
    filled = x.copy()
    label = np.asarray(groups, dtype=object)
    for group in sorted({g for g in label.tolist() if g is not None}):
        rows = np.flatnonzero(label == group)
        part = x[rows]
        filled[rows] = np.where(np.isnan(part), _centre(part, statistic), part)
    return filled


def by_row(
    x: ArrayLike,
    statistic: Statistic = "mean",
    direction: ArrayLike = 1,
    branches: ArrayLike | None = None,
    *,
    normalise_first: bool = True,
) -> Floats:
    """Fill each unit's missing indicators with the mean or median of its others, on a common scale.

    Each indicator is brought to 0-1 by its own range and direction before, and back after.

    Args:
        x: [units, indicators], NaN where missing.
        statistic: `mean` or `median`.
        direction: 1 or -1, one number or one an indicator.
        branches: [indicators] the branch of each indicator; only those of the same are used. All, if None.
        normalise_first: False takes the figures as they are.

    Raises:
        NoFiguresError, ConstantError: an indicator has no range to bring it to 0-1 by.
    """
    x = np.asarray(x, dtype=float)
    missing = np.isnan(x)
    if not missing.any():
        return x
    sign = np.broadcast_to(np.asarray(direction, dtype=float), x.shape[1:])
    common = minmax_for(_STEP, x, sign) if normalise_first else x
    filled = common.copy()
    label = np.zeros(x.shape[1], dtype=int) if branches is None else np.asarray(branches)
    for branch in np.unique(label):
        columns = label == branch
        centre = _centre(common[:, columns].T, statistic)[:, None]
        filled[:, columns] = np.where(missing[:, columns], centre, common[:, columns])
    if normalise_first:
        low, high = np.fmin.reduce(x * sign, axis=0), np.fmax.reduce(x * sign, axis=0)
        filled = (filled * (high - low) + low) * sign
    return np.where(missing, filled, x)


def minmax_for(step: str, x: Floats, direction: ArrayLike) -> Floats:
    """Min-max to 0-1, with errors under the name of the step which needs it."""
    try:
        return minmax(x, direction, 0.0, 1.0)
    except (NoFiguresError, ConstantError) as error:
        error.step = step
        raise


def by_regression(x: ArrayLike, branches: ArrayLike | None = None, tolerance: float = 1e-6, most: int = 2000) -> Floats:
    """Fill with the expected value given the unit's other indicators, under a joint normal distribution.

    Mean and covariance are the maximum-likelihood estimates by the EM algorithm, begun at the mean and
    variances of what is present. Units that miss the same indicators are solved together. A unit without
    figures gets the mean.
    Source: Dempster, Laird and Rubin (1977), J. R. Statist. Soc. B 39; Little and Rubin (2002), section 11.2.

    Args:
        x: [units, indicators], NaN where missing.
        branches: [indicators] the branch of each indicator; only those of the same are used. All, if None.
        tolerance: the change of the estimates, in standard deviations, at which they have settled.
        most: the most iterations.

    Raises:
        NoFiguresError: an indicator has no figures, or there are fewer than two units an indicator of a
            branch.
        ConstantError: an indicator does not vary.
        ConvergenceError: the estimates did not settle.
    """
    x = np.asarray(x, dtype=float)
    missing = np.isnan(x)
    if not missing.any():
        return x
    minmax_for(_STEP, x, 1)
    label = np.zeros(x.shape[1], dtype=int) if branches is None else np.asarray(branches)
    filled = x.copy()
    for branch in np.unique(label):
        columns = np.flatnonzero(label == branch)
        if len(x) < 2 * len(columns):
            problem = f"{len(x)} units are too few for a regression among {len(columns)} indicators"
            raise NoFiguresError(_STEP, problem, "Use fewer, by `level`.", code=int(columns[0]))
        filled[:, columns] = _joint_normal(x[:, columns], tolerance, most)
    return filled


def _joint_normal(x: Floats, tolerance: float, most: int) -> Floats:
    """Fill one branch by the EM algorithm."""
    missing = np.isnan(x)
    centre = _centre(x, "mean")
    spread = np.sqrt(np.nanmean((x - centre) ** 2, axis=0))
    z = np.where(missing, 0.0, (x - centre) / spread)
    patterns, member = np.unique(missing, axis=0, return_inverse=True)
    rows = [np.flatnonzero(member.ravel() == i) for i in range(len(patterns))]
    mean, covariance = np.zeros(x.shape[1]), np.eye(x.shape[1])
    for _ in range(most):
        filled, extra = _expect(z, mean, covariance, patterns, rows)
        new_mean = filled.mean(axis=0)
        centred = filled - new_mean
        new_covariance = (centred.T @ centred + extra) / len(z)
        change = max(np.abs(new_mean - mean).max(), np.abs(new_covariance - covariance).max())
        mean, covariance = new_mean, new_covariance
        if change < tolerance:
            filled, _ = _expect(z, mean, covariance, patterns, rows)
            return np.where(missing, filled * spread + centre, x)
    advice = "Leave out indicators with few figures, or impute by mean."
    raise ConvergenceError(_STEP, f"the regression did not settle in {most} iterations", advice)


def _expect(
    z: Floats, mean: Floats, covariance: Floats, patterns: NDArray[np.bool_], rows: list[NDArray[np.int64]]
) -> tuple[Floats, Floats]:
    """The expected table given what is present, and the sum over units of the covariance of what is not."""
    filled, extra = z.copy(), np.zeros_like(covariance)
    for lost, member in zip(patterns, rows, strict=True):
        if not lost.any():
            continue
        known = ~lost
        inner, across = covariance[np.ix_(known, known)], covariance[np.ix_(known, lost)]
        slope = np.linalg.lstsq(inner, across, rcond=None)[0].T
        filled[np.ix_(member, lost)] = mean[lost] + (z[np.ix_(member, known)] - mean[known]) @ slope.T
        left = covariance[np.ix_(lost, lost)] - slope @ across
        extra[np.ix_(lost, lost)] += len(member) * left
    return filled, extra


def _centre(x: Floats, statistic: Statistic) -> Floats:
    """[columns] mean or median of what is present; NaN for a column without figures."""
    gaps = np.isnan(x)
    count = len(x) - gaps.sum(axis=0)
    if statistic == "mean":
        return np.divide(np.where(gaps, 0.0, x).sum(axis=0), count, out=np.full(x.shape[1], np.nan), where=count > 0)
    value = np.sort(x, axis=0)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    pick = np.arange(x.shape[1])
    middle = (value[low, pick] + value[np.minimum(high, len(x) - 1), pick]) / 2
    return np.where(count > 0, middle, np.nan)
