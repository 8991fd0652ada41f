"""Read META, the table of codes: what each is, where it hangs, which way is better. DATA is for `read`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.index.cells import Sheet
from pipelines.scoring.errors import TableError, TreeError

Floats = NDArray[np.float64]
_STEP = "read META"
_TYPES = ("indicator", "aggregate", "denominator", "group", "other")
_TRUTHS = {"true": 1.0, "yes": 1.0, "1": 1.0, "false": 0.0, "no": 0.0, "0": 0.0}
_FLAGS = ("dist2targ_cap_max", "goalpost_trunc2posts")
_NUMBERS = (
    "ScaleFactor",
    "Target",
    "goalpost_lower",
    "goalpost_upper",
    "goalpost_scale",
    "minmax_lower",
    "minmax_upper",
    "scaled_lower",
    "scaled_upper",
    "zscore_mean",
    "zscore_sd",
)


@dataclass(frozen=True, eq=False)
class Meta:
    """What META says.

    Attributes:
        codes: every code.
        names: the name of each code, its code where it has none.
        leaves: the indicators, in the order of their rows.
        direction: [leaves].
        tree_codes, tree_parents, tree_weights, tree_levels: of indicators and aggregates, for `Tree.build`.
        denominators: the columns of DATA that are denominators.
        denominated_by: by indicator, its denominator.
        parameters: by column name, [leaves] numbers, NaN where empty.
        notes: what was assumed.
    """

    codes: tuple[str, ...]
    names: dict[str, str]
    leaves: tuple[str, ...]
    direction: Floats
    tree_codes: list[str]
    tree_parents: list[str | None]
    tree_weights: Floats
    tree_levels: list[int] | None
    denominators: tuple[str, ...]
    denominated_by: dict[str, str]
    parameters: dict[str, Floats]
    notes: list[str]


def read_meta(meta: Sheet, data: Sheet) -> Meta:
    """Read META beside the DATA it describes.

    Raises:
        TableError: a required column is not there, or a cell makes no sense.
        TreeError: an indicator has no direction, an aggregate one that is not 1, or a code no row of its own.
    """
    codes = _codes(meta)
    notes: list[str] = []
    types = _types(meta, data, codes, notes)
    leaf = [i for i, kind in enumerate(types) if kind == "indicator"]
    hung = [i for i, kind in enumerate(types) if kind in ("indicator", "aggregate")]
    if not leaf:
        raise TableError(_STEP, f"{meta.name} has no row of Type Indicator", "Mark the indicators.")
    leaves = tuple(codes[i] for i in leaf)
    parents = meta.texts(meta.need("Parent"))
    by = _denominated_by(meta, data, leaves, leaf)
    marked = {codes[i] for i, kind in enumerate(types) if kind == "denominator" and data.find(codes[i])}
    return Meta(
        codes=tuple(codes),
        names=_names(meta, codes),
        leaves=leaves,
        direction=_directions(meta, codes, types, leaf),
        tree_codes=[codes[i] for i in hung],
        tree_parents=[parents[i] for i in hung],
        tree_weights=_weights(meta, codes, hung, parents, notes),
        tree_levels=_levels(meta, codes, hung),
        denominators=tuple(sorted(marked | set(by.values()))),
        denominated_by=by,
        parameters=_parameters(meta, leaf),
        notes=notes,
    )


def _codes(meta: Sheet) -> list[str]:
    codes = meta.texts(meta.need("iCode"))
    for i, code in enumerate(codes):
        if code is None:
            raise TableError(_STEP, f"{meta.name}, row {meta.rows[i]}: no code", "Give every row an iCode.")
        if code.lower() in ("ucode", "uname", "time"):
            raise TableError(_STEP, "the code is the name of another column", "Rename it.", code=code)
    found = [code for code in codes if code is not None]
    if len(set(found)) < len(found):
        twice = next(code for i, code in enumerate(found) if code in found[:i])
        raise TreeError(_STEP, "the code is given twice", "Give every code one row.", code=twice)
    return found


def _types(meta: Sheet, data: Sheet, codes: list[str], notes: list[str]) -> list[str]:
    """The type of each code, in small letters; without a Type column, by whether DATA has a column of it."""
    name = meta.find("Type")
    if name is None:
        notes.append("META has no Type: codes with a column in DATA are indicators, the others aggregates")
        return ["indicator" if data.find(code) else "aggregate" for code in codes]
    types = [(text or "other").lower() for text in meta.texts(name)]
    for code, kind in zip(codes, types, strict=True):
        if kind not in _TYPES:
            advice = "Write Indicator, Aggregate, Denominator, Group or Other."
            raise TableError(_STEP, f"its Type {kind[:40]!r} is not known", advice, code=code)
    return types


def _directions(meta: Sheet, codes: list[str], types: list[str], leaf: list[int]) -> Floats:
    """[leaves]; an aggregate's own direction is refused, because it would have no effect."""
    direction = meta.numbers(meta.need("Direction"))
    for i, kind in enumerate(types):
        if kind == "aggregate" and direction[i] not in (1.0,) and not np.isnan(direction[i]):
            advice = "Set the direction of its indicators instead."
            raise TreeError(_STEP, f"an aggregate with Direction {direction[i]:g}", advice, code=codes[i])
        if kind == "indicator" and direction[i] not in (1.0, -1.0):
            raise TreeError(_STEP, "its Direction is neither 1 nor -1", "Write 1 or -1.", code=codes[i])
    return direction[leaf]


def _weights(meta: Sheet, codes: list[str], hung: list[int], parents: list[str | None], notes: list[str]) -> Floats:
    name = meta.find("Weight")
    if name is None:
        notes.append("META has no Weight: siblings weigh the same")
        return np.ones(len(hung))
    weight = meta.numbers(name)[hung]
    top = np.asarray([parents[i] is None for i in hung])
    return np.where(top & np.isnan(weight), 1.0, weight)


def _levels(meta: Sheet, codes: list[str], hung: list[int]) -> list[int] | None:
    name = meta.find("Level")
    if name is None:
        return None
    level = meta.numbers(name)[hung]
    wrong = ~(level >= 1) | (level != np.floor(level))
    if wrong.any():
        code = codes[hung[int(np.argmax(wrong))]]
        advice = "Write 1 for an indicator and more for an aggregate."
        raise TreeError(_STEP, "its Level is missing or not a whole number from 1", advice, code=code)
    return [int(value) for value in level]


def _denominated_by(meta: Sheet, data: Sheet, leaves: tuple[str, ...], leaf: list[int]) -> dict[str, str]:
    name = meta.find("Denominator")
    if name is None:
        return {}
    text = meta.texts(name)
    by = {code: text[i] for code, i in zip(leaves, leaf, strict=True)}
    for code, denominator in by.items():
        if denominator is not None and data.find(denominator) is None:
            problem = f"its Denominator {denominator} is not a column of {data.name}"
            raise TableError(_STEP, problem, "Add the column, or empty the cell.", code=code)
    return {code: denominator for code, denominator in by.items() if denominator is not None}


def _names(meta: Sheet, codes: list[str]) -> dict[str, str]:
    name = meta.find("iName")
    titles = meta.texts(name) if name else codes
    return {code: title or code for code, title in zip(codes, titles, strict=True)}


def _parameters(meta: Sheet, leaf: list[int]) -> dict[str, Floats]:
    found = {name: column for name in _NUMBERS if (column := meta.find(name))}
    parameters = {name: meta.numbers(column)[leaf] for name, column in found.items()}
    for name in _FLAGS:
        if column := meta.find(name):
            parameters[name] = _truths(meta, column)[leaf]
    return parameters


def _truths(meta: Sheet, column: str) -> Floats:
    cells = meta.texts(column)
    for i, cell in enumerate(cells):
        if cell is not None and cell.lower() not in _TRUTHS:
            problem = f"{meta.name}, row {meta.rows[i]}: {cell[:40]!r} is neither true nor false"
            raise TableError(_STEP, problem, "Write TRUE or FALSE.", code=column)
    return np.asarray([np.nan if cell is None else _TRUTHS[cell.lower()] for cell in cells])
