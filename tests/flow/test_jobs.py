"""The jobs, run by Dagster as its UI runs them: refresh, rebuild, and one edition alone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from installation import Installation
from replay.server import Replay

from assets.definitions import definitions
from assets.io import LakeIOManager
from assets.licence import TAG
from assets.partitions import range_tags
from assets.sources import one_client
from warehouse.home import Home
from warehouse.registry import load_registry

REPLIES = Path(__file__).parents[1] / "replies"
ALL_EDITIONS = range_tags(definitions.resolve_job_def("rebuild").partitions_def)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Dagster's records, in memory."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


REGISTRY = load_registry()
LOCAL = [f"raw/{source.id}" for source in REGISTRY.sources if source.is_local]


def _run(job: str, instance: dg.DagsterInstance, *assets: str, **more: Any) -> dg.ExecuteInProcessResult:
    """Run a job over all its partitions, or some of its assets."""
    made = definitions.resolve_job_def(job)
    keys = [dg.AssetKey(asset.split("/")) for asset in assets] or None
    tags = range_tags(made.partitions_def) if made.partitions_def and not assets else {}
    return made.execute_in_process(
        instance=instance, tags=tags | more.pop("tags", {}), raise_on_error=False, run_config=QUIET,
        asset_selection=keys, **more,
    )  # fmt: skip


def _cause(result: dg.ExecuteInProcessResult, step: str) -> str:
    (event,) = [event for event in result.filter_events(lambda e: e.is_step_failure) if event.step_key == step]
    error = event.step_failure_data.error
    return (error.cause or error).message


def test_rebuilding_before_refreshing_says_what_to_do(home: Home, instance: dg.DagsterInstance) -> None:
    result = _run("rebuild", instance)
    assert not result.success
    assert "nothing is stored yet. Run the job `refresh` first." in _cause(result, "staging__binh_duong")
    assert not home.benchmark.exists()


def test_refresh_stores_answers_and_rebuild_makes_all_else_of_them(
    home: Home, built: Installation, instance: dg.DagsterInstance
) -> None:
    assert _run("refresh", instance, *LOCAL).success
    assert len(list(home.lake.glob("answers/*/*.body"))) == 3
    assert not (home.lake / "tables").exists()
    assert _run("rebuild", instance).success
    question = "SELECT * EXCLUDE (rank_of) FROM mart.benchmark ORDER BY ALL"
    pd.testing.assert_frame_equal(Installation(home.root).ask(question), built.ask(question))


def test_a_run_that_names_no_edition_says_how_to_name_them(
    built: Installation, instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMART21_HOME", str(built.copy(tmp_path).root))
    result = _run("rebuild", instance, "mart/candidate", "mart/chosen")
    assert not result.success
    told = _cause(result, "choose")
    assert json.loads(re.search(r"--tags '(.*)'", told)[1]) == ALL_EDITIONS
    documented = (Path(__file__).parents[2] / "deploy" / "README.md").read_text(encoding="utf-8")
    assert f"--tags '{json.dumps(ALL_EDITIONS)}'" in documented


def _asked(replay: Replay, path: str) -> list[str]:
    return [question.path for question in replay.asked if path in question.path]


def test_a_source_with_years_can_be_asked_for_one_year(
    home: Home, instance: dg.DagsterInstance, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMART21_CENSUS_KEY", "ours")
    replay.load(REPLIES / "us_census_acs")
    assert _run("refresh", instance, "raw/us_census_acs", partition_key="2020").success
    assert {path.split("/")[2] for path in _asked(replay, "acs5")} == {"2020"}
    assert instance.get_materialized_partitions(dg.AssetKey(["raw", "us_census_acs"])) == {"2020"}


def test_a_source_that_cannot_be_asked_says_so_and_counts_as_not_refreshed(
    home: Home, instance: dg.DagsterInstance, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMART21_KOSIS_KEY", raising=False)
    result = _run("refresh", instance, "raw/kosis", "raw/oecd_fua")
    assert result.success
    for source, status in (("kosis", "skipped"), ("oecd_fua", "failed")):
        key = dg.AssetKey(["raw", source])
        assert instance.get_latest_materialization_event(key) is None
        (record,) = instance.fetch_observations(key, limit=1).records
        told = record.asset_observation.metadata
        assert told["status"].value == status
        assert len(told["error"].value) > 20


def test_figures_that_are_not_open_are_left_out_of_an_open_release(
    built: Installation, instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = built.copy(tmp_path)
    monkeypatch.setenv("SMART21_HOME", str(installation.root))
    parts = ["core/observation", "core/rejected", "core/correction", "mart/candidate", "mart/chosen", "release"]
    assert _run("rebuild", instance, *parts, tags=ALL_EDITIONS | {TAG: "open"}).success
    closed = {source.id for source in REGISTRY.sources if not source.is_open}
    assert installation.ask("SELECT licence FROM audit.run")["licence"].tolist() == ["open"]
    left = installation.ask("SELECT DISTINCT source_id FROM core.observation UNION SELECT source_id FROM core.rejected")
    assert not closed & set(left["source_id"])
    assert "national_series" in set(left["source_id"])
    staged = installation.ask("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'staging'")
    assert not closed & set(staged["table_name"])
    assert built.ask("SELECT licence FROM audit.run")["licence"].tolist() == ["any"]


def test_one_edition_can_be_scored_alone(
    built: Installation, instance: dg.DagsterInstance, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = built.copy(tmp_path)
    monkeypatch.setenv("SMART21_HOME", str(installation.root))
    tables = installation.home.lake / "tables" / "mart"
    lost = [tables / "score" / f"{edition}.json" for edition in ("2019", "2020")]
    for pointer in lost:
        pointer.unlink()
    before = {path: path.stat().st_mtime_ns for path in tables.glob("*/*.json")}
    result = dg.materialize(
        list(definitions.assets), selection=dg.AssetSelection.groups("mart"), partition_key="2019", instance=instance,
        resources={"lake": LakeIOManager(), "client": one_client}, run_config=QUIET,
    )  # fmt: skip
    assert result.success
    assert [pointer.exists() for pointer in lost] == [True, False]
    assert {path: path.stat().st_mtime_ns for path in before} == before  # the same rows are not written again
    # Promises and partners belong to no edition.
    assert {event.partition for event in result.get_asset_materialization_events()} == {"2019", None}
