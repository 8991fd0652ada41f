"""Answers are kept as they came; tables are replaced whole."""

import hashlib
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

URL = "https://example.org/table"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def store(lake: Lake, body: bytes, day: int, source: str = "survey") -> str:
    return lake.store(
        source, body, url=URL, retrieved_at=f"2026-01-{day:02}T00:00:00+00:00", parameters={"b": 1, "a": 2}
    )


def snapshot(lake: Lake) -> dict[Path, tuple[bytes, int]]:
    """Content and time of writing of every file."""
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in lake.root.rglob("*") if p.is_file()}


def test_an_answer_is_kept_under_its_hash(lake: Lake) -> None:
    answer_id = store(lake, b"a,b\n", 1)
    assert answer_id == hashlib.sha256(b"a,b\n").hexdigest()
    assert lake.body("survey", answer_id) == b"a,b\n"
    record = lake.current("survey")
    assert record["url"] == URL
    assert record["parameters"] == '{"a": 2, "b": 1}'
    assert record["size_bytes"] == 4
    assert (lake.root / record["lake_path"]).read_bytes() == b"a,b\n"


def test_storing_the_same_again_changes_nothing(lake: Lake) -> None:
    first = store(lake, b"A", 1)
    before = snapshot(lake)
    assert store(lake, b"A", 2) == first
    assert snapshot(lake) == before


def test_a_new_answer_leaves_the_old_one_as_it_was(lake: Lake) -> None:
    first = store(lake, b"A", 1)
    before = snapshot(lake)
    second = store(lake, b"B", 2)
    assert before.items() <= snapshot(lake).items()
    assert [lake.body("survey", answer) for answer in (first, second)] == [b"A", b"B"]
    assert lake.current("survey")["answer_id"] == second


def test_an_answer_that_returns_is_current_again(lake: Lake) -> None:
    first, second = store(lake, b"A", 1), store(lake, b"B", 2)
    store(lake, b"A", 3)
    answers = lake.answers().set_index("answer_id")
    assert lake.current("survey")["answer_id"] == first
    assert answers["is_current"].to_dict() == {first: True, second: False}
    assert len(answers) == 2


def test_each_source_has_a_current_answer(lake: Lake) -> None:
    store(lake, b"A", 1)
    store(lake, b"B", 2, source="census")
    assert lake.answers()["is_current"].tolist() == [True, True]
    assert lake.current("nobody") is None


def test_no_answers_are_an_empty_table(lake: Lake) -> None:
    assert len(lake.answers()) == 0


def test_an_empty_answer_is_refused(lake: Lake) -> None:
    with pytest.raises(LakeError, match=f"survey: the answer from {URL} is empty"):
        store(lake, b"", 1)
    assert not lake.root.exists()


def test_a_changed_body_is_refused(lake: Lake) -> None:
    answer_id = store(lake, b"50", 1)
    path = lake.root / lake.current("survey")["lake_path"]
    path.write_bytes(b"51")
    with pytest.raises(LakeError, match=rf"{answer_id}\.body: stored answer was changed; .* refresh survey"):
        lake.body("survey", answer_id)


def test_a_lost_body_is_named_and_comes_back_with_the_next_answer(lake: Lake) -> None:
    answer_id = store(lake, b"50", 1)
    (lake.root / lake.current("survey")["lake_path"]).unlink()
    with pytest.raises(LakeError, match=rf"{answer_id}\.body: stored answer cannot be read"):
        lake.body("survey", answer_id)
    store(lake, b"50", 2)
    assert lake.body("survey", answer_id) == b"50"


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
