"""Read a workbook of the drop folder without running or believing anything in it.

Put here: opening XLSX; what is refused before that is told by `pipelines/readers/archives.py`.
Not here: finding the header (`cells.py`), what cells mean (`rows.py`).

A file with formulas is read twice side by side: as last calculated, and with its formulas, since a formula that no
spreadsheet program ever calculated has no value. Sizes that the file states about itself are not trusted for how far
to read.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn
from xml.etree import ElementTree as ET

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from pipelines.drop_folder.cells import MOST_COLUMNS, Cell, Line, Sheet, clean, make_sheet
from pipelines.drop_folder.findings import Finding, Place, UnreadableError
from pipelines.readers.archives import ArchiveError, Fault, open_archive

MOST_UNPACKED = 60_000_000
"""Bytes of everything inside the workbook; 20,000 figures take about 10 MB."""

LAST_ROW = 1_048_576
"""Of any spreadsheet program."""

_REFUSED: dict[Fault, str] = {
    "old": "old_excel",
    "damaged": "damaged",
    "macros": "macros",
    "too_large": "unpacks_too_large",
}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')


def read_workbook(name: str, body: bytes, own_sheets: Iterable[str]) -> list[Sheet]:
    """Read every visible sheet.

    Args:
        name: of the file.
        body: its bytes.
        own_sheets: names of the template's sheets that hold no figures.

    Raises:
        UnreadableError: old or protected, with macros, too large inside, or damaged.
    """
    check_archive(name, body)
    try:
        values = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(body), read_only=True, data_only=False) if _has_formulas(body) else values
        merged = merged_cells(body)
        return [
            _read_sheet(name, values[title], formulas[title], merged.get(title, ()))
            for title in values.sheetnames
            if title not in set(own_sheets) and hasattr(values[title], "iter_rows")
        ]
    except UnreadableError:
        raise
    except Exception as error:  # the library raises whatever a damaged part makes it stumble over
        raise UnreadableError(Finding(Place(name), "file", "damaged")) from error


def check_archive(name: str, body: bytes) -> None:
    """Refuse what must not be opened.

    Raises:
        UnreadableError: see `read_workbook`.
    """
    try:
        open_archive(body, MOST_UNPACKED).close()
    except ArchiveError as error:
        _refuse(name, _REFUSED[error.fault], most=MOST_UNPACKED // 1_000_000)


def _refuse(name: str, key: str, **facts: object) -> NoReturn:
    raise UnreadableError(Finding(Place(name), "file", key, facts))


def _read_sheet(name: str, values: Any, formulas: Any, merged: tuple[str, ...]) -> Sheet:
    if values.sheet_state != "visible":
        return Sheet(values.title, findings=[Finding(Place(name, values.title), "note", "hidden_sheet")])
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # some programs state a smaller area than they filled
    sheet = make_sheet(name, values.title, _lines(name, values, formulas))
    sheet.merged = merged
    return sheet


def _lines(name: str, values: Any, formulas: Any) -> Iterator[Line]:
    rows = values.iter_rows(max_col=MOST_COLUMNS)
    both: Iterable[tuple[Any, Any]] = ((row, row) for row in rows)
    if formulas is not values:
        both = zip(rows, formulas.iter_rows(max_col=MOST_COLUMNS), strict=False)
    nothing = None
    for number, (row, raw) in enumerate(both, start=1):
        if number > LAST_ROW:
            _refuse(name, "damaged")
        if raw is nothing:
            continue
        cells = {}
        for at, (cell, source) in enumerate(zip(row, raw, strict=False), start=1):
            if source.value is not None and (
                found := _cell(Place(name, values.title, source.coordinate), cell, source)
            ):
                cells[at] = found
        if cells:
            yield number, cells
        elif all(cell is EMPTY_CELL for cell in raw):
            nothing = raw  # before a cell far below, the library gives this same row a million times


def _cell(place: Place, cell: Any, source: Any) -> Cell | None:
    if source.data_type == "f" and cell.value is None:
        return Cell(place, "", trouble="formula_unknown")
    if cell.data_type == "e":
        return Cell(place, cell.value, trouble="formula_error")
    if isinstance(cell.value, str) and not clean(cell.value):
        return None
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return Cell(place, cell.value, is_percent=is_number and "%" in (cell.number_format or ""))


def _has_formulas(body: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = (archive.read(name) for name in archive.namelist() if name.endswith(".xml"))
        return any(_FORMULA.search(part) for part in parts)


def merged_cells(body: bytes) -> dict[str, tuple[str, ...]]:
    """Ranges of merged cells by sheet; the library leaves them out when it reads row by row."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 (the parser loads nothing and stops at bombs)
        links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {link.get("Id"): (link.get("Target") or "").removeprefix("/xl/") for link in links}
        found = {}
        for sheet in book.iter(f"{_MAIN}sheet"):
            part = f"xl/{targets.get(sheet.get(_REFERENCE), '')}"
            if part in archive.namelist():
                ranges = _MERGED.findall(archive.read(part))
                found[sheet.get("name") or ""] = tuple(area.decode() for area in ranges)
        return found
