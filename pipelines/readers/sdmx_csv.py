"""SDMX-CSV: OECD, ABS, Statistics Canada, Eurostat.

Put here: what is true of SDMX-CSV alone.
Not here: CSV as such (`delimited.py`), what columns mean (`columns.py`).
"""

from collections.abc import Iterable

import pandas as pd

from pipelines.readers import planning
from pipelines.readers.base import Page, ReaderError, Request
from pipelines.readers.bodies import excerpt, text_of
from pipelines.readers.columns import Found, figures
from pipelines.readers.delimited import found_in
from warehouse.registry.sources import SdmxCsv, Source

_VALUE = "OBS_VALUE"


def plan(source: Source, years: Iterable[int] = ()) -> list[Request]:
    """One request for each call."""
    return planning.plan(source, years, "text/csv")


def following(source: Source, page: Page) -> Request | None:
    """There is one page."""
    return None


def check(source: Source, page: Page) -> None:
    """Refuse errors, web pages, cut and empty answers."""
    _found(source, page)


def parse(source: Source, page: Page) -> pd.DataFrame:
    """Staged rows of the observations."""
    return figures(_found(source, page), source, page, _reader(source).fields)


def _reader(source: Source) -> SdmxCsv:
    assert isinstance(source.reader, SdmxCsv)  # noqa: S101 (reader_of chose this module by it)
    return source.reader


def _found(source: Source, page: Page) -> Found:
    text = text_of(page.body, source.id, _reader(source).encoding)
    if _VALUE not in text.lstrip().partition("\n")[0]:
        raise ReaderError(f"{source.id}: this is no SDMX-CSV: its header has no {_VALUE}: {excerpt(text)!r}")
    return found_in(text, source.id)
