"""A run makes again only what would come out differently, and the same tables as a run from nothing."""

import csv
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from installation import Ended, Installation, registry_copy

from assets.definitions import definitions
from assets.memory import Memory, Stale, Step, next_steps, steps_of
from pipelines.inputs import published_from
from warehouse.answers import Answers
from warehouse.registry import load_registry
from warehouse.storage import Folder

STEPS = steps_of(definitions, "benchmark")
NAMES = [step.name for step in STEPS]
PARTS = next(step.parts for step in STEPS if step.name == "score")
ONE_EDITION = """
SELECT source_id, locator, any_value(edition_id) AS edition_id
FROM mart.candidate JOIN core.observation USING (observation_id)
WHERE source_id = 'community_statistics' AND verdict = 'chosen'
GROUP BY ALL HAVING count(DISTINCT edition_id) = 1 ORDER BY ALL LIMIT 1
"""
"""A figure that a single edition may choose, and does."""


def _change(registry: Path, source: str, row: int) -> None:
    path = registry / "curated" / f"{source}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index("value")
    rows[row - 1][column] = repr(float(rows[row - 1][column]) * 1.01)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _files(installation: Installation) -> dict[Path, int]:
    """When each file of the lake's tables was written."""
    root = installation.home.lake / "tables"
    return {path.relative_to(root): path.stat().st_mtime_ns for path in root.rglob("*.*")}


@dataclass(frozen=True)
class Changed:
    """After one changed figure: a run over what was there, and one from nothing."""

    installation: Installation
    edition: str
    ended: Ended
    fresh: Installation
    before: dict[Path, int]

    @property
    def told(self) -> dict:
        """What the run said it did."""
        return json.loads(self.ended.out)


@pytest.fixture(scope="module")
def changed(built: Installation, tmp_path_factory: pytest.TempPathFactory) -> Changed:
    """Both runs at once."""
    figure = built.ask(ONE_EDITION).iloc[0]
    registry = registry_copy(tmp_path_factory.mktemp("changed"))
    _change(registry, figure["source_id"], int(figure["locator"].removeprefix("row ")))
    installation = built.copy(tmp_path_factory.mktemp("again"), registry)
    fresh = Installation(tmp_path_factory.mktemp("fresh") / "home", registry)
    before = _files(installation)
    with ThreadPoolExecutor(2) as pool:
        again, whole = pool.map(lambda one: one.run("run", "--json"), (installation, fresh))
    assert (again.code, whole.code) == (0, 0), again.err + whole.err
    return Changed(installation, figure["edition_id"], again, fresh, before)


def test_it_makes_what_depends_on_the_figure_and_tells_it(changed: Changed) -> None:
    made = changed.told["made"]
    assert set(NAMES) - set(made) == {
        "registry", "raw__binh_duong", "raw__local_statistics", "raw__national_series", "staging__binh_duong",
        "staging__local_statistics", "staging__national_series",
    }  # fmt: skip
    assert {name: editions for name, editions in made.items() if editions} == {
        "score": [changed.edition], "vary": [changed.edition],
    }  # fmt: skip
    assert changed.told["unchanged"] is False
    assert changed.installation.published == ["000001", "000002"]


def test_files_of_the_other_editions_are_not_touched(changed: Changed) -> None:
    after = _files(changed.installation)
    others = [edition for edition in PARTS if edition != changed.edition]
    tables = [Path(*key.path) for step in STEPS if step.name in {"score", "vary"} for key in step.keys]
    kept = [table / f"{edition}.json" for table in tables for edition in others]
    assert {name: after[name] for name in kept} == {name: changed.before[name] for name in kept}
    scores = Path("mart", "score", f"{changed.edition}.json")
    assert after[scores] != changed.before[scores]


def _tables(installation: Installation) -> dict[str, pd.DataFrame]:
    with duckdb.connect(str(installation.home.benchmark), read_only=True) as connection:
        names = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        return {
            f"{schema}.{table}": connection.execute(f"FROM {schema}.{table}").df()
            for schema, table in names
            if schema in {"staging", "core", "mart"}
        }


def test_the_tables_are_those_of_a_run_from_nothing(changed: Changed, built: Installation) -> None:
    again, fresh, before = map(_tables, (changed.installation, changed.fresh, built))
    assert again.keys() == fresh.keys() == before.keys()
    for name in fresh:
        pd.testing.assert_frame_equal(again[name], fresh[name], obj=name, check_exact=True)
    assert not again["mart.score"].equals(before["mart.score"])


def test_dagster_knows_of_no_step_that_was_not_made(changed: Changed, built: Installation) -> None:
    import dagster as dg

    def runs_of(installation: Installation, key: list[str], edition: str | None) -> int:
        with dg.DagsterInstance.from_config(str(installation.home.dagster)) as instance:
            wanted = dg.AssetRecordsFilter(dg.AssetKey(key), [edition] if edition else None)
            return len(instance.fetch_materializations(wanted, limit=10).records)

    other = next(edition for edition in PARTS if edition != changed.edition)
    for key, edition, more in (
        (["mart", "score"], changed.edition, 1), (["mart", "score"], other, 0), (["core", "area"], None, 0),
        (["core", "observation"], None, 1), (["release"], None, 1),
    ):  # fmt: skip
        assert runs_of(changed.installation, key, edition) == runs_of(built, key, edition) + more, key


def test_with_nothing_changed_it_does_nothing_and_says_so(
    built: Installation, smart21: Callable[..., Ended], tmp_path: Path
) -> None:
    installation = built.copy(tmp_path)
    records = sorted((installation.home.dagster / "history").rglob("*.db"))
    said = smart21(installation, "run")
    assert said.code == 0
    day = built.ask("SELECT published_at FROM audit.release")["published_at"][0][:10]
    assert f"Nothing changed since release 000001 of {day}; `smart21 run --all` makes it again." in said.said
    assert "Binh Duong" in said.said
    told = json.loads(smart21(installation, "run", "--json").out)
    assert (told["unchanged"], told["made"], told["release"]) == (True, {}, "000001")
    assert installation.published == ["000001"]
    assert sorted((installation.home.dagster / "history").rglob("*.db")) == records


def test_after_a_rollback_the_release_in_use_decides(
    changed: Changed, smart21: Callable[..., Ended], tmp_path: Path
) -> None:
    installation = changed.installation.copy(tmp_path)
    assert smart21(installation, "releases", "rollback", "1").code == 0
    answers = Answers(Folder(installation.home.lake))
    assert published_from(installation.home, load_registry(installation.registry), answers, "any") == {}


def _stale(installation: Installation, registry: Path | None = None) -> dict[str, tuple[str, ...]]:
    memory = Memory(installation.home, load_registry(registry or installation.registry), "any")
    return {step.name: why.parts for step in STEPS if (why := memory.stale(step))}


def test_a_damaged_or_missing_table_is_made_again(built: Installation, tmp_path: Path) -> None:
    installation = built.copy(tmp_path)
    assert _stale(installation) == {}
    tables = installation.home.lake / "tables"
    (damaged,) = tables.glob("mart/pairwise/2019.*.parquet")
    damaged.write_bytes(b"damaged")
    (tables / "mart/gap/2018.json").unlink()
    found = _stale(installation)
    assert {name: found[name] for name in ("vary", "advise")} == {"vary": ("2019",), "advise": ("2018",)}
    assert set(found) == {"vary", "advise", "release"}
    (tables / "staging/world_bank.json").unlink()  # `harmonise` makes it
    assert set(_stale(installation)) == {"vary", "advise", "release", "harmonise"}


def test_what_is_not_remembered_is_made(built: Installation, tmp_path: Path) -> None:
    installation = built.copy(tmp_path)
    (installation.home.lake / "memory/score.json").write_bytes(b"{torn")
    assert _stale(installation) == {"score": PARTS}


def test_evidence_touches_no_score(built: Installation, tmp_path: Path) -> None:
    installation, registry = built.copy(tmp_path), registry_copy(tmp_path)
    path = registry / "evidence" / "posts.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: ", "title: Acting ", 1), encoding="utf-8")
    assert set(_stale(installation, registry)) == {"registry", "release"}
    path = registry / "units.yml"
    path.write_text(path.read_text(encoding="utf-8") + "- {text: dozen, dimension: count, factor: 12}\n")
    assert {"harmonise", "score", "vary"} <= set(_stale(installation, registry))


def _step(name: str, *above: str, parts: tuple[str, ...] = ("",)) -> Step:
    return Step(name, (), (), parts, frozenset(above))


CHAIN = [_step("a"), _step("b", "a"), _step("c", "b", parts=("x", "y")), _step("d", "c", parts=("x", "y"))]


@pytest.mark.parametrize(
    ("stale", "expected"),
    [
        ({}, []),
        ({"a": Stale(("",), True)}, ["a"]),  # whether b is needed is known afterwards
        ({"a": Stale(("",), True), "b": Stale(("",), False)}, ["a"]),
        ({name: Stale(CHAIN[at].parts, True) for at, name in enumerate("abcd")}, ["a", "b", "c", "d"]),
        ({"a": Stale(("",), True), "c": Stale(("x", "y"), True)}, ["a"]),  # b stands between them
        ({"c": Stale(("x",), True), "d": Stale(("x", "y"), True)}, ["c"]),
        ({"c": Stale(("x",), False)}, ["c"]),
    ],
)
def test_what_is_made_next(stale: dict[str, Stale], expected: list[str]) -> None:
    assert [step.name for step in next_steps(CHAIN, stale)] == expected
