"""Ranks with ties at the best of their places ("sport" ranking). Missing values have no rank."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_TIE = 1e-12
_CELLS = 200_000  # ranked at once, so that the work stays in the cache


def ascending(x: ArrayLike, tolerance: float = 0.0) -> NDArray[np.float64]:
    """Rank 1 for the lowest value of each column; equals share the lowest of their ranks; NaN stays NaN.

    Args:
        x: [units] or [units, columns].
        tolerance: neighbours that differ by no more than this share of the column's largest size are equal.
    """
    x = np.asarray(x, dtype=float)
    rank = np.empty(x.shape)
    table, places = x.reshape(len(x), -1), rank.reshape(len(x), -1)
    step = max(1, _CELLS // max(len(x), 1))
    for left in range(0, table.shape[1] if len(x) else 0, step):
        places[:, left : left + step] = _rank(table[:, left : left + step], tolerance)
    return rank


def _rank(x: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """The same for some columns, which are laid along the memory first: sorting is some times faster so."""
    columns = np.ascontiguousarray(x.T)
    order = np.argsort(columns, axis=1)
    value = np.take_along_axis(columns, order, axis=1)
    gap = tolerance * np.fmax(np.abs(value[:, 0]), np.fmax.reduce(value, axis=1))[:, None]
    starts = np.ones(columns.shape, dtype=np.int64)
    starts[:, 1:] = ~(value[:, 1:] - value[:, :-1] <= gap)
    first = np.maximum.accumulate(starts * np.arange(1, len(x) + 1), axis=1)
    np.put_along_axis(columns, order, np.where(np.isnan(value), np.nan, first), axis=1)
    return columns.T


def competition(score: ArrayLike) -> NDArray[np.float64]:
    """Rank 1 for the highest score of each column; NaN stays NaN.

    Scores that agree to one part in 10^12 of the column's largest are ties: they differ by the order of
    sums only.

    Args:
        score: [units] or [units, columns].
    """
    return ascending(-np.asarray(score, dtype=float), tolerance=_TIE)
