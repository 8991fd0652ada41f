"""Statistics of each indicator, and flags for those that need a look before they enter an index.

Put here: what can be said of one indicator by itself.
Not here: missing figures by unit and branch (`availability`), pairs of indicators (`correlation`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.scoring.arrays import Flags, Floats, Integers, as_table
from pipelines.scoring.treat import kurtosis, passes, skewness


@dataclass(frozen=True)
class Limits:
    """When an indicator is flagged.

    Attributes:
        availability: the least share of figures present.
        nonzero: the least share of the present figures that are not 0.
        distinct: the least share of the present figures that are distinct values.
        skewness, kurtosis: outliers are suspected when both are reached (see `treat.passes`).
    """

    availability: float = 0.65
    nonzero: float = 0.5
    distinct: float = 0.5
    skewness: float = 2.0
    kurtosis: float = 3.5


@dataclass(frozen=True, eq=False)
class Statistics:
    """Statistics [indicators] over the figures present, none rounded. NaN where there are too few figures.

    Attributes:
        minimum, maximum, mean, median: of the figures.
        standard_deviation: with n - 1; needs two figures.
        skewness, kurtosis: sample-corrected; kurtosis in excess of the normal's.
        present: number of figures.
        missing_share: of all units.
        zero_share: of the figures present.
        distinct: number of different values.
        distinct_share: of the figures present.
        same_share: share of the most frequent value in the figures present.
        low_availability, many_zeros, few_distinct, outliers, constant: flags by `Limits`.
    """

    minimum: Floats
    maximum: Floats
    mean: Floats
    median: Floats
    standard_deviation: Floats
    skewness: Floats
    kurtosis: Floats
    present: Integers
    missing_share: Floats
    zero_share: Floats
    distinct: Integers
    distinct_share: Floats
    same_share: Floats
    low_availability: Flags
    many_zeros: Flags
    few_distinct: Flags
    outliers: Flags
    constant: Flags


def statistics(values: ArrayLike, limits: Limits | None = None) -> Statistics:
    """Describe every indicator.

    Args:
        values: [units, indicators], NaN where missing.
        limits: for the flags.

    Raises:
        TableError, InfiniteError: see `arrays.as_table`.

    Source:
        Handbook (OECD/JRC 2008), steps 3 and 4; the limits are those of COINr's `get_stats`.
    """
    values, limits = as_table(values, "statistics"), limits or Limits()
    present = (~np.isnan(values)).sum(axis=0)
    some = np.where(present > 0, present, np.nan)
    mean, deviation = _moments(values)
    distinct, same = _repetition(values)
    kurt = kurtosis(values)
    zero_share = (values == 0).sum(axis=0) / some
    return Statistics(
        minimum=np.fmin.reduce(values, axis=0),
        maximum=np.fmax.reduce(values, axis=0),
        mean=mean,
        median=_median(values, present),
        standard_deviation=deviation,
        skewness=skewness(values),
        kurtosis=kurt,
        present=present,
        missing_share=1 - present / len(values),
        zero_share=zero_share,
        distinct=distinct,
        distinct_share=distinct / some,
        same_share=same / some,
        low_availability=present / len(values) < limits.availability,
        many_zeros=1 - zero_share < limits.nonzero,
        few_distinct=distinct / some < limits.distinct,
        outliers=~passes(values, limits.skewness, limits.kurtosis) & ~np.isnan(kurt),
        constant=(present > 0) & (distinct == 1),
    )


def _moments(values: Floats) -> tuple[Floats, Floats]:
    known = ~np.isnan(values)
    present = known.sum(axis=0).astype(float)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.where(present > 0, present, np.nan)
    off = np.where(known, values - mean, 0.0)
    return mean, np.sqrt((off**2).sum(axis=0) / np.where(present > 1, present - 1, np.nan))


def _median(values: Floats, present: Integers) -> Floats:
    ordered = np.sort(values, axis=0)  # missing figures go to the end
    column = np.arange(values.shape[1])
    last = np.maximum(present - 1, 0)
    return np.asarray((ordered[last // 2, column] + ordered[(last + 1) // 2, column]) / 2)


def _repetition(values: Floats) -> tuple[Integers, Integers]:
    """Number of different values of each column, and how often the most frequent one occurs."""
    counts = [np.unique(column[~np.isnan(column)], return_counts=True)[1] for column in values.T]
    return np.array([len(count) for count in counts]), np.array([count.max(initial=0) for count in counts])
