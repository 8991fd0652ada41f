"""A question can only ask."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jobs
import pytest
from small_lake import TEXT

from warehouse.home import Home
from warehouse.query import NotPublishedError, QueryError, ask


def test_before_the_first_release_a_sentence_says_what_to_do(home: Home) -> None:
    with pytest.raises(NotPublishedError, match=r"benchmark\.duckdb is not there yet\. `smart21 run` builds it\."):
        ask(home, "SELECT 1")


def test_a_link_to_nothing_is_no_release(home: Home) -> None:
    home.benchmark.symlink_to("releases/000001.duckdb")
    with pytest.raises(NotPublishedError):
        ask(home, "SELECT 1")


def test_rows_come_as_a_frame(published: Home) -> None:
    frame = ask(published, "SELECT area_id, name FROM core.area ORDER BY area_id")
    assert frame.to_dict("records") == [{"area_id": "area_0", "name": "Phố"}, {"area_id": "area_1", "name": "Phố"}]


HOSTILE = ["'; DROP TABLE core.area; --", "x' OR '1'='1", TEXT, "=1+1", ""]


@pytest.mark.parametrize("text", HOSTILE)
def test_parameters_are_bound_and_never_read_as_sql(published: Home, text: str) -> None:
    assert ask(published, "SELECT ? AS said", [text])["said"].tolist() == [text]
    assert ask(published, "SELECT count(*) AS n FROM core.area WHERE area_id = ?", [text])["n"].tolist() == [0]


CHANGES = [
    "INSERT INTO core.area VALUES ('a', 'community', 'A', 'VNM', 'VND')",
    "UPDATE core.area SET name = 'B'",
    "DELETE FROM core.area",
    "DROP TABLE core.area",
    "CREATE TABLE core.scribble (line VARCHAR)",
    "CREATE OR REPLACE VIEW core.area AS SELECT 1",
    "ALTER TABLE core.area ADD COLUMN colour VARCHAR",
    "COMMENT ON TABLE core.area IS 'mine'",
]
ESCAPES = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_parquet('https://example.org/a.parquet')",
    "COPY core.area TO '{folder}/stolen.csv'",
    "EXPORT DATABASE '{folder}/stolen'",
    "ATTACH '{folder}/other.duckdb' AS other",
    "ATTACH ':memory:' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET enable_external_access",
]


@pytest.mark.parametrize("sql", [*CHANGES, *ESCAPES])
def test_nothing_can_be_changed_read_or_left_elsewhere(published: Home, tmp_path: Path, sql: str) -> None:
    before = published.benchmark.read_bytes()
    with pytest.raises(QueryError):
        ask(published, sql.format(folder=tmp_path))
    assert published.benchmark.read_bytes() == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sql", ["", "  -- nothing", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE core.area"])
def test_one_statement_at_a_time(published: Home, sql: str) -> None:
    with pytest.raises(QueryError, match="one SQL statement at a time"):
        ask(published, sql)


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        pytest.param("SELEC 1", "SELEC", id="not SQL"),
        pytest.param("SELECT * FROM core.arena", "arena does not exist", id="no such table"),
        pytest.param("SELECT colour FROM core.area", "colour", id="no such column"),
        pytest.param("SELECT ?", "parameter", id="value missing"),
    ],
)
def test_duckdb_says_what_is_wrong(published: Home, sql: str, word: str) -> None:
    with pytest.raises(QueryError, match=word):
        ask(published, sql)


def test_frames_of_the_program_are_not_in_reach(published: Home) -> None:
    with pytest.raises(QueryError, match="does not exist"):
        ask(published, "SELECT * FROM parameters")


def test_a_file_that_is_no_database_is_told(home: Home) -> None:
    (home.releases / "000001.duckdb").write_bytes(b"no database" * 1000)
    home.benchmark.symlink_to("releases/000001.duckdb")
    with pytest.raises(QueryError, match=r"000001\.duckdb"):
        ask(home, "SELECT 1")


def test_two_readers_do_not_meet(published: Home, child: Callable[..., Any]) -> None:
    reader, pipe = child(jobs.read_release, published.benchmark)
    assert pipe.poll(30)
    assert ask(published, "SELECT release_id FROM audit.release")["release_id"].tolist() == [pipe.recv()]
    assert os.getpid() != reader.pid
