"""Correlations of indicators and aggregates, their significance, and flags for pairs that are suspect.

Put here: coefficients over the units known for both, p-values, corrections for many tests, flags.
Not here: analyses of all indicators together (`multivariate`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pipelines.scoring.arrays import Floats, Integers, as_table
from pipelines.scoring.errors import TableError

Kind = Literal["pearson", "spearman", "kendall"]
_STEP = "correlation"
_ROUNDING = 1e-12  # a variance below this share of its raw sum of squares is rounding, not variation
_LEAST = 3  # with two units every correlation is 1 or -1


@dataclass(frozen=True, eq=False)
class Correlations:
    """Correlations of every column of one table with every column of another.

    Attributes:
        coefficient: [first, second] between -1 and 1; NaN where fewer than three units are known for both,
            or one of the two does not vary over them.
        p_value: [first, second] two-sided, of no association; NaN likewise.
        units: [first, second] units known for both.
    """

    coefficient: Floats
    p_value: Floats
    units: Integers


def correlate(first: ArrayLike, second: ArrayLike | None = None, kind: Kind = "pearson") -> Correlations:
    """Correlate columns over the units known for both (pairwise complete).

    Args:
        first: [units, first], NaN where missing.
        second: [units, second], of the same units; `first` itself when left out.
        kind: `pearson` (linear; t test), `spearman` (ranks over the shared units, ties averaged; t test) or
            `kendall` (tau-b; exact without ties and few units, else normal).

    Raises:
        TableError: not tables, or of different numbers of units.
        InfiniteError: a figure is infinite.

    Source:
        Handbook (OECD/JRC 2008), step 4, table 6; Kendall (1945), Biometrika 33(3), for tau-b.
    """
    x = as_table(first, _STEP)
    y = x if second is None else as_table(second, _STEP)
    if len(x) != len(y):
        raise TableError(_STEP, f"tables of {len(x)} and {len(y)} units came", "Give tables of the same units.")
    units = (~np.isnan(x)).T.astype(np.int64) @ ~np.isnan(y)
    if kind == "pearson":
        coefficient = _pearson(x, y)
    elif kind == "spearman":
        coefficient = _spearman(x, y)
    else:
        return Correlations(*_pairs(x, y, _kendall_pair), units)
    coefficient[units < _LEAST] = np.nan
    return Correlations(coefficient, _t_test(coefficient, units), units)


def holm(p_value: ArrayLike) -> Floats:
    """Adjust p-values so that the chance of any false discovery stays below the level; NaN is no test.

    Args:
        p_value: any shape; every test once, so give only one triangle of a symmetric matrix.

    Source:
        Holm (1979), Scandinavian Journal of Statistics 6(2).
    """
    return _step_wise(p_value, lambda p: np.maximum.accumulate(p * np.arange(len(p), 0, -1)))


def benjamini_hochberg(p_value: ArrayLike) -> Floats:
    """Adjust p-values so that the expected share of false discoveries stays below the level; NaN is no test.

    Args:
        p_value: any shape; every test once, so give only one triangle of a symmetric matrix.

    Source:
        Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1).
    """

    def adjust(p: Floats) -> Floats:
        raised = p * len(p) / np.arange(1, len(p) + 1)
        return np.asarray(np.minimum.accumulate(raised[::-1])[::-1])

    return _step_wise(p_value, adjust)


def flag_pairs(
    coefficient: Floats, group: ArrayLike, high: float = 0.9, low: float = -0.4
) -> tuple[Integers, Integers]:
    """List the pairs of one group which may count the same thing twice, and those that pull apart.

    Args:
        coefficient: [codes, codes].
        group: [codes] the group of each code, such as its parent.
        high: a pair at least this strong, whichever its sign, is redundant.
        low: a pair at most this high is in conflict.

    Returns:
        Redundant pairs and conflicting pairs, each [pairs, 2], every pair once, first before second.

    Source:
        Handbook (OECD/JRC 2008), step 4 and step 6 on double counting.
    """
    label = np.asarray(group)
    inside = np.triu(label[:, None] == label, 1)
    redundant = inside & (np.abs(coefficient) >= high)
    conflicting = inside & (coefficient <= low)
    return np.argwhere(redundant), np.argwhere(conflicting)


def ancestor_pairs(parent: Integers, whole_family: bool = True) -> Integers:
    """List every code with its parent or, for the whole family, with each of its ancestors.

    Args:
        parent: [codes] the position of each code's parent, -1 for a top, as in `Tree.parent`.
        whole_family: go up to the top.

    Returns:
        [pairs, 2] code, ancestor.
    """
    code = np.flatnonzero(parent >= 0)
    above = parent[code]
    pairs = [np.column_stack([code, above])]
    while whole_family and len(code := code[parent[above] >= 0]):
        above = parent[above[parent[above] >= 0]]
        pairs.append(np.column_stack([code, above]))
    return np.concatenate(pairs)


def _pearson(x: Floats, y: Floats) -> Floats:
    """Correlate from sums of squares and products over the shared units, all pairs at once."""
    (x, known_x), (y, known_y) = _centred(x), _centred(y)
    shared = np.maximum(known_x.T @ known_y, 1.0)
    sum_x, sum_y = x.T @ known_y, known_x.T @ y
    raw_x, raw_y = (x**2).T @ known_y, known_x.T @ y**2
    spread_x, spread_y = raw_x - sum_x**2 / shared, raw_y - sum_y**2 / shared
    spread_x[spread_x <= _ROUNDING * raw_x] = np.nan
    spread_y[spread_y <= _ROUNDING * raw_y] = np.nan
    return np.clip((x.T @ y - sum_x * sum_y / shared) / np.sqrt(spread_x * spread_y), -1.0, 1.0)


def _centred(x: Floats) -> tuple[Floats, Floats]:
    """Centre and scale each column for precision; return it with 0 where missing, and 1 where known."""
    known = ~np.isnan(x)
    number = np.maximum(known.sum(axis=0), 1)
    x = np.where(known, x, 0.0)
    size = np.abs(x).max(axis=0)
    x = np.divide(x, size, out=np.zeros_like(x), where=size > 0)
    x = np.where(known, x - x.sum(axis=0) / number, 0.0)
    x[np.abs(x) < _ROUNDING] = 0.0
    return x, known.astype(float)


def _spearman(x: Floats, y: Floats) -> Floats:
    """Correlate ranks; columns without gaps are ranked once, others for every pair over the shared units."""
    if not (np.isnan(x).any() or np.isnan(y).any()):
        return _pearson(stats.rankdata(x, axis=0), stats.rankdata(y, axis=0))
    return _pairs(x, y, _spearman_pair)[0]


def _spearman_pair(x: Floats, y: Floats) -> tuple[float, float]:
    ranks = stats.rankdata(np.column_stack([x, y]), axis=0)
    return float(_pearson(ranks[:, :1], ranks[:, 1:])[0, 0]), np.nan


def _kendall_pair(x: Floats, y: Floats) -> tuple[float, float]:
    found = stats.kendalltau(x, y)
    return float(found.statistic), float(found.pvalue)


def _pairs(x: Floats, y: Floats, statistic: Callable[[Floats, Floats], tuple[float, float]]) -> tuple[Floats, Floats]:
    """Apply a statistic to every pair of columns over their shared units; once a pair within one table."""
    value, p_value = (np.full((x.shape[1], y.shape[1]), np.nan) for _ in range(2))
    for i, j in np.ndindex(value.shape):
        if y is x and j < i:
            value[i, j], p_value[i, j] = value[j, i], p_value[j, i]
            continue
        shared = ~(np.isnan(x[:, i]) | np.isnan(y[:, j]))
        one, other = x[shared, i], y[shared, j]
        if len(one) >= _LEAST and np.ptp(one) > 0 and np.ptp(other) > 0:
            value[i, j], p_value[i, j] = statistic(one, other)
    return value, p_value


def _t_test(coefficient: Floats, units: Integers) -> Floats:
    freedom = np.maximum(units - 2, 1)
    with np.errstate(divide="ignore"):  # a perfect correlation has t = infinity and p = 0
        t = coefficient * np.sqrt(freedom / (1 - coefficient**2))
    return np.asarray(2 * stats.t.sf(np.abs(t), freedom))


def _step_wise(p_value: ArrayLike, adjust: Callable[[Floats], Floats]) -> Floats:
    p_value = np.asarray(p_value, dtype=float)
    adjusted = np.full(p_value.shape, np.nan)
    tests = np.flatnonzero(~np.isnan(p_value))
    order = tests[np.argsort(p_value.flat[tests], kind="stable")]
    adjusted.flat[order] = np.minimum(adjust(p_value.flat[order]), 1.0)
    return adjusted
