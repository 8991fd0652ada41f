"""Files that a community's own staff put into a folder.

Put here: one request per file, and accepted rows as staged figures.
Not here: what a file looks like, and what is wrong with it (`pipelines/drop_folder`).

Rows mix ways of writing numbers, since each is typed by hand: values are staged with a decimal point, years as four
digits. The locator leads to the cell and what was typed there. A row that is refused is no figure; the log counts such
rows and `smart21 sources check` lists them.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, unquote

import pandas as pd

from pipelines.drop_folder.check import load, read_file
from pipelines.drop_folder.findings import UnreadableError
from pipelines.drop_folder.folder import dropped_files, folder_of
from pipelines.drop_folder.rows import Figure
from pipelines.readers.base import Page, ReaderError, Request
from warehouse.answers import Answers
from warehouse.contracts import columns_of
from warehouse.home import find_home
from warehouse.registry.sources import Source
from warehouse.storage import open_storage

OWN_STATEMENT = "stated by the area's own office"
"""In the note of every figure: it is the owner's word about itself."""

_log = logging.getLogger(__name__)


def plan(source: Source, years: Iterable[int] = ()) -> list[Request]:
    """One request per file; the address is its quoted name, since the folder may move.

    A file that is taken away is withdrawn. A folder that is away as a whole, such as a network drive, is not: then the
    files stored from it are asked for, and those in use stay in use.
    """
    if folder_of(source).is_dir():
        return [Request(source.id, quote(path.name)) for path in dropped_files(source)]
    stored = Answers(open_storage(find_home().lake_address)).in_use(source.id)
    return [Request(source.id, one.url) for one in stored]


def load_local(source: Source, request: Request) -> bytes:
    """The bytes of the file that a request names.

    Raises:
        ReaderError: it is gone or cannot be read.
    """
    try:
        return load(folder_of(source) / Path(unquote(request.url)).name)
    except UnreadableError as error:
        raise ReaderError(f"{source.id}: {error}") from error


def following(source: Source, page: Page) -> Request | None:
    """A file has no next page."""
    return None


def check(source: Source, page: Page) -> None:
    """Refuse a file of which nothing can be read."""
    _read(source, page)


def parse(source: Source, page: Page) -> pd.DataFrame:
    """Staged rows of the accepted rows of one file."""
    figures = _read(source, page)
    rows = [_staged(figure) for figure in figures]
    staged = pd.DataFrame(rows, columns=columns_of("staging.figure"), dtype="str")
    ids = page.staged_ids(pd.RangeIndex(1, len(staged) + 1)).to_numpy()
    return staged.assign(staged_id=ids, source_id=source.id, answer_id=page.answer_id)


def _read(source: Source, page: Page) -> tuple[Figure, ...]:
    name = unquote(page.request.url)
    try:
        report = read_file(name, page.body, source, dt.datetime.now(dt.UTC).year)
    except UnreadableError as error:
        raise ReaderError(f"{source.id}: {error}") from error
    if not report.is_clean:
        _log.warning("%s: %s: %d rows refused; `smart21 sources check` lists them", source.id, name, report.refused)
    return report.figures


def _staged(figure: Figure) -> dict[str, str]:
    document = f"document: {figure.document}" if figure.document else ""
    return {
        "locator": str(figure.place),
        "series": figure.series,
        "area": figure.area,
        "area_name": figure.area_name,
        "area_level": figure.area_level,
        "is_proxy": str(figure.is_proxy).lower(),
        "year": figure.year,
        "value": figure.value,
        "unit": figure.unit,
        "quality": figure.quality,
        "publisher": figure.publisher,
        "url": figure.url,
        "note": "; ".join(text for text in (OWN_STATEMENT, document, figure.note) if text),
    }
