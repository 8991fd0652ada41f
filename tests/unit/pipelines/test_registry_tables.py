"""The registry as tables: each keeps its contract and says what the entries say."""

import pytest

from pipelines.registry_tables import registry_tables
from warehouse.contracts import contract_of, enforce


@pytest.fixture(scope="module")
def tables(registry, registry_with, edition, edition_of):
    """All tables of the small registry, with a second edition that is scored because seven of its members are known."""
    seven = tuple(
        registry.community["columbus"].model_copy(update={"id": f"place_{place}", "name": f"Place {place}"})
        for place in range(7)
    )
    scored = edition_of(*(entry.id for entry in seven), year=2012)
    made = registry_tables(registry_with(communities=(*registry.communities, *seven), editions=(edition, scored)))
    return {name: enforce(contract_of(name), table) for name, table in made.items()}


def rows(table, columns, **where):
    for name, value in where.items():
        table = table[table[name] == value]
    return table[columns].astype(object).where(table[columns].notna(), None).values.tolist()


def test_communities_and_countries_are_areas(tables):
    area = tables["core.area"]
    assert rows(area, ["kind", "country_id", "currency"], area_id="binh_duong") == [["community", "VNM", "VND"]]
    assert rows(area, ["kind", "country_id", "currency"], area_id="NLD") == [["country", "NLD", "EUR"]]
    assert len(area) == 5 + 7 + 3


def test_a_community_tells_its_life_its_names_and_codes(tables):
    life = ["area_level", "valid_from", "valid_to", "successor_id"]
    found = rows(tables["core.community"], life, community_id="binh_duong")
    assert found == [["region", None, "2025-06-30", "ho_chi_minh_city"]]
    names = rows(tables["core.community_name"], ["name", "kind"], community_id="binh_duong")
    assert sorted(names) == [["Binh Duong", "name"], ["Bình Dương", "local_name"], ["Thu Dau Mot", "alias"]]
    assert rows(tables["core.community_code"], ["scheme", "code"], community_id="binh_duong") == [
        ["iso3166_2", "VN-57"]
    ]


def test_editions_tell_whether_they_are_scored(tables):
    found = rows(tables["core.edition"], ["edition_id", "window_start", "window_end", "is_scored"])
    assert found == [["2019", 2011, 2020, False], ["2012", 2004, 2013, True]]
    assert set(tables["core.edition_member"]["edition_id"]) == {"2012"}
    stages = tables["core.honour"].query("edition_id == '2019'")["stage"].value_counts().to_dict()
    assert stages == {"smart21": 21, "top7": 2, "winner": 1}


def test_indicators_carry_goalposts_classes_and_ratios(tables):
    posts = ["goalpost_lower", "goalpost_upper", "goalpost_scale", "direction"]
    indicator = tables["core.indicator"]
    assert rows(indicator, posts, indicator_id="unemployment") == [[0, 20, "linear", "lower"]]
    assert rows(indicator, posts, indicator_id="population") == [[None, None, None, "none"]]
    ratio = ["numerator_id", "denominator_id", "proxy_levels"]
    found = rows(indicator, ratio, indicator_id="patents_per_million")
    assert found == [["patents_total", "population", "county metro region national"]]
    groups = rows(tables["core.indicator_class"], ["class_id", "comparable_group"], indicator_id="speed")
    assert groups == [["test", "measured"], ["test_mobile", "measured"], ["advertised", "advertised"]]


def test_the_tree_begins_with_the_total(tables):
    columns = ["criterion_id", "parent_id", "level", "is_scored", "former_names"]
    assert rows(tables["core.criterion"], columns, framework_id="icf") == [
        ["icf", None, 0, True, ""],
        ["broadband", "icf", 1, True, "Connectivity | Networks"],
        ["work", "icf", 1, True, ""],
        ["gate", "icf", 1, False, ""],
    ]
    total = rows(tables["core.criterion"], ["is_scored"], criterion_id="navigator")
    assert total == [[False]]


def test_levels_follow_parents_in_whatever_order_they_are_written(registry, registry_with):
    icf = registry.framework["icf"]
    child = icf.criteria[0].model_copy(update={"parent": "work"})
    parent = icf.criteria[1].model_copy(update={"indicators": ()})
    turned = registry_with(frameworks=(icf.model_copy(update={"criteria": (child, parent), "data_points": ()}),))
    table = enforce(contract_of("core.criterion"), registry_tables(turned)["core.criterion"])
    assert rows(table, ["criterion_id", "level"]) == [["icf", 0], ["work", 1], ["broadband", 2]]


def test_data_points_and_links_name_each_other(tables):
    links = rows(tables["core.criterion_indicator"], ["indicator_id", "weight", "data_point"], criterion_id="broadband")
    assert links == [["internet", 3, "B1"], ["speed", 1, None]]
    points = rows(tables["core.data_point"], ["data_point", "kind", "indicators"])
    assert points == [["B1", "statistic", "internet"], ["B2", "evidence", ""]]


def test_a_programme_keeps_its_partners_and_its_promise_as_text(tables):
    assert rows(tables["core.programme"], ["programme_id", "criterion_id", "kind"]) == [["fablab", "people", "action"]]
    partners = rows(tables["core.programme_partner"], ["role", "name"])
    assert partners == [["school", "EIU"], ["government", "the province"]]
    assert rows(tables["core.target"], ["value", "year", "source"]) == [["=1+1 fablabs", "2021", "Binh Duong"]]


def test_sources_tell_whose_figures_they_are(tables):
    found = rows(tables["core.source"], ["source_id", "trust_rank", "is_open", "licence"])
    assert found == [["city", 1, True, "CC BY 4.0"], ["nation", 2, True, "CC BY 4.0"]]


def test_an_edition_too_few_are_known_of_leaves_the_members_empty(registry):
    table = registry_tables(registry)["core.edition_member"]
    assert enforce(contract_of("core.edition_member"), table).empty
