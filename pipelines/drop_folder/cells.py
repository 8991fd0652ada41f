"""A file of the drop folder as rows of cells, whether CSV or XLSX.

Put here: recognising what a file is, reading CSV, finding the header row, cleaning text.
Not here: opening workbooks (`workbook.py`), what cells mean (`rows.py`).
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils import get_column_letter

from pipelines.drop_folder.columns import COLUMNS, FOUND_BY, REQUIRED, column_of
from pipelines.drop_folder.columns import title as column_title
from pipelines.drop_folder.findings import LANGUAGES, Finding, Place, UnreadableError, shown

MOST_BYTES = 10_000_000
"""Of a file; one with 20,000 figures has about 1 MB."""

MOST_ROWS = 20_000
"""Of a sheet that hold something."""

MOST_COLUMNS = 100
"""Looked at from the left."""

HEADER_WITHIN = 20
"""Rows from the top in which the header is looked for."""

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Cell:
    """One filled cell.

    Attributes:
        place: where.
        value: text, number, truth or date, as the file holds it.
        is_percent: shown as percent, so that 0.5 is seen as 50 %.
        trouble: key of what makes the cell unreadable, such as a formula without a result.
    """

    place: Place
    value: object
    is_percent: bool = False
    trouble: str = ""

    @cached_property
    def text(self) -> str:
        """What the cell says: one kind of spaces, no invisible marks, letters composed."""
        number = self.value
        if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
            number = int(number)
        return clean(str(number))

    @property
    def has_invisible(self) -> bool:
        """Whether marks without width were left out."""
        return isinstance(self.value, str) and self.value.translate(_INVISIBLE) != self.value

    @property
    def hidden(self) -> str:
        """Names of control characters and of marks that turn the direction of text; empty when there are none."""
        if not isinstance(self.value, str):
            return ""
        bad = {mark for mark in self.value if mark in _DIRECTION or (mark < " " and mark not in "\t\r\n")}
        return ", ".join(sorted(f"U+{ord(mark):04X}" for mark in bad))


@dataclass(frozen=True)
class Row:
    """The filled cells of one row by column, and the places of all columns."""

    number: int
    cells: Mapping[str, Cell]
    places: Mapping[str, Place]


@dataclass
class Sheet:
    """The rows of one sheet, or why there are none.

    Attributes:
        name: empty for CSV.
        rows: below the header.
        findings: about the sheet.
        merged: ranges of merged cells, such as A2:A9.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    merged: tuple[str, ...] = ()


Line = tuple[int, Mapping[int, Cell]]
"""A row's number and its filled cells by column number, both from 1."""


def clean(text: str) -> str:
    """Text as it is compared and kept: composed letters, single spaces, nothing invisible."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def read_csv(name: str, body: bytes) -> Sheet:
    """Read a CSV file with commas, semicolons or tabs.

    Raises:
        UnreadableError: it is not text in UTF-8 or UTF-16, a web page, or broken.
    """
    text = _decode(name, body)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=lambda mark: sum(part.count(mark) for part in first.split('"')[::2]))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = list(_csv_lines(name, reader))
    except csv.Error as error:
        place = Place(name, cell=f"A{reader.line_num}")
        raise UnreadableError(Finding(place, "file", "csv_broken", {"line": reader.line_num})) from error
    return make_sheet(name, "", lines)


def make_sheet(file: str, name: str, lines: Iterable[Line]) -> Sheet:
    """Find the header and put the cells below under their columns."""
    sheet, waiting = Sheet(name), iter(lines)
    columns: dict[int, str] = {}
    for _, (_, cells) in zip(range(HEADER_WITHIN), waiting, strict=False):
        columns = {at: column for at, cell in cells.items() if (column := column_of(cell.text))}
        if set(FOUND_BY) <= set(columns.values()):
            sheet.findings += _judge_header(Place(file, name), cells, columns)
            break
    else:
        sheet.findings.append(Finding(Place(file, name), "sheet", "no_header", _titles(FOUND_BY)))
    if any(finding.weight == "sheet" for finding in sheet.findings):
        return sheet
    for number, cells in waiting:
        found = {column: cells[at] for at, column in columns.items() if at in cells}
        if not found:
            continue
        if len(sheet.rows) == MOST_ROWS:
            place = Place(file, name, f"A{number}")
            raise UnreadableError(Finding(place, "file", "too_many_rows", {"most": MOST_ROWS}))
        places = {column: Place(file, name, f"{get_column_letter(at)}{number}") for at, column in columns.items()}
        sheet.rows.append(Row(number, found, places))
    if not sheet.rows:
        sheet.findings.append(Finding(Place(file, name), "note", "no_rows"))
    return sheet


def _judge_header(place: Place, cells: Mapping[int, Cell], columns: Mapping[int, str]) -> Iterator[Finding]:
    known = list(columns.values())
    if missing := [column for column in REQUIRED if column not in known]:
        yield Finding(place, "sheet", "missing_columns", _titles(missing))
    for column in COLUMNS:
        if known.count(column) > 1:
            yield Finding(place, "sheet", "column_twice", _titles([column]))
    for at, cell in cells.items():
        if at not in columns:
            yield Finding(cell.place, "note", "unknown_column", {"given": shown(cell.text)})


def _titles(columns: Iterable[str]) -> dict[str, object]:
    names = list(columns)
    return {"columns": {code: ", ".join(column_title(name, code) for name in names) for code in LANGUAGES}}


def _csv_lines(name: str, reader: Iterator[list[str]]) -> Iterator[Line]:
    for number, texts in enumerate(reader, start=1):
        cells = {
            at: Cell(Place(name, "", f"{get_column_letter(at)}{number}"), text)
            for at, text in enumerate(texts[:MOST_COLUMNS], start=1)
            if clean(text)
        }
        if cells:
            yield number, cells


def _decode(name: str, body: bytes) -> str:
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise UnreadableError(Finding(Place(name), "file", "not_utf8", {"line": line})) from error
    if "\0" in text:
        raise UnreadableError(Finding(Place(name), "file", "not_text"))
    if text.lstrip().startswith("<"):
        raise UnreadableError(Finding(Place(name), "file", "web_page"))
    return text
