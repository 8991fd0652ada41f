"""Commands that ask the published file.

Put here: rank, compare, explain, query.
Not here: building it (`run.py`).
"""

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.tree import Tree

from assets.cli.ask import (
    Chart,
    Edition,
    Framework,
    Json,
    OwnArea,
    community_id,
    criterion_id,
    edition_id,
    framework_id,
    question,
    reading,
)
from assets.cli.picture import draw_contributions, draw_pairs, draw_ranks
from assets.cli.show import Stop, cell, out, print_json, print_table

LEGEND = (
    "–: too few figures for a score. ref.: reference region, not ranked. 5–95 %: where nine of ten draws of the "
    "assumptions rank it. coverage: share of the weight with a figure; own: with a figure of the community's own area."
)


def leaderboard(edition: str, framework: str, basis: str) -> pd.DataFrame:
    """Ranking of one edition and framework."""
    return question("FROM leaderboard(?, ?, reading := ?)", edition, framework, basis)


def print_leaderboard(board: pd.DataFrame, edition: str, framework: str, basis: str, mark: str | None) -> None:
    """The ranking as a table, with what it is and what it is not."""
    name = str(question("SELECT name FROM core.community WHERE community_id = ?", mark).iloc[0, 0]) if mark else None
    said = "own-area figures only" if basis == "own_area" else "own-area figures, and permitted proxies"
    assessed = int(board["rank"].notna().sum())
    shown = pd.DataFrame(
        {
            "rank": [_place(row) for row in board.itertuples()],
            "5–95 %": [_interval(row) for row in board.itertuples()],
            "community": board["community"],
            "score": board["score"],
            "coverage": _percent(board["coverage"]),
            "own": _percent(board["coverage_own"]),
            "to median": board["gap_to_median"],
        }
    )
    count = f"{assessed} of {int(board['is_ranked'].sum())} members assessed"
    print_table(shown, f"{framework.upper()}, Smart21 of {edition}: {count} ({said})", mark=name)
    notice = question("SELECT notice FROM core.framework WHERE framework_id = ?", framework).iloc[0, 0]
    out.print(f"{LEGEND} {cell(notice)}", style="dim")


def _interval(row: Any) -> str:
    """Where nine of ten draws rank a community; a rank alone says too much."""
    return "–" if pd.isna(row.rank) else f"{row.rank_p5}–{row.rank_p95}"


def _percent(share: pd.Series) -> pd.Series:
    return (100 * share).round().astype("Int64").astype("str") + " %"


def _place(row: Any) -> str:
    if not row.is_ranked:
        return "ref."
    return "–" if pd.isna(row.rank) else str(row.rank)


def rank(
    edition: Edition = "2019",
    framework: Framework = "icf",
    own_area: OwnArea = False,
    mark: Annotated[str, typer.Option(help="Community to mark.")] = "binh_duong",
    chart: Chart = None,
    pairs: Annotated[Path | None, typer.Option(help="Also draw who is ahead of whom: .svg or .png.")] = None,
    json: Json = False,
) -> None:
    """Rank an edition's communities, each rank with its interval.

    Example: smart21 rank --edition 2019 --framework wta --chart ranks.svg
    """
    edition, framework, basis = edition_id(edition), framework_id(framework), reading(own_area)
    board = leaderboard(edition, framework, basis)
    if json:
        print_json(board.assign(edition=edition, framework=framework, reading=basis))
    else:
        print_leaderboard(board, edition, framework, basis, community_id(mark))
    if chart:
        draw_ranks(edition, framework, basis, chart)
    if pairs:
        draw_pairs(edition, framework, basis, pairs)


def compare(
    a: Annotated[str, typer.Argument(help="Community, by id or name.")],
    b: Annotated[str, typer.Argument(help="The other one.")],
    edition: Edition = "2019",
    framework: Framework = "icf",
    own_area: OwnArea = False,
    json: Json = False,
) -> None:
    """Set two communities side by side, criterion by criterion.

    Example: smart21 compare binh_duong taoyuan
    """
    first, second = community_id(a), community_id(b)
    edition, framework = edition_id(edition), framework_id(framework)
    rows = question(
        "FROM compare(?, ?, edition := ?, framework := ?, reading := ?)",
        first, second, edition, framework, reading(own_area),
    )  # fmt: skip
    if rows.empty:
        raise Stop(f"{first} and {second} do not stand in the edition {edition} together.")
    if json:
        print_json(rows)
        return
    indent = ["  " * level + name for level, name in zip(rows["level"], rows["criterion"], strict=True)]
    shown = pd.DataFrame(
        {
            "criterion": indent,
            first: rows["score_a"],
            second: rows["score_b"],
            "difference": rows["difference"],
            f"coverage {first}": _percent(rows["coverage_a"]),
            f"coverage {second}": _percent(rows["coverage_b"]),
        }
    )
    print_table(shown, f"{framework.upper()} {edition}: {first} and {second} (this project's scores)")
    total = rows.iloc[0]
    for who, side in ((first, "a"), (second, "b")):
        out.print(f"{who}: {_ranked(total[f'rank_{side}'], total[f'rank_{side}_p5'], total[f'rank_{side}_p95'])}")
    if not pd.isna(total["a_is_ahead"]):
        out.print(f"{first} is ahead of {second} in {total['a_is_ahead']:.0%} of the draws of the assumptions.")


def _ranked(rank: Any, low: Any, high: Any) -> str:
    """A rank with its interval, in words."""
    return "no rank" if pd.isna(rank) else f"rank {rank} ({low}–{high})"


def explain(
    community: Annotated[str, typer.Argument(help="Community, by id or name.")],
    criterion: Annotated[str, typer.Argument(help="Criterion id, such as icf or icf_work.")],
    edition: Edition = "2019",
    own_area: OwnArea = False,
    chart: Chart = None,
    json: Json = False,
) -> None:
    """Show what a score is made of, down to figures, publishers and addresses.

    Example: smart21 explain binh_duong icf_connect
    """
    who, what, year, basis = community_id(community), criterion_id(criterion), edition_id(edition), reading(own_area)
    figures = question("FROM explain(?, ?, edition := ?, reading := ?)", who, what, year, basis)
    if chart:
        framework = question("SELECT framework_id FROM core.criterion WHERE criterion_id = ?", what).iloc[0, 0]
        draw_contributions(who, year, str(framework), basis, chart)
    if json:
        print_json(figures)
        return
    nodes = question(
        "SELECT k.criterion_id, k.parent_id, k.name, b.score, b.rank, b.rank_of, b.coverage, b.peer_median, "
        "round(u.rank_p5)::BIGINT AS rank_p5, round(u.rank_p95)::BIGINT AS rank_p95 "
        "FROM mart.benchmark b JOIN core.criterion k USING (criterion_id) "
        "LEFT JOIN mart.rank_interval u ON u.edition_id = b.edition_id AND u.framework_id = b.criterion_id "
        "AND u.basis = b.basis AND u.community_id = b.community_id "
        "WHERE b.community_id = ? AND b.edition_id = ? AND b.basis = ? ORDER BY k.level, k.criterion_id",
        who, year, basis,
    )  # fmt: skip
    if nodes.empty:
        raise Stop(f"{who} does not stand in the edition {year}.")
    links = question("SELECT criterion_id, indicator_id FROM core.criterion_indicator")
    top = nodes[nodes["criterion_id"] == what].iloc[0]
    tree = Tree(_node_line(top))
    _grow(tree, what, nodes, links, figures)
    out.print(tree)


def _node_line(node: pd.Series) -> str:
    if pd.isna(node["score"]):
        return f"[bold]{cell(node['name'])}[/bold]: not assessed (coverage {node['coverage']:.0%})"
    known = not pd.isna(node["rank_p5"])  # a rank is told only where its interval is known: at the total
    place = f", {_ranked(node['rank'], node['rank_p5'], node['rank_p95'])} of {node['rank_of']}" if known else ""
    median = "" if pd.isna(node["peer_median"]) else f", median of peers {node['peer_median']:.1f}"
    return f"[bold]{cell(node['name'])}: {node['score']:.1f}[/bold]{place}{median}, coverage {node['coverage']:.0%}"


def _grow(tree: Tree, at: str, nodes: pd.DataFrame, links: pd.DataFrame, figures: pd.DataFrame) -> None:
    for _, node in nodes[nodes["parent_id"] == at].iterrows():
        _grow(tree.add(_node_line(node)), node["criterion_id"], nodes, links, figures)
    fed = set(links.loc[links["criterion_id"] == at, "indicator_id"])
    for _, rows in figures[figures["indicator_id"].isin(fed)].groupby("indicator_id", sort=False):
        first = rows.iloc[0]
        leaf = tree.add(f"{cell(first['indicator'])}: {first['score']:.1f} points, weight {rows['share'].sum():.1%}")
        for _, row in rows.iterrows():
            leaf.add(_figure_line(row))


def _figure_line(row: pd.Series) -> str:
    role = "" if row["role"] == "value" else f"{row['role']} "
    proxy = "stands in: " if row["is_proxy"] else ""
    return (
        f"{role}{cell(float(row['value']))} {cell(row['unit'])} ({row['year']}, {proxy}{cell(row['area_name'])}, "
        f"{row['quality']}; printed {cell(row['printed_value'])} {cell(row['printed_unit'])}, "
        f"{cell(row['conversion'])})\n"
        f"[dim]{cell(row['publisher'])}, {cell(row['url'])}[/dim]"
    )


def query(
    sql: Annotated[str, typer.Argument(help="One SQL question.")],
    json: Json = False,
) -> None:
    """Ask the published file in SQL; it is read-only and sees no other file.

    Example: smart21 query "from leaderboard('2019', 'icf')"
    """
    rows = question(sql)
    if json:
        print_json(rows)
    else:
        print_table(rows, is_wide=True)
