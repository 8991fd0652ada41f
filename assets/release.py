"""The asset that publishes.

Put here: the audit tables and the call that builds a release.
Not here: how a release is built (`warehouse/publish.py`).
"""

import datetime as dt
import hashlib
import os
import platform
from importlib.metadata import version
from time import perf_counter

import dagster as dg
import pandas as pd

from assets.checks import check_spec, verdict
from assets.io import about, open_answers, open_lake, open_revisions
from assets.licence import licence_of
from pipelines.inputs import fingerprint
from pipelines.licence import Licence, usable
from pipelines.program import program
from pipelines.score import method_of, scored_frameworks
from pipelines.source_status import figure_counts, source_status
from warehouse.contracts import CONTRACTS
from warehouse.home import find_home
from warehouse.publish import publish
from warehouse.query import ask
from warehouse.registry import Registry

STALE_DAYS = 8
"""Days after which the published file counts as stale: a week of the schedule `weekly`, and a day."""

NOTICE = (
    "Scores are this project's, made from public statistics; they are not scores of the Intelligent Community Forum or "
    "of the World Technopolis Association, a historical framework whose body was dissolved in 2020."
)


def release_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """The published file."""
    tables = [name for name in CONTRACTS if name.startswith(("core.", "mart."))]
    program()  # remembered now: another version may be installed beside a server that runs
    opens = check_spec("opens", ["release"], "the published file opens and tells its release")

    @dg.asset(
        key=["release"],
        description="The published benchmark: a new, numbered DuckDB file, and the link to it moved.",
        group_name="release",
        owners=["team:benchmark"],
        kinds={"duckdb"},
        deps=[
            *(dg.AssetKey(name.split(".")) for name in tables),
            *(dg.AssetKey(["staging", s.id]) for s in registry.sources),
        ],
        check_specs=[opens],
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(days=STALE_DAYS)),
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        began, home, lake, answers = perf_counter(), find_home(), open_lake(), open_answers()
        lake.write("raw.answer", answers.answers())
        lake.write("raw.retrieval", answers.retrievals())
        licence = licence_of(context)
        may_use = usable(registry, licence)
        made_from = fingerprint(registry, answers, licence)
        audit = _audit(may_use, licence, context.run.run_id, made_from)
        staging = [f"staging.{source.id}" for source in may_use.sources]
        path = publish(
            home, lake, lambda release_id: audit | {"audit.release": _release(release_id, context.run.run_id)}, staging
        )
        told = ask(
            home, "SELECT release_id, table_name, rows FROM audit.release, audit.table_count ORDER BY table_name"
        )
        problem = "" if set(told["release_id"]) == {path.stem} else f"{home.benchmark} does not tell {path.stem}"
        facts = about(told) | {"dagster/row_count": int(told["rows"].sum()), "size_bytes": path.stat().st_size}
        facts |= {"seconds": round(perf_counter() - began, 3)}
        return dg.MaterializeResult(
            metadata={**facts, "release": path.stem, "path": dg.MetadataValue.path(path)},
            check_results=[verdict(opens, problem, release=path.stem)],
        )

    return [release]


def _release(release_id: str, run_id: str) -> pd.DataFrame:
    return pd.DataFrame([{"release_id": release_id, "run_id": run_id, "published_at": _now(), "notice": NOTICE}])


def _audit(registry: Registry, licence: Licence, run_id: str, inputs: str) -> dict[str, pd.DataFrame]:
    """The audit tables; `registry` holds the sources that the run may use."""
    digests = sorted(method_of(registry, framework).digest for framework in scored_frameworks(registry))
    run = {
        "run_id": run_id,
        "finished_at": _now(),
        "code_version": version("smart21-benchmark"),
        "registry_sha256": registry.sha256,
        "inputs_sha256": inputs,
        "method_sha256": hashlib.sha256("".join(digests).encode()).hexdigest(),
        "python_version": platform.python_version(),
        "duckdb_version": version("duckdb"),
        "licence": licence,
    }
    lake, revisions = open_lake(), open_revisions().table()
    status = source_status(
        registry, lake.read("raw.retrieval"), figure_counts(registry, lake), os.environ, dt.datetime.now(dt.UTC)
    )
    used = {source.id for source in registry.sources}
    return {
        "audit.run": pd.DataFrame([run]),
        "audit.source_status": status,
        "audit.revision": revisions[revisions["source_id"].isin(used)],
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
