"""Assets of uncertainty: how sure the ranks are, one partition an edition.

Put here: the wrapper around `pipelines/uncertainty`, and its checks.
Not here: the ranks themselves (`mart.py`).
"""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.checks import check_spec, named, verdict
from assets.io import table_ins, table_outs
from assets.partitions import by_edition, editions_of, joined
from pipelines.choose import members
from pipelines.uncertainty import NAMES, analyse
from warehouse.registry import Registry

INPUTS = ("mart.candidate", "mart.chosen", "mart.screening", "mart.score")
_KEY = ["edition_id", "framework_id", "basis", "community_id"]


def uncertainty_assets(registry: Registry) -> list[dg.AssetsDefinition]:
    """Intervals, distributions, pairs and sensitivity of every edition."""
    same = check_spec(
        "same_scores", ["mart", "rank_interval"], "with no assumption changed, the scores are mart.score's"
    )
    pairs = check_spec("pairs", ["mart", "pairwise"], "the two sides of a pair add up to 1")

    @dg.multi_asset(
        name="vary",
        ins=table_ins(*INPUTS),
        outs=table_outs("mart", NAMES),
        check_specs=[same, pairs],
        **by_edition(registry),
    )
    def varied(context: dg.AssetExecutionContext, **mart: pd.DataFrame) -> Iterator[dg.Output | dg.AssetCheckResult]:
        results = []
        for key in editions_of(context):
            edition = registry.edition[key]
            mine = {name: table[table["edition_id"] == key] for name, table in mart.items()}
            shown = members(registry, edition)
            results.append(analyse(mine["chosen"], mine["candidate"], mine["screening"], shown, edition, registry))
        tables = joined(results, NAMES)
        for name, table in tables.items():
            yield dg.Output(table, name)
        yield verdict(same, same_scores(tables["rank_interval"], mart["score"]))
        yield verdict(pairs, pairs_add_up(tables["pairwise"]))

    return [varied]


def same_scores(interval: pd.DataFrame, score: pd.DataFrame) -> str:
    """The model behind the draws gives the published scores when nothing is varied."""
    totals = score[score["criterion_id"] == score["framework_id"]]
    both = interval.merge(totals[[*_KEY, "score"]], on=_KEY, suffixes=("", "_published"), how="left")
    gap = (both["score"] - both["score_published"]).abs()
    off = both[(gap > 1e-9) | (both["score"].isna() != both["score_published"].isna())]
    return named(
        off["framework_id"] + " of " + off["community_id"], "scores that the draws start from and mart.score differ in"
    )


def pairs_add_up(pairwise: pd.DataFrame) -> str:
    """That A is ahead of B and B of A are the only two ways."""
    swapped = pairwise.rename(columns={"community_id": "other_id", "other_id": "community_id", "ahead": "behind"})
    both = pairwise.merge(swapped, on=[*_KEY, "other_id"], how="left")
    off = both[~((both["ahead"] + both["behind"] - 1).abs() <= 1e-9)]
    return named(off["community_id"] + " and " + off["other_id"], "pairs that do not add up to 1")
