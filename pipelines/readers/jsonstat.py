"""JSON-stat over plain requests: Eurostat, the World Bank, PX-Web.

Put here: what a source that answers in JSON-stat must name.
Not here: decoding (`cube.py`), what columns mean (`columns.py`).
"""

from collections.abc import Iterable

import pandas as pd

from pipelines.readers import planning
from pipelines.readers.base import Page, ReaderError, Request
from pipelines.readers.bodies import json_of
from pipelines.readers.columns import COLUMN, Found, figures, named
from pipelines.readers.cube import Cube, decode
from pipelines.readers.paths import refuse_errors
from warehouse.registry.sources import Fields, JsonStat, Source


def plan(source: Source, years: Iterable[int] = ()) -> list[Request]:
    """One request for each call."""
    return planning.plan(source, years, "application/json")


def following(source: Source, page: Page) -> Request | None:
    """There is one page."""
    return None


def check(source: Source, page: Page) -> None:
    """Refuse errors, web pages, cut and empty answers."""
    _read(source, page)


def parse(source: Source, page: Page) -> pd.DataFrame:
    """Staged rows of the cells."""
    assert isinstance(source.reader, JsonStat)  # noqa: S101 (reader_of chose this module by it)
    return figures_of(_read(source, page), source, page, source.reader.fields)


def cube_of(source: Source, page: Page, errors: tuple[str, ...] = ()) -> Cube:
    """The cube in an answer; it has cells.

    Raises:
        ReaderError: it is an error, no JSON-stat, or empty.
    """
    document = json_of(page.body, source.id)
    refuse_errors(document, errors, source.id)
    cube = decode(document, source.id)
    if not len(cube.position):
        raise ReaderError(f"{source.id}: the answer has no rows: a cube without cells.")
    return cube


def figures_of(cube: Cube, source: Source, page: Page, fields: Fields) -> pd.DataFrame:
    """Staged rows of a cube.

    Raises:
        ReaderError: a dimension with several categories is not named in `fields`; areas are named by position.
    """
    names = named(fields)
    for item in cube.dimensions:
        if len(item.codes) > 1 and not {item.id, f"{item.id}.label"} & set(names):
            raise ReaderError(
                f"{source.id}: the answer has a new dimension {item.id!r} with {len(item.codes)} categories "
                f"({', '.join(item.labels[:6])}). Name it in `fields`, or what to keep of it."
            )
        if item.is_positional and item.id in COLUMN.findall(fields.area):
            raise ReaderError(
                f"{source.id}: the codes of {item.id!r} are mere positions and shift from table to table; "
                f"the area must be named by its label: {{{item.id}.label}}."
            )
    return figures(Found(cube.table(names), cube.locate, cube.columns), source, page, fields)


def _read(source: Source, page: Page) -> Cube:
    assert isinstance(source.reader, JsonStat)  # noqa: S101 (reader_of chose this module by it)
    return cube_of(source, page, source.reader.errors)
