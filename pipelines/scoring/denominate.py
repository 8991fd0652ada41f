"""Relate indicators to a size of the unit, such as its population. The metadata says which column it is."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import AnchorError

Floats = NDArray[np.float64]
_STEP = "denominate"


def denominate(
    x: ArrayLike,
    denominators: ArrayLike,
    scale: ArrayLike = 1.0,
    operator: Literal["divide", "multiply", "add", "subtract"] = "divide",
) -> Floats:
    """Divide each indicator by its denominator and multiply by a scale factor.

    With another operator, it works with the denominator divided by the scale factor. A missing figure or
    denominator gives a missing result. Source: OECD/JRC Handbook (2008), step 5; COINr, Denominate.

    Args:
        x: [units] or [units, indicators].
        denominators: of the same shape.
        scale: one number, or one an indicator.
        operator: what to do with the denominator.

    Returns:
        Of the shape of `x`.

    Raises:
        AnchorError: a denominator to divide by is zero, or a scale factor is zero or missing.
    """
    x, size, factor = (np.asarray(a, dtype=float) for a in (x, denominators, scale))
    if (wrong := np.atleast_1d(~np.isfinite(factor) | (factor == 0))).any():
        raise AnchorError(_STEP, "its ScaleFactor is zero or missing", "Give a number.", code=int(np.argmax(wrong)))
    size = size / factor
    if operator == "divide":
        if (zero := (size == 0) & ~np.isnan(x)).any():
            place = tuple(int(i) for i in np.argwhere(zero)[0])
            raise AnchorError(
                _STEP,
                "its denominator is 0",
                "Correct it, or leave it empty if it is not known.",
                unit=place[0],
                code=place[1] if len(place) > 1 else None,
            )
        return np.divide(x, size, out=np.full(x.shape, np.nan), where=size != 0)
    return {"multiply": np.multiply, "add": np.add, "subtract": np.subtract}[operator](x, size)
