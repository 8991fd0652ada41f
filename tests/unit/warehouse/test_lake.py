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
from small_lake import areas, figures, lake_of

from warehouse.contracts import ContractError
from warehouse.home import Home
from warehouse.lake import Lake, LakeError
from warehouse.storage import Folder, open_storage


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(Folder(tmp_path / "lake"))


def snapshot(lake: Lake) -> dict[Path, tuple[bytes, int]]:
    """Content and time of writing of every file."""
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in Path(lake.storage.root).rglob("*") if p.is_file()}


def test_a_table_is_read_as_it_was_written(lake: Lake) -> None:
    lake.write("core.area", areas()[["name", "area_id", "currency", "kind", "country_id"]])
    pd.testing.assert_frame_equal(lake.read("core.area"), areas(), check_dtype=False)
    lake.write("core.area", areas(1))
    assert len(lake.read("core.area")) == 1


def test_only_what_lies_whole_is_intact(lake: Lake) -> None:
    assert lake.intact("core.area") == {}
    lake.write("core.area", areas())
    (before,) = lake.intact("core.area").items()
    lake.write("core.area", areas(currency="EUR"))
    (after,) = lake.intact("core.area").items()
    assert before[0] == after[0] == ""
    assert before[1] != after[1]
    (path,) = Path(lake.storage.root).rglob("*.parquet")
    path.write_bytes(b"damaged")
    assert lake.intact("core.area") == {}
    path.unlink()
    assert lake.intact("core.area") == {}


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
    with lake.local(table) as paths:
        assert [path.name[:5] for path in paths] == ["2019.", "2020.", "2021."]
    assert lake.rows(table) == 5
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
    lake, rows = lake_of(home), 20_000
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


def test_the_same_rows_are_not_written_again(lake: Lake) -> None:
    lake.write("core.area", areas())
    before, intact = snapshot(lake), lake.intact("core.area")
    lake.write("core.area", areas())
    assert snapshot(lake) == before
    lake.write("core.area", areas(1))
    assert lake.intact("core.area") != intact
    assert lake.orphans() == []


def test_damage_is_found_by_its_hash_and_named(lake: Lake) -> None:
    lake.write("core.area", areas())
    (path,) = (Path(lake.storage.root) / "tables/core").glob("*.parquet")
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    with pytest.raises(LakeError, match=rf"core\.area: .*{path.name} in the lake is damaged.*smart21 run --all"):
        lake.read("core.area")
    lake.write("core.area", areas())  # the same rows again mend it
    assert len(lake.read("core.area")) == 2
    path.with_name("area.json").write_text("{")
    with pytest.raises(LakeError, match=r"core\.area: tables/core/area\.json in the lake is damaged"):
        lake.read("core.area")


def test_what_no_pointer_names_is_an_orphan(lake: Lake) -> None:
    lake.write("core.area", areas())
    lake.storage.write("tables/core/area.0123.parquet", b"left by a killed writer")
    lake.storage.write("tables/core/area.parquet", b"written by the first version")
    assert lake.orphans() == ["tables/core/area.0123.parquet", "tables/core/area.parquet"]


def test_what_a_damaged_pointer_named_is_an_orphan(lake: Lake) -> None:
    lake.write("core.area", areas())
    lake.storage.write("tables/core/area.json", b"{")
    (orphan,) = lake.orphans()
    assert orphan.startswith("tables/core/area.")
    assert orphan.endswith(".parquet")


def test_tables_in_an_object_store_are_the_same_bytes(lake: Lake, s3_bucket: str) -> None:
    far = Lake(open_storage(f"{s3_bucket}/lake"))
    for one in (lake, far):
        one.write("core.area", areas())
        one.write("core.edition_member", members(_2019=2, _2020=3), ["2019", "2020"])
    names = lake.storage.names("tables")
    assert far.storage.names("tables") == names
    assert [far.storage.read(name) for name in names] == [lake.storage.read(name) for name in names]
    pd.testing.assert_frame_equal(far.read("core.edition_member"), lake.read("core.edition_member"))
    with far.local("core.area") as paths:
        assert len(pd.read_parquet(paths)) == 2
