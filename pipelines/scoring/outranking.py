"""Pairwise comparison of units: the outranking matrix, its summary, and Copeland scores.

Put here: what follows from "on how much of the weight is unit a above unit b". Every comparison is ordinal:
units of measurement and compensation between indicators play no part.
Not here: the order of units that agrees best with all comparisons (`kemeny`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring.arrays import Flags, Floats, as_table, as_weights
from pipelines.scoring.ranks import ascending

_STEP = "outranking"
TIE = 1e-12  # two shares of weight which differ by less are the same number, rounded differently
_CELLS = 4_000_000  # pairs compared at once; keeps the working memory near 100 MB whatever the number of units


@dataclass(frozen=True)
class Dominance:
    """How many of the pairs of units are decided by every indicator, for one outranking matrix."""

    pairs: int
    dominant: int
    share: float


def outranking(values: Floats, weights: Floats) -> Floats:
    """Share of the weight on which the row's unit is above the column's unit; ties count half.

    The weight of a pair is that of the indicators known for both units, so that `result[a, b] + result[b, a]`
    is 1 whatever is missing, and the result does not depend on the order of units.

    Args:
        values: [units, indicators], higher is better, NaN where missing.
        weights: [indicators], not negative; relative.

    Returns:
        [units, units], between 0 and 1; 0 on the diagonal, NaN for a pair that shares no indicator.

    Raises:
        TableError: the table is not two-dimensional, or empty.
        InfiniteError: a figure is infinite.
        WeightError: the weights do not fit.

    Source:
        Handbook (OECD/JRC 2008), multi-criteria approach, table 36.
    """
    values = as_table(values, _STEP)
    weights = as_weights(weights, values.shape[1], _STEP)
    share = np.empty((len(values), len(values)))
    for rows, margin, known in _blocks(values, weights):
        share[rows] = _share(margin, known)
    np.fill_diagonal(share, 0.0)
    return share


def dominance(share: Floats) -> Dominance:
    """Count the pairs in which one unit is above the other on all of the weight.

    Args:
        share: [units, units], an outranking matrix.

    Source:
        Munda and Nardo (2009), Applied Economics 41(12).
    """
    pairs = len(share) * (len(share) - 1) // 2
    dominant = int(np.count_nonzero(share >= 1 - TIE))
    return Dominance(pairs, dominant, dominant / pairs if pairs else np.nan)


def copeland(values: Floats, weights: Floats) -> Floats:
    """Copeland score: the units a unit beats minus the units it loses to, on the greater part of the weight.

    A pair is decided on the indicators known for both; a pair which shares none counts for neither.
    The matrix of pairs is never held as a whole: memory grows with the number of units, time with its square.

    Args:
        values: [units, indicators], higher is better, NaN where missing.
        weights: [indicators], not negative; relative.

    Returns:
        [units], whole numbers from 1 - units to units - 1; NaN for a unit of which nothing is known.

    Raises:
        TableError: the table is not two-dimensional, or empty.
        InfiniteError: a figure is infinite.
        WeightError: the weights do not fit.

    Source:
        Copeland (1951), as in Saari and Merlin (1996), Economic Theory 8(1).
    """
    values = as_table(values, _STEP)
    weights = as_weights(weights, values.shape[1], _STEP)
    score = np.empty(len(values))
    for rows, margin, _ in _blocks(values, weights):
        score[rows] = (margin > TIE).sum(axis=1) - (margin < -TIE).sum(axis=1)
    score[~known_units(values, weights)] = np.nan
    return score


def known_units(values: Floats, weights: Floats) -> Flags:
    """Say for each unit whether it has a figure of an indicator with a weight above 0.

    Args:
        values: [units, indicators], NaN where missing.
        weights: [indicators].
    """
    return np.asarray((~np.isnan(values)) @ weights > 0)


def _blocks(values: Floats, weights: Floats) -> Iterator[tuple[slice, Floats, Floats]]:
    """Yield for some units at a time: weight won minus weight lost, and weight known, against every unit."""
    # Ranks of 4 bytes compare faster than values of 8; NaN still loses every comparison and wins none.
    ranks = ascending(values).astype(np.float32, order="F")
    present = ~np.isnan(values)
    groups = [(weight, np.flatnonzero(weights == weight)) for weight in np.unique(weights[weights > 0])]
    size = max(1, _CELLS // len(values))
    for start in range(0, len(values), size):
        rows = slice(start, start + size)
        margin = np.zeros((len(values[rows]), len(values)))
        for weight, columns in groups:  # whole numbers are counted first: equal weights then give exact ties
            margin += weight * _wins_minus_losses(ranks, rows, columns)
        yield rows, margin, (present[rows] * weights) @ present.T


def _wins_minus_losses(ranks: NDArray[np.float32], rows: slice, columns: NDArray[np.intp]) -> NDArray[np.int32]:
    count = np.zeros((len(ranks[rows]), len(ranks)), dtype=np.int32)
    for column in columns:
        own, other = ranks[rows, column][:, None], ranks[:, column][None, :]
        count += np.subtract((own > other).view(np.int8), (own < other).view(np.int8))
    return count


def _share(margin: Floats, known: Floats) -> Floats:
    share = np.full(margin.shape, np.nan)
    np.divide(known + margin, 2 * known, out=share, where=known > 0)
    return share
