"""Map tiles in Parquet: weighted means of the tiles inside each community's boundary.

Put here: which boundary is whose, opening the file, and means as staged figures.
Not here: the grid (`pipelines/tile_grid.py`), the expression (`pipelines/tile_means.py`).

The one reader that computes: a file holds the whole world, and no line of it is a community's figure. Boundaries come
from the stored answers of another source, refreshed before; an area without a boundary, or with two, has no figure, and
the log says so.
"""

import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path

import ibis
import pandas as pd
import pyarrow.parquet as pq

from pipelines.readers import planning
from pipelines.readers.base import Page, ReaderError, Request
from pipelines.readers.bodies import damage_told, excerpt
from pipelines.tile_grid import Boundary, BoundaryError, read_boundaries
from pipelines.tile_means import KEY, covered, tile_means
from warehouse.answers import Answers
from warehouse.contracts import columns_of
from warehouse.home import find_home
from warehouse.registry.sources import Source, Tiles
from warehouse.storage import open_storage

_DAMAGED = "the Parquet file is damaged or cannot be read"
_MARK = b"PAR1"  # at both ends of every Parquet file
_DECIMALS = 3  # of a mean: sums may differ in their last digits by the order in which an engine adds

_log = logging.getLogger(__name__)


def plan(source: Source, years: Iterable[int] = ()) -> list[Request]:
    """One request per file."""
    return planning.plan(source, years)


def following(source: Source, page: Page) -> Request | None:
    """A file has no next page."""
    return None


def check(source: Source, page: Page) -> None:
    """Refuse what is no Parquet, cut short, without rows or without the columns."""
    reader = _reader(source)
    with page.file() as path:
        _refuse_other(path, source)
        with damage_told(source.id, _DAMAGED):
            offered, rows = pq.read_schema(path).names, pq.read_metadata(path).num_rows
    if lost := [name for name in (KEY, *reader.value, reader.weight) if name not in offered]:
        raise ReaderError(
            f"{source.id}: the file has no column {', '.join(lost)}; it was renamed or dropped. "
            f"There are: {', '.join(offered)}. Name the new one in the source's file."
        )
    if not rows:
        raise ReaderError(f"{source.id}: the file has no rows.")


def parse(source: Source, page: Page) -> pd.DataFrame:
    """Staged rows: one per area with tiles, and value."""
    check(source, page)
    reader = _reader(source)
    with page.file() as path:
        means = _means(path, covered(_boundaries(source)), source)
    if means.empty:
        raise ReaderError(f"{source.id}: no tile of the file lies in an area of the source.")
    tileless = sorted({area.code for area in source.areas} - set(means["area"]))
    if tileless:
        _log.warning("%s: no figure for %s: no outline of its own, or no tile in it", source.id, ", ".join(tileless))
    rows = [_staged(source, page, column, means[means[column].notna()]) for column in reader.value]
    staged = pd.concat(rows, ignore_index=True)
    staged = staged.assign(staged_id=page.staged_ids(pd.RangeIndex(1, len(staged) + 1)).to_numpy())
    return staged[columns_of("staging.figure")].astype("str")


def _reader(source: Source) -> Tiles:
    assert isinstance(source.reader, Tiles)  # noqa: S101 (reader_of chose this module by it)
    return source.reader


def _refuse_other(path: Path, source: Source) -> None:
    """Look at both ends of a file: it may be a web page, or half of one."""
    with path.open("rb") as file:
        start = file.read(1000)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - len(_MARK)))
        end = file.read()
    if not start.startswith(_MARK):
        raise ReaderError(f"{source.id}: this is no Parquet: {excerpt(start.decode('utf-8', 'replace'))!r}")
    if end != _MARK:
        raise ReaderError(f"{source.id}: the file was cut short: {size} bytes came.")


def _means(path: Path, inside: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Means by area; the engine reads the file from disk, column by column."""
    reader, engine = _reader(source), ibis.duckdb.connect()
    try:
        with damage_told(source.id, _DAMAGED):
            return engine.execute(tile_means(engine.read_parquet(path), inside, list(reader.value), reader.weight))
    finally:
        engine.disconnect()


def _boundaries(source: Source) -> dict[str, Boundary]:
    """The one outline of each area, by the source's code for it: a name or code that its publisher uses.

    Raises:
        ReaderError: nothing is stored yet, or it is no GeoJSON.
    """
    place = _reader(source).boundaries
    answers = Answers(open_storage(find_home().lake_address))
    stored = [str(one.answer_id) for one in answers.in_use(place)]
    if not stored:
        raise ReaderError(f"{source.id}: {place} has no stored outlines. Refresh {place} first.")
    try:
        outlines = [outline for one in dict.fromkeys(stored) for outline in read_boundaries(answers.body(place, one))]
    except BoundaryError as error:
        raise ReaderError(f"{source.id}: outlines of {place}: {error}.") from error
    found = {area.code: [outline for outline in outlines if area.code in outline.codes] for area in source.areas}
    for code, candidates in found.items():
        if len(candidates) > 1:
            _log.warning("%s: %d outlines of %s are %s: none is used", source.id, len(candidates), place, code)
    return {code: candidates[0] for code, candidates in found.items() if len(candidates) == 1}


def _staged(source: Source, page: Page, column: str, means: pd.DataFrame) -> pd.DataFrame:
    reader, areas = _reader(source), {area.code: area for area in source.areas}
    series = _filled(reader.value[column], page.request)
    units = {item.code: item.unit for item in source.series}
    if series not in units:
        raise ReaderError(f"{source.id}: {column} is said to be the series {series!r}, which `series` does not list.")
    place = [areas[code] for code in means["area"]]
    return pd.DataFrame(
        {
            "source_id": source.id,
            "answer_id": page.answer_id,
            "locator": [f"{column} of the tiles inside {area.code}" for area in place],
            "series": series,
            "area": means["area"].to_numpy(),
            "area_name": [area.name for area in place],
            "area_level": [area.level for area in place],
            "is_proxy": [str(area.is_proxy).lower() for area in place],
            "year": _year(source, page.request),
            "value": [f"{value:.{_DECIMALS}f}" for value in means[column]],
            "unit": units[series],
            "quality": source.quality,
            "publisher": source.producer,
            "url": page.request.url,
            "note": [
                f"mean of {tiles} tiles weighted by {weight:.0f} {reader.weight}"
                for tiles, weight in zip(means["tiles"], means["weight"], strict=True)
            ],
        }
    )


def _filled(template: str, request: Request) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: request.names.get(match[1], match[0]), template)


def _year(source: Source, request: Request) -> str:
    if "year" not in request.names:
        raise ReaderError(f"{source.id}: the call for {request.url} names no {{year}} in its `each`.")
    return request.names["year"]
