"""Weights that people give, and weights from the spread of each indicator alone.

Put here: equal and given weights, budget allocation, entropy. All return shares that sum to 1.
Not here: weights from pairwise judgements (`ahp`) or from several indicators together (`factors`,
`frontier`, `balance`).
"""

import numpy as np
from numpy.typing import ArrayLike

from pipelines.scoring.arrays import Floats, WeightError, as_complete, as_weights
from pipelines.scoring.errors import ConstantError, NotPositiveError, TableError

_SAME = 1e-9  # budgets that differ by less than this share are the same


def equal(number: int) -> Floats:
    """Give every one of `number` indicators the same share.

    Raises:
        WeightError: there is none.
    """
    if number < 1:
        raise WeightError("weight", f"weights for {number} indicators were asked", "Give at least one indicator.")
    return np.full(number, 1 / number)


def given(weights: ArrayLike) -> Floats:
    """Turn relative weights [indicators] into shares.

    Raises:
        WeightError: a weight is negative, missing or infinite, or all are 0.
    """
    weights = np.atleast_1d(np.asarray(weights, dtype=float))
    return as_weights(weights, weights.size)


def budget_allocation(points: ArrayLike) -> Floats:
    """Average the shares that experts gave to the indicators out of one budget of points.

    Args:
        points: [experts, indicators], not negative, every row with the same total.

    Raises:
        TableError, InfiniteError, MissingError: see `arrays.as_complete`.
        WeightError: an expert gave negative points, or another total than the first expert.

    Source:
        Handbook (OECD/JRC 2008), step 6, budget allocation.
    """
    points = as_complete(points, "budget allocation")
    total = points.sum(axis=1)
    wrong = (points < 0).any(axis=1) | (total <= 0) | (np.abs(total - total[0]) > _SAME * total[0])
    if wrong.any():
        expert = int(np.argmax(wrong))
        problem = f"the points of expert number {expert} are negative or do not add up to {total[0]:g}"
        raise WeightError("budget allocation", problem, "Give every expert the same budget.", unit=expert)
    return np.asarray((points / total[:, None]).mean(axis=0))


def entropy(values: ArrayLike) -> Floats:
    """Weigh indicators by how unevenly they are spread over the units: a constant one gets 0.

    Multiplying an indicator by a positive number changes nothing. Shifting it does: 0 must mean none.

    Args:
        values: [units, indicators], complete, not negative, at least two units.

    Raises:
        TableError, InfiniteError, MissingError: see `arrays.as_complete`.
        NotPositiveError: a figure is negative, or all of an indicator are 0.
        ConstantError: every indicator is constant.

    Source:
        Zeleny (1982), Multiple Criteria Decision Making, chapter 7; Shannon (1948).
    """
    values = as_complete(values, "entropy")
    if len(values) < 2:
        raise TableError("entropy", "there is one unit", "Give at least two.")
    wrong = (values < 0).any(axis=0) | ~(values > 0).any(axis=0)
    if wrong.any():
        advice = "Use figures with a true zero, or another weighting."
        raise NotPositiveError("entropy", "a figure is negative, or all are 0", advice, code=int(np.argmax(wrong)))
    scaled = values / values.max(axis=0)
    part = scaled / scaled.sum(axis=0)
    logarithm = np.log(part, out=np.zeros_like(part), where=part > 0)
    uneven = 1 + (part * logarithm).sum(axis=0) / np.log(len(values))
    uneven = np.where(np.ptp(values, axis=0) == 0, 0.0, np.maximum(uneven, 0.0))
    if not uneven.any():
        raise ConstantError("entropy", "every indicator is constant", "Use equal weights.")
    return np.asarray(uneven / uneven.sum())
