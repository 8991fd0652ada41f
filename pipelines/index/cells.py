"""Tables of raw cells from CSV and Excel files. What the columns mean is decided in `read`."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd
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
        first_row: the row number in the file of the first row below the header.
        decimal_comma: whether 1,5 is one and a half.
    """

    name: str
    columns: dict[str, Objects]
    first_row: int = 2
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
        cells = pd.Series(self.columns[name], dtype=object)
        lost = cells.isna() | cells.isin(MISSING)
        filled = cells.mask(lost, "nan").to_numpy(dtype=object)
        if self.decimal_comma:
            filled = np.asarray(
                [c.replace(",", ".") if isinstance(c, str) else c for c in filled], dtype=object
            )
        try:
            if any(isinstance(c, bool) or (isinstance(c, str) and "_" in c) for c in filled.tolist()):
                raise ValueError
            return filled.astype(float)
        except (ValueError, TypeError):
            return self._slowly(name, filled)

    def _slowly(self, name: str, cells: Objects) -> Floats:
        """The same with cells that may have spaces around, to say which one is no number."""
        values = np.empty(len(cells))
        for i, cell in enumerate(cells.tolist()):
            text = str(cell).strip()
            try:
                if isinstance(cell, bool) or "_" in text:
                    raise ValueError
                values[i] = np.nan if text in MISSING else float(text)
            except ValueError:
                problem = f"{self.name}, row {self.first_row + i}: {text[:40]!r} is not a number"
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
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            dtype=object,
            keep_default_na=False,
            index_col=False,
            skip_blank_lines=True,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        raise TableError(_STEP, f"{path.name} is not a table: {error}", "Check the file.") from error
    cells = frame.to_numpy(dtype=object)
    return make_sheet(path.name, cells[0].tolist(), cells[1:], decimal_comma=separator == ";")


def make_sheet(
    name: str, header: Sequence[object], cells: Objects, first_row: int = 2, *, decimal_comma: bool = False
) -> Sheet:
    """A sheet from a header row and the cells below; empty rows and columns at the end are left out.

    Raises:
        TableError: a column name is given twice, or cells have none.
    """
    filled = ~(pd.isna(cells) | (cells == ""))
    cells = cells[: int(np.flatnonzero(filled.any(axis=1)).max(initial=-1)) + 1]
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
    return Sheet(name, columns, first_row, decimal_comma)


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
        if isinstance(cell, str) and cell.startswith("=") and found[row, column] is None:
            place = f"{path.name}, sheet {name}, row {row + 1}, column {column + 1}"
            advice = "Open it in a spreadsheet program and save it, or paste values."
            raise TableError(_STEP, f"{place}: a formula without a calculated value", advice)


def _grid(rows: list[tuple[object, ...]]) -> Objects:
    width = max((len(row) for row in rows), default=0)
    grid = np.full((len(rows), width), None, dtype=object)
    for i, row in enumerate(rows):
        grid[i, : len(row)] = row
    return grid


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
