"""Map tiles: means computed by hand, files that are none, and the same expression on two engines."""

import datetime as dt
import importlib.util
import io
import json
import logging
import os
import shutil
import tracemalloc

import ibis
import numpy as np
import pandas as pd
import pytest

from pipelines.readers import reader_of
from pipelines.readers.base import Page, ReaderError, Request
from pipelines.tile_grid import LEVEL, Boundary, latitude_at, quadkeys
from pipelines.tile_means import covered, tile_means
from warehouse.answers import Answers
from warehouse.contracts import contract_of, enforce
from warehouse.registry import load_registry
from warehouse.registry.sources import Source
from warehouse.storage import open_storage

BOUNDARIES = "geoboundaries"
WEST, NORTH = 52_000, 31_000
"""A tile east of Việt Nam; tests count from it."""


def corner(column, row):
    """Where two lines of the grid cross."""
    return [(WEST + column) / 2**LEVEL * 360 - 180, float(latitude_at(np.array(NORTH + row, dtype=float)))]


def block(left, top, right, bottom):
    """The ring around the tiles from column `left` up to, and without, `right`."""
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return [corner(column, row) for column, row in corners]


def feature(name, *rings, **codes):
    return {"properties": {"shapeName": name} | codes, "geometry": {"type": "Polygon", "coordinates": list(rings)}}


def outlines(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


OUTLINES = outlines(
    feature("Left", block(0, 0, 2, 2), shapeISO="XX-L"),
    feature("Ring", block(4, 0, 7, 3), block(5, 1, 6, 2)),
    feature("Empty", block(20, 20, 22, 22)),
)
TILES = [
    # column, row, download, tests
    (0, 0, 100_000, 1),
    (1, 1, 200_000, 3),
    (2, 2, 900_000, 50),  # just outside
    (4, 0, 10_000, 2),
    (5, 1, 999_999, 99),  # in the hole
    (6, 2, 40_000, 1),
]


def table(rows=TILES, **more):
    columns, lines, download, tests = (np.array(values) for values in zip(*rows, strict=True))
    keys = quadkeys(WEST + columns.astype("int64"), NORTH + lines.astype("int64"))
    frame = pd.DataFrame({"quadkey": keys.astype(object), "tile": "POLYGON(...)", "avg_d_kbps": download})
    return frame.assign(avg_u_kbps=download // 2, avg_lat_ms=20, tests=tests, devices=1, **more)


def parquet(frame):
    body = io.BytesIO()
    frame.to_parquet(body, index=False)
    return body.getvalue()


def source(**more):
    areas = [
        {"code": "XX-L", "area": "left", "name": "Left", "level": "local"},
        {"code": "Ring", "area": "ring", "name": "Ring road", "level": "county", "is_proxy": True},
        {"code": "Empty", "area": "empty", "name": "Empty", "level": "local"},
        {"code": "Nowhere", "area": "nowhere", "name": "Nowhere", "level": "local"},
    ]
    entry = {
        "id": "tests_of_speed", "name": "Tests", "producer": "A company", "citation": "Tests", "rank": 2,
        "url_main": "https://example.org", "licence": "CC BY-NC-SA 4.0", "licence_url": "https://example.org/licence",
        "is_open": False, "rhythm_days": 91, "pace": {"calls": 1, "seconds": 1, "reason": "ours"},
        "calls": [{"url": "https://example.org/type={type}/year={year}.parquet",
                   "each": {"type": ["fixed", "mobile"], "year": ["2020"]}}],
        "reader": {"kind": "tiles", "boundaries": BOUNDARIES, "weight": "tests",
                   "value": {"avg_d_kbps": "{type} download"}},
        "area_scheme": "outline", "areas": areas,
        "series": [{"code": "fixed download", "unit": "kbit/s", "indicator": "speed", "comparability": "general"}],
    }  # fmt: skip
    return Source.model_validate(entry | more)


def page(body, kind="fixed"):
    request = Request("tests_of_speed", f"https://example.org/{kind}", names={"type": kind, "year": "2020"})
    return Page(request, "a" * 64, body)


@pytest.fixture
def keep(home):
    """Store outlines as if they had been fetched."""

    def store(*bodies):
        answers = Answers(open_storage(home.lake_address))
        for number, body in enumerate(bodies):
            at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).isoformat()
            answers.keep(Request(BOUNDARIES, f"https://example.org/{number}"), body, retrieved_at=at)

    return store


def parse(body, **more):
    return reader_of(source(**more)).parse(source(**more), page(body))


class TestReader:
    def test_asks_for_every_file(self):
        requests = reader_of(source()).plan(source())
        assert [request.url for request in requests] == [
            "https://example.org/type=fixed/year=2020.parquet",
            "https://example.org/type=mobile/year=2020.parquet",
        ]
        assert reader_of(source()).following(source(), page(parquet(table()))) is None

    def test_means_are_weighted_and_of_the_tiles_inside(self, keep):
        keep(OUTLINES)
        rows = parse(parquet(table()))
        # (100000 * 1 + 200000 * 3) / 4 and (10000 * 2 + 40000 * 1) / 3
        assert rows.set_index("area")["value"].to_dict() == {"XX-L": "175000.000", "Ring": "20000.000"}

    def test_a_file_is_read_where_it_lies(self, keep, tmp_path):
        keep(OUTLINES)
        path = tmp_path / "tiles"
        path.write_bytes(parquet(table(pad=[os.urandom(2**19).hex() for _ in TILES])))  # 6 MB
        tracemalloc.start()
        try:
            rows = parse(path)
            assert tracemalloc.get_traced_memory()[1] < 3 * 2**20
        finally:
            tracemalloc.stop()
        assert rows["value"].tolist() == parse(path.read_bytes())["value"].tolist()

    def test_rows_say_where_they_come_from(self, keep):
        keep(OUTLINES)
        row = enforce(contract_of("staging.figure"), parse(parquet(table()))).set_index("area").loc["Ring"]
        expected = {
            "series": "fixed download", "unit": "kbit/s", "year": "2020", "area_name": "Ring road",
            "area_level": "county", "is_proxy": "true", "url": "https://example.org/fixed", "publisher": "A company",
            "note": "mean of 2 tiles weighted by 3 tests", "locator": "avg_d_kbps of the tiles inside Ring",
        }  # fmt: skip
        assert row[list(expected)].to_dict() == expected

    def test_an_area_without_outline_or_tiles_is_without_figure_and_said_so(self, keep, caplog):
        keep(OUTLINES)
        with caplog.at_level(logging.WARNING):
            rows = parse(parquet(table()))
        assert not {"Empty", "Nowhere"} & set(rows["area"])
        assert "no figure for Empty, Nowhere" in caplog.text

    def test_of_two_outlines_of_one_name_none_is_used(self, keep, caplog):
        keep(OUTLINES, outlines(feature("Ring", block(8, 8, 9, 9))))
        with caplog.at_level(logging.WARNING):
            assert parse(parquet(table()))["area"].tolist() == ["XX-L"]
        assert "2 outlines of geoboundaries are Ring" in caplog.text

    def test_a_tile_without_the_value_has_no_weight_in_its_mean(self, keep):
        keep(OUTLINES)
        frame = table()
        frame["avg_lat_down_ms"] = [30.0, np.nan, 1, 50, 1, 80]
        reader = source().reader.model_copy(update={"value": {"avg_lat_down_ms": "fixed download"}})
        rows = parse(parquet(frame), reader=reader.model_dump()).set_index("area")
        assert rows.loc["XX-L", "value"] == "30.000"

    def test_says_that_outlines_come_first(self, home):
        with pytest.raises(ReaderError, match=r"geoboundaries has no stored outlines\. Refresh geoboundaries first"):
            parse(parquet(table()))

    def test_says_which_outlines_are_none(self, keep):
        keep(b'{"features": [{"properties": {"shapeName": "Left"}, "geometry": {"type": "Point"}}]}')
        with pytest.raises(ReaderError, match="outlines of geoboundaries: Left is a Point"):
            parse(parquet(table()))

    def test_tiles_that_miss_every_area_are_an_error(self, keep):
        keep(OUTLINES)
        with pytest.raises(ReaderError, match="no tile of the file lies in an area"):
            parse(parquet(table([(900, 900, 1, 1)])))

    def test_a_series_that_the_source_does_not_list_is_an_error(self, keep):
        keep(OUTLINES)
        with pytest.raises(ReaderError, match="'mobile download'"):
            reader_of(source()).parse(source(), page(parquet(table()), kind="mobile"))

    def test_reads_what_the_registrys_own_source_asks_for(self, keep):
        ookla = load_registry().source["ookla"]
        keep(outlines(feature("Left", block(0, 0, 2, 2), shapeISO=ookla.areas[0].code)))
        reader, requests = reader_of(ookla), reader_of(ookla).plan(ookla)
        rows = pd.concat([reader.parse(ookla, Page(request, "a" * 64, parquet(table()))) for request in requests])
        assert set(rows["series"]) == {series.code for series in ookla.series}
        assert rows["value"].unique().tolist() == ["175000.000"]
        assert rows["year"].nunique() == len(requests) / 2

    def test_damage_inside_ends_in_no_other_error(self, keep):
        keep(OUTLINES)
        good, random = parquet(table()), np.random.default_rng(7)
        told = 0
        for place in random.integers(4, len(good) - 8, 300):
            body = bytearray(good)
            body[place] ^= 0xFF
            try:
                parse(bytes(body))
            except ReaderError:
                told += 1
        assert told


class TestCheck:
    @pytest.mark.parametrize(
        ("body", "said"),
        [
            pytest.param(b"<Error><Code>AccessDenied</Code></Error>", "no Parquet.*AccessDenied", id="an error in XML"),
            pytest.param(b"", "no Parquet", id="nothing"),
            pytest.param(parquet(table())[:-20], "cut short", id="cut"),
            pytest.param(b"PAR1" + b"\0" * 100 + b"PAR1", "damaged", id="damaged"),
            pytest.param(
                parquet(table().rename(columns={"tests": "n"})), "no column tests; it was renamed", id="renamed"
            ),
            pytest.param(parquet(table().iloc[:0]), "no rows", id="no rows"),
        ],
    )
    def test_refuses(self, body, said):
        with pytest.raises(ReaderError, match=said):
            reader_of(source()).check(source(), page(body))

    def test_reordered_columns_are_the_same_file(self):
        reader_of(source()).check(source(), page(parquet(table()[sorted(table())])))


@pytest.fixture(scope="module")
def spark():
    """A Spark session in this process, where Spark and Java are installed."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("Spark is not installed: uv sync --group spark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17: install openjdk-17-jre-headless")
    from pyspark.sql import SparkSession

    quick_start = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto"
    settings = {"spark.ui.enabled": False, "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": 1}
    settings |= {"spark.sql.adaptive.enabled": False, "spark.driver.extraJavaOptions": quick_start}
    session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    yield session
    session.stop()


def test_the_same_expression_runs_on_duckdb_and_on_spark(spark, tmp_path):
    random = np.random.default_rng(5)
    drawn = (random.integers(0, 30, 3000), random.integers(0, 30, 3000), random.integers(1, 10**6, 3000))
    tiles = table(list(zip(*drawn, random.integers(1, 100, 3000), strict=True)))
    tiles["avg_lat_down_ms"] = np.where(np.arange(len(tiles)) % 3, np.nan, 40.0)
    path = tmp_path / "tiles.parquet"
    path.write_bytes(parquet(tiles))
    rings = {
        "all": [block(0, 0, 30, 30)],
        "ring": [block(3, 3, 20, 20), block(8, 8, 12, 12)],
        "none": [block(90, 90, 91, 91)],
    }
    inside = covered({name: Boundary(name, frozenset(), (tuple(map(np.array, ring)),)) for name, ring in rings.items()})
    schema = {"quadkey": "string", "avg_d_kbps": "int64", "avg_lat_down_ms": "float64", "tests": "int64"}
    means = tile_means(ibis.table(schema, name="tiles"), inside, ["avg_d_kbps", "avg_lat_down_ms"], "tests")
    answers = []
    for engine in (ibis.duckdb.connect(), ibis.pyspark.connect(spark)):
        engine.read_parquet(str(path), table_name="tiles")
        answers.append(engine.execute(means))
    duckdb, on_spark = answers
    assert duckdb["area"].tolist() == ["all", "ring"]
    assert duckdb.loc[0, "tiles"] == 3000
    pd.testing.assert_frame_equal(duckdb, on_spark, check_dtype=False, rtol=1e-12)
