"""Assets of the sources: stored answers and staged figures, by factory.

Put here: one raw and one staging asset for every source of the registry.
Not here: reading formats (`pipelines/readers`).
"""

import datetime as dt
import hashlib

import dagster as dg
import pandas as pd

from assets.io import about, open_answers, table_spec
from pipelines.readers import figures_csv
from pipelines.readers.base import Request
from warehouse.contracts import contract_of, empty
from warehouse.registry import Registry
from warehouse.registry.sources import FiguresCsv, Source


def source_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """A raw and a staging asset for each source."""
    return [asset for source in registry.sources for asset in (_raw(registry, source), _staging(source))]


def _raw(registry: Registry, source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=["raw", source.id],
        description=f"{source.name}: the file as it is, stored once under the hash of its content.",
        group_name="raw",
        owners=["team:benchmark"],
        kinds={"python", "csv"},
        metadata={
            "producer": source.producer,
            "licence": source.licence,
            "address": dg.MetadataValue.url(source.url_main),
        },
    )
    def raw() -> dg.MaterializeResult:
        if not isinstance(source.reader, FiguresCsv):
            return dg.MaterializeResult()
        body = (registry.root / source.reader.path).read_bytes()
        # Read before it is stored: a broken file never becomes the current answer.
        rows = figures_csv.read(body, source.id, "0" * 64)
        answers = open_answers()
        used = answers.current(source.id)
        if used is None or used.answer_id != hashlib.sha256(body).hexdigest():
            now = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
            used = answers.keep(
                Request(source.id, source.url_main), body, retrieved_at=now, headers={"Content-Type": "text/csv"}
            )
        return dg.MaterializeResult(metadata={**about(rows), "answer_id": used.answer_id, "size_bytes": len(body)})

    return raw


def _staging(source: Source) -> dg.AssetsDefinition:
    spec = table_spec(f"staging.{source.id}", group="staging", deps=[dg.AssetKey(["raw", source.id])])

    @dg.asset(
        key=spec.key, description=f"{source.name}: {spec.description}", group_name=spec.group_name, owners=spec.owners,
        kinds=spec.kinds, metadata=spec.metadata, deps=spec.deps, io_manager_key="lake",
    )  # fmt: skip
    def staging() -> pd.DataFrame:
        answers = open_answers()
        used = answers.current(source.id)
        if used is None or used.answer_id is None:
            return empty(contract_of("staging.figure"))
        return figures_csv.read(answers.body(source.id, used.answer_id), source.id, used.answer_id)

    return staging
