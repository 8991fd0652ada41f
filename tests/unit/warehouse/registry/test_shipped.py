"""The registry that ships with the program."""

import csv
from collections import Counter

import pytest

from warehouse.registry import Registry, load_registry
from warehouse.registry.sources import Source


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def used(registry: Registry) -> set[str]:
    """Indicators that feed a criterion or a ratio."""
    parts = (entry.ratio for entry in registry.indicators if entry.ratio)
    links = (link for framework in registry.frameworks for item in framework.criteria for link in item.indicators)
    return {name for ratio in parts for name in (ratio.numerator, ratio.denominator)} | {link.id for link in links}


def test_no_scored_indicator_is_an_orphan(registry: Registry) -> None:
    scored = {entry.id for entry in registry.indicators if entry.direction != "none"}
    assert scored - used(registry) == set()
    assert len(registry.indicators) >= 45


def test_every_indicator_has_figures(registry: Registry) -> None:
    fed = {series.indicator for source in registry.sources for series in source.series}
    fed |= {entry.id for entry in registry.indicators if entry.ratio}
    assert set(registry.indicator) - fed == set()


def test_every_class_has_a_series(registry: Registry) -> None:
    fed = {(series.indicator, series.comparability) for source in registry.sources for series in source.series}
    stated = {(entry.id, item.id) for entry in registry.indicators if not entry.ratio for item in entry.classes}
    assert stated - fed == set()


def test_a_ratio_has_the_classes_of_its_numerator(registry: Registry) -> None:
    for entry in registry.indicators:
        if entry.ratio:
            above = registry.indicator[entry.ratio.numerator]
            assert {item.id for item in entry.classes} >= {item.id for item in above.classes}, entry.id


def test_scored_weights_are_positive_and_factors_weigh_the_same(registry: Registry) -> None:
    for framework in registry.frameworks:
        for item in framework.criteria:
            if item.is_scored:
                assert item.weight > 0, item.id
                assert all(link.weight > 0 for link in item.indicators), item.id
    factors = [item for item in registry.framework["icf"].criteria if item.parent == "icf"]
    assert len(factors) == 6
    assert len({item.weight for item in factors}) == 1


def test_hand_kept_lists_are_in_order(registry: Registry) -> None:
    assert [entry.id for entry in registry.countries] == sorted(entry.id for entry in registry.countries)
    assert [entry.id for entry in registry.editions] == sorted(entry.id for entry in registry.editions)
    roles = ("member", "reference", "successor")
    places = [(roles.index(entry.role), entry.id) for entry in registry.communities]
    assert places == sorted(places)


def test_the_edition_of_2019_is_complete(registry: Registry) -> None:
    edition = registry.edition["2019"]
    members = {entry.id for entry in registry.communities if entry.role == "member"}
    assert edition.is_complete
    assert {honour.community for honour in edition.smart21} == members
    assert len(members) == 21
    assert registry.community["binh_duong"].valid_to.isoformat() == "2025-06-30"
    assert registry.community["binh_duong"].successor == "ho_chi_minh_city"
    assert {entry.id for entry in registry.communities if entry.role == "reference"} == {"daejeon", "eindhoven"}


def test_frameworks_are_what_they_are(registry: Registry) -> None:
    assert {framework.id: framework.kind for framework in registry.frameworks} == {
        "icf": "scored",
        "navigator": "programme",
        "wta": "scored",
    }
    assert [framework.id for framework in registry.frameworks if framework.is_historical] == ["wta"]
    assert registry.framework["navigator"].counts == {"scopes": 4, "programmes": 14, "actions": 46}
    assert all(framework.notice for framework in registry.frameworks)


def curated(registry: Registry) -> list[Source]:
    """Sources whose figures lie in the registry itself."""
    return [source for source in registry.sources if source.reader.kind == "figures_csv"]


def test_every_printed_series_is_mapped_or_declined(registry: Registry) -> None:
    for source in curated(registry):
        mapped = {(item.code, item.unit) for item in source.series}
        declined = {(item.code, item.unit) for item in source.declined}
        with (registry.root / source.reader.path).open(encoding="utf-8", newline="") as file:
            printed = {(row["series"], row["unit"]) for row in csv.DictReader(file)}
        unknown = {pair for pair in printed - mapped - declined if (pair[0], None) not in declined}
        assert unknown == set(), source.id
        assert {code for code, _ in mapped | declined} <= {code for code, _ in printed}, source.id


def test_every_printed_unit_is_known_and_none_is_spare(registry: Registry) -> None:
    printed = set()
    for source in curated(registry):
        with (registry.root / source.reader.path).open(encoding="utf-8", newline="") as file:
            printed |= {" ".join(row["unit"].split()) for row in csv.DictReader(file)}
    printed |= {item.unit for source in registry.sources for item in source.series}
    assert {unit.text for unit in registry.units} == printed


def test_every_correction_finds_its_figure(registry: Registry) -> None:
    rows: Counter[tuple[str, ...]] = Counter()
    for source in curated(registry):
        with (registry.root / source.reader.path).open(encoding="utf-8", newline="") as file:
            keys = ("series", "area", "year", "value")
            rows.update((source.id, *(row[key] for key in keys)) for row in csv.DictReader(file))
    lost = [
        item
        for item in registry.corrections
        if (item.source, item.series, item.area, item.year, item.printed_value) not in rows
    ]
    assert lost == []


def test_what_may_not_be_sold_or_has_no_licence_is_not_open(registry: Registry) -> None:
    for source in registry.sources:
        is_closed = any(word in source.licence for word in ("-NC-", "not stated", "not seen", "facts"))
        assert source.is_open is not is_closed, source.id


def test_fetched_figures_come_before_those_typed_from_the_same_place(registry: Registry) -> None:
    rank = {source.id: source.rank for source in registry.sources}
    offices = [name for name in rank if name.startswith(("us_", "statcan_", "abs_", "ibge_", "insee_", "cbs_", "nso_"))]
    assert max(rank[name] for name in offices) < rank["world_bank"] < rank["national_series"]
    assert rank["national_series"] < rank["community_statistics"] < rank["binh_duong"]


def test_keys_are_named_alike_and_can_be_had(registry: Registry) -> None:
    keys = [source.key for source in registry.sources if source.key]
    assert len({key.variable for key in keys}) == len(keys) == 5
    assert all(key.variable.startswith("SMART21_") and key.variable.endswith("_KEY") for key in keys)
    assert all(key.sign_up.startswith("https://") for key in keys)
