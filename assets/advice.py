"""Assets of advice: what would move each community, one partition an edition.

Put here: the wrapper around `pipelines/improve.py`, and its checks.
Not here: scores (`mart.py`).
"""

from collections.abc import Iterator

import dagster as dg
import numpy as np
import pandas as pd

from assets.checks import check_spec, verdict
from assets.io import table_ins, table_outs
from assets.partitions import by_edition, editions_of, joined
from pipelines.choose import members
from pipelines.improve import ADVICE, advise
from warehouse.registry import Registry

INPUTS = ("mart.candidate", "mart.chosen", "mart.screening", "mart.indicator_score", "mart.score")
_KEY = ["edition_id", "framework_id", "basis", "community_id"]


def advice_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """Advice for every edition."""
    adds_up = check_spec("points", ["mart", "gap"], "the points of its indicators add up to every total")
    bounded = check_spec("bounds", ["mart", "improvement"], "no change goes beyond the best peer or the goalposts")

    @dg.multi_asset(
        name="advise",
        ins=table_ins("core.observation", *INPUTS),
        outs=table_outs("mart", ADVICE),
        check_specs=[adds_up, bounded],
        **by_edition(registry),
    )
    def advised(
        context: dg.AssetExecutionContext, observation: pd.DataFrame, **mart: pd.DataFrame
    ) -> Iterator[dg.Output | dg.AssetCheckResult]:
        results = []
        for key in editions_of(context):
            edition = registry.edition[key]
            tables = {name: table[table["edition_id"] == key] for name, table in mart.items()}
            results.append(advise(tables, observation, members(registry, edition), edition, registry))
        tables = joined(results, ADVICE)
        for name, table in tables.items():
            yield dg.Output(table, name)
        yield verdict(adds_up, points_add_up(tables["gap"], mart["score"]))
        yield verdict(bounded, within_bounds(tables["improvement"], tables["gap"]))

    return [advised]


def points_add_up(gap: pd.DataFrame, score: pd.DataFrame) -> str:
    """The points of a community's indicators add up to its total, and every total has them."""
    totals = score[(score["criterion_id"] == score["framework_id"]) & score["score"].notna()]
    sums = gap.groupby(_KEY)["points"].sum(min_count=1).rename("points")
    both = totals.join(sums, on=_KEY)
    off = both[~((both["points"] - both["score"]).abs() <= 1e-9)]
    return _told(off, "has a total that its indicators do not add up to")


def within_bounds(improvement: pd.DataFrame, gap: pd.DataFrame) -> str:
    """No change goes beyond the best peer's score, nor the wrong way."""
    best = gap.set_index([*_KEY, "indicator_id"])[["best_score", "figure"]]
    both = improvement.join(best, on=[*_KEY, "indicator_id"])
    ceiling = np.fmin(both["best_score"], 100.0) + 1e-9
    fine = both["new_score"].between(both["score"], ceiling) & (both["figure"] == "own_area")
    return _told(both[~fine], "is told to change what it cannot")


def _told(rows: pd.DataFrame, what: str) -> str:
    if rows.empty:
        return ""
    first = rows.iloc[0]
    return f"{first['community_id']} ({first['framework_id']} {first['edition_id']}) {what}; {len(rows)} such rows."
