"""Tables of raw cells from CSV and Excel files. What the columns mean is decided in `read`."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pipelines.scoring.errors import TableError

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]
MISSING = frozenset({"", "NA", "N/A", "n/a", "na", "#N/A", "NaN", "nan", "NULL", "null", "..", ":"})
_STEP = "read"
_EXCEL = (".xlsx", ".xlsm")


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table with a header.

    Attributes:
        name: the file or sheet, for messages.
        columns: by name, the cells: text, number or None.
        rows: the row number in the file of each row.
        decimal_comma: whether 1,5 is one and a half.
    """

    name: str
    columns: dict[str, Objects]
    rows: Sequence[int]
    decimal_comma: bool = False

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def find(self, name: str) -> str | None:
        """The column of that name, whatever its capitals."""
        if name in self.columns:
            return name
        return next((c for c in self.columns if c.lower() == name.lower()), None)

    def need(self, name: str) -> str:
        """The column of that name.

        Raises:
            TableError: there is none.
        """
        found = self.find(name)
        if found is None:
            shown = ", ".join(list(self.columns)[:12]) + (" and more" if len(self.columns) > 12 else "")
            raise TableError(_STEP, f"{self.name} has no column {name}; it has {shown}", "Add or rename it.")
        return found

    def texts(self, name: str) -> list[str | None]:
        """The cells of a column as text; None where missing. Whole numbers lose their ".0"."""
        return [_text(cell) for cell in self.columns[name].tolist()]

    def numbers(self, name: str) -> Floats:
        """The cells of a column as numbers, NaN where missing.

        Raises:
            TableError: a cell is neither a number nor missing; names the row.
        """
        cells = self.columns[name].tolist()
        if self.decimal_comma:
            cells = [cell.replace(",", ".") if isinstance(cell, str) else cell for cell in cells]
        if all(type(cell) is str for cell in cells) and "_" not in "".join(cells):
            try:
                return np.asarray([cell or "nan" for cell in cells], dtype=object).astype(float)
            except ValueError:
                pass  # a cell needs a closer look
        values = np.empty(len(cells))
        for i, cell in enumerate(cells):
            try:
                values[i] = _number(cell)
            except (ValueError, TypeError):
                problem = f"{self.name}, row {self.rows[i]}: {str(cell)[:40]!r} is not a number"
                advice = "Write a number with a decimal point and no thousands mark, or leave it empty."
                raise TableError(_STEP, problem, advice, code=name) from None
        return values


def read_csv(path: Path) -> Sheet:
    """Read a text table: comma, semicolon or tab between cells, UTF-8, UTF-16 or Windows-1252.

    Raises:
        TableError: it is not there, empty, not text, or rows are longer than the header.
    """
    text = _decode(_bytes(path), path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=lambda mark: _count_outside_quotes(first, mark))
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        lines = [(reader.line_num, line) for line in reader if any(line)]
    except csv.Error as error:
        problem = f"{path.name}, row {reader.line_num}: {error}"
        raise TableError(_STEP, problem, "Check the file.") from error
    header = lines[0][1] if lines else []
    cells = np.full((max(len(lines) - 1, 0), len(header)), "", dtype=object)
    for i, (row, line) in enumerate(lines[1:]):
        if len(line) > len(header) and any(line[len(header) :]):
            problem = f"{path.name}, row {row}: {len(line)} cells, and the header has {len(header)}"
            raise TableError(_STEP, problem, "Put text with the separator in it in quotes.")
        cells[i, : len(line)] = line[: len(header)]
    rows = [row for row, _ in lines[1:]]
    return make_sheet(path.name, header, cells, rows, decimal_comma=separator == ";")


def make_sheet(
    name: str, header: Sequence[object], cells: Objects, rows: Sequence[int], *, decimal_comma: bool = False
) -> Sheet:
    """A sheet from a header row and the cells below; empty rows are left out.

    Raises:
        TableError: a column name is given twice, or cells have none.
    """
    filled = np.asarray(cells != "", dtype=bool)
    kept = np.flatnonzero(filled.any(axis=1))
    cells, filled = cells[kept], filled[kept]
    columns: dict[str, Objects] = {}
    for i, cell in enumerate(header):
        title = _text(cell)
        if title is None:
            if filled[:, i].any():
                problem = f"{name}, column {i + 1}: cells without a column name"
                raise TableError(_STEP, problem, "Name the column or empty it.")
            continue
        if title in columns:
            raise TableError(_STEP, f"{name} has two columns of that name", "Rename one.", code=title)
        columns[title] = cells[:, i]
    if not columns or not len(cells):
        raise TableError(_STEP, f"{name} has no rows", "Give a header and rows below it.")
    return Sheet(name, columns, [rows[i] for i in kept.tolist()], decimal_comma)


def read_workbook(path: Path) -> dict[str, Objects]:
    """The cells of every sheet of an Excel file, by sheet name, as last calculated.

    Raises:
        TableError: it is not there or not an Excel file, or a formula was never calculated.
    """
    _bytes(path)
    try:
        values = load_workbook(path, read_only=True, data_only=True)
        formulas = load_workbook(path, read_only=True, data_only=False)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
        advice = "Save it as .xlsx."
        raise TableError(_STEP, f"{path.name} is not an Excel file: {error}", advice) from error
    sheets = {}
    for name in values.sheetnames:
        found = _grid(list(values[name].iter_rows(values_only=True)))
        raw = _grid(list(formulas[name].iter_rows(values_only=True)))
        _check_calculated(path, name, found, raw)
        sheets[name] = found
    values.close()
    formulas.close()
    return sheets


def is_excel(path: Path) -> bool:
    """Whether the name is that of an Excel file."""
    return path.suffix.lower() in _EXCEL


def _check_calculated(path: Path, name: str, found: Objects, raw: Objects) -> None:
    for (row, column), cell in np.ndenumerate(raw):
        if isinstance(cell, str) and cell.startswith("=") and found[row, column] == "":
            place = f"{path.name}, sheet {name}, row {row + 1}, column {column + 1}"
            advice = "Open it in a spreadsheet program and save it, or paste values."
            raise TableError(_STEP, f"{place}: a formula without a calculated value", advice)


def _grid(rows: list[tuple[object, ...]]) -> Objects:
    width = max((len(row) for row in rows), default=0)
    grid = np.full((len(rows), width), "", dtype=object)
    for i, row in enumerate(rows):
        grid[i, : len(row)] = ["" if cell is None else cell for cell in row]
    return grid


def _number(cell: object) -> float:
    """A cell as a number.

    Raises:
        ValueError, TypeError: it is none.
    """
    if cell is None:
        return math.nan
    if isinstance(cell, str):
        if cell in MISSING or cell.strip() in MISSING:
            return math.nan
        if "_" in cell:  # Python reads 1_000 as a number; nobody writes it
            raise ValueError
        return float(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    raise TypeError


def _text(cell: object) -> str | None:
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    return None if text in MISSING else text


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}"
        raise TableError(_STEP, problem, "Check the name and the rights.") from error


def _decode(raw: bytes, path: Path) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    if b"\x00" in raw:
        raise TableError(_STEP, f"{path.name} is not text", "Give a CSV file, or an Excel file named .xlsx.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _count_outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])
