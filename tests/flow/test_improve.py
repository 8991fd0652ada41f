"""The way up as it is published and told: the tables, the macros, the command, and the checks that guard them."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from installation import Ended, Installation

from assets.advice import points_add_up, within_bounds
from warehouse.home import Home
from warehouse.lake import Lake
from warehouse.query import ask
from warehouse.storage import Folder

Cli = Callable[..., Ended]
FIRST = ("improve", "winnipeg", "--to", "7")


def told(smart21: Cli, built: Installation, *arguments: str) -> dict[str, Any]:
    ended = smart21(built, *arguments, "--json")
    assert (ended.code, ended.err) == (0, "")
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


def published(built: Installation, sql: str) -> pd.DataFrame:
    return ask(Home(built.root), sql)


def test_the_points_of_binh_duong_add_up_by_hand(smart21: Cli, built: Installation) -> None:
    answer = told(smart21, built, "improve", "binh_duong")
    brought = sum(row["points"] for row in answer["indicators"])
    assert brought == pytest.approx(answer["goal"]["score"], abs=0.005 * len(answer["indicators"]))
    assert answer["goal"]["score_needed"] - answer["goal"]["score"] == pytest.approx(answer["goal"]["points_needed"])
    gained = sum(row["points"] for row in answer["changes"])
    assert answer["goal"]["score"] + gained == pytest.approx(answer["goal"]["score_reached"])


def test_the_command_agrees_with_the_table(smart21: Cli, built: Installation) -> None:
    answer = told(smart21, built, *FIRST)
    goal = published(
        built,
        "FROM mart.goal WHERE community_id = 'winnipeg' AND target_rank = 7 AND edition_id = '2019' "
        "AND framework_id = 'icf' AND basis = 'with_proxies'",
    ).iloc[0]
    for name in (
        "rank",
        "score",
        "points_needed",
        "share",
        "changes",
        "score_reached",
        "rank_reached",
        "is_within_reach",
    ):
        assert answer["goal"][name] == pytest.approx(goal[name]), name
    rows = published(built, "FROM improve('winnipeg') WHERE goal = 'top7' ORDER BY points DESC")
    assert [row["indicator_id"] for row in answer["changes"]] == list(rows["indicator_id"].dropna())


def test_every_goal_has_the_changes_it_counts(built: Installation) -> None:
    off = published(
        built,
        "SELECT * FROM (SELECT changes, count(v.indicator_id) AS listed FROM mart.goal g LEFT JOIN mart.improvement v "
        "USING (edition_id, framework_id, basis, community_id, target_rank) GROUP BY g.edition_id, g.framework_id, "
        "g.basis, g.community_id, g.target_rank, changes) WHERE changes <> listed",
    )
    assert off.empty


def test_more_years_reach_no_less(smart21: Cli, built: Installation) -> None:
    reached = [told(smart21, built, *FIRST[:2], "--to", "best", "--years", str(n))["goal"] for n in (1, 3, 10)]
    scores = [goal["score_reached"] for goal in reached]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1]


def test_goals_by_word(smart21: Cli, built: Installation) -> None:
    rank = told(smart21, built, *FIRST)["goal"]["rank"]
    targets = {to: told(smart21, built, "improve", "winnipeg", "--to", to)["goal"] for to in ("next", "top7", "best")}
    assert {to: goal["target_rank"] for to, goal in targets.items()} == {"next": rank - 1, "top7": 7, "best": 1}


def test_it_says_what_bounds_a_change_and_what_does_not_count(smart21: Cli, built: Installation) -> None:
    said = smart21(built, "improve", "binh_duong").out
    for words in ("Binh Duong", "Out of reach", "bounded by", "not its to change", "held where they are", "not ICF's"):
        assert words in said
    assert "nan" not in said.lower().split()


def test_a_community_without_a_total_is_told_so(smart21: Cli, built: Installation) -> None:
    said = smart21(built, "improve", "chiayi").out
    assert "Not assessed" in said
    assert told(smart21, built, "improve", "chiayi")["goal"] is None


def test_a_reference_region_and_the_best_have_their_words(smart21: Cli, built: Installation) -> None:
    assert "were it ranked" in smart21(built, "improve", "eindhoven").out
    best = published(built, "SELECT community_id FROM leaderboard('2019', 'icf') WHERE rank = 1").iloc[0, 0]
    assert "there already" in smart21(built, "improve", str(best), "--to", "next").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("improve", "nowhere"), "not known. There are:"),
        (("improve", "binh_duong", "--to", "99"), "Write next, top7, best, or a rank"),
        (("improve", "binh_duong", "--to", "[bold]"), "Write next, top7, best, or a rank"),
        (("improve", "binh_duong", "--to", "0"), "Write next, top7, best, or a rank"),
        (("improve", "binh_duong", "--framework", "x' OR '1'='1"), "not known. There are:"),
        (("improve", "surat", "--edition", "2021"), "does not stand in the edition 2021"),
        (("improve", "binh_duong", "--years", "0"), "--years"),
    ],
)
def test_mistakes_end_in_a_sentence(smart21: Cli, built: Installation, arguments: tuple[str, ...], words: str) -> None:
    ended = smart21(built, *arguments)
    assert ended.code == 2
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_help_has_an_example(smart21: Cli, built: Installation) -> None:
    assert "Example: smart21 improve" in smart21(built, "improve", "--help").out


def test_data_gaps_come_in_the_order_of_what_they_tell(built: Installation) -> None:
    rows = published(built, "FROM data_gaps('binh_duong')")
    assert rows["expected_change"].is_monotonic_decreasing
    assert set(rows["figure"]) == {"stand_in", "missing"}
    assert (rows["rank_best"] <= rows["rank_worst"]).all()


def test_the_checks_find_what_is_wrong(built: Installation) -> None:
    lake = Lake(Folder(Home(built.root).lake))
    gap, improvement, score = (lake.read(f"mart.{name}") for name in ("gap", "improvement", "score"))
    assert points_add_up(gap, score) == ""
    assert within_bounds(improvement, gap) == ""
    assert "do not add up" in points_add_up(gap.assign(points=gap["points"] * 1.01), score)
    assert "do not add up" in points_add_up(gap[gap["community_id"] != "binh_duong"], score)
    assert "cannot" in within_bounds(improvement.assign(new_score=100.0), gap)
    assert "cannot" in within_bounds(improvement, gap.assign(figure="stand_in"))
