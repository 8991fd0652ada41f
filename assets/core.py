"""Assets of the core: the registry as tables, and figures in our units.

Put here: wrappers around `pipelines/registry_tables.py` and `pipelines/harmonise.py`.
Not here: editions (`mart.py`).
"""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.checks import check_spec, in_range, linked, nothing_lost, verdict
from assets.io import open_answers, table_ins, table_outs, table_spec
from assets.licence import licence_of
from assets.lineage import observation_lineage
from assets.sources import asked_figures
from pipelines.harmonise import harmonise
from pipelines.licence import usable
from pipelines.registry_tables import registry_tables
from warehouse.registry import Registry

HARMONISED = ("observation", "rejected", "correction")


def core_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """The registry's tables, and the harmonised figures."""
    return [_registry(registry), _harmonised(registry)]


def _registry(registry: Registry) -> dg.AssetsDefinition:
    tables = registry_tables(registry)

    @dg.multi_asset(
        name="registry",
        outs={
            name.replace(".", "_"): dg.AssetOut.from_spec(table_spec(name, group="registry"), io_manager_key="lake")
            for name in tables
        },
    )
    def registry_as_tables() -> Iterator[dg.Output]:
        for name, table in tables.items():
            yield dg.Output(table, name.replace(".", "_"))

    return registry_as_tables


def _harmonised(registry: Registry) -> dg.AssetsDefinition:
    key = ["core", "observation"]
    lost = check_spec("nothing_lost", key, "count(staged) = count(observation) + count(rejected)")
    ranges = check_spec("ranges", key, "every value lies within what its indicator can be")
    links = check_spec("links", key, "every observation leads to a stored answer, an area and a class")

    @dg.multi_asset(
        name="harmonise",
        ins=table_ins(*(f"staging.{source.id}" for source in registry.sources if source.is_local)),
        deps=[dg.AssetKey(["staging", source.id]) for source in registry.sources if not source.is_local],
        outs=table_outs("core", HARMONISED),
        check_specs=[lost, ranges, links],
    )
    def harmonised(
        context: dg.AssetExecutionContext, **local: pd.DataFrame
    ) -> Iterator[dg.Output | dg.AssetCheckResult]:
        may_use = usable(registry, licence_of(context))
        tables = [
            *(local[source.id] for source in may_use.sources if source.is_local),
            *asked_figures(context, may_use),
        ]
        staged, answers = pd.concat(tables, ignore_index=True), open_answers().answers()
        came = {
            str(name): int(when[:4]) for name, when in zip(answers["answer_id"], answers["retrieved_at"], strict=True)
        }
        result = harmonise(staged, may_use, retrieved=came)
        told = {"rejected": len(result.rejected)} | observation_lineage(source.id for source in may_use.sources)
        for name in HARMONISED:
            yield dg.Output(getattr(result, name), name, metadata=told if name == "observation" else None)
        counts = {"staged": len(staged), "observed": len(result.observation), "rejected": len(result.rejected)}
        yield verdict(lost, nothing_lost(**counts), **counts)
        yield verdict(ranges, in_range(result.observation, registry))
        yield verdict(links, linked(result.observation, answers, registry))

    return harmonised
