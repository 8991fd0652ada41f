"""Pictures of the analyses of somebody's index: what of a result is shown, and its caption."""

import altair as alt
import numpy as np

from pipelines import charts
from pipelines.index.read import IndexTables
from pipelines.index.sensitivity import SensitivityResult
from pipelines.index.uncertainty import UncertaintyResult
from pipelines.scoring.index_model import IndexModel


def interval_chart(result: UncertaintyResult, tables: IndexTables) -> alt.TopLevelMixin:
    """The rank intervals of all units that have a nominal rank and one in the draws."""
    found, names = result.found, _names(result.model, tables)
    rows = [
        {
            "unit": names[i],
            "nominal": float(found.nominal_rank[i]),
            "median": float(found.rank.median[i]),
            "low": float(found.rank.p5[i]),
            "high": float(found.rank.p95[i]),
        }
        for i in _ranked(result)
    ]
    caption = f"{_whose(result.model)} {_how_many(found.draws, sum(found.failures.values()), 'draws')}"
    return charts.rank_intervals(rows, title=f"{_title(result.model, tables)}: ranks", caption=caption)


def sensitivity_chart(result: SensitivityResult, tables: IndexTables, output: int = 0) -> alt.TopLevelMixin:
    """The indices of one output, the largest total first; by default of the average rank shift."""
    parts = {"first": result.indices.first, "total": result.indices.total}
    rows: list[dict[str, str | float | None]] = []
    for i, name in enumerate(result.model.assumptions.assumptions):
        row: dict[str, str | float | None] = {"assumption": name}
        for key, interval in parts.items():
            numbers = {key: interval.value, f"{key}_low": interval.low, f"{key}_high": interval.high}
            row |= {column: _or_none(array[i, output]) for column, array in numbers.items()}
        rows.append(row)
    rows.sort(key=lambda row: -float(row["total"] or 0.0))
    what = "the average rank shift" if output == 0 else f"the {result.outputs[output].replace('.', ' of ')}"
    runs = _how_many(len(result.draws), len(result.scores.failed), "runs")
    title = f"{_title(result.model, tables)}: what moves {what}"
    return charts.sensitivity_bars(rows, title=title, caption=f"{_whose(result.model)} {runs}")


def _ranked(result: UncertaintyResult) -> list[int]:
    """The units with a rank, the nominally best first."""
    found = result.found
    known = np.flatnonzero(~np.isnan(found.nominal_rank) & ~np.isnan(found.rank.median))
    return [int(i) for i in known[np.argsort(found.nominal_rank[known], kind="stable")]]


def _names(model: IndexModel, tables: IndexTables) -> list[str]:
    """The names of the units, with the code where two have one name."""
    names = [tables.unit_names[unit] for unit in model.units]
    return [
        f"{name} ({unit})" if names.count(name) > 1 else name for name, unit in zip(names, model.units, strict=True)
    ]


def _title(model: IndexModel, tables: IndexTables) -> str:
    year = "" if model.year is None else f", {model.year:g}"
    return f"{tables.code_names.get(model.code, model.code)}{year}"


def _whose(model: IndexModel) -> str:
    return f"Scores by the user's own data and method ({model.method.digest[:12]})."


def _how_many(number: int, failed: int, what: str) -> str:
    lost = f", of which {failed:,} failed" if failed else ""
    return f"{number:,} {what}{lost}."


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
