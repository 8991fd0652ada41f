"""Write the tables and summaries of an analysis: CSV that no spreadsheet runs, JSON without odd numbers."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.scoring.errors import TableError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_files(out: Path, makers: Mapping[str, Callable[[Path], object]], stale: Iterable[str]) -> list[Path]:
    """Write files into a directory, which is made if it is not there.

    Args:
        out: the directory.
        makers: by file name, what writes it.
        stale: names of files of an earlier analysis, to be removed first.

    Raises:
        TableError: the directory cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (out / name).unlink(missing_ok=True)
        for name, make in makers.items():
            make(out / name)
    except OSError as error:
        problem = f"{error.filename or out} cannot be written: {error.strerror}"
        raise TableError("write", problem, "Choose another --out.") from error
    return [out / name for name in makers]


def write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV: numbers with all their digits, empty for missing, text that would run escaped."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_cell(cell) for cell in row] for row in rows)


def escape(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front; a number is none."""
    return f"'{text}" if text.startswith(_FORMULA) and not _number(text) else text


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a mapping as JSON."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def plain(number: float) -> int | float | None:
    """A whole number without its point; None for NaN."""
    if number != number:
        return None
    return int(number) if float(number).is_integer() else float(number)


def _cell(cell: object) -> object:
    if isinstance(cell, float):
        return "" if cell != cell else repr(cell)
    return escape(cell) if isinstance(cell, str) else cell


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
