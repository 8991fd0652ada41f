"""The jobs, run by Dagster as its UI runs them: refresh, rebuild, and one edition alone."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd
import pytest
from installation import Installation

from assets.definitions import definitions
from assets.io import LakeIOManager
from assets.partitions import range_tags
from warehouse.home import Home

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Dagster's records, in memory."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def _run(job: str, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    made = definitions.resolve_job_def(job)
    tags = range_tags(made.partitions_def) if made.partitions_def else {}
    return made.execute_in_process(instance=instance, tags=tags, raise_on_error=False, run_config=QUIET)


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
    assert _run("refresh", instance).success
    assert len(list(home.lake.glob("answers/*/*.body"))) == 3
    assert not (home.lake / "tables").exists()
    assert _run("rebuild", instance).success
    question = "SELECT * EXCLUDE (rank_of) FROM mart.benchmark ORDER BY ALL"
    pd.testing.assert_frame_equal(Installation(home.root).ask(question), built.ask(question))


def test_one_edition_can_be_scored_alone(
    built: Installation, instance: dg.DagsterInstance, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = built.copy(tmp_path)
    monkeypatch.setenv("SMART21_HOME", str(installation.root))
    tables = installation.home.lake / "tables" / "mart"
    before = {path: path.stat().st_mtime_ns for path in tables.glob("*/*.json")}
    result = dg.materialize(
        list(definitions.assets), selection=dg.AssetSelection.groups("mart"), partition_key="2019", instance=instance,
        resources={"lake": LakeIOManager()}, run_config=QUIET,
    )  # fmt: skip
    assert result.success
    written = {path.stem for path, then in before.items() if path.stat().st_mtime_ns != then}
    assert written == {"2019"}
