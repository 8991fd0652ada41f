"""Which column is made from which: the way of a figure from its source to a rank.

Put here: the lineage of columns that carry a figure, as Dagster shows it.
Not here: the lineage of a single figure (`mart.trace`), of tables (Dagster knows it from the assets).
"""

from collections.abc import Iterable

import dagster as dg

MADE_FROM: dict[str, dict[str, tuple[str, ...]]] = {
    "core.observation": {"value": ("core.observation.printed_value",)},
    "mart.candidate": {"value": ("core.observation.value",)},
    "mart.chosen": {"value": ("mart.candidate.value", "mart.candidate.verdict")},
    "mart.indicator_score": {"value": ("mart.chosen.value",), "score": ("mart.chosen.value",)},
    "mart.score": {"score": ("mart.indicator_score.score",), "coverage": ("mart.indicator_score.score",)},
    "mart.benchmark": {"score": ("mart.score.score",), "rank": ("mart.score.score",)},
    "mart.trace": {"share": ("mart.indicator_score.score",), "points": ("mart.indicator_score.score",)},
    "mart.rank_interval": {"rank_p5": ("mart.indicator_score.value",), "rank_p95": ("mart.indicator_score.value",)},
    "mart.evidence_answer": {"value": ("mart.chosen.value", "core.observation.value")},
    "mart.target_progress": {"actual": ("core.observation.value",), "target": ("core.community_target.value",)},
}


def column_lineage(table: str) -> dict[str, dg.TableColumnLineage]:
    """Metadata that says what the columns of a table are made from; empty where none carries a figure.

    Empty too for `core.observation`, whose sources only its asset knows (`observation_lineage`).
    """
    if table not in MADE_FROM or table == "core.observation":
        return {}
    columns = {name: list(map(_column, sources)) for name, sources in MADE_FROM[table].items()}
    return {"dagster/column_lineage": dg.TableColumnLineage(deps_by_column=columns)}


def observation_lineage(sources: Iterable[str]) -> dict[str, dg.TableColumnLineage]:
    """The same for `core.observation`, which is made from the staging tables of these sources."""
    columns = {name: list(map(_column, made_from)) for name, made_from in MADE_FROM["core.observation"].items()}
    columns["printed_value"] = [_column(f"staging.{source}.value") for source in sources]
    return {"dagster/column_lineage": dg.TableColumnLineage(deps_by_column=columns)}


def _column(name: str) -> dg.TableColumnDep:
    schema, table, column = name.split(".")
    return dg.TableColumnDep(asset_key=dg.AssetKey([schema, table]), column_name=column)
