"""Which units have enough figures to be scored. It decides and does not cut: the caller keeps the rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import MethodError

_STEP = "screen"


@dataclass(frozen=True, eq=False)
class Screening:
    """The decision about each unit.

    Attributes:
        keep: [units].
        availability: [units] share of the indicators present.
        nonzero: [units] share of the present figures that are not zero; NaN when none is present.
    """

    keep: NDArray[np.bool_]
    availability: NDArray[np.float64]
    nonzero: NDArray[np.float64]


def screen(
    x: ArrayLike,
    min_availability: float | None = None,
    min_nonzero: float | None = None,
    *,
    units: Sequence[str] = (),
    include: Collection[str] = (),
    exclude: Collection[str] = (),
) -> Screening:
    """Keep the units whose shares of present and of non-zero figures reach the minima; exceptions go before.

    A unit without a single figure fails a minimum of non-zero figures.
    Source: OECD/JRC Handbook (2008), step 3.

    Args:
        x: [units, indicators], NaN where missing.
        min_availability: the least share of indicators present; None: not asked for.
        min_nonzero: the least share of present figures other than zero; None: not asked for.
        units: the code of each unit, needed for the exceptions.
        include: codes of units to keep whatever their figures.
        exclude: codes of units to leave out whatever their figures.

    Raises:
        MethodError: an exception names a unit that is not there.
    """
    x = np.asarray(x, dtype=float)
    if unknown := (set(include) | set(exclude)) - set(units):
        raise MethodError(_STEP, "no such unit", "Correct `include` or `exclude`.", unit=sorted(unknown)[0])
    present = (~np.isnan(x)).sum(axis=1)
    availability = present / x.shape[1]
    nonzero = np.divide(((x != 0) & ~np.isnan(x)).sum(axis=1), present, out=np.full(len(x), np.nan), where=present > 0)
    keep = np.ones(len(x), dtype=bool)
    if min_availability is not None:
        keep &= availability >= min_availability
    if min_nonzero is not None:
        keep &= nonzero >= min_nonzero
    code = np.asarray(units, dtype=object) if include or exclude else np.empty(0, dtype=object)
    keep = (keep | np.isin(code, list(include))) & ~np.isin(code, list(exclude)) if len(code) else keep
    return Screening(keep, availability, nonzero)
