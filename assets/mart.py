"""Assets of the mart: choices and scores, one partition an edition.

Put here: wrappers around `pipelines/choose.py` and `pipelines/score.py`.
Not here: publishing (`release.py`).
"""

import os
from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.checks import FALL_REMEDY, check_spec, compatriots_apart, coverage_kept, traced, verdict
from assets.io import table_ins, table_outs
from assets.licence import licence_of
from assets.partitions import by_edition, editions_of, joined
from pipelines.choose import choose, comparable_values, members
from pipelines.score import score
from warehouse.registry import Registry

CHOSEN = ("candidate", "chosen")
SCORED = ("screening", "indicator_score", "score", "trace", "benchmark")


def mart_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """Choices and scores of every edition."""
    return [_chosen(registry), _scored(registry)]


def _chosen(registry: Registry) -> dg.AssetsDefinition:
    apart = check_spec("compatriots", ["mart", "chosen"], "no wider area ranks two communities of one country")

    @dg.multi_asset(
        name="choose",
        ins=table_ins("core.observation"),
        outs=table_outs("mart", CHOSEN),
        check_specs=[apart],
        **by_edition(registry),
    )
    def chosen(
        context: dg.AssetExecutionContext, observation: pd.DataFrame
    ) -> Iterator[dg.Output | dg.AssetCheckResult]:
        editions = [registry.edition[key] for key in editions_of(context)]
        choice = choose(comparable_values(observation, registry), editions, registry)
        tables = {name: getattr(choice, name) for name in CHOSEN}
        for name, table in tables.items():
            yield dg.Output(table, name)
        yield verdict(apart, compatriots_apart(tables["chosen"], registry))

    return chosen


def _scored(registry: Registry) -> dg.AssetsDefinition:
    adds_up = check_spec("trace", ["mart", "score"], "the points of its figures add up to every score")
    kept = check_spec("coverage", ["mart", "score"], "coverage did not fall against the published release", FALL_REMEDY)

    @dg.multi_asset(
        name="score",
        ins=table_ins("mart.chosen", "core.observation"),
        outs=table_outs("mart", SCORED),
        check_specs=[adds_up, kept],
        **by_edition(registry),
    )
    def scored(
        context: dg.AssetExecutionContext, chosen: pd.DataFrame, observation: pd.DataFrame
    ) -> Iterator[dg.Output | dg.AssetCheckResult]:
        results = []
        for key in editions_of(context):
            edition = registry.edition[key]
            results.append(score(chosen[chosen["edition_id"] == key], members(registry, edition), edition, registry))
        tables = joined(results, SCORED)
        for name, table in tables.items():
            yield dg.Output(table, name)
        yield verdict(adds_up, traced(tables["score"], tables["trace"], observation))
        fall, compared = coverage_kept(tables["screening"], os.environ, licence_of(context))
        yield verdict(kept, fall, compared=compared)

    return scored
