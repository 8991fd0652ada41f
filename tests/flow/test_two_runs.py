"""A second run: the same figures in a new release, whoever has the old one open, and however many run at once."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pandas as pd
import pytest
from installation import Ended, Installation, end

COUNT = "SELECT release_id, (SELECT count(*) FROM mart.score) AS scores FROM audit.release"
READER = f"""
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    for _ in range(2):
        print(*connection.execute("{COUNT}").fetchone(), flush=True)
        sys.stdin.readline()
"""
CARELESS_WRITER = """
import duckdb, pathlib, sys
pathlib.Path(sys.argv[1]).resolve().chmod(0o644)
with duckdb.connect(sys.argv[1]) as connection:
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    connection.execute("CREATE TABLE core.mine AS SELECT 1 AS a; DELETE FROM mart.trace; DELETE FROM mart.score")
    print("changed", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def _client(program: str, installation: Installation) -> Iterator[subprocess.Popen]:
    """Another process that has the published file open."""
    command = [sys.executable, "-c", program, str(installation.home.benchmark)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Day:
    """Two runs at once while somebody reads; then a third one while somebody writes into the published file."""

    installation: Installation
    waiting: Ended
    others: list[Ended]
    refused: Ended
    read_before: str
    read_after: str
    beside_writer: Ended


@pytest.fixture(scope="module")
def day(built: Installation, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """All of it in one home."""
    installation = built.copy(tmp_path_factory.mktemp("busy"))
    with _client(READER, installation) as reader:
        read_before = reader.stdout.readline()
        first, second = installation.start("run", "--all", "--json"), installation.start("run", "--all")
        told = second.stderr.readline()  # either that it waits, or its first step
        waiting, working = (second, first) if "waiting" in told else (first, second)
        refused = installation.run("run", "--patience", "0")
        others = [end(working), end(waiting)]
        reader.stdin.write("\n")
        reader.stdin.flush()
        read_after = reader.stdout.readline()
    with _client(CARELESS_WRITER, installation) as writer:
        assert writer.stdout.readline() == "changed\n"
        beside_writer = installation.run("run")
    return Day(
        installation, Ended(waiting.returncode, "", told), others, refused, read_before, read_after, beside_writer
    )


def test_both_runs_succeed_one_after_the_other(day: Day) -> None:
    assert [ended.code for ended in day.others] == [0, 0], day.others
    assert "Another run (process" in day.waiting.err or "Another run (process" in day.others[1].err


def test_a_run_without_patience_refuses_with_its_own_code(day: Day) -> None:
    assert day.refused.code == 75
    assert "is building the benchmark. Try again when it is done." in day.refused.said
    assert day.refused.out == ""


def test_each_run_is_a_release_and_the_old_ones_stay(day: Day, built: Installation) -> None:
    assert day.installation.published == ["000001", "000002", "000003", "000004"]
    first = day.installation.home.releases / "000001.duckdb"
    assert first.read_bytes() == built.home.benchmark.read_bytes()
    assert not list(day.installation.home.releases.glob(".*"))


def test_who_had_the_file_open_keeps_the_release_it_opened(day: Day) -> None:
    assert day.read_before.startswith("000001 ")
    assert day.read_after == day.read_before


def test_what_somebody_writes_into_a_release_does_not_reach_the_next(day: Day, built: Installation) -> None:
    assert day.beside_writer.code == 0, day.beside_writer.err
    assert day.installation.current == "000004"
    assert day.installation.count("mart.score") == built.count("mart.score")
    assert day.installation.ask("FROM duckdb_tables() WHERE table_name = 'mine'").empty


def _tables(path: object) -> dict[str, pd.DataFrame]:
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name <> 'audit'")
        return {
            f"{schema}.{name}": connection.execute(f"FROM {schema}.{name} ORDER BY ALL").df()
            for schema, name in names.fetchall()
        }


def test_the_same_input_gives_the_same_tables(day: Day, built: Installation) -> None:
    before, after = _tables(built.home.benchmark), _tables(day.installation.home.benchmark)
    assert before.keys() == after.keys()
    for name in before:
        pd.testing.assert_frame_equal(before[name], after[name], obj=name, check_exact=True)
    assert built.ask("FROM audit.run")["run_id"][0] != day.installation.ask("FROM audit.run")["run_id"][0]
