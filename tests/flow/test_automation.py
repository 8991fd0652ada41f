"""Schedules and sensors start what is due, once, and tell people what failed or grew old."""

import datetime as dt
import json
import logging

import dagster as dg
import pytest

from assets.automation import due, overdue
from assets.definitions import definitions
from pipelines.inputs import fingerprint
from pipelines.readers.base import Request
from warehouse.answers import Answers
from warehouse.home import Home
from warehouse.registry import load_registry
from warehouse.releases import put
from warehouse.storage import Folder

REGISTRY = load_registry()
NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
BANK = REGISTRY.source["world_bank"]


def answered(home: Home, days_ago: float, body: bytes = b"[]", source_id: str = BANK.id) -> Answers:
    """The raw store, after an answer of a source so many days before noon."""
    answers, at = Answers(Folder(home.lake)), NOON - dt.timedelta(days=days_ago)
    answers.keep(Request(source_id, "https://example.org/figures"), body, retrieved_at=at.isoformat())
    return answers


def test_a_source_is_due_when_its_rhythm_has_come_round(home: Home) -> None:
    assert due([BANK], Answers(Folder(home.lake)), NOON) == [BANK]
    answers = answered(home, BANK.rhythm_days - 1)
    assert due([BANK], answers, NOON) == []
    assert due([BANK], answers, NOON + dt.timedelta(days=1)) == [BANK]


def test_the_nightly_schedule_asks_only_what_is_due(home: Home) -> None:
    schedule = definitions.resolve_schedule_def("sources_due")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance, scheduled_execution_time=NOON, repository_def=definitions.get_repository_def()
        )
        asked = {source.id for source in REGISTRY.sources if not source.is_local}
        (request,) = schedule.evaluate_tick(context).run_requests
        assert {key.path[-1] for key in request.asset_selection} == asked
        assert request.tags["dagster/priority"] == "-1"
        for source_id in asked:
            answered(home, 0, source_id.encode(), source_id)
        told = schedule.evaluate_tick(context)
        assert told.run_requests == []
        assert told.skip_message == "No source is due."


def test_new_answers_ask_for_one_rebuild(home: Home) -> None:
    sensor = definitions.resolve_sensor_def("new_answers")
    with dg.DagsterInstance.ephemeral() as instance:
        first = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
        assert len(first.run_requests) == 1
        again = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=first.cursor))
        assert again.run_requests == []
        answered(home, 1, b"[1]")
        changed = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=first.cursor))
        assert changed.run_requests[0].run_key == changed.cursor != first.cursor
        assert fingerprint(REGISTRY, Answers(Folder(home.lake))) == changed.cursor
        draft = home.root / "000001.duckdb"
        draft.write_bytes(b"figures")
        put(home, draft, {"release_id": "000001", "inputs_sha256": changed.cursor})
        published = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
        assert (published.run_requests, published.cursor) == ([], changed.cursor)


def test_what_grew_old_is_told_once_a_day(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("SMART21_ALERT_EMAIL", raising=False)
    answers = answered(home, 3 * BANK.rhythm_days)
    (home.releases / "000001.duckdb").touch()
    (home.releases / "000001.json").write_text(
        json.dumps({"release_id": "000001", "published_at": "2026-11-01T00:00:00+00:00"})
    )
    home.benchmark.symlink_to("releases/000001.duckdb")
    said = overdue(REGISTRY, answers, NOON)
    assert set(said) == {"release", BANK.id}
    assert said["release"] == "Release 000001 is 20 days old. Look whether the schedule `weekly` is on."
    sensor = definitions.resolve_sensor_def("tell_age")
    with dg.DagsterInstance.ephemeral() as instance, caplog.at_level(logging.WARNING, "smart21.notify"):
        first = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
        again = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=first.cursor))
    assert first.skip_message == "2 old, 2 of them told now."
    assert again.skip_message == "2 old, 0 of them told now."
    assert caplog.text.count(BANK.id) == 2  # its id, and the command that says more


def test_a_failed_run_is_told_with_what_its_step_said(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    @dg.op
    def breaks() -> None:
        raise dg.Failure("the disk is full")

    @dg.job
    def nightly() -> None:
        breaks()

    sensor = definitions.resolve_sensor_def("tell_failure")
    with dg.DagsterInstance.ephemeral() as instance:
        result = nightly.execute_in_process(instance=instance, raise_on_error=False)
        event = next(entry for entry in result.all_events if entry.is_failure and entry.is_job_event)
        context = dg.build_run_status_sensor_context(
            "tell_failure", dagster_instance=instance, dagster_run=result.dagster_run, dagster_event=event
        ).for_run_failure()
        with caplog.at_level(logging.WARNING, "smart21.notify"):
            sensor(context)
    assert "Smart21: nightly failed" in caplog.text
    assert "the disk is full" in caplog.text
    assert "What was published before still stands" in caplog.text
