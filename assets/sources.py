"""Assets of the sources: stored answers and staged figures, by factory.

Put here: one raw and one staging asset for every source of the registry, and when each is made.
Not here: asking (`pipelines/refresh.py`), staging (`pipelines/staging.py`), formats (`pipelines/readers`).

Local files are read again in every run. Sources that are asked over the network are asked by the job `refresh` alone:
each run step is one source, a source that fails says so in an observation and stops nobody, and only an answer counts
as a materialization, so that freshness tells how old the figures are and not how often somebody tried.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import dagster as dg
import pandas as pd

from assets.io import about, open_answers, open_lake, open_revisions, table_spec
from assets.partitions import source_years
from pipelines.fetch import Client
from pipelines.readers import figures_csv
from pipelines.readers.base import Request
from pipelines.refresh import Refreshed, now, refresh
from pipelines.staging import stage, staged
from warehouse.home import find_home
from warehouse.registry import Registry
from warehouse.registry.sources import FiguresCsv, Source, Tiles

AGAIN = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""For what is not the source's fault, such as a disk that is away for a moment; its own faults the client retries."""

OVERDUE = 2
"""Rhythms of a source after which its figures count as stale; after one there is a warning."""


def source_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """A raw and a staging asset for each source."""
    asked = [source for source in registry.sources if not source.is_local]
    local = [source for source in registry.sources if source.is_local]
    return [
        *(_asked(registry, source) for source in asked),
        *([_staging_of_asked(asked)] if asked else []),
        *(
            _curated(registry, source) if isinstance(source.reader, FiguresCsv) else _dropped(source)
            for source in local
        ),
        *(_staging_of_local(source) for source in local),
    ]


@dg.resource(description="The client of all sources; one a run, so that hosts keep their pace.")
def one_client(_: dg.InitResourceContext) -> Iterator[Client]:
    """The client of a run."""
    with Client(memory=find_home().root / "pace.sqlite") as client:
        yield client


def _raw_spec(source: Source, content: str, kinds: set[str], **more: Any) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=["raw", source.id],
        description=f"{source.name}: {content}, stored once under the hash of its content.",
        group_name="raw",
        owners=["team:benchmark"],
        kinds=kinds,
        metadata={
            "producer": source.producer,
            "licence": source.licence,
            "address": dg.MetadataValue.url(source.url_main),
        },
        **more,
    )


def _asked(registry: Registry, source: Source) -> dg.AssetsDefinition:
    """A source that is asked over the network; by year where it has years."""
    rhythm = dt.timedelta(days=source.rhythm_days or 1)
    rested_on = {other.reader.boundaries for other in registry.sources if isinstance(other.reader, Tiles)}
    years = source_years(registry) if source.years else None
    freshness = dg.FreshnessPolicy.time_window(fail_window=OVERDUE * rhythm, warn_window=rhythm)
    spec = _raw_spec(
        source, "every answer as it came", {"python", "http"}, partitions_def=years, freshness_policy=freshness,
        skippable=True,
    )  # fmt: skip

    @dg.multi_asset(
        name=f"raw__{source.id}",
        specs=[spec],
        backfill_policy=dg.BackfillPolicy.single_run() if years else None,
        op_tags={"dagster/priority": str(int(source.id in rested_on))},
        pool=urlsplit(source.calls[0].url).hostname,
        retry_policy=AGAIN,
        required_resource_keys={"client"},
    )
    def raw(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        wanted = _years_of(source, context)
        if source.years and not wanted:
            return  # none of the run's years is one of this source's
        began = perf_counter()
        result = refresh(source, context.resources.client, open_answers(), open_revisions().add, years=wanted)
        told = _told(result, perf_counter() - began)
        context.log_event(dg.AssetObservation(spec.key, metadata=told))
        if result.has_answers:
            yield dg.MaterializeResult(spec.key, metadata=told)

    return raw


def _years_of(source: Source, context: dg.AssetExecutionContext) -> list[int]:
    """Years of the source that the run is about: those of its partitions, or all."""
    if source.years is None:
        return []
    years = range(source.years.first, source.years.last + 1)
    if not (context.has_partition_key or context.has_partition_key_range):
        return list(years)
    return [year for year in map(int, context.partition_keys) if year in years]


def _told(result: Refreshed, seconds: float) -> dict[str, Any]:
    """How a refresh ended, as metadata; bytes are those of the answers that are in use now."""
    size = sum(one.size_bytes or 0 for one in open_answers().in_use(result.source_id))
    facts = {"status": result.status, "error": result.error, "revisions": result.revisions}
    facts |= {"dagster/row_count": result.rows, "size_bytes": size, "seconds": round(seconds, 3)}
    return facts | {f"questions {name}": n for name, n in result.counts.items()}


def _curated(registry: Registry, source: Source) -> dg.AssetsDefinition:
    """A file of the registry; a broken one stops the run, since it is ours."""

    @dg.multi_asset(name=f"raw__{source.id}", specs=[_raw_spec(source, "the file as it is", {"python", "csv"})])
    def raw() -> dg.MaterializeResult:
        assert isinstance(source.reader, FiguresCsv)  # noqa: S101 (for the type checker)
        began = perf_counter()
        body = (registry.root / source.reader.path).read_bytes()
        # Read before it is stored: a broken file never becomes the current answer.
        rows = figures_csv.read(body, source.id, "0" * 64)
        answers = open_answers()
        used = answers.current(source.id)
        if used is None or used.answer_id != hashlib.sha256(body).hexdigest():
            request = Request(source.id, source.url_main)
            used = answers.keep(request, body, retrieved_at=now(), headers={"Content-Type": "text/csv"})
        told = {"answer_id": used.answer_id, "size_bytes": len(body), "seconds": round(perf_counter() - began, 3)}
        return dg.MaterializeResult(metadata=about(rows) | told)

    return raw


def _dropped(source: Source) -> dg.AssetsDefinition:
    """Files of a local folder; a broken one is told, and the last good one stays in use."""
    spec = _raw_spec(source, "every file as it is", {"python", "csv", "excel"})

    @dg.multi_asset(name=f"raw__{source.id}", specs=[spec])
    def raw(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        began = perf_counter()
        result = refresh(source, None, open_answers(), open_revisions().add)
        told = _told(result, perf_counter() - began)
        context.log_event(dg.AssetObservation(spec.key, metadata=told))
        return dg.MaterializeResult(metadata=told)

    return raw


def _staging_spec(source: Source) -> dg.AssetSpec:
    spec = table_spec(f"staging.{source.id}", group="staging", deps=[dg.AssetKey(["raw", source.id])])
    return spec.replace_attributes(description=f"{source.name}: {spec.description}")


def _staging_of_local(source: Source) -> dg.AssetsDefinition:
    spec = _staging_spec(source)

    @dg.asset(
        key=spec.key, description=spec.description, group_name=spec.group_name, owners=spec.owners, kinds=spec.kinds,
        metadata=spec.metadata, deps=spec.deps, io_manager_key="lake",
    )  # fmt: skip
    def staging() -> pd.DataFrame:
        if not isinstance(source.reader, FiguresCsv):
            return stage(source, open_answers())
        answers = open_answers()
        used = answers.current(source.id)
        if used is None or used.answer_id is None:
            raise dg.Failure(f"{source.id}: nothing is stored yet. Run the job `refresh` first.")
        return figures_csv.read(answers.body(source.id, used.answer_id), source.id, used.answer_id)

    return staging


def _staging_of_asked(sources: list[Source]) -> dg.AssetsDefinition:
    """The staging tables of all sources that are asked, in one step: a step each would cost more than the work.

    They belong to the job `rebuild`; the job `benchmark` leaves them to `harmonise`, which makes those again whose
    answers changed.
    """
    by_key = {dg.AssetKey(["staging", source.id]): source for source in sources}

    @dg.multi_asset(name="stage_asked", specs=[_staging_spec(source) for source in sources], can_subset=True)
    def stage_asked(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        for key in sorted(context.selected_asset_keys):
            rows, _ = staged(by_key[key], open_answers(), open_lake())
            yield dg.MaterializeResult(key, metadata=about(rows))

    return stage_asked


def asked_figures(context: dg.AssetExecutionContext, registry: Registry) -> list[pd.DataFrame]:
    """Staging tables of the sources that are asked over the network, those made again whose answers changed."""
    answers, lake, tables = open_answers(), open_lake(), []
    for source in registry.sources:
        if not source.is_local:
            rows, is_new = staged(source, answers, lake)
            if is_new and len(rows):
                key = dg.AssetKey(["staging", source.id])
                context.log_event(dg.AssetMaterialization(key, metadata=about(rows)))
            tables.append(rows)
    return tables
