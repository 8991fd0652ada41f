"""One value per community and indicator: which may speak, which is preferred, and what no wide figure may decide."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.choose import choose, comparable_values, members, scored_editions
from warehouse.contracts import contract_of, enforce

NATIONAL = {"source_id": "nation", "area_id": "USA", "area_name": "United States", "area_level": "national"}
METRO = {"area_name": "Columbus metro", "area_level": "metro", "is_proxy": True}
STATE = {"area_name": "Ohio", "area_level": "region", "is_proxy": True}
TYPED_NATIONAL = {"area_name": "United States", "area_level": "national", "is_proxy": True}
PATENTS = {"indicator_id": "patents_total"}
PEOPLE = {"indicator_id": "population"}


@pytest.fixture
def chosen_of(observed, registry, edition):
    """What is chosen, and every verdict by the number of the row given."""

    def run(*rows, edition=edition, registry=registry):
        made = choose(comparable_values(observed(*rows), registry), [edition], registry)
        return (
            enforce(contract_of("mart.chosen"), made.chosen),
            enforce(contract_of("mart.candidate"), made.candidate),
        )

    return run


def values(chosen, indicator="internet", basis="with_proxies"):
    """Chosen value by community."""
    rows = chosen[(chosen["indicator_id"] == indicator) & (chosen["basis"] == basis)]
    return dict(zip(rows["community_id"], rows["value"], strict=True))


def verdicts(candidate, basis="with_proxies", community="columbus"):
    """Verdict by observation."""
    rows = candidate[(candidate["basis"] == basis) & (candidate["community_id"] == community)]
    return dict(zip(rows["observation_id"], rows["verdict"], strict=True))


# --- Who is shown ----------------------------------------------------------------------------------------------------


def test_members_are_those_listed_and_the_reference_regions(registry, edition):
    table = enforce(contract_of("core.edition_member"), members(registry, edition))
    flags = table.set_index("community_id")[["is_ranked", "is_top7", "is_winner"]]
    assert {name: tuple(row) for name, row in zip(flags.index, flags.values.tolist(), strict=True)} == {
        "binh_duong": (True, True, False),
        "columbus": (True, True, True),
        "westerville": (True, False, False),
        "eindhoven": (False, False, False),
    }


def test_editions_are_scored_when_complete_and_known_by_a_third(registry, registry_with, edition_of):
    seven = [f"place_{place}" for place in range(7)]
    editions = (
        edition_of(*seven, year=2012),
        edition_of(*seven[:6], year=2013),
        edition_of(*seven, "place_7", year=2014),
        edition_of(*seven, year=2011),
        edition_of(*seven, "place_7", year=2015, is_complete=False),
    )
    assert [edition.id for edition in scored_editions(registry_with(editions=editions))] == ["2014", "2011", "2012"]


# --- Which values may speak ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        pytest.param({"year": 2013}, "chosen", id="oldest allowed"),
        pytest.param({"year": 2012}, "too_old", id="older than the indicator bears"),
        pytest.param({"year": 2020}, "chosen", id="last of the window"),
        pytest.param({"year": 2021}, "outside_window", id="after the window"),
        pytest.param({"year": 2010}, "outside_window", id="before the window"),
        pytest.param(METRO, "chosen", id="permitted proxy"),
        pytest.param({"is_proxy": True}, "proxy_not_permitted", id="a local proxy, which is not permitted"),
        pytest.param(METRO | {"indicator_id": "unemployment"}, "proxy_not_permitted", id="not for this indicator"),
        pytest.param({"is_proxy": True, "year": 2010}, "proxy_not_permitted", id="the first verdict counts"),
    ],
)
def test_each_value_is_judged_by_itself(chosen_of, row, verdict):
    chosen, candidate = chosen_of(row)
    assert verdicts(candidate) == {"row_0": verdict}
    assert len(chosen[chosen["basis"] == "with_proxies"]) == (verdict == "chosen")


def test_the_two_readings_differ_by_proxies_only(chosen_of):
    chosen, candidate = chosen_of(METRO, {"area_id": "westerville", "value": 60})
    assert values(chosen) == {"columbus": 50, "westerville": 60}
    assert values(chosen, basis="own_area") == {"westerville": 60}
    assert verdicts(candidate, basis="own_area") == {}


def test_indicators_without_direction_are_not_chosen(chosen_of):
    chosen, candidate = chosen_of(PEOPLE)
    assert chosen.empty
    assert candidate.empty


def test_a_national_figure_reaches_every_community_of_its_country(chosen_of):
    chosen, _ = chosen_of(NATIONAL, NATIONAL | {"area_id": "NLD", "value": 90})
    assert values(chosen) == {"columbus": 50, "westerville": 50, "eindhoven": 90}
    assert chosen["is_proxy"].all()
    assert values(chosen, basis="own_area") == {}


def test_communities_outside_the_edition_get_nothing(chosen_of):
    chosen, _ = chosen_of({"area_id": "ho_chi_minh_city"})
    assert chosen.empty


def test_no_values_make_empty_tables(chosen_of):
    chosen, candidate = chosen_of()
    assert chosen.empty
    assert candidate.empty


# --- Comparability ---------------------------------------------------------------------------------------------------


def speed(area, class_id, value=100.0):
    return {"indicator_id": "speed", "class_id": class_id, "area_id": area, "value": value}


def test_the_group_that_serves_most_members_is_kept(chosen_of):
    chosen, candidate = chosen_of(
        speed("columbus", "test"),
        speed("columbus", "advertised", 900),
        speed("westerville", "advertised", 800),
        speed("binh_duong", "advertised", 700),
    )
    assert values(chosen, "speed") == {"columbus": 900, "westerville": 800, "binh_duong": 700}
    assert verdicts(candidate) == {"row_0": "other_comparability_group", "row_1": "chosen"}


def test_classes_of_one_group_are_compared_in_their_order(chosen_of):
    chosen, _ = chosen_of(
        speed("columbus", "test_mobile", 20), speed("columbus", "test", 90), speed("westerville", "test_mobile", 30)
    )
    assert values(chosen, "speed") == {"columbus": 90, "westerville": 30}


def test_reference_regions_do_not_vote_on_the_group(chosen_of):
    chosen, _ = chosen_of(
        speed("eindhoven", "advertised", 800),
        speed("westerville", "advertised", 900),
        speed("columbus", "test", 90),
    )
    assert values(chosen, "speed") == {"columbus": 90}


def test_at_a_draw_the_first_class_decides(chosen_of):
    chosen, _ = chosen_of(speed("columbus", "advertised", 900), speed("westerville", "test", 90))
    assert values(chosen, "speed") == {"westerville": 90}


def test_each_reading_has_its_own_group(chosen_of, registry, registry_with):
    permissive = tuple(entry.model_copy(update={"proxy_levels": ("metro",)}) for entry in registry.indicators)
    rows = [
        speed("columbus", "test"),
        speed("westerville", "advertised", 800) | METRO,
        speed("binh_duong", "advertised", 700) | METRO,
    ]
    chosen, _ = chosen_of(*rows, registry=registry_with(indicators=permissive))
    assert values(chosen, "speed", "own_area") == {"columbus": 100}
    assert values(chosen, "speed") == {"westerville": 800, "binh_duong": 700}


# --- Preference ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param({"quality": "unconfirmed", "year": 2013}, METRO, id="own area before proxy"),
        pytest.param(METRO | {"quality": "press"}, STATE, id="finer area before wider"),
        pytest.param({"year": 2013}, {"quality": "compiled"}, id="quality before year"),
        pytest.param({"quality": "modelled"}, {"quality": "press"}, id="modelled before press"),
        pytest.param({"year": 2018}, {"year": 2017}, id="nearer year"),
        pytest.param({"year": 2020}, {"year": 2017}, id="a later year when nearer"),
        pytest.param({"year": 2018}, {"year": 2020}, id="the earlier year at equal distance"),
        pytest.param({"source_id": "city"}, {"source_id": "nation"}, id="source trusted more"),
        pytest.param({"observation_id": "a"}, {"observation_id": "b"}, id="the first of two alike"),
    ],
)
def test_what_is_preferred(chosen_of, better, worse):
    for rows in ([better, worse | {"value": 60}], [worse | {"value": 60}, better]):
        ids = [
            row if "observation_id" in row else {"observation_id": str(place)} | row for place, row in enumerate(rows)
        ]
        chosen, candidate = chosen_of(*ids)
        assert values(chosen) == {"columbus": 50}
        assert sorted(verdicts(candidate).values()) == ["chosen", "not_preferred"]


def test_the_class_listed_first_is_preferred_to_a_nearer_year(chosen_of):
    chosen, _ = chosen_of(speed("columbus", "test_mobile", 20), speed("columbus", "test", 90) | {"year": 2014})
    assert values(chosen, "speed") == {"columbus": 90}


def test_the_reason_and_the_range_are_told(chosen_of):
    chosen, _ = chosen_of(
        {"value": 50}, {"value": 40, "year": 2018}, {"value": 55, "year": 2017}, {"year": 2010}, METRO | {"value": 70}
    )
    own = chosen[chosen["basis"] == "own_area"].iloc[0]
    assert own["reason"] == "own area, official, 2019; others: 2 not preferred, 1 outside window"
    assert own[["candidates", "value_min", "value_max"]].tolist() == [4, 40, 55]
    both = chosen[chosen["basis"] == "with_proxies"].iloc[0]
    assert both[["candidates", "value_min", "value_max"]].tolist() == [5, 40, 70]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param({}, "own area, official, 2019; the only one", id="own"),
        pytest.param(METRO, "metro figure standing in, official, 2019; the only one", id="proxy"),
    ],
)
def test_a_value_without_rivals_says_so(chosen_of, row, reason):
    chosen, _ = chosen_of(row)
    assert set(chosen["reason"]) == {reason}


# --- Ratios ----------------------------------------------------------------------------------------------------------


def test_a_ratio_is_one_figure_over_another(chosen_of):
    chosen, _ = chosen_of(PATENTS | {"value": 30}, PEOPLE | {"value": 600_000, "quality": "modelled"})
    ratio = chosen[chosen["basis"] == "own_area"].iloc[0]
    assert ratio["indicator_id"] == "patents_per_million"
    assert ratio["value"] == pytest.approx(50, rel=1e-12)
    assert ratio[["observation_id", "denominator_id", "quality", "class_id"]].tolist() == [
        "row_0", "row_1", "modelled", "general",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("below", "denominator"),
    [
        pytest.param([{"year": 2018}, {"year": 2019}], "row_2", id="same year first"),
        pytest.param([{"year": 2018}], "row_1", id="a year off"),
        pytest.param([{"year": 2017}], None, id="too far off"),
        pytest.param([{"year": 2020, "quality": "press"}, {"year": 2018}], "row_2", id="better quality when as near"),
        pytest.param([{"year": 2018}, {"year": 2020}], "row_1", id="the first of two alike"),
        pytest.param([{"value": 0.0}], None, id="nobody lives there"),
        pytest.param([METRO], None, id="another area"),
        pytest.param([{"area_id": "westerville"}], None, id="another community"),
        pytest.param([{"area_name": "Columbus, OH"}], "row_1", id="own area, printed otherwise"),
    ],
)
def test_a_ratio_takes_the_nearest_whole_of_its_own_area(chosen_of, below, denominator):
    chosen, _ = chosen_of(PATENTS, *(PEOPLE | row for row in below))
    assert chosen.loc[chosen["basis"] == "own_area", "denominator_id"].tolist() == [denominator] * bool(denominator)


@pytest.mark.parametrize(
    ("name", "made"),
    [pytest.param("Columbus metro", True, id="same"), pytest.param("Central Ohio", False, id="another")],
)
def test_a_ratio_of_a_wider_area_needs_one_area_by_name(chosen_of, name, made):
    chosen, _ = chosen_of(PATENTS | METRO, PEOPLE | METRO | {"area_name": name})
    assert bool(len(chosen)) == made


def test_a_nation_is_one_area_wherever_its_figures_are_recorded(chosen_of):
    chosen, _ = chosen_of(PATENTS | TYPED_NATIONAL, PEOPLE | NATIONAL | {"value": 1e6})
    assert values(chosen, "patents_per_million") == {"columbus": 50}


def test_without_ratios_in_the_registry_none_are_made(chosen_of, registry, registry_with):
    plain = tuple(entry for entry in registry.indicators if not entry.ratio)
    chosen, _ = chosen_of(PATENTS, PEOPLE, {}, registry=registry_with(indicators=plain))
    assert set(chosen["indicator_id"]) == {"internet"}


# --- Compatriots: no wide figure ranks two communities of one country ------------------------------------------------

HERE, THERE = {"area_id": "columbus"}, {"area_id": "westerville"}
COMPATRIOTS = [
    pytest.param([HERE, THERE | {"value": 60}], {"columbus": 50, "westerville": 60}, id="both have their own"),
    pytest.param([HERE, NATIONAL | {"value": 60}], {"columbus": 50}, id="one has its own: the other gets none"),
    pytest.param([HERE, THERE | STATE | {"value": 60}], {"columbus": 50}, id="own against a region"),
    pytest.param(
        [HERE | METRO, THERE | STATE | {"value": 60}], {"columbus": 50}, id="a metro is narrow, a region is not"
    ),
    pytest.param(
        [HERE | METRO, THERE | METRO | {"value": 60}], {"columbus": 50, "westerville": 60}, id="two metros may differ"
    ),
    pytest.param(
        [HERE | STATE, THERE | STATE | {"value": 60}, NATIONAL | {"value": 70}],
        {"columbus": 70, "westerville": 70}, id="differing regions give way to the nation",
    ),
    pytest.param(
        [HERE | STATE, NATIONAL | {"value": 70}], {"columbus": 70, "westerville": 70}, id="a region against the nation"
    ),
    pytest.param([HERE | STATE, THERE | STATE | {"value": 60}], {}, id="differing regions without a nation"),
    pytest.param([HERE | STATE, THERE | STATE], {"columbus": 50, "westerville": 50}, id="one region, one value"),
    pytest.param(
        [HERE | STATE, NATIONAL | {"area_id": "NLD"}], {"columbus": 50, "eindhoven": 50}, id="alone with a region"
    ),
    pytest.param([NATIONAL | {"value": 70}], {"columbus": 70, "westerville": 70}, id="only the nation"),
    pytest.param(
        [HERE | TYPED_NATIONAL, THERE | TYPED_NATIONAL | {"value": 60}], {}, id="two nations of one name contradict",
    ),
    pytest.param(
        [HERE | TYPED_NATIONAL, THERE | TYPED_NATIONAL | {"value": 60}, NATIONAL | {"value": 70, "quality": "press"}],
        {"columbus": 70, "westerville": 70}, id="the figure that both have, though theirs are better",
    ),
    pytest.param(
        [HERE | TYPED_NATIONAL | {"year": 2018}, NATIONAL | {"year": 2018, "quality": "press"},
         NATIONAL | {"value": 70, "quality": "press"}],
        {"columbus": 50, "westerville": 50}, id="one of two years that both have, the same for both",
    ),
    pytest.param([HERE, NATIONAL], {"columbus": 50, "westerville": 50}, id="equal values rank nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), COMPATRIOTS)
def test_no_wide_figure_ranks_compatriots(chosen_of, rows, expected):
    chosen, candidate = chosen_of(*rows)
    assert values(chosen) == expected
    left = set(candidate.loc[candidate["basis"] == "with_proxies", "verdict"]) - {"chosen", "not_preferred"}
    assert left <= {"would_rank_compatriots"}


def test_own_figures_are_untouched_by_compatriots(chosen_of):
    chosen, candidate = chosen_of(HERE, NATIONAL | {"value": 60})
    assert verdicts(candidate, community="westerville") == {"row_1": "would_rank_compatriots"}
    assert values(chosen, basis="own_area") == {"columbus": 50}


# --- Properties ------------------------------------------------------------------------------------------------------

ANY_ROW = st.fixed_dictionaries(
    {
        "place": st.sampled_from([HERE, THERE, HERE | METRO, HERE | STATE, THERE | STATE, HERE | TYPED_NATIONAL,
                                  THERE | TYPED_NATIONAL, NATIONAL, {"area_id": "eindhoven"}]),
        "what": st.sampled_from([{}, PATENTS, PEOPLE, {"indicator_id": "unemployment"}]),
        "more": st.fixed_dictionaries(
            {
                "value": st.sampled_from([40.0, 50.0, 60.0]),
                "year": st.sampled_from([2012, 2017, 2018, 2019, 2020]),
                "quality": st.sampled_from(["official", "press"]),
            }
        ),
    }
).map(lambda parts: parts["place"] | parts["what"] | parts["more"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(ANY_ROW, max_size=14))
def test_compatriots_never_differ_by_a_wide_figure(observed, registry, edition, rows):
    made = choose(comparable_values(observed(*rows), registry), [edition], registry)
    home = {entry.id: entry.country for entry in registry.communities}
    table = made.chosen.assign(country=made.chosen["community_id"].map(home))
    for _, peers in table.groupby(["basis", "indicator_id", "country"]):
        wide = peers["is_proxy"] & peers["area_level"].isin(["region", "national"])
        assert not wide.any() or peers["value"].nunique() == 1


@settings(max_examples=60, deadline=None)
@given(data=st.data(), rows=st.lists(ANY_ROW, min_size=1, max_size=10))
def test_the_order_of_observations_does_not_matter(observed, registry, edition, data, rows):
    before = observed(*rows)
    shuffled = before.iloc[data.draw(st.permutations(range(len(rows))))]
    one, other = (choose(comparable_values(table, registry), [edition], registry) for table in (before, shuffled))
    pd.testing.assert_frame_equal(one.chosen, other.chosen)
    pd.testing.assert_frame_equal(one.candidate, other.candidate)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ANY_ROW, max_size=12))
def test_every_case_with_an_eligible_value_has_one_choice(observed, registry, edition, rows):
    made = choose(comparable_values(observed(*rows), registry), [edition], registry)
    case = ["basis", "community_id", "indicator_id"]
    listed = made.candidate[made.candidate["verdict"] == "chosen"]
    assert sorted(listed[case].itertuples(index=False)) == sorted(made.chosen[case].itertuples(index=False))
    assert not made.chosen.duplicated(case).any()
    preferred = set(made.candidate.loc[made.candidate["verdict"] == "not_preferred", case].itertuples(index=False))
    assert preferred <= set(listed[case].itertuples(index=False))
    assert (made.candidate["verdict"] != "").all()
