"""The command that tells the way up.

Put here: reading a community's gaps, asking for a goal, and saying the answer in words.
Not here: working it out (`pipelines/improve.py`).
"""

import json as text
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from assets.cli.ask import (
    Edition,
    Framework,
    Json,
    OwnArea,
    community_id,
    edition_id,
    framework_id,
    question,
    reading,
)
from assets.cli.show import Stop, cell, out, print_object, print_table
from pipelines.improve import SCALE, TOP, YEARS, way_up, with_reach

SHOWN = 8
"""Rows of the long tables; --json has all."""

_BOUND = {
    "best_peer": "best peer",
    "goalpost": "goalpost",
}
_UNCOUNTED = {
    "stand_in": "a wider area's figure, not its to change",
    "missing": "no figure",
    "no_pace": "no improvement on record that could bound a change",
    "at_best": "as good as the best peer or the goalpost",
}
_FIGURE = {"own_area": "own", "stand_in": "wider area", "missing": "none"}
_WORDS = {"top7": TOP, "best": 1}


def improve(
    community: Annotated[str, typer.Argument(help="Community, by id or name.")],
    framework: Framework = "icf",
    edition: Edition = "2019",
    to: Annotated[str, typer.Option(help="next, top7, best, or a rank such as 5.")] = "top7",
    years: Annotated[int, typer.Option(min=1, max=30, help="Years given to a change.")] = YEARS,
    own_area: OwnArea = False,
    json: Json = False,
) -> None:
    """Tell what holds a community back, the fewest realistic changes that reach a rank, and the figures it lacks.

    All others are held where they are. No change goes beyond the best peer, nor faster than the fastest sustained
    improvement on record.

    Example: smart21 improve binh_duong --to next

    Example: smart21 improve "Westerville, Ohio" --to 3 --years 5
    """
    key = (community_id(community), edition_id(edition), framework_id(framework), reading(own_area))
    here = _standing(key)
    losses = question("FROM losses(?, edition := ?, framework := ?, reading := ?)", *key)
    data = question("FROM data_gaps(?, edition := ?, framework := ?, reading := ?)", *key)
    goal, changes = (None, pd.DataFrame()) if pd.isna(here["score"]) else _way(key, float(here["score"]), to, years)
    if json:
        names = ("community", "edition", "framework", "reading")
        tables = {"changes": changes, "indicators": losses, "data": data}
        told = {"goal": None if goal is None else _records(goal.to_frame().T)[0]}
        print_object(dict(zip(names, key, strict=True)) | told | {name: _records(t) for name, t in tables.items()})
        return
    _say_place(here, key, goal)
    _show_losses(losses)
    if goal is not None:
        _show_way(goal, changes, losses)
    _show_data(data)
    notice = question("SELECT notice FROM core.framework WHERE framework_id = ?", key[2]).iloc[0, 0]
    out.print(f"The others are held where they are; they will not stand still. {cell(notice)}", style="dim")


def _standing(key: tuple[str, ...]) -> pd.Series:
    rows = question(
        "SELECT name, b.score, b.is_ranked, rank_of, rank_p5, rank_p95 "
        "FROM mart.benchmark b JOIN core.community USING (community_id) "
        "LEFT JOIN mart.rank_interval USING (edition_id, framework_id, basis, community_id) "
        "WHERE community_id = ? AND edition_id = ? AND framework_id = ? AND basis = ? AND criterion_id = framework_id",
        *key,
    )
    if rows.empty:
        raise Stop(f"{key[0]} does not stand in the edition {key[1]}.")
    return rows.iloc[0]


def _way(key: tuple[str, ...], score: float, to: str, years: int) -> tuple[pd.Series, pd.DataFrame]:
    """The goal that is asked for, and the changes that it takes in so many years."""
    gap = question(
        f"SELECT g.*, true AS is_assessed, {', '.join(SCALE)} FROM mart.gap g JOIN core.indicator i USING (indicator_id) "  # noqa: S608, E501 (own names)
        "WHERE community_id = ? AND edition_id = ? AND framework_id = ? AND basis = ? ORDER BY indicator_id",
        *key,
    )
    rivals = question(
        "SELECT community_id, score FROM mart.benchmark "
        "WHERE community_id <> ? AND edition_id = ? AND framework_id = ? AND basis = ? AND criterion_id = framework_id "
        "AND is_ranked AND score IS NOT NULL ORDER BY community_id",
        *key,
    )
    columns = with_reach({str(name): gap[name].to_numpy() for name in gap.columns}, years)
    names = rivals["community_id"].to_numpy(dtype=object)
    goals, changes = (
        pd.DataFrame(table)
        for table in way_up(columns, np.array([score]), rivals["score"].to_numpy(dtype=float)[None, :], names)
    )
    wanted = _wanted(to, int(goals["rank"].iloc[0]), int(goals["target_rank"].max()))
    told = ["target_rank", "place", "indicator_id", "value", "new_value", "score", "new_score", "points", "limit"]
    return goals[goals["target_rank"] == wanted].iloc[0], changes.loc[changes["target_rank"] == wanted, told]


def _wanted(to: str, rank: int, last: int) -> int:
    """The rank that is meant by a word or a number."""
    if to == "next":
        return max(rank - 1, 1)
    wanted = _WORDS.get(to, int(to) if to.isdecimal() else 0)
    if not 1 <= wanted <= last:
        raise Stop(f"{to!r} is no goal here. Write next, top7, best, or a rank from 1 to {last}.")
    return wanted


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows for JSON; missing is null."""
    records: list[dict[str, Any]] = text.loads(rows.to_json(orient="records", double_precision=15))
    return records


def _name(community: object) -> str:
    found = question("SELECT name FROM core.community WHERE community_id = ?", community)
    return cell(found.iloc[0, 0])


def _say_place(here: pd.Series, key: tuple[str, ...], goal: pd.Series | None) -> None:
    """Where it stands, and how far the goal is."""
    reads = "own-area figures only" if key[3] == "own_area" else "own-area figures, and permitted proxies"
    out.print(f"[bold]{cell(here['name'])}[/bold], {key[2].upper()}, Smart21 of {key[1]} ({reads})")
    if goal is None:
        out.print("Not assessed: too little of the weight has a figure. It has no total, hence no way up yet.")
        return
    place = f"{_rank(here, goal)}: {goal['score']:.2f} points."
    if goal["is_there"]:
        out.print(f"{place} Rank {goal['target_rank']} or better: it is there already.")
        return
    out.print(
        f"{place} Rank {goal['target_rank']} needs {goal['points_needed']:.2f} more, to match "
        f"{_name(goal['to_match'])} with {goal['score_needed']:.2f}."
    )


def _rank(here: pd.Series, goal: pd.Series) -> str:
    """The rank, where nine of ten draws put it, and among how many."""
    if not here["is_ranked"]:
        return f"Rank {goal['rank']} of {here['rank_of'] + 1}, were it ranked"
    sure = "" if pd.isna(here["rank_p5"]) else f" (5–95 %: {here['rank_p5']:.0f}–{here['rank_p95']:.0f})"
    return f"Rank {goal['rank']}{sure} of {here['rank_of']}"


def _show_losses(losses: pd.DataFrame) -> None:
    """What each indicator brings and costs."""
    known = losses[losses["points"].notna() & (losses["figure"] != "missing")].head(SHOWN)
    if known.empty:
        return
    shown = pd.DataFrame(
        {
            "indicator": known["indicator"], "figure": known["figure"].map(_FIGURE), "score": known["score"],
            "to median": known["score_to_median"], "to best": known["score_to_best"],
            "points": known["points"], "lost": known["loss"],
        }
    )  # fmt: skip
    print_table(shown, "What costs it most")
    out.print("points: of the total; lost: what a score of 100 would bring more.", style="dim")


def _show_way(goal: pd.Series, changes: pd.DataFrame, losses: pd.DataFrame) -> None:
    """The smallest set of changes, what bounds each, and what is not counted."""
    years = f"{goal['years']} year{'s' if goal['years'] > 1 else ''}"
    if goal["is_there"]:
        return
    if goal["is_within_reach"]:
        effort = f"each {goal['share']:.0%} of what is realistic in {years}"
        title = f"The fewest changes that reach rank {goal['rank_reached']:.0f}: {goal['changes']}, {effort}"
    else:
        end = f"{goal['score_reached']:.2f} points, rank {goal['rank_reached']:.0f}"
        title = f"Out of reach: all that is realistic in {years} leads to {end}"
    rows = changes.merge(losses.drop(columns=["value", "score", "points", "limit"]), on="indicator_id")
    if rows.empty:
        out.print(title, style="bold")
    else:
        shown = {name: rows[name] for name in ("indicator", "value", "new_value", "unit", "points")}
        print_table(pd.DataFrame(shown).rename(columns={"value": "now", "new_value": "to"}).round(3), title)
    for row in rows.itertuples():
        out.print(f"{cell(row.indicator)}: {_bound(row)}", style="dim")
    _say_uncounted(losses)


def _bound(row: Any) -> str:
    """What bounds a change, and where that comes from."""
    if row.limit != "pace":
        return f"bounded by the {_BOUND[row.limit]}; {cell(row.best_peer)} has {cell(row.best_value)} {cell(row.unit)}"
    return (
        f"bounded by the fastest pace, {row.pace:.2f} score points a year: {cell(row.pace_area)} ({row.pace_level}) "
        f"{row.pace_start:.0f}-{row.pace_end:.0f}, {row.pace_figures:.0f} figures of {cell(row.pace_source)}"
    )


def _say_uncounted(losses: pd.DataFrame) -> None:
    """Why the other indicators are not among the changes."""
    counts = losses["limit"].value_counts()
    parts = [f"{counts[limit]} ({words})" for limit, words in _UNCOUNTED.items() if limit in counts]
    if parts:
        out.print(f"Not counted, of {len(losses)} compared indicators: {', '.join(parts)}.", style="dim")


def _show_data(data: pd.DataFrame) -> None:
    """The figures that would tell most."""
    telling = data[data["would_be_assessed"] | (data["expected_change"] > 0)].head(SHOWN)
    if telling.empty:
        out.print("No single figure that it lacks would move its rank, were it like any peer's.")
        return
    ranks = {f"p{share}": telling[f"rank_p{share}"].astype("Int64").astype(object) for share in (10, 50, 90)}
    shown = {"indicator": telling["indicator"], "now": telling["figure"].map(_FIGURE)} | ranks
    print_table(pd.DataFrame(shown | {"moves by": telling["expected_change"]}), "Own-area figures that would tell most")
    out.print(
        "p10, p50, p90: its rank, were the figure as good as the peers' 10th, 50th or 90th percentile; moves by: ranks "
        "up or down, on average over the peers' figures.",
        style="dim",
    )
