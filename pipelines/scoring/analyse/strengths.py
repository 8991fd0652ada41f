"""Where each unit does best and worst compared with the other units.

Put here: standings within all units or within groups, and each unit's strengths and weaknesses.
Not here: scores and ranks of aggregates (`pipelines.scoring.ranks`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from pipelines.scoring.arrays import Floats, Integers, as_table
from pipelines.scoring.errors import TableError

_STEP = "strengths"
_MIDDLE = 0.5


@dataclass(frozen=True, eq=False)
class Extremes:
    """The indicators in which a unit stands highest and lowest.

    Attributes:
        standing: [units, indicators] share of the other units which the unit is above, ties counting half;
            NaN where missing, or when no other unit is known.
        strengths: [units, number] column numbers, the highest standing first; -1 where there is no more.
        weaknesses: [units, number] likewise, the lowest standing first.
    """

    standing: Floats
    strengths: Integers
    weaknesses: Integers


def strengths(
    values: ArrayLike, number: int = 5, group: ArrayLike | None = None, least_distinct: float = 0.2
) -> Extremes:
    """Find the strengths and weaknesses of every unit. A strength is above the middle, a weakness below it.

    Args:
        values: [units, indicators] directions applied, the higher the better; NaN where missing.
        number: of strengths and of weaknesses at most.
        group: [units] compare only within groups of equal labels.
        least_distinct: an indicator with a smaller share of distinct figures is not listed.

    Raises:
        TableError, InfiniteError: see `arrays.as_table`; or not one group label a unit.
    """
    values = as_table(values, _STEP)
    label = np.zeros(len(values), dtype=int) if group is None else np.asarray(group)
    if label.shape != (len(values),):
        raise TableError(_STEP, f"{label.shape} labels for {len(values)} units", "Give one label a unit.")
    place = np.full(values.shape, np.nan)
    for name in np.unique(label):
        place[label == name] = standing(values[label == name])
    told = np.where(_distinct_share(values) >= least_distinct, place, np.nan)
    best, worst = _first(-told, number), _first(told, number)
    row = np.arange(len(values))[:, None]
    return Extremes(
        place,
        np.where(told[row, best] > _MIDDLE, best, -1),
        np.where(told[row, worst] < _MIDDLE, worst, -1),
    )


def standing(values: Floats) -> Floats:
    """Share of the other units that each unit is above, ties counting half, by column; NaN where missing."""
    others = (~np.isnan(values)).sum(axis=0) - 1.0
    rank = rankdata(values, axis=0, nan_policy="omit")
    return np.asarray((rank - 1) / np.where(others > 0, others, np.nan))


def _first(key: Floats, number: int) -> Integers:
    """Columns of the smallest keys of each row; missing keys come last."""
    return np.argsort(key, axis=1, kind="stable")[:, :number]


def _distinct_share(values: Floats) -> Floats:
    known = (~np.isnan(values)).sum(axis=0)
    ordered = np.sort(values, axis=0)
    distinct = (ordered[1:] > ordered[:-1]).sum(axis=0) + 1
    return np.asarray(distinct / np.maximum(known, 1))
