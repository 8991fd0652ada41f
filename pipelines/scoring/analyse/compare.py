"""Two versions of an index side by side.

Put here: changes of rank and how far the two agree, over the units that both have.
Not here: how many versions differ under uncertainty, and what happens when one element goes (`removal`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.scoring.analyse.correlation import correlate
from pipelines.scoring.arrays import Floats, Integers
from pipelines.scoring.errors import TableError
from pipelines.scoring.ranks import competition

_STEP = "compare"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Ranks of two versions among the units that both have.

    Attributes:
        first, second: [units] ranks, 1 the best; NaN for a unit that lacks a score in either.
        rise: [units] places gained from the first to the second, negative when lost.
        mean_shift: mean size of the changes.
        largest: [units compared] positions of units, the largest change first.
        pearson, spearman, kendall: correlations of the scores; NaN with fewer than three units.
    """

    first: Floats
    second: Floats
    rise: Floats
    mean_shift: float
    largest: Integers
    pearson: float
    spearman: float
    kendall: float


def compare(first: ArrayLike, second: ArrayLike) -> Comparison:
    """Compare two versions of a score.

    Args:
        first: [units], NaN where missing.
        second: [units], the same units in the same order.

    Raises:
        TableError: the two are not of the same units, or have none in common.
        InfiniteError: a score is infinite.
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if one.ndim != 1 or one.shape != other.shape:
        problem = f"scores of shapes {one.shape} and {other.shape} came"
        raise TableError(_STEP, problem, "Give one score a unit, of the same units in the same order.")
    pair = np.stack([one, other], axis=1)
    both = ~np.isnan(pair).any(axis=1)
    if not both.any():
        raise TableError(_STEP, "no unit has both scores", "Compare versions with units in common.")
    pearson, spearman, kendall = (
        float(correlate(pair[:, :1], pair[:, 1:], kind).coefficient[0, 0])
        for kind in ("pearson", "spearman", "kendall")
    )
    rank = competition(np.where(both[:, None], pair, np.nan))
    rise = rank[:, 0] - rank[:, 1]
    largest = np.argsort(-np.abs(rise), kind="stable")[: both.sum()]
    shift = float(np.abs(rise[both]).mean())
    return Comparison(rank[:, 0], rank[:, 1], rise, shift, largest, pearson, spearman, kendall)
