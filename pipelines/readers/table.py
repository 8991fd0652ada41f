"""Tables in files: CSV, XLSX and Parquet, alone or inside a ZIP.

Put here: a file of each format to a table of text columns.
Not here: CSV as such (`delimited.py`), archives (`archives.py`), what columns mean (`columns.py`).
"""

import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import load_workbook

from pipelines.readers import planning
from pipelines.readers.archives import MOST_UNPACKED, member, opened
from pipelines.readers.base import Page, ReaderError, Request
from pipelines.readers.bodies import damage_told, text_of
from pipelines.readers.columns import Found, figures, melt, named
from pipelines.readers.delimited import found_in, table_of
from warehouse.home import find_home
from warehouse.registry.sources import Source, Table

_MOST_COLUMNS = 2_000


def plan(source: Source, years: Iterable[int] = ()) -> list[Request]:
    """One request for each call, or for each file of the folder; its address is its quoted name."""
    if _reader(source).folder is None:
        return planning.plan(source, years)
    return [Request(source.id, quote(path.name)) for path in _files(source)]


def load_local(source: Source, request: Request) -> bytes:
    """The bytes of the file that a request names.

    Raises:
        ReaderError: it is gone, too large, or cannot be read.
    """
    name = unquote(request.url)
    found = next((path for path in _files(source) if path.name == name), None)
    if found is None or found.stat().st_size > MOST_UNPACKED:
        raise ReaderError(
            f"{source.id}: {name!r} is not in the folder any more, or larger than {MOST_UNPACKED:,} bytes."
        )
    try:
        return found.read_bytes()
    except OSError as error:
        raise ReaderError(f"{source.id}: {name!r} cannot be read: {error.strerror}.") from error


def following(source: Source, page: Page) -> Request | None:
    """There is one page."""
    return None


def check(source: Source, page: Page) -> None:
    """Refuse errors, web pages, cut and empty files."""
    _found(source, page)


def parse(source: Source, page: Page) -> pd.DataFrame:
    """Staged rows of the table."""
    return figures(_found(source, page), source, page, _reader(source).fields)


def _reader(source: Source) -> Table:
    assert isinstance(source.reader, Table)  # noqa: S101 (reader_of chose this module by it)
    return source.reader


def _files(source: Source) -> list[Path]:
    """Files of the source's folder by name: no drafts, no links, nothing in folders below."""
    reader = _reader(source)
    folder = find_home().root / (reader.folder or "")
    endings = {f".{reader.format}", ".zip" if reader.member else f".{reader.format}"}
    return sorted(
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.suffix.lower() in endings and path.name[0] not in ".~" and path.is_file() and not path.is_symlink()
    )


def _found(source: Source, page: Page) -> Found:
    reader = _reader(source)
    if not page.body.rstrip(b"\0"):
        raise ReaderError(f"{source.id}: the answer is empty.")
    body = member(page.body, reader.member, source.id) if reader.member else page.body
    read = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[reader.format]
    return melt(read(body, reader, source), reader.melt, source)


def _csv(body: bytes, reader: Table, source: Source) -> Found:
    if body.startswith(b"PK\3\4"):
        raise ReaderError(f"{source.id}: this is a ZIP file or a workbook, not CSV; name its `member` or its format.")
    return found_in(text_of(body, source.id, reader.encoding), source.id, reader.delimiter, reader.skip)


# --- Workbooks -------------------------------------------------------------------------------------------------------


def _xlsx(body: bytes, reader: Table, source: Source) -> Found:
    if body.lstrip().startswith(b"<"):
        text_of(body, source.id)
    opened(body, source.id).close()
    with damage_told(source.id, "the workbook is damaged or was cut short"):
        rows = _cells(body, reader, source)
    width = max((len(row) for _, row in rows), default=0)
    padded = [row + [""] * (width - len(row)) for _, row in rows]
    return table_of(padded, source.id, [place for place, _ in rows], reader.skip)


def _cells(body: bytes, reader: Table, source: Source) -> list[tuple[str, list[str]]]:
    """Texts of the filled rows of the sheet, and the name of each row."""
    workbook = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
    name = reader.sheet or workbook.sheetnames[0]
    if name not in workbook.sheetnames:
        raise ReaderError(f"{source.id}: there is no sheet {name!r}; there are: {', '.join(workbook.sheetnames)}.")
    sheet: Any = workbook[name]
    sheet.reset_dimensions()  # some programs state another area than they filled
    rows = []
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), start=1):
        texts = [_printed(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows.append((f"sheet {name}, row {number}", texts))
    return rows


def _printed(cell: Any) -> str:
    """A cell's content as text; the number behind a format, not its rounding."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


# --- Parquet ---------------------------------------------------------------------------------------------------------


def _parquet(body: bytes, reader: Table, source: Source) -> Found:
    if body.lstrip().startswith(b"<"):
        text_of(body, source.id)
    with damage_told(source.id, "this is no Parquet file, or it was cut short"):
        file = pq.ParquetFile(pa.BufferReader(body))
        offered = tuple(file.schema_arrow.names)
        _refuse_large(file.metadata, source)
    wanted = [name for name in dict.fromkeys([*named(reader.fields), *reader.melt]) if name in offered]
    table = _texts(file, wanted, source)
    if not len(table):
        raise ReaderError(f"{source.id}: the answer has no rows.")

    def locate(numbers: pd.Index) -> pd.Series:
        return pd.Series(numbers + 1, index=numbers).astype("str").radd("row ")

    return Found(table, locate, offered, lambda numbers: _texts(file, None, source).loc[numbers])


def _texts(file: pq.ParquetFile, columns: list[str] | None, source: Source) -> pd.DataFrame:
    """Plain columns of those named, or of all, as text; what holds lists or records is left out."""
    with damage_told(source.id, "the Parquet file is damaged or cannot be read"):
        read = file.read(columns=columns)
        read.validate(full=True)  # else a text that is no UTF-8 is met where nobody expects it
        plain = [name for name in read.column_names if not pa.types.is_nested(read.schema.field(name).type)]
        texts = {name: read[name].cast(pa.large_string()).to_pandas() for name in plain}
    return pd.DataFrame(texts, index=pd.RangeIndex(read.num_rows)).astype("str").fillna("")


def _refuse_large(metadata: Any, source: Source) -> None:
    size = sum(metadata.row_group(place).total_byte_size for place in range(metadata.num_row_groups))
    if size > MOST_UNPACKED:
        raise ReaderError(f"{source.id}: the file unpacks to more than {MOST_UNPACKED:,} bytes; it is not opened.")
