"""What happens by itself: when sources are asked, when the benchmark is made, and who is told of trouble.

Put here: schedules and sensors.
Not here: what they start (`jobs.py`), how a message goes out (`pipelines/notify.py`).

All are off until somebody turns them on, in the interface or with `dagster schedule start`. Times are Việt Nam's.
"""

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping

import dagster as dg

from assets.failures import reason
from assets.io import open_answers
from assets.release import STALE_DAYS
from assets.sources import OVERDUE
from pipelines.inputs import fingerprint, whole_release
from pipelines.notify import Message, notify
from warehouse.answers import Answers
from warehouse.home import find_home
from warehouse.registry import Registry
from warehouse.registry.sources import Source
from warehouse.releases import in_use, manifest

TIMEZONE = "Asia/Ho_Chi_Minh"
LOW = {"dagster/priority": "-1"}
"""Asking sources waits for runs that publish."""


def schedules(registry: Registry, range_tags: dict[str, str]) -> list[dg.ScheduleDefinition]:
    """What the clock starts.

    Args:
        registry: the sources and their rhythms.
        range_tags: make one run cover all editions.
    """
    return [_weekly(range_tags), _daily(registry)]


def sensors(registry: Registry, range_tags: dict[str, str]) -> list[dg.SensorDefinition]:
    """What a change, a failure or age starts; arguments as of `schedules`."""
    return [_on_new_answers(registry, range_tags), _on_failure(), _on_age(registry)]


def _weekly(range_tags: dict[str, str]) -> dg.ScheduleDefinition:
    cron = os.environ.get("SMART21_BENCHMARK_CRON", "0 5 * * 1")

    @dg.schedule(name="weekly", job_name="benchmark", cron_schedule=cron, execution_timezone=TIMEZONE)
    def weekly() -> dg.RunRequest:
        """Make and publish the benchmark on Monday mornings (SMART21_BENCHMARK_CRON)."""
        return dg.RunRequest(tags=range_tags)

    return weekly


def _daily(registry: Registry) -> dg.ScheduleDefinition:
    asked = [source for source in registry.sources if not source.is_local]
    cron = os.environ.get("SMART21_REFRESH_CRON", "0 2 * * *")

    @dg.schedule(name="sources_due", job_name="refresh", cron_schedule=cron, execution_timezone=TIMEZONE)
    def sources_due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Ask the sources whose rhythm has come round, each night (SMART21_REFRESH_CRON)."""
        wanted = due(asked, open_answers(), context.scheduled_execution_time)
        if not wanted:
            return dg.SkipReason("No source is due.")
        keys = [dg.AssetKey(["raw", source.id]) for source in wanted]
        return dg.RunRequest(asset_selection=keys, tags=LOW)

    return sources_due


def due(sources: Iterable[Source], answers: Answers, now: dt.datetime) -> list[Source]:
    """Sources that were never asked with success, or whose newest answer is as old as their rhythm."""
    return [source for source in sources if _age(source, answers, now) >= (source.rhythm_days or 1)]


def _age(source: Source, answers: Answers, now: dt.datetime) -> float:
    """Days since a source last answered; endless when it never did."""
    told = [dt.datetime.fromisoformat(one.retrieved_at) for one in answers.of(source.id) if one.answer_id]
    return (now - max(told)).total_seconds() / 86400 if told else float("inf")


def _on_new_answers(registry: Registry, range_tags: dict[str, str]) -> dg.SensorDefinition:
    @dg.sensor(name="new_answers", job_name="rebuild", minimum_interval_seconds=300)
    def new_answers(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Make everything again when the stored answers or the registry are others than before."""
        state = fingerprint(registry, open_answers())
        is_known = state in (context.cursor, whole_release(find_home()).get("inputs_sha256"))
        context.update_cursor(state)
        if is_known:
            return dg.SkipReason("Answers and registry are those of the last look, or of the release in use.")
        return dg.RunRequest(run_key=state, tags=range_tags)

    return new_answers


def _on_failure() -> dg.SensorDefinition:
    @dg.run_failure_sensor(name="tell_failure", minimum_interval_seconds=30)
    def tell_failure(context: dg.RunFailureSensorContext) -> None:
        """Tell people of a run that failed for good: by mail, webhook, or the log."""
        run = context.dagster_run
        if run.tags.get("dagster/will_retry") == "true":
            return
        said = [reason(event) for event in context.get_step_failure_events()] or [context.failure_event.message or ""]
        text = (
            f"Run {run.run_id} of the job {run.job_name} failed.\n\n" + "\n".join(said) + "\n\n"
            "What was published before still stands. `smart21 doctor` looks whether all else is in order."
        )
        told = notify(Message(f"Smart21: {run.job_name} failed", text), os.environ)
        context.log.info(f"Told: {told}")

    return tell_failure


def _on_age(registry: Registry) -> dg.SensorDefinition:
    @dg.sensor(name="tell_age", minimum_interval_seconds=3600)
    def tell_age(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """Tell people, once a day, what has become old: the published file, or a source's answers."""
        now = dt.datetime.now(dt.UTC)
        old, told = overdue(registry, open_answers(), now), json.loads(context.cursor or "{}")
        new = {name: sentence for name, sentence in old.items() if told.get(name) != now.date().isoformat()}
        if new:
            notify(Message("Smart21: something has become old", "\n".join(new.values())), os.environ)
        context.update_cursor(json.dumps({name: now.date().isoformat() for name in old}))
        return dg.SkipReason(f"{len(old)} old, {len(new)} of them told now." if old else "Nothing is old.")

    return tell_age


def overdue(registry: Registry, answers: Answers, now: dt.datetime) -> Mapping[str, str]:
    """By name, a sentence for the published file and for every source that is older than it should be.

    A source that never answered is no news: it may lack its key.
    """
    said = {}
    home = find_home()
    if (release_id := in_use(home)) and (at := manifest(home, release_id).get("published_at")):
        age = (now - dt.datetime.fromisoformat(at)).days
        if age > STALE_DAYS:
            said["release"] = f"Release {release_id} is {age} days old. Look whether the schedule `weekly` is on."
    for source in registry.sources:
        if source.rhythm_days and OVERDUE * source.rhythm_days < (days := _age(source, answers, now)) < float("inf"):
            said[source.id] = (
                f"{source.id} last answered {days:.0f} days ago and is asked every {source.rhythm_days}. "
                f"`smart21 sources show {source.id}` says why."
            )
    return said
