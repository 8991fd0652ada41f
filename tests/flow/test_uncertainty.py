"""How sure the published ranks are: the tables agree with each other, and every printed rank has its interval."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from installation import Ended, Installation

from assets.uncertainty import pairs_add_up, same_scores

Cli = Callable[..., Ended]
RANKING = "edition_id, framework_id, basis"


def test_every_member_has_an_interval_and_nobody_else_a_rank(built: Installation) -> None:
    lost = built.ask(f"""
        SELECT {RANKING}, community_id FROM mart.benchmark WHERE criterion_id = framework_id AND is_ranked
        EXCEPT SELECT {RANKING}, community_id FROM mart.rank_interval WHERE is_ranked
        UNION ALL SELECT {RANKING}, community_id FROM mart.rank_interval WHERE NOT is_ranked AND rank_p5 IS NOT NULL
    """)
    known = {"wta own_area"}  # nothing is compared, or hardly anything, in some editions
    assert {f"{row.framework_id} {row.basis}" for row in lost.itertuples()} <= known


def test_a_rank_lies_among_its_draws_and_intervals_are_in_order(built: Installation) -> None:
    wrong = built.ask("""
        FROM mart.rank_interval
        WHERE NOT (rank_p5 <= rank_median AND rank_median <= rank_p95 AND score_p5 <= score_p95)
            OR (rank IS NOT NULL AND draws_scored = 0 AND rank_p5 IS NOT NULL) OR draws_scored > draws
    """)
    assert wrong.empty
    wide = built.ask("SELECT count(*) AS n FROM mart.rank_interval WHERE rank_p95 - rank_p5 >= 3").iloc[0, 0]
    assert wide > 10


def test_shares_of_ranks_add_up_and_agree_with_the_top7(built: Installation) -> None:
    sums = built.ask(f"SELECT sum(share) AS total FROM mart.rank_share GROUP BY {RANKING}, community_id")
    assert sums["total"].to_numpy() == pytest.approx(1.0)
    both = built.ask(f"""
        SELECT any_value(u.top_share * u.draws) AS one,
            coalesce(sum(s.share) FILTER (s.rank <= 7), 0) * any_value(u.draws_scored) AS other
        FROM mart.rank_interval u JOIN mart.rank_share s USING ({RANKING}, community_id)
        GROUP BY {RANKING}, community_id
    """)
    assert both["one"].to_numpy() == pytest.approx(both["other"].to_numpy())


def test_compatriots_on_the_same_national_figures_are_not_told_apart_by_their_errors(built: Installation) -> None:
    gap = built.ask("""
        SELECT max(abs(a.score - b.score)) AS gap
        FROM mart.indicator_score a
        JOIN mart.indicator_score b USING (edition_id, framework_id, basis, indicator_id)
        JOIN core.community x ON x.community_id = a.community_id
        JOIN core.community y ON y.community_id = b.community_id AND y.country_id = x.country_id
        JOIN mart.chosen h ON h.community_id = a.community_id AND h.indicator_id = a.indicator_id
            AND h.edition_id = a.edition_id AND h.basis = a.basis AND h.area_level = 'national'
    """).iloc[0, 0]
    assert gap == 0


def test_the_checks_see_what_is_wrong(built: Installation) -> None:
    interval, score = built.ask("FROM mart.rank_interval"), built.ask("FROM mart.score")
    pairs = built.ask("FROM mart.pairwise")
    assert same_scores(interval, score) == "" == pairs_add_up(pairs)
    scored = interval["score"].first_valid_index()
    interval.loc[scored, "score"] = 1.0
    pairs.loc[0, "ahead"] += 0.25
    assert interval.loc[scored, "community_id"] in same_scores(interval, score)
    assert pairs.loc[0, "community_id"] in pairs_add_up(pairs)


def test_every_printed_rank_has_its_interval(smart21: Cli, built: Installation) -> None:
    ranks = smart21(built, "rank").out
    line = next(line for line in ranks.splitlines() if "Binh Duong" in line)
    assert re.match(r"^\s*\d+\s+\d+–\d+\s", line)
    assert re.search(r"rank \d+ \(\d+–\d+\) of \d+", smart21(built, "explain", "binh_duong", "icf").out)
    board = json.loads(smart21(built, "rank", "--json").out)
    assert all(row["rank_p5"] <= row["rank_p95"] for row in board if row["rank"] is not None)
    assert "% of the draws" in smart21(built, "compare", "binh_duong", "curitiba").out


def test_pictures_are_drawn_and_refused_in_words(smart21: Cli, built: Installation, tmp_path: Path) -> None:
    calls = {
        "ranks": ("rank", "--chart"), "pairs": ("rank", "--pairs"),
        "points": ("explain", "binh_duong", "icf", "--chart"), "shares": ("sensitivity", "binh_duong", "--chart"),
    }  # fmt: skip
    for name, call in calls.items():
        path = tmp_path / f"{name}.svg"
        ended = smart21(built, *call, str(path))
        assert ended.code == 0
        assert "project" in path.read_text("utf-8")
    refused = smart21(built, "rank", "--chart", str(tmp_path / "ranks.gif"))
    assert refused.code == 2
    assert "neither .svg nor .png" in refused.err


def test_sensitivity_is_told_for_all_and_for_one(smart21: Cli, built: Installation) -> None:
    rows = json.loads(smart21(built, "sensitivity", "--json").out)
    assert {"weights", "proxies", "errors"} <= {row["assumption"] for row in rows}
    assert all(row["total_low"] <= row["total"] <= row["total_high"] for row in rows if row["total"] is not None)
    assert "weights" in smart21(built, "sensitivity", "Winnipeg").out
    assert smart21(built, "sensitivity", "keelung", "--own-area").code == 2
