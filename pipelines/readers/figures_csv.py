"""Read a table of figures in CSV: one row a figure, every field as text.

Put here: what can be wrong with such a file, and the sentence that says so.
Not here: what the fields mean (`pipelines/harmonise.py`).
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable

import pandas as pd

from pipelines.readers.base import Page, ReaderError, Request
from pipelines.readers.bodies import text_of
from warehouse.contracts import columns_of
from warehouse.registry.sources import Source

_PROVENANCE = ("staged_id", "source_id", "answer_id", "locator")
FIELDS = tuple(column for column in columns_of("staging.figure") if column not in _PROVENANCE)
"""Header of such a file."""


def plan(source: Source, years: Iterable[int] = ()) -> list[Request]:
    """Nothing is asked: the file lies in the registry."""
    return []


def following(source: Source, page: Page) -> Request | None:
    """There is one page."""
    return None


def check(source: Source, page: Page) -> None:
    """Refuse a file that is not what was promised."""
    parse(source, page)


def parse(source: Source, page: Page) -> pd.DataFrame:
    """Staged rows of a file of the registry."""
    return read(page.body, source.id, page.answer_id)


def read(body: bytes, source_id: str, answer_id: str) -> pd.DataFrame:
    """Turn the bytes of a file into staged rows.

    Args:
        body: the file; UTF-8, with or without a byte order mark.
        source_id: the source it belongs to.
        answer_id: sha256 of the body.

    Returns:
        A table of the contract `staging.figure`, in the file's order.

    Raises:
        ReaderError: the file is empty, no UTF-8, no CSV, or its header is another one.
    """
    rows = _rows(text_of(body, source_id), source_id)
    frame = pd.DataFrame(rows, columns=list(FIELDS), dtype="str")
    lines = pd.Series(range(2, len(frame) + 2), dtype="int64").astype("str")
    ids = [f"{source_id}:{line}-{_digest(row)}" for line, row in zip(lines, rows, strict=True)]
    return frame.assign(staged_id=ids, source_id=source_id, answer_id=answer_id, locator="row " + lines)


def _digest(row: list[str]) -> str:
    """Of the row and not of the file, so that one changed figure leaves the others what they were."""
    return hashlib.sha256(json.dumps(row).encode()).hexdigest()[:8]


def _rows(text: str, source_id: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader)
        rows = list(reader)
    except csv.Error as error:
        raise ReaderError(f"{source_id}: line {reader.line_num} is no CSV: {error}.") from error
    _check_header(header, source_id)
    if not rows:
        raise ReaderError(f"{source_id}: the file has a header and no rows.")
    for line, row in enumerate(rows, start=2):
        if len(row) != len(FIELDS):
            raise ReaderError(
                f"{source_id}: row {line} has {len(row)} fields, not {len(FIELDS)}; quote fields that hold a comma."
            )
    return rows


def _check_header(header: list[str], source_id: str) -> None:
    if header == list(FIELDS):
        return
    missing = [name for name in FIELDS if name not in header]
    strange = [name for name in header if name not in FIELDS]
    said = [f"missing {', '.join(missing)}"] if missing else []
    said += [f"unknown {', '.join(map(repr, strange))}"] if strange else []
    raise ReaderError(
        f"{source_id}: wrong header ({'; '.join(said) or 'another order'}). It must read: {','.join(FIELDS)}"
    )
