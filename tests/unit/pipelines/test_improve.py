"""Advice for a small edition: every answer is compared with what scoring says once the figure is put in."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipelines.choose import choose, comparable_values, members
from pipelines.improve import ADVICE, YEARS, Advice, advise
from pipelines.pace import fastest
from pipelines.score import Scored, score
from warehouse.contracts import contract_of, enforce
from warehouse.registry import Registry
from warehouse.registry.models import Community, Edition

KEY = ["framework_id", "basis", "community_id"]
NAMES = ("columbus", "westerville", "binh_duong", "toledo", "dayton", "akron", "kent")
FIGURES = {"internet": (20, 90), "unemployment": (2, 18), "speed": (5, 900), "patents_total": (5, 400)}


class World:
    """A small edition, chosen, scored and advised."""

    def __init__(self, observation: pd.DataFrame, edition: Edition, registry: Registry) -> None:
        self.edition, self.registry, self.observation = edition, registry, observation
        self.members = members(registry, edition)
        choice = choose(comparable_values(observation, registry), [edition], registry)
        self.candidate, self.chosen = choice.candidate, choice.chosen
        self.scored: Scored = score(self.chosen, self.members, edition, registry)
        tables = {"candidate": self.candidate, "chosen": self.chosen}
        tables |= {name: getattr(self.scored, name) for name in ("screening", "indicator_score")}
        self.advice: Advice = advise(tables, observation, self.members, edition, registry)

    def with_values(self, case: Any, values: dict[str, float]) -> pd.Series:
        """The community's total and rank after some of its figures were put in."""
        chosen = self.chosen[self.chosen["basis"] == case.basis]
        for indicator, value in values.items():
            mine = (chosen["community_id"] == case.community_id) & (chosen["indicator_id"] == indicator)
            like = chosen[chosen["indicator_id"] == indicator].iloc[:1]
            new = like.assign(community_id=case.community_id, value=value, is_proxy=False)
            chosen = pd.concat([chosen[~mine], new], ignore_index=True)
        rest = self.chosen[self.chosen["basis"] != case.basis]
        again = score(pd.concat([chosen, rest]), self.members, self.edition, self.registry).benchmark
        here = again[(again["criterion_id"] == case.framework_id) & (again["basis"] == case.basis)]
        return here[here["community_id"] == case.community_id].iloc[0]


@pytest.fixture(scope="module", params=[1, 2])
def world(
    request: pytest.FixtureRequest,
    registry_with: Callable[..., Registry],
    registry: Registry,
    edition_of: Callable[..., Edition],
    observed: Callable[..., pd.DataFrame],
) -> World:
    """Six towns and Binh Duong, with random figures of which a third are missing and some are a county's."""
    random = np.random.default_rng(request.param)
    towns = [
        Community.model_validate({"id": name, "name": name, "role": "member", "level": "local", "country": "USA"})
        for name in NAMES[3:]
    ]
    edition = edition_of(*NAMES)
    whole = registry_with(communities=(*registry.communities, *towns), editions=(edition,))
    rows = [
        {"area_id": name, "indicator_id": "population", "value": 1e5 * random.uniform(1, 9), "year": year}
        for name in (*NAMES, "eindhoven")
        for year in (2015, 2017, 2019)
    ]
    for name in (*NAMES, "eindhoven"):
        for indicator, (low, high) in FIGURES.items():
            if random.random() < 0.3:
                continue
            by_county = indicator in ("internet", "unemployment") and random.random() < 0.3
            about = {"area_level": "county", "is_proxy": True} if by_county else {}
            usual = {"area_id": name, "indicator_id": indicator}
            usual |= {"class_id": "test"} if indicator == "speed" else {}
            rows += [usual | about | {"year": y, "value": random.uniform(low, high)} for y in (2015, 2017, 2019)]
    return World(observed(*rows), edition, whole)


def test_every_table_keeps_its_contract(world: World) -> None:
    for name in ADVICE:
        table = getattr(world.advice, name)
        assert len(table)
        enforce(contract_of(f"mart.{name}"), table)


def test_no_community_and_no_indicator_is_lost(world: World) -> None:
    compared = world.scored.screening.query("is_compared").groupby(["framework_id", "basis"]).size()
    gaps = world.advice.gap.groupby(KEY).size().reset_index(name="rows")
    assert len(gaps) == len(world.members) * len(compared)
    assert (gaps["rows"].to_numpy() == compared.reindex(pd.MultiIndex.from_frame(gaps[KEY[:2]])).to_numpy()).all()
    lacking = world.advice.gap.query("figure != 'own_area'")
    assert len(world.advice.data_gap) == len(lacking)


def test_points_add_up_to_the_total_and_losses_to_the_rest(world: World) -> None:
    totals = world.scored.score.query("criterion_id == framework_id").set_index(KEY)["score"].dropna()
    sums = world.advice.gap.groupby(KEY)[["points", "loss"]].sum().loc[totals.index]
    assert np.allclose(sums["points"], totals)
    assert np.allclose(sums["points"] + sums["loss"], 100)


def test_one_more_point_is_worth_what_it_says(world: World) -> None:
    gap = world.advice.gap
    known = gap[gap["weight"].gt(0)]
    assert np.allclose(known["worth"], known["weight"])


def test_peers_are_the_other_ranked_members(world: World) -> None:
    chosen = world.chosen.set_index(["basis", "indicator_id"])
    for row in world.advice.gap.itertuples():
        rivals = chosen.loc[(row.basis, row.indicator_id)]
        rivals = rivals[rivals["community_id"].isin(set(NAMES) - {row.community_id})]
        assert row.peers == len(rivals)
        assert row.peer_median_value == pytest.approx(rivals["value"].median())
        is_low = world.registry.indicator[row.indicator_id].direction == "lower"
        assert row.best_value == pytest.approx(rivals["value"].min() if is_low else rivals["value"].max())
        assert rivals.set_index("community_id")["value"][row.best_peer] == row.best_value


def test_a_change_stays_within_its_bounds(world: World) -> None:
    gap = world.advice.gap.set_index([*KEY, "indicator_id"])
    changes = world.advice.improvement.join(gap[["best_score", "pace", "free_score", "figure"]], on=gap.index.names)
    assert len(changes)
    assert (changes["figure"] == "own_area").all()
    assert (changes["new_score"] > changes["score"]).all()
    assert (changes["new_score"] <= np.fmin(changes["best_score"], 100) + 1e-9).all()
    assert (changes["new_score"] <= changes["free_score"] + YEARS * changes["pace"] + 1e-9).all()


def test_a_stand_in_is_never_changed_and_says_so(world: World) -> None:
    wide = world.advice.gap.query("figure == 'stand_in'")
    assert len(wide)
    assert (wide["limit"] == "stand_in").all()
    assert wide["reach_points"].isna().all()


def test_scoring_again_after_the_changes_reaches_the_goal(world: World) -> None:
    ranked = set(NAMES)
    goals = world.advice.goal[world.advice.goal["community_id"].isin(ranked) & ~world.advice.goal["is_there"]]
    assert goals["is_within_reach"].any()
    assert not goals["is_within_reach"].all()
    for goal in pd.concat([part.head(6) for _, part in goals.groupby("is_within_reach")]).itertuples():
        of_goal = world.advice.improvement[
            (world.advice.improvement[[*KEY, "target_rank"]] == [getattr(goal, n) for n in (*KEY, "target_rank")]).all(
                axis=1
            )
        ]
        assert len(of_goal) == goal.changes
        after = world.with_values(goal, dict(zip(of_goal["indicator_id"], of_goal["new_value"], strict=True)))
        assert after["score"] == pytest.approx(goal.score_reached)
        assert after["rank"] == goal.rank_reached
        assert (after["rank"] <= goal.target_rank) == goal.is_within_reach


def test_goals_run_down_to_the_last_rank(world: World) -> None:
    totals = world.scored.benchmark.query("criterion_id == framework_id").set_index(KEY)
    for key, goals in world.advice.goal.groupby(KEY):
        now = totals.loc[key]
        assert list(goals["target_rank"]) == list(range(1, len(goals) + 1))
        assert len(goals) >= 7
        assert (goals["score"] == now["score"]).all()
        if now["is_ranked"]:
            assert (goals["rank"] == now["rank"]).all()
            assert list(goals.loc[goals["is_next"], "target_rank"]) == ([now["rank"] - 1] if now["rank"] > 1 else [])
        assert (goals["is_there"] == (goals["rank"] <= goals["target_rank"])).all()
        assert (goals["points_needed"].eq(0) == goals["is_there"]).all()


def test_scoring_again_with_the_figure_put_in_equals_the_data_gap(world: World) -> None:
    asked = world.advice.data_gap[world.advice.data_gap["community_id"].isin(NAMES)]
    for row in asked.sample(6, random_state=1).itertuples():
        for name in ("p10", "p50", "p90"):
            after = world.with_values(row, {row.indicator_id: getattr(row, f"value_{name}")})
            assert after["score"] == pytest.approx(getattr(row, f"score_{name}"), nan_ok=True)
            rank = getattr(row, f"rank_{name}")
            assert np.isnan(rank) if pd.isna(after["rank"]) else after["rank"] == rank


def test_the_expected_change_is_the_mean_over_the_peers(world: World) -> None:
    gaps = world.advice.data_gap
    asked = gaps[gaps["community_id"].isin(NAMES) & gaps["is_assessed"]].sort_values("expected_change").iloc[[0, -1]]
    for row in asked.itertuples():
        peers = world.chosen[(world.chosen["basis"] == row.basis) & (world.chosen["indicator_id"] == row.indicator_id)]
        peers = peers[peers["community_id"].isin(set(NAMES) - {row.community_id})]
        after = [world.with_values(row, {row.indicator_id: value}) for value in peers["value"]]
        assert row.peers == len(after)
        assert row.expected_change == pytest.approx(np.mean([abs(a["rank"] - row.rank) for a in after]))
        assert (row.rank_best, row.rank_worst) == (min(a["rank"] for a in after), max(a["rank"] for a in after))
        assert row.score_lowest == pytest.approx(min(a["score"] for a in after))
        assert row.score_highest == pytest.approx(max(a["score"] for a in after))


def test_who_is_not_assessed_has_no_goal_but_may_be_told_which_figure_helps(world: World) -> None:
    totals = world.scored.score.query("criterion_id == framework_id").set_index(KEY)["score"]
    with_goal = world.advice.goal.set_index(KEY).index
    assert set(with_goal) == set(totals.dropna().index)
    gaps = world.advice.data_gap.set_index(KEY)
    assert (gaps["is_assessed"] == totals.reindex(gaps.index).notna()).all()
    assert not (gaps["is_assessed"] & gaps["would_be_assessed"]).any()
    assert (gaps["would_be_assessed"] == (~gaps["is_assessed"] & gaps["score_p50"].notna())).all()


def test_the_pace_is_the_fastest_series_of_the_window(
    registry: Registry, edition: Edition, observed: Callable[..., pd.DataFrame]
) -> None:
    def series(area: str, first: float, last: float, start: int = 2015, **more: Any) -> list[dict[str, Any]]:
        usual = {"area_id": area, "indicator_id": "unemployment"} | more
        return [usual | {"year": start, "value": first}, usual | {"year": start + 4, "value": last}]

    rows = [
        *series("columbus", 12, 10),  # 2 of 20 in 4 years: 2.5 points a year
        *series("westerville", 14, 10),  # 5 points a year
        *series("binh_duong", 10, 15),  # worse: no improvement
        *series("westerville", 18, 2, start=2003, source_id="nation"),  # before the window
        *series("columbus", 10, 160, indicator_id="speed", class_id="test"),  # logarithmic: 10 to 160 is 4 doublings
    ]
    observation = observed(*rows)
    candidate = choose(comparable_values(observation, registry), [edition], registry).candidate
    found = fastest(candidate, observation, edition, registry).set_index("indicator_id")
    assert found.loc["unemployment", ["pace_area", "pace_start", "pace_end", "pace_figures"]].tolist() == [
        "westerville", 2015, 2019, 2,
    ]  # fmt: skip
    assert found.loc["unemployment", "pace"] == pytest.approx(5.0)
    assert found.loc["speed", "pace"] == pytest.approx(100 * np.log(16) / np.log(1000) / 4)
    assert "internet" not in found.index
