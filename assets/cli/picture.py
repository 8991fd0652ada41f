"""Pictures of what the published file says.

Put here: asking for the rows of a picture, and saving it.
Not here: how a picture looks (`pipelines/charts.py`).

Altair is imported inside: a table without a picture need not wait for it.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from assets.cli.ask import question
from assets.cli.show import Stop, err


def _save(chart: Any, path: Path) -> None:
    from pipelines.charts import save
    from pipelines.scoring.errors import ScoringError

    try:
        err.print(f"Picture: {save(chart, path)}", style="dim")
    except (ScoringError, OSError) as error:
        raise Stop(f"{path}: {error}") from error


def _caption(edition: str, framework: str, basis: str) -> str:
    draws = question(
        "SELECT max(draws) FROM mart.rank_interval WHERE edition_id = ? AND framework_id = ? AND basis = ?",
        edition, framework, basis,
    ).iloc[0, 0]  # fmt: skip
    reading = "own-area figures only" if basis == "own_area" else "own-area figures and permitted proxies"
    return f"This project's scores, not {framework.upper()}'s; {reading}; {draws!s} draws."


def draw_ranks(edition: str, framework: str, basis: str, path: Path) -> None:
    """Ranks and their intervals."""
    from pipelines.charts import rank_intervals

    rows = question(
        "SELECT c.name AS unit, u.rank AS nominal, u.rank_median AS median, u.rank_p5 AS low, u.rank_p95 AS high "
        "FROM mart.rank_interval u JOIN core.community c USING (community_id) "
        "WHERE u.edition_id = ? AND u.framework_id = ? AND u.basis = ? AND u.rank IS NOT NULL ORDER BY u.rank, unit",
        edition, framework, basis,
    )  # fmt: skip
    if rows["low"].notna().sum() == 0:
        raise Stop(f"There is no ranking of {framework} {edition} in this reading, so there is no picture.")
    records = json.loads(rows.to_json(orient="records"))
    title = f"{framework.upper()}: ranks of the Smart21 of {edition}"
    _save(rank_intervals(records, title=title, caption=_caption(edition, framework, basis)), path)


def draw_pairs(edition: str, framework: str, basis: str, path: Path) -> None:
    """How likely each community is ahead of each other one."""
    from pipelines.charts import pairwise

    pairs = question(
        "SELECT a.name AS one, b.name AS other, p.ahead FROM mart.pairwise p "
        "JOIN core.community a USING (community_id) JOIN core.community b ON b.community_id = p.other_id "
        "JOIN mart.rank_interval u USING (edition_id, framework_id, basis, community_id) "
        "JOIN mart.rank_interval v ON v.edition_id = p.edition_id AND v.framework_id = p.framework_id "
        "AND v.basis = p.basis AND v.community_id = p.other_id "
        "WHERE p.edition_id = ? AND p.framework_id = ? AND p.basis = ? AND v.rank IS NOT NULL AND u.rank IS NOT NULL "
        "ORDER BY u.rank, one",
        edition, framework, basis,
    )  # fmt: skip
    names = list(dict.fromkeys(pairs["one"]))
    if not names:
        raise Stop(f"There is no ranking of {framework} {edition} in this reading, so there is no picture.")
    ahead = pairs.pivot_table(index="one", columns="other", values="ahead").reindex(index=names, columns=names)
    title = f"{framework.upper()} {edition}: how likely the row is ahead of the column"
    table = np.array(ahead.to_numpy(dtype=float))
    _save(pairwise(names, table, title=title, caption=_caption(edition, framework, basis)), path)


def draw_contributions(community: str, edition: str, framework: str, basis: str, path: Path) -> None:
    """Points that each factor adds to a total."""
    from pipelines.charts import waterfall

    rows = question(
        "SELECT f.name, sum(t.points) AS points FROM mart.trace t "
        "JOIN core.criterion_indicator l USING (framework_id, indicator_id) "
        "JOIN core.criterion k ON k.criterion_id = l.criterion_id "
        "JOIN core.criterion f ON f.criterion_id = CASE WHEN k.level = 1 THEN k.criterion_id ELSE k.parent_id END "
        "WHERE t.community_id = ? AND t.edition_id = ? AND t.framework_id = ? AND t.basis = ? "
        "AND t.criterion_id = t.framework_id GROUP BY f.name ORDER BY points DESC",
        community, edition, framework, basis,
    )  # fmt: skip
    if rows.empty:
        raise Stop(f"{community} has no total in {framework} {edition} in this reading, so there is no picture.")
    steps = [(str(name), float(points)) for name, points in rows.itertuples(index=False)]
    name = question("SELECT name FROM core.community WHERE community_id = ?", community).iloc[0, 0]
    title = f"{name!s}, {framework.upper()} {edition}: points that each factor brings"
    _save(waterfall(("Nothing", 0.0), steps, "Total", title=title, caption=_caption(edition, framework, basis)), path)


def draw_sensitivity(edition: str, framework: str, basis: str, output: str, path: Path) -> None:
    """How much of a rank's variance each assumption accounts for."""
    from pipelines.charts import sensitivity_bars

    rows = question(
        "SELECT assumption, first_order AS first, first_low, first_high, total, total_low, total_high "
        "FROM mart.sensitivity WHERE edition_id = ? AND framework_id = ? AND basis = ? AND output = ? "
        "AND total IS NOT NULL ORDER BY total DESC",
        edition, framework, basis, output,
    )  # fmt: skip
    if rows.empty:
        raise Stop(f"The rank of {output} does not vary, so there is no picture.")
    what = "mean shift of ranks" if output == "mean_rank_shift" else f"rank of {output}"
    title = f"{framework.upper()} {edition}: what the {what} depends on"
    caption = _caption(edition, framework, basis)
    bars = json.loads(rows.to_json(orient="records"))
    _save(sensitivity_bars(bars, title=title, caption=caption), path)
