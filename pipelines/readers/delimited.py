"""Delimited text to a table of text columns.

Put here: what must be true of any CSV: one header, names once, as many cells in each row.
Not here: encodings (`bodies.py`), what columns mean (`columns.py`).
"""

import csv
import io

import pandas as pd

from pipelines.readers.base import ReaderError
from pipelines.readers.columns import Found


def found_in(text: str, source_id: str, delimiter: str = ",", skip: int = 0) -> Found:
    """Read a CSV.

    Args:
        text: the file.
        source_id: for the sentence.
        delimiter: between cells.
        skip: rows above the header.

    Raises:
        ReaderError: it is no CSV, was cut short, a column is there twice, or there are no rows.
    """
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(lines.line_num, row) for row in lines if row]
    except csv.Error as error:
        raise ReaderError(f"{source_id}: line {lines.line_num} is no CSV: {error}.") from error
    return table_of([row for _, row in rows], source_id, [f"line {line}" for line, _ in rows], skip)


def table_of(rows: list[list[str]], source_id: str, places: list[str], skip: int = 0) -> Found:
    """A table out of rows whose first holds the names of the columns.

    Args:
        rows: cells by row.
        source_id: for the sentence.
        places: what each row is called.
        skip: rows above the header.

    Raises:
        ReaderError: a row has another width, a column is there twice, or there are no rows.
    """
    if len(rows) < skip + 2:
        raise ReaderError(f"{source_id}: the answer has no rows{' below its header' if rows else ''}.")
    header, *cells = rows[skip:]
    names = [" ".join(name.split()) for name in header]
    if twice := [name for place, name in enumerate(names) if name and name in names[:place]]:
        raise ReaderError(f"{source_id}: the column {twice[0]!r} is there twice.")
    for row, place in zip(cells, places[skip + 1 :], strict=True):
        if len(row) != len(names):
            raise ReaderError(
                f"{source_id}: {place} has {len(row)} cells, and the header {len(names)}; it was cut short, or a cell "
                "with a delimiter stands without quotes."
            )
    table = pd.DataFrame(cells, columns=names, dtype="str")
    table = table.loc[:, [bool(name) for name in names]]
    where = pd.Series(places[skip + 1 :], dtype="str")
    return Found(table, lambda numbers: where.loc[numbers], tuple(table.columns), lambda numbers: table.loc[numbers])
