"""Make the data of an index from DATA and META tables. Reading the files themselves is in `cells`.

The format is that of COINr. DATA has `uCode`, optionally `uName`, `Time`, groups and denominators, and one
column an indicator. META has `iCode, Level, Parent, Direction, Weight, Type` and optionally `iName, Target,
Denominator, ScaleFactor, goalpost_lower, goalpost_upper` and other numbers that steps read.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.index.cells import Sheet, is_excel, make_sheet, read_csv, read_workbook
from pipelines.index.coin_tool import is_coin_tool, read_coin_tool
from pipelines.index.meta import Meta, read_meta
from pipelines.scoring.data import IndexData
from pipelines.scoring.errors import TableError
from pipelines.scoring.tree import Tree

Floats = NDArray[np.float64]
_STEP = "read"


@dataclass(frozen=True, eq=False)
class IndexTables:
    """An index as read.

    Attributes:
        data: what the steps work on.
        unit_names: by unit code.
        code_names: by indicator or aggregate code.
        notes: what a reader of the results should know about the reading.
    """

    data: IndexData
    unit_names: dict[str, str]
    code_names: dict[str, str]
    notes: list[str] = field(default_factory=list)


def read_index(data: Path, meta: Path | None = None) -> IndexTables:
    """Read an index from a DATA and a META file, or one Excel file with both, or a JRC COIN Tool workbook.

    Raises:
        TableError: a file cannot be read, lacks a column, or has a cell that makes no sense.
        TreeError: META is not a hierarchy.
        InfiniteError: a figure is infinite.
    """
    if meta is not None:
        return assemble(_one_sheet(data, "uCode"), _one_sheet(meta, "iCode"))
    if not is_excel(data):
        raise TableError(_STEP, f"{data.name} comes without META", "Give --meta, or one Excel file with both.")
    sheets = read_workbook(data)
    if is_coin_tool(sheets):
        return assemble(*read_coin_tool(sheets, data.name))
    return assemble(_sheet_with("uCode", sheets, data.name), _sheet_with("iCode", sheets, data.name))


def assemble(data: Sheet, meta: Sheet) -> IndexTables:
    """Put DATA and META together.

    Raises:
        TableError, TreeError, InfiniteError: as in `read_index`.
    """
    about = read_meta(meta, data)
    units = _unit_codes(data)
    leaves, column = about.leaves, {name: data.need(name) for name in [*about.leaves, *about.denominators]}
    time, notes = _times(data), []
    groups = {c: _labels(data, c) for c in data.columns if _may_group(c, data, about)}
    if ignored := [c for c in groups if c not in about.codes]:
        notes.append(f"columns of DATA that META does not describe, used only if named: {', '.join(ignored)}")
    tree = Tree.build(about.tree_codes, about.tree_parents, about.tree_weights, leaves=leaves, levels=about.tree_levels)
    index = IndexData(
        units=units,
        values=np.column_stack([data.numbers(column[code]) for code in leaves]),
        tree=tree,
        direction=about.direction,
        time=time,
        groups=groups,
        denominators={name: data.numbers(column[name]) for name in about.denominators},
        denominated_by=about.denominated_by,
        parameters=about.parameters,
    )
    names = data.find("uName")
    titles = data.texts(names) if names else list(units)
    unit_names = {code: title or code for code, title in zip(units, titles, strict=True)}
    return IndexTables(index, unit_names, about.names, notes + about.notes)


def _one_sheet(path: Path, key: str) -> Sheet:
    if is_excel(path):
        return _sheet_with(key, read_workbook(path), path.name)
    sheet = read_csv(path)
    sheet.need(key)
    return sheet


def _sheet_with(key: str, sheets: dict[str, NDArray[np.object_]], name: str) -> Sheet:
    """The sheet whose header has a column, wherever in the sheet the header is."""
    for title, cells in sheets.items():
        for row, line in enumerate(cells[:20].tolist()):
            if any(isinstance(cell, str) and cell.strip().lower() == key.lower() for cell in line):
                return make_sheet(f"{name}, sheet {title}", line, cells[row + 1 :], range(row + 2, len(cells) + 1))
    problem = f"{name} has no sheet with a column {key} among: {', '.join(sheets)}"
    raise TableError(_STEP, problem, "Name the columns as in the documentation.")


def _unit_codes(data: Sheet) -> tuple[str, ...]:
    codes = data.texts(data.need("uCode"))
    if None in codes:
        problem = f"{data.name}, row {data.rows[codes.index(None)]}: no unit code"
        raise TableError(_STEP, problem, "Give every row a uCode.", code="uCode")
    return tuple(code for code in codes if code is not None)


def _times(data: Sheet) -> Floats | None:
    """The year of each row, if there are several."""
    name = data.find("Time")
    if name is None:
        return None
    time = data.numbers(name)
    if np.isnan(time).all():
        return None
    if (lost := np.isnan(time)).any():
        problem = f"{data.name}, row {data.rows[int(np.argmax(lost))]}: no year"
        raise TableError(_STEP, problem, "Give every row a Time, or none.", code=name)
    return time if len(np.unique(time)) > 1 else None


def _may_group(column: str, data: Sheet, about: Meta) -> bool:
    standard = {data.find(name) for name in ("uCode", "uName", "Time")}
    return column not in standard | {data.need(name) for name in (*about.leaves, *about.denominators)}


def _labels(data: Sheet, column: str) -> NDArray[np.object_]:
    return np.asarray(data.texts(column), dtype=object)
