"""Read a JRC COIN Tool workbook (2019, doi 10.2760/523877) as DATA and META sheets.

Its Database sheet has an indicator a column from E on, with weight, direction, goalposts, the codes of the
four aggregates above it, its name and its code in rows 7 to 16, and a unit a row from 17 on, named in B and
coded in C. Its Framework sheet lists codes, names and weights of the aggregates below the heading
Dimension/indicator.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.index.cells import Sheet, make_sheet
from pipelines.scoring.errors import TableError

Objects = NDArray[np.object_]
_STEP = "read COIN Tool"
_HEAD, _FIRST_COLUMN, _NAME, _CODE = 16, 4, 1, 2
_WEIGHT, _DIRECTION, _LOWER, _UPPER, _AGGREGATES, _TITLE, _ID = 6, 7, 8, 9, (13, 12, 11, 10), 14, 15
_EMPTY = ("", "n/a", "--", "N/A")


def is_coin_tool(sheets: dict[str, Objects]) -> bool:
    """Whether a workbook has the two sheets of the COIN Tool."""
    return {"Database", "Framework"} <= set(sheets)


def read_coin_tool(sheets: dict[str, Objects], name: str) -> tuple[Sheet, Sheet]:
    """DATA and META of a COIN Tool workbook.

    Levels which the workbook does not use (the same code above every indicator, except at the top) are left
    out.

    Raises:
        TableError: the Database sheet is empty or an indicator has no code.
    """
    grid = _pad(sheets["Database"])
    block = grid[_HEAD:, _FIRST_COLUMN:]
    filled = np.vectorize(lambda c: str(c).strip() not in _EMPTY, otypes=[bool])(block)
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    if not len(rows) or not len(columns):
        raise TableError(_STEP, f"{name}: the Database sheet has no figures from E17 on", "Fill it.")
    head = grid[:_HEAD, _FIRST_COLUMN + columns]
    codes = [_label(cell) for cell in head[_ID]]
    if "" in codes:
        raise TableError(_STEP, f"{name}: an indicator of the Database sheet has no code", "Fill row 16.")
    units = grid[_HEAD + rows]
    figures = block[np.ix_(rows, columns)].copy()
    figures[~filled[np.ix_(rows, columns)]] = ""
    data = np.column_stack([units[:, _CODE], units[:, _NAME], figures])
    sheet = make_sheet(f"{name}, sheet Database", ["uCode", "uName", *codes], data, (rows + _HEAD + 1).tolist())
    return sheet, _meta(head, codes, _framework(sheets["Framework"]), name)


def _meta(head: Objects, codes: list[str], framework: dict[str, tuple[str, object]], name: str) -> Sheet:
    lineage = [[_label(cell) for cell in head[row]] for row in _AGGREGATES]
    used = [line for line in lineage[:-1] if len(set(line)) > 1] + [lineage[-1]]
    header = ["iCode", "iName", "Level", "Parent", "Direction", "Weight", "Type"]
    header += ["goalpost_lower", "goalpost_upper"]
    rows: list[list[object]] = [
        [
            code,
            head[_TITLE, i],
            1,
            used[0][i],
            *head[[_DIRECTION, _WEIGHT], i],
            "Indicator",
            *head[[_LOWER, _UPPER], i],
        ]
        for i, code in enumerate(codes)
    ]
    for level, line in enumerate(used):
        above = used[level + 1] if level + 1 < len(used) else [None] * len(line)
        for code, parent in dict(zip(line, above, strict=True)).items():
            title, weight = framework.get(code, (code, 1))
            rows.append([code, title, level + 2, parent, 1, weight, "Aggregate", None, None])
    return make_sheet(f"{name}, sheet Framework", header, np.asarray(rows, dtype=object), range(len(rows)))


def _framework(grid: Objects) -> dict[str, tuple[str, object]]:
    """By aggregate code, its name and weight: columns C, H and E below the heading."""
    start = next(
        (i for i, row in enumerate(grid.tolist()) if "Dimension/indicator" in map(_label, row)),
        None,
    )
    if start is None:
        return {}
    found: dict[str, tuple[str, object]] = {}
    for row in grid[start + 1 :].tolist():
        cells = [*row, *[None] * 8][2:8]
        if (code := _label(cells[0])) not in _EMPTY:
            weight = cells[2] if isinstance(cells[2], int | float) else 1
            found[code] = (_label(cells[5]) or code, weight)
    return found


def _pad(grid: Objects) -> Objects:
    """At least as many rows and columns as the heading takes, so that it can be indexed."""
    rows, columns = grid.shape
    padded = np.full((max(rows, _HEAD), max(columns, _FIRST_COLUMN)), "", dtype=object)
    padded[:rows, :columns] = grid
    return padded


def _label(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
