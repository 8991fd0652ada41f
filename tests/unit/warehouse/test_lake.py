"""Tables are replaced whole."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jobs
import pandas as pd
import pytest
from small_lake import areas, figures

from warehouse.contracts import ContractError
from warehouse.home import Home
from warehouse.lake import Lake, LakeError


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def snapshot(lake: Lake) -> dict[Path, tuple[bytes, int]]:
    """Content and time of writing of every file."""
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in lake.root.rglob("*") if p.is_file()}


def test_a_table_is_read_as_it_was_written(lake: Lake) -> None:
    lake.write("core.area", areas()[["name", "area_id", "currency", "kind", "country_id"]])
    pd.testing.assert_frame_equal(lake.read("core.area"), areas(), check_dtype=False)
    lake.write("core.area", areas(1))
    assert len(lake.read("core.area")) == 1


def test_rows_that_break_the_contract_are_not_written(lake: Lake) -> None:
    lake.write("core.area", areas())
    before = snapshot(lake)
    with pytest.raises(ContractError, match=r"core\.area: .*kind"):
        lake.write("core.area", areas().assign(kind="planet"))
    assert snapshot(lake) == before


def test_staging_tables_share_one_contract(lake: Lake) -> None:
    lake.write("staging.survey", figures())
    assert len(lake.read("staging.survey")) == 2


def members(**counts: int) -> pd.DataFrame:
    """Rows of core.edition_member, so many an edition."""
    rows = [(year.strip("_"), f"c{n}") for year, count in counts.items() for n in range(count)]
    frame = pd.DataFrame(rows, columns=["edition_id", "community_id"])
    return frame.assign(is_ranked=True, is_top7=False, is_winner=False)


def test_partitions_are_written_and_read_apart(lake: Lake) -> None:
    table = "core.edition_member"
    lake.write(table, members(_2019=2, _2020=3), ["2019", "2020", "2021"])
    assert [path.name for path in lake.files(table)] == ["2019.parquet", "2020.parquet", "2021.parquet"]
    assert len(lake.read(table)) == 5
    assert len(lake.read(table, ["2020"])) == 3
    assert lake.read(table, ["2021"]).empty
    lake.write(table, members(_2020=1), ["2020"])
    assert len(lake.read(table)) == 3


@pytest.mark.parametrize("partitions", [None, ["2019"], []])
def test_a_table_that_was_never_written_is_named(lake: Lake, partitions: list[str] | None) -> None:
    with pytest.raises(LakeError, match=r"^core\.area is not in the lake; run `smart21 run` first$"):
        lake.read("core.area", partitions)


def test_a_missing_partition_is_not_passed_over(lake: Lake) -> None:
    lake.write("core.edition_member", members(_2019=1), ["2019"])
    with pytest.raises(LakeError, match=r"core\.edition_member"):
        lake.read("core.edition_member", ["2019", "2020"])


def test_a_writer_killed_at_any_moment_leaves_a_whole_table(home: Home, child: Callable[..., Any]) -> None:
    lake, rows = Lake(home.lake), 20_000
    seen = set()
    for moment in range(6):
        writer, pipe = child(jobs.write_on, home, rows)
        for _ in range(4):
            assert pipe.poll(60), "the writer never replaced the table"
            pipe.recv()
            seen.add(tuple(lake.read("core.area")["currency"].value_counts().items()))
        time.sleep(0.007 * moment)
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        seen.add(tuple(lake.read("core.area")["currency"].value_counts().items()))
    assert {(len(counts), counts[0][1]) for counts in seen} == {(1, rows)}
    assert len(seen) > 1
    lake.write("core.area", areas(1))
    assert len(lake.read("core.area")) == 1
