"""Read the parameters of a normalisation from the method and the metadata, and apply it. No formula here."""

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring import normalise as scales
from pipelines.scoring.data import IndexData
from pipelines.scoring.errors import AnchorError, MethodError, naming
from pipelines.scoring.method import Normalisation, Normalise

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_STEP = "normalise"
_META = {"minmax": ("lower", "upper"), "scaled": ("lower", "upper"), "zscore": ("mean", "sd")}


def normalise_by(how: Normalise, x: Floats, data: IndexData, rows: Integers) -> Floats:
    """Normalise a table, each indicator by its own scale.

    Args:
        how: the scale of all, and its exceptions.
        x: [units, indicators].
        data: directions and metadata.
        rows: [units] the rows of the data which the units are.

    Raises:
        ScoringError: a scale does not fit; with the column number of the indicator.
    """
    codes = data.tree.leaves
    if not how.overrides:
        return _apply(how, x, data, np.arange(len(codes)), rows)
    common = np.asarray([code not in how.overrides for code in codes])
    made = np.empty_like(x)
    scales_used: list[tuple[Normalisation, Integers]] = [(how, np.flatnonzero(common))]
    scales_used += [(other, np.asarray([codes.index(code)])) for code, other in how.overrides.items()]
    for scale, columns in scales_used:
        with naming([codes[i] for i in columns]):
            made[:, columns] = _apply(scale, x[:, columns], data, columns, rows)
    return made


def _apply(how: Normalisation, x: Floats, data: IndexData, columns: Integers, rows: Integers) -> Floats:
    sign = data.direction[columns]
    match how.method:
        case "goalposts":
            lower, upper = (data.parameter(f"goalpost_{end}", _STEP)[columns] for end in ("lower", "upper"))
            scale = _or_else(data, "goalpost_scale", columns, how.scale)
            truncate = _or_else(data, "goalpost_trunc2posts", columns, how.truncate)
            return scales.goalposts(x, lower, upper, sign, truncate, scale)
        case "minmax" | "scaled" | "zscore":
            return _by_two(how, x, sign, data, columns)
        case "distance_to_reference":
            return scales.distance_to_reference(x, sign, reference=_reference(how, data, rows), cap=how.cap)
        case "distance_to_target":
            cap = _or_else(data, "dist2targ_cap_max", columns, how.cap)
            return scales.distance_to_target(x, data.parameter("Target", _STEP)[columns], sign, cap=cap)
        case "none":
            return x * sign
    plain = {
        "rank": scales.rank,
        "borda": scales.borda,
        "percentile_rank": scales.percentile_rank,
        "fraction_of_max": scales.fraction_of_max,
        "distance_to_max": scales.distance_to_max,
    }
    return plain[how.method](x, sign)


def _by_two(how: Normalisation, x: Floats, sign: Floats, data: IndexData, columns: Integers) -> Floats:
    """The scales with two parameters, which may come from the metadata."""
    first, second = _META[how.method]
    low: Floats | float = getattr(how, first)
    high: Floats | float = getattr(how, second)
    if how.from_meta:
        low = data.parameter(f"{how.method}_{first}", _STEP)[columns]
        high = data.parameter(f"{how.method}_{second}", _STEP)[columns]
        if (lost := np.isnan(low) | np.isnan(high)).any():
            problem = f"the metadata lack its {how.method}_{first} or {how.method}_{second}"
            raise MethodError(_STEP, problem, "Give both.", code=int(np.argmax(lost)))
    if how.method == "scaled":
        return scales.scaled(x, sign, low, high, how.scale)
    return (scales.minmax if how.method == "minmax" else scales.zscore)(x, sign, low, high)


def _or_else(data: IndexData, name: str, columns: Integers, otherwise: float) -> Floats:
    """[columns] the metadata's numbers, and the method's where they have none."""
    given = data.parameters.get(name)
    if given is None:
        return np.full(len(columns), float(otherwise))
    return np.where(np.isnan(given[columns]), float(otherwise), given[columns])


def _reference(how: Normalisation, data: IndexData, rows: Integers) -> int:
    at = [i for i, row in enumerate(rows) if data.units[row] == how.unit]
    if not at:
        raise AnchorError(_STEP, "the reference unit is not there", "Name a unit that is.", unit=how.unit)
    if len(at) > 1:
        advice = "Normalise over each `year`, where it has one row."
        raise AnchorError(_STEP, "the reference unit has several rows", advice, unit=how.unit)
    return at[0]
