"""Ranks with ties at the best of their places ("sport" ranking). Missing values have no rank."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_TIE = 1e-12


def ascending(x: ArrayLike, tolerance: float = 0.0) -> NDArray[np.float64]:
    """Rank 1 for the lowest value of each column; equals share the lowest of their ranks; NaN stays NaN.

    Args:
        x: [units] or [units, columns].
        tolerance: neighbours that differ by no more than this share of the column's largest size are equal.
    """
    x = np.asarray(x, dtype=float)
    order = np.argsort(x, axis=0, kind="stable")
    value = np.take_along_axis(x, order, axis=0)
    place = np.arange(1, len(x) + 1).reshape((-1,) + (1,) * (x.ndim - 1))
    starts = np.ones(x.shape, dtype=bool)
    gap = tolerance * np.fmax.reduce(np.abs(x), axis=0, initial=0.0)
    starts[1:] = ~(value[1:] - value[:-1] <= gap)
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=0).astype(float)
    rank = np.empty_like(x)
    np.put_along_axis(rank, order, np.where(np.isnan(value), np.nan, first), axis=0)
    return rank


def competition(score: ArrayLike) -> NDArray[np.float64]:
    """Rank 1 for the highest score of each column; NaN stays NaN.

    Scores that agree to one part in 10^12 of the column's largest are ties: they differ by the order of
    sums only.

    Args:
        score: [units] or [units, columns].
    """
    return ascending(-np.asarray(score, dtype=float), tolerance=_TIE)
