"""The asset that publishes.

Put here: the audit tables and the call that builds a release.
Not here: how a release is built (`warehouse/publish.py`).
"""

import datetime as dt
import hashlib
import platform
from importlib.metadata import version

import dagster as dg
import pandas as pd

from assets.checks import check_spec, verdict
from assets.io import about, open_answers, open_lake
from pipelines.score import method_of, scored_frameworks
from warehouse.contracts import CONTRACTS
from warehouse.home import find_home
from warehouse.publish import publish
from warehouse.query import ask
from warehouse.registry import Registry

NOTICE = (
    "Scores are this project's, made from public statistics; they are not scores of the Intelligent Community Forum or "
    "of the World Technopolis Association, a historical framework whose body was dissolved in 2020."
)


def release_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """The published file."""
    tables = [name for name in CONTRACTS if name.startswith(("core.", "mart."))]
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
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        home, lake = find_home(), open_lake()
        answers = open_answers()
        lake.write("raw.answer", answers.answers())
        lake.write("raw.retrieval", answers.retrievals())
        audit = _audit(registry, context.run.run_id)
        staging = [f"staging.{source.id}" for source in registry.sources]
        path = publish(
            home, lake, lambda release_id: audit | {"audit.release": _release(release_id, context.run.run_id)}, staging
        )
        told = ask(
            home, "SELECT release_id, table_name, rows FROM audit.release, audit.table_count ORDER BY table_name"
        )
        problem = "" if set(told["release_id"]) == {path.stem} else f"{home.benchmark} does not tell {path.stem}"
        facts = about(told) | {"dagster/row_count": int(told["rows"].sum())}
        return dg.MaterializeResult(
            metadata={**facts, "release": path.stem, "path": dg.MetadataValue.path(path)},
            check_results=[verdict(opens, problem, release=path.stem)],
        )

    return [release]


def _release(release_id: str, run_id: str) -> pd.DataFrame:
    return pd.DataFrame([{"release_id": release_id, "run_id": run_id, "published_at": _now(), "notice": NOTICE}])


def _audit(registry: Registry, run_id: str) -> dict[str, pd.DataFrame]:
    digests = sorted(method_of(registry, framework).digest for framework in scored_frameworks(registry))
    run = {
        "run_id": run_id,
        "finished_at": _now(),
        "code_version": version("smart21-benchmark"),
        "registry_sha256": registry.sha256,
        "method_sha256": hashlib.sha256("".join(digests).encode()).hexdigest(),
        "python_version": platform.python_version(),
        "duckdb_version": version("duckdb"),
    }
    return {"audit.run": pd.DataFrame([run]), "audit.source_status": _source_status(registry)}


def _source_status(registry: Registry) -> pd.DataFrame:
    lake = open_lake()
    observed = lake.read("core.observation")["source_id"].value_counts()
    rejected = lake.read("core.rejected")["source_id"].value_counts()
    rows = []
    for source in registry.sources:
        used = open_answers().current(source.id)
        rows.append(
            {
                "source_id": source.id,
                "answer_id": used.answer_id if used else None,
                "retrieved_at": used.retrieved_at if used else None,
                "staged": len(lake.read(f"staging.{source.id}")),
                "observations": int(observed.get(source.id, 0)),
                "rejected": int(rejected.get(source.id, 0)),
            }
        )
    return pd.DataFrame(rows)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
