"""A filled workbook as rows of plain values, and every cell that is refused.

Put here: opening the file, its header, what a single cell may hold.
Not here: entries and links (`read.py`), what is refused before a workbook is opened (`pipelines/drop_folder`).
"""

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from pipelines.drop_folder.cells import MOST_BYTES
from pipelines.drop_folder.findings import UnreadableError, shown
from pipelines.drop_folder.workbook import check_archive, merged_cells
from pipelines.evidence.workbook.plan import FIRST_ROW, INSTRUCTIONS, LISTS, STAMP, Column, Sheet, sheets

MOST_ROWS = 20_000
"""Row beyond which a sheet is not read."""

MOST_COLUMNS = 100

_MOST_MERGED = 1_000
_NO_DATE = "no date: write YYYY, YYYY-MM or YYYY-MM-DD"


class WorkbookError(ValueError):
    """The file cannot be read as the register's workbook; the message says what to do."""


@dataclass(frozen=True)
class Refusal:
    """One cell, or row, that is not accepted.

    Attributes:
        address: sheet and cell, such as initiatives!C5.
        value: the beginning of what stands there.
        reason: what is wrong with it.
    """

    address: str
    value: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One filled row.

    Attributes:
        values: of its filled cells, by column.
        addresses: of all its cells, by column.
    """

    values: dict[str, Any]
    addresses: dict[str, str]


@dataclass
class Table:
    """The rows of one sheet; none where its header is not the expected one."""

    sheet: Sheet
    rows: list[Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """A workbook as far as it could be read.

    Attributes:
        tables: by sheet.
        refusals: of the whole workbook, its sheets and its cells.
        stamp: which state of the register was exported; empty where the workbook does not say.
    """

    tables: dict[str, Table]
    refusals: list[Refusal]
    stamp: str


def open_book(name: str, body: bytes) -> Book:
    """Read every sheet without running anything in the file.

    Args:
        name: of the file, for messages.
        body: its bytes.

    Raises:
        WorkbookError: too large, protected, with macros, or no workbook.
    """
    if len(body) > MOST_BYTES:
        raise WorkbookError(f"{name} has more than {MOST_BYTES // 1_000_000} MB: it is not the register's workbook.")
    try:
        check_archive(name, body)
    except UnreadableError as error:
        raise WorkbookError(str(error)) from error
    try:
        book = load_workbook(io.BytesIO(body), read_only=True)
        merged = merged_cells(body)
        found = {page.title: [row[:MOST_COLUMNS] for row in _lines(page)] for page in book.worksheets}
    except WorkbookError:
        raise
    except Exception as error:  # the library raises whatever a damaged part makes it stumble over
        raise WorkbookError(f"{name} cannot be read as XLSX: save it as .xlsx and try again.") from error
    known = [sheet.name for sheet in sheets()]
    refusals = [
        Refusal(title, "", "no sheet of the register: remove it")
        for title in found
        if title not in {*known, INSTRUCTIONS, LISTS}
    ]
    refusals += [
        Refusal(title, "", "the sheet is missing: export the workbook anew") for title in known if title not in found
    ]
    tables = {
        sheet.name: _table(sheet, found[sheet.name], merged.get(sheet.name, ()))
        for sheet in sheets()
        if sheet.name in found
    }
    refusals += [refusal for table in tables.values() for refusal in table.refusals]
    return Book(tables, refusals, _stamp(found.get(INSTRUCTIONS, [])))


def _lines(page: Any) -> Iterator[tuple[Any, ...]]:
    page.reset_dimensions()  # some programs state a smaller area than they filled
    for number, row in enumerate(page.iter_rows(), start=1):
        if number > MOST_ROWS and any(cell.value is not None for cell in row):
            raise WorkbookError(f"sheet {page.title}: something stands below row {MOST_ROWS}: remove it.")
        if number <= MOST_ROWS:
            yield row


def _stamp(rows: list[tuple[Any, ...]]) -> str:
    return next((str(row[1].value) for row in rows if len(row) > 1 and row[0].value == STAMP), "")


def _table(sheet: Sheet, lines: list[tuple[Any, ...]], merged: tuple[str, ...]) -> Table:
    table = Table(sheet)
    if misplaced := list(_header(sheet, lines[0] if lines else ())):
        table.refusals += misplaced
        return table
    for area in merged[:_MOST_MERGED]:
        if CellRange(area).max_row >= FIRST_ROW:
            table.refusals.append(Refusal(f"{sheet.name}!{area}", "", "merged cells: undo the merging"))
    for number, line in enumerate(lines[FIRST_ROW - 1 :], start=FIRST_ROW):
        if any(_is_filled(cell) for cell in line):
            table.rows.append(_row(table, number, line))
    return table


def _is_filled(cell: Any) -> bool:
    return cell.value is not None and not (isinstance(cell.value, str) and not cell.value.strip())


def _header(sheet: Sheet, line: tuple[Any, ...]) -> Iterator[Refusal]:
    names = [column.name for column in sheet.columns]
    given = [cell.value for cell in line]
    given += [None] * (len(names) - len(given))
    for at, value in enumerate(given):
        expected = names[at] if at < len(names) else None
        if value != expected:
            reason = f"the column {expected} belongs here" if expected else "no column of this sheet: remove it"
            yield Refusal(f"{sheet.name}!{get_column_letter(at + 1)}1", shown(value or ""), reason)


def _row(table: Table, number: int, line: tuple[Any, ...]) -> Row:
    columns = table.sheet.columns
    row = Row(
        {}, {column.name: f"{table.sheet.name}!{get_column_letter(at)}{number}" for at, column in enumerate(columns, 1)}
    )
    for at, cell in enumerate(line):
        if not _is_filled(cell):
            continue
        if at >= len(columns):
            address = f"{table.sheet.name}!{get_column_letter(at + 1)}{number}"
            table.refusals.append(Refusal(address, shown(cell.value), "outside the sheet's columns: remove it"))
            continue
        column = columns[at]
        value, reason = _value(column, cell)
        row.values[column.name] = value
        if reason:
            table.refusals.append(Refusal(row.addresses[column.name], shown(cell.value), reason))
    return row


def _value(column: Column, cell: Any) -> tuple[Any, str]:
    """What a cell says, and why it is refused; empty when it is not."""
    value = cell.value
    if cell.data_type == "f":
        return None, "a formula: write its result"
    if cell.data_type == "e":
        return None, "an error of the spreadsheet program"
    if isinstance(value, bool):
        return None, "true or false is no value of this column"
    if column.kind == "moment":
        return _moment(value)
    if column.kind in ("number", "year"):
        return _number(column, value)
    if not isinstance(value, str):
        return None, "a number or a date where text is expected: format the cell as text and write it again"
    return value.replace("_x000D_", "").strip(), ""  # returns of text that was pasted, as workbooks write them


def _moment(value: Any) -> tuple[Any, str]:
    if isinstance(value, dt.datetime | dt.date):
        return value, ""
    if isinstance(value, int | float):
        return (str(int(value)), "") if float(value).is_integer() else (None, _NO_DATE)
    return (value.strip(), "") if isinstance(value, str) else (None, _NO_DATE)


def _number(column: Column, value: Any) -> tuple[Any, str]:
    what = "year" if column.kind == "year" else "number"
    if not isinstance(value, int | float):
        return None, f"not a {what}: write digits only, in a cell that is not text"
    if column.kind == "year" and not float(value).is_integer():
        return None, "not a whole year"
    return int(value) if column.kind == "year" else value, ""
