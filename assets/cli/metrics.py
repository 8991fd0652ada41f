"""The command that tells a monitoring system how things stand, in Prometheus' text format.

Put here: the gauges and where they come from.
Not here: alerts (`assets/automation.py`), looking whether all is in order (`doctor.py`).
"""

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from assets.cli.prepare import prepare
from assets.cli.show import out, sentences
from warehouse.files import replacing
from warehouse.home import Home
from warehouse.query import NotPublishedError, QueryError, ask
from warehouse.releases import known, manifest


def metrics(
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Write this file in one step, for a collector that reads files.")
    ] = None,
) -> None:
    """Tell last success, duration, rows and the sources' ages in Prometheus' text format.

    Example: smart21 metrics --out /var/lib/node_exporter/smart21.prom
    """
    home = prepare()
    with sentences(NotPublishedError, QueryError):
        body = generate_latest(collect(home, dt.datetime.now(dt.UTC)))
    if out_file is None:
        sys.stdout.write(body.decode())
        return
    with sentences(OSError), replacing(out_file) as draft:
        draft.write_bytes(body)
        draft.chmod(0o644)
    out.print(f"Wrote {out_file}.")


def collect(home: Home, now: dt.datetime) -> CollectorRegistry:
    """All gauges.

    Args:
        home: where the benchmark lies.
        now: ages are counted to this moment.

    Raises:
        NotPublishedError: no release yet.
    """
    registry = CollectorRegistry()
    _release(registry, home)
    _tables(registry, home)
    _sources(registry, home, now)
    _runs(registry)
    return registry


def _release(registry: CollectorRegistry, home: Home) -> None:
    used = str(ask(home, "SELECT release_id FROM audit.release")["release_id"][0])
    about = manifest(home, used)
    at = Gauge(
        "smart21_release_published_timestamp_seconds", "When the release in use was published.", registry=registry
    )
    at.set(dt.datetime.fromisoformat(about["published_at"]).timestamp())
    size = Gauge("smart21_release_size_bytes", "Size of the release in use.", registry=registry)
    size.set(about["size_bytes"])
    number = Gauge("smart21_release_number", "Number of the release in use.", registry=registry)
    number.set(int(used))
    count = Gauge("smart21_releases", "Releases that are kept.", registry=registry)
    count.set(len(known(home)))


def _tables(registry: CollectorRegistry, home: Home) -> None:
    rows = Gauge("smart21_table_rows", "Rows of a published table.", ["table"], registry=registry)
    for table, count in ask(home, "SELECT table_name, rows FROM audit.table_count").to_numpy():
        rows.labels(table).set(count)
    rejected = Gauge("smart21_rejected_rows", "Staged values that are no observations.", ["reason"], registry=registry)
    for reason, count in ask(home, "SELECT reason, count(*) FROM core.rejected GROUP BY reason").to_numpy():
        rejected.labels(reason).set(count)


def _sources(registry: CollectorRegistry, home: Home, now: dt.datetime) -> None:
    age = Gauge("smart21_source_age_seconds", "Since a source last gave a good answer.", ["source"], registry=registry)
    figures = Gauge("smart21_source_figures", "Observations that a source delivered.", ["source"], registry=registry)
    question = "SELECT source_id, retrieved_at, observations FROM audit.source_status"
    for source_id, at, count in ask(home, question).to_numpy():
        figures.labels(source_id).set(count)
        if isinstance(at, str):
            age.labels(source_id).set((now - dt.datetime.fromisoformat(at)).total_seconds())


def _runs(registry: CollectorRegistry) -> None:
    """Of each job the last run that ended well, and the last that did not."""
    import dagster as dg

    ended = Gauge(
        "smart21_run_ended_timestamp_seconds", "End of a job's last run.", ["job", "status"], registry=registry
    )
    took = Gauge("smart21_run_duration_seconds", "How long that run took.", ["job", "status"], registry=registry)
    with dg.DagsterInstance.get() as instance:
        for status in (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE):
            for record in reversed(instance.get_run_records(dg.RunsFilter(statuses=[status]), limit=100)):
                if record.start_time and record.end_time:
                    labels = (record.dagster_run.job_name, status.value.lower())
                    ended.labels(*labels).set(record.end_time)
                    took.labels(*labels).set(record.end_time - record.start_time)
