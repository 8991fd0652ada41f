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
_PAIRS = 1_000_000  # compared at once, so that the counts stay near the processor


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
        part = np.full(margin.shape, np.nan)
        np.divide(known + margin, 2 * known, out=part, where=known > 0)
        share[rows.start :, rows] = 1 - part.T
        share[rows, rows.start :] = part
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
    score = np.zeros(len(values))
    for rows, margin, _ in _blocks(values, weights):
        margin[np.abs(margin) <= TIE] = 0.0
        wins = np.sign(margin)
        score[rows] += wins.sum(axis=1)
        score[rows.stop :] -= wins[:, rows.stop - rows.start :].sum(axis=0)
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
    """Compare some units at a time with themselves and all later ones, so that no pair comes twice.

    Yields:
        The rows of the units, and [rows, from the first of them to the last unit] the weight that the row's
        unit wins less what it loses, and the weight known for both.
    """
    # Ranks of 4 bytes compare faster than values of 8; NaN still loses every comparison and wins none.
    ranks = ascending(values).astype(np.float32).T.copy()
    present = ~np.isnan(values)
    groups = [(weight, ranks[weights == weight]) for weight in np.unique(weights[weights > 0])]
    size = max(1, _PAIRS // len(values))
    for start in range(0, len(values), size):
        rows = slice(start, min(start + size, len(values)))
        known = (present[rows] * weights) @ present[start:].T
        margin = np.zeros(known.shape)
        for weight, rank in groups:  # counted in whole numbers first: equal weights give exact ties
            margin += weight * _wins_less_losses(rank[:, rows, None], rank[:, None, start:])
        yield rows, margin, known


def _wins_less_losses(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.int32]:
    count = np.zeros((first.shape[1], second.shape[2]), dtype=np.int32)
    for one, other in zip(first, second, strict=True):
        count += np.subtract((one > other).view(np.int8), (one < other).view(np.int8))
    return count
