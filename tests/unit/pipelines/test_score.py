"""A small edition computed by hand, and what a missing, extreme or tied figure does to it."""

import math

import numpy as np
import pandas as pd
import pytest

from pipelines.choose import members
from pipelines.score import method_of, score, score_indicators, scored_frameworks, screen
from pipelines.scoring.method import Method
from warehouse.contracts import contract_of, enforce
from warehouse.contracts.mart import BASES

USUAL = {
    "edition_id": "2019", "basis": "own_area", "denominator_id": None, "class_id": "general", "year": 2019,
    "area_level": "local", "is_proxy": False, "quality": "official", "candidates": 1, "reason": "the only one",
}  # fmt: skip
COLUMNS = [
    "edition_id", "basis", "community_id", "indicator_id", "observation_id", "denominator_id", "class_id", "year",
    "value", "area_level", "is_proxy", "quality", "candidates", "value_min", "value_max", "reason",
]  # fmt: skip


def figures(**values):
    """Chosen values of a community: indicator=value."""
    return [{"indicator_id": name, "value": float(value)} for name, value in values.items()]


EVERYONE = {
    "binh_duong": figures(internet=80, speed=100, unemployment=5, patents_per_million=10),
    "columbus": figures(internet=60, unemployment=4, patents_per_million=30),
    "westerville": figures(internet=40, speed=10, unemployment=8, patents_per_million=50),
    "eindhoven": figures(internet=100, speed=1000, unemployment=0, patents_per_million=100),
}


def table_of(everyone, **more):
    rows = [
        USUAL | {"community_id": community, "observation_id": f"{community}:{row['indicator_id']}"} | row
        | {"value_min": row["value"], "value_max": row["value"]} | more
        for community, rows in everyone.items()
        for row in rows
    ]  # fmt: skip
    for row in rows:
        if row["indicator_id"] == "patents_per_million":
            row["denominator_id"] = f"{row['community_id']}:population"
    return enforce(contract_of("mart.chosen"), pd.DataFrame(rows, columns=COLUMNS))


@pytest.fixture
def run(registry, edition):
    """Score everyone; all tables are held to their contracts."""

    def run(everyone, registry=registry, **more):
        made = score(table_of(everyone, **more), members(registry, edition), edition, registry)
        names = ("screening", "indicator_score", "score", "trace", "benchmark")
        return {name: enforce(contract_of(f"mart.{name}"), getattr(made, name)) for name in names}

    return run


@pytest.fixture
def compared_by_one(monkeypatch):
    """Let a single member's figure be compared, so that gaps can be looked at one by one."""
    monkeypatch.setattr("pipelines.score.LEAST_COMPARED", 1)


def cell(table, community, criterion, column="score", basis="own_area"):
    row = table[(table["community_id"] == community) & (table["criterion_id"] == criterion) & (table["basis"] == basis)]
    assert len(row) == 1
    return row.iloc[0][column]


# --- By hand ---------------------------------------------------------------------------------------------------------
# internet 0..100 with weight 3, speed 1..1000 on a log scale with weight 1: broadband, weight 3.
# unemployment 20..0 and patents 0..100 alike: work, weight 1. Growth stands behind a gate and is not scored.

BY_HAND = [
    # Binh Duong: broadband (3 x 80 + log100/log1000 x 100) / 4, work (75 + 10) / 2
    pytest.param("binh_duong", "broadband", (3 * 80 + 200 / 3) / 4, 1.0, id="log scale"),
    pytest.param("binh_duong", "work", 42.5, 1.0, id="lower is better"),
    pytest.param("binh_duong", "icf", (3 * (3 * 80 + 200 / 3) / 4 + 42.5) / 4, 1.0, id="total"),
    # Columbus has no speed: broadband is internet alone, and three quarters of the weight are covered
    pytest.param("columbus", "broadband", 60.0, 0.75, id="one missing"),
    pytest.param("columbus", "work", (80 + 30) / 2, 1.0, id="nothing missing"),
    pytest.param("columbus", "icf", (3 * 60 + 55) / 4, (3 * 0.75 + 1) / 4, id="total with one missing"),
    pytest.param("westerville", "broadband", (3 * 40 + 100 / 3) / 4, 1.0, id="slow"),
    pytest.param("eindhoven", "icf", 100.0, 1.0, id="a reference region is scored"),
]


@pytest.mark.parametrize(("community", "criterion", "points", "coverage"), BY_HAND)
def test_scores_are_those_computed_by_hand(run, compared_by_one, community, criterion, points, coverage):
    table = run(EVERYONE)["score"]
    assert cell(table, community, criterion) == pytest.approx(points, abs=1e-12)
    assert cell(table, community, criterion, "coverage") == pytest.approx(coverage, abs=1e-12)


def test_figures_are_counted(run, compared_by_one):
    table = run(EVERYONE)["score"]
    assert cell(table, "columbus", "icf", "figures") == 3
    assert cell(table, "columbus", "icf", "indicators") == 4
    assert cell(table, "columbus", "broadband", "figures") == 1
    assert set(table["method_hash"]) == {method_of_icf().digest}


def method_of_icf():
    return Method.model_validate(
        {"normalise": {"method": "goalposts"}, "aggregate": {"method": "arithmetic", "min_coverage": 0.25}}
    )


def test_a_framework_without_scores_is_left_alone(registry, run):
    assert [framework.id for framework in scored_frameworks(registry)] == ["icf"]
    assert method_of(registry, registry.framework["icf"]) == method_of_icf()
    assert set(run(EVERYONE)["score"]["framework_id"]) == {"icf"}


def test_criteria_that_are_not_scored_stay_out(run):
    everyone = {name: [*rows, *figures(growth=9)] for name, rows in EVERYONE.items()}
    made = run(everyone)
    for name in ("score", "benchmark", "trace", "indicator_score"):
        assert "gate" not in set(made[name]["criterion_id"])
    assert "growth" not in set(made["indicator_score"]["indicator_id"])
    pd.testing.assert_frame_equal(made["score"], run(EVERYONE)["score"])


def test_what_is_below_a_gate_is_not_scored_either(run, registry, registry_with):
    icf = registry.framework["icf"]
    below = icf.criteria[1].model_copy(update={"parent": "gate"})
    gate = icf.criteria[2].model_copy(update={"indicators": ()})
    gated = icf.model_copy(update={"criteria": (icf.criteria[0], below, gate)})
    made = run(EVERYONE, registry=registry_with(frameworks=(gated,)))
    assert set(made["score"]["criterion_id"]) == {"icf", "broadband"}


# --- Missing ---------------------------------------------------------------------------------------------------------


def test_a_score_below_the_coverage_rule_is_empty_never_0(run, compared_by_one, registry, registry_with):
    strict = {
        "icf": {"normalise": {"method": "goalposts"}, "aggregate": {"method": "arithmetic", "min_coverage": 0.76}}
    }
    made = run(EVERYONE, registry=registry_with(methods=strict))
    assert math.isnan(cell(made["score"], "columbus", "broadband"))
    assert cell(made["score"], "columbus", "broadband", "coverage") == 0.75
    assert cell(made["score"], "columbus", "work") == 55
    assert cell(made["benchmark"], "columbus", "broadband", "rank") is pd.NA
    assert made["trace"].query("community_id == 'columbus' and criterion_id == 'broadband'").empty


def test_a_community_without_figures_has_rows_without_scores(run):
    everyone = {name: rows for name, rows in EVERYONE.items() if name != "eindhoven"}
    table = run(everyone)["score"].query("community_id == 'eindhoven' and basis == 'own_area'")
    assert len(table) == 3
    assert table["score"].isna().all()
    assert (table[["coverage", "coverage_own", "figures"]] == 0).all(axis=None)


def test_a_total_on_less_than_half_of_the_factors_is_withheld(run, compared_by_one, registry, registry_with):
    icf = registry.framework["icf"]
    more = tuple(
        icf.criteria[2].model_copy(update={"id": name, "is_scored": True, "indicators": links})
        for name, links in (("third", icf.criteria[2].indicators), ("fourth", icf.criteria[0].indicators[1:]))
    )
    first = icf.criteria[0].model_copy(update={"indicators": icf.criteria[0].indicators[:1], "weight": 97.0})
    wider = icf.model_copy(update={"criteria": (first, icf.criteria[1], *more)})
    made = run({"columbus": figures(internet=60)}, registry=registry_with(frameworks=(wider,)))
    assert cell(made["score"], "columbus", "broadband") == 60
    assert math.isnan(cell(made["score"], "columbus", "icf"))
    assert set(made["trace"]["criterion_id"]) == {"broadband"}


@pytest.mark.parametrize(
    ("holders", "is_compared"),
    [
        pytest.param(["binh_duong", "columbus", "westerville"], True, id="three members"),
        pytest.param(["binh_duong", "columbus"], False, id="a pair"),
        pytest.param(["binh_duong", "columbus", "eindhoven"], False, id="a pair and a reference region"),
    ],
)
def test_what_few_members_have_is_not_compared(run, holders, is_compared):
    everyone = {name: figures(internet=50) for name in EVERYONE}
    everyone |= {name: figures(internet=50, speed=10) for name in holders}
    made = run(everyone)
    row = made["screening"].query("indicator_id == 'speed' and basis == 'own_area'").iloc[0]
    assert row[["members", "needed", "is_compared"]].tolist() == [len(set(holders) - {"eindhoven"}), 3, is_compared]
    assert ("speed" in set(made["indicator_score"]["indicator_id"])) == is_compared
    assert cell(made["score"], "columbus", "broadband", "indicators") == 1 + is_compared


def test_large_editions_need_a_fifth(registry):
    crowd = pd.DataFrame({"community_id": [f"place_{place}" for place in range(21)], "is_ranked": True})
    chosen = pd.DataFrame({"community_id": crowd["community_id"].head(4), "indicator_id": "internet"})
    table = screen(chosen, crowd, registry.framework["icf"]).set_index("indicator_id")
    assert set(table["needed"]) == {5}
    assert not table["is_compared"].any()


def test_nothing_compared_gives_a_screening_and_no_scores(run):
    made = run({})
    assert len(made["screening"]) == 2 * 4
    for name in ("score", "benchmark", "trace", "indicator_score"):
        assert made[name].empty


# --- Readings --------------------------------------------------------------------------------------------------------


def test_proxies_count_in_the_coverage_but_not_in_the_own_coverage(run, compared_by_one):
    proxy = [row | {"is_proxy": True, "area_level": "metro"} for row in figures(internet=80)]
    made = run({"columbus": [*proxy, *figures(speed=10)]}, basis="with_proxies")
    table = made["score"]
    assert cell(table, "columbus", "broadband", "coverage", "with_proxies") == 1
    assert cell(table, "columbus", "broadband", "coverage_own", "with_proxies") == 0.25
    flags = made["indicator_score"].set_index("indicator_id")["is_proxy"]
    assert flags.to_dict() == {"internet": True, "speed": False}


def test_each_reading_is_scored_from_its_own_figures(registry, edition, compared_by_one):
    chosen = pd.concat(
        [
            table_of({"columbus": figures(internet=60)}),
            table_of({"columbus": figures(internet=90)}, basis="with_proxies"),
        ]
    )
    made = score(chosen, members(registry, edition), edition, registry)
    assert [cell(made.score, "columbus", "broadband", basis=basis) for basis in BASES] == [60, 90]


# --- Ranks -----------------------------------------------------------------------------------------------------------


def test_reference_regions_are_scored_but_not_ranked(run):
    table = run(EVERYONE)["benchmark"]
    assert cell(table, "eindhoven", "work") == 100
    assert cell(table, "eindhoven", "work", "rank") is pd.NA
    assert not cell(table, "eindhoven", "work", "is_ranked")
    # 42.5, 55 and 55: neither the median nor the best is Eindhoven's
    for community in EVERYONE:
        assert cell(table, community, "work", "peer_median") == pytest.approx(55, abs=1e-12)
        assert cell(table, community, "work", "peer_best") == pytest.approx(55, abs=1e-12)
        assert cell(table, community, "work", "rank_of") == 3
    assert cell(table, "eindhoven", "work", "gap_to_best") == pytest.approx(45, abs=1e-12)
    assert cell(table, "binh_duong", "work", "gap_to_median") == pytest.approx(-12.5, abs=1e-12)


def test_equal_scores_share_the_better_rank(run):
    table = run(EVERYONE)["benchmark"]
    ranks = {
        community: cell(table, community, "work", "rank") for community in ("columbus", "westerville", "binh_duong")
    }
    assert ranks == {"columbus": 1, "westerville": 1, "binh_duong": 3}
    assert cell(table, "binh_duong", "work", "best_peer") == "columbus"


def test_without_a_ranked_score_there_is_no_peer(run, compared_by_one):
    table = run({"eindhoven": figures(unemployment=5), "columbus": figures(internet=50)})["benchmark"]
    assert "work" not in set(table["criterion_id"])  # only the reference region has a figure: nothing is compared
    everyone = {"binh_duong": figures(internet=10, unemployment=5), "columbus": figures(internet=50)}
    table = run(everyone)["benchmark"]
    assert cell(table, "columbus", "work", "rank") is pd.NA
    assert cell(table, "columbus", "work", "rank_of") == 1
    assert math.isnan(cell(table, "columbus", "work", "gap_to_best"))


# --- Traces ----------------------------------------------------------------------------------------------------------


def test_shares_add_up_to_1_and_points_to_the_score(run, compared_by_one):
    made = run(EVERYONE)
    key = ["basis", "community_id", "criterion_id"]
    sums = made["trace"].groupby(key)[["share", "points"]].sum()
    scores = made["score"].set_index(key)["score"].dropna()
    assert set(sums.index) == set(scores.index)
    np.testing.assert_allclose(sums["share"], 1, rtol=0, atol=1e-12)
    np.testing.assert_allclose(sums["points"], scores.reindex(sums.index), rtol=0, atol=1e-10)


def test_a_ratio_is_halved_between_its_two_figures(run):
    trace = run(EVERYONE)["trace"].query("community_id == 'columbus' and criterion_id == 'work'")
    parts = trace.set_index("role")
    assert parts["observation_id"].to_dict() == {
        "value": "columbus:unemployment",
        "numerator": "columbus:patents_per_million",
        "denominator": "columbus:population",
    }
    assert parts["share"].to_dict() == {"value": 0.5, "numerator": 0.25, "denominator": 0.25}
    assert parts["points"].to_dict() == pytest.approx({"value": 40, "numerator": 7.5, "denominator": 7.5}, abs=1e-12)


def test_a_figure_that_scores_0_is_traced_too(run):
    everyone = EVERYONE | {"columbus": figures(internet=0, unemployment=20)}
    trace = run(everyone)["trace"].query("community_id == 'columbus' and criterion_id == 'icf'")
    assert set(trace["indicator_id"]) == {"internet", "unemployment"}
    assert set(trace["points"]) == {0}


# --- Goalposts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "value", "points"),
    [
        pytest.param("internet", 0, 0, id="lower goalpost"),
        pytest.param("internet", 100, 100, id="upper goalpost"),
        pytest.param("income", 60000, 100, id="beyond the upper one"),
        pytest.param("income", -1, 0, id="beyond the lower one"),
        pytest.param("unemployment", 0, 100, id="lower is better"),
        pytest.param("unemployment", 15, 25, id="lower is better, in between"),
        pytest.param("unemployment", 30, 0, id="lower is better, beyond"),
        pytest.param("speed", 1, 0, id="log, lower goalpost"),
        pytest.param("speed", 10, 100 / 3, id="log, a third of the way"),
        pytest.param("speed", 0, 0, id="log of 0"),
        pytest.param("speed", -5, 0, id="log of less than 0"),
        pytest.param("speed", 1e6, 100, id="log, beyond"),
        pytest.param("speed", math.nan, math.nan, id="log of nothing"),
        pytest.param("internet", math.nan, math.nan, id="nothing"),
    ],
)
def test_values_score_by_goalposts_and_direction(registry, indicator, value, points):
    pair = [registry.indicator["internet"], registry.indicator[indicator]]
    found = score_indicators(np.array([[50.0, value]]), pair, method_of_icf())
    np.testing.assert_allclose(found, [[50, points]], rtol=0, atol=1e-12)


@pytest.mark.filterwarnings("error")
def test_nothing_is_warned_of(registry):
    both = [registry.indicator["internet"], registry.indicator["speed"], registry.indicator["unemployment"]]
    score_indicators(np.array([[0.0, 0.0, 0.0], [-1.0, -1.0, -1.0], [np.nan] * 3]), both, method_of_icf())


def test_a_method_may_let_values_pass_the_goalposts(registry):
    free = Method.model_validate({"normalise": {"method": "goalposts", "truncate": False}})
    pair = [registry.indicator["internet"], registry.indicator["speed"]]
    found = score_indicators(np.array([[150.0, 0.1], [50.0, 0.0]]), pair, free)
    np.testing.assert_allclose(found, [[150, -100 / 3], [50, 0]], rtol=0, atol=1e-12)
