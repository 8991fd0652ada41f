"""The registry refuses entries and files that are wrong by themselves, and names the culprit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from registry_changes import (
    ACCESS,
    COMMUNITY,
    EDITION,
    ICF,
    INDICATOR,
    NAVIGATOR,
    POINT,
    RATIO,
    SOURCE,
    Files,
    change,
    content,
    drop,
    repeat,
    swap,
)

from warehouse.registry import RegistryError, load_registry

Write = Callable[[Files], Path]


def test_the_small_registry_is_valid(registry_files: Files, write_registry: Write) -> None:
    registry = load_registry(write_registry(registry_files))
    assert [entry.id for entry in registry.communities] == ["binh_duong", "eindhoven", "ho_chi_minh_city"]
    assert registry.indicator["students_per_100"].ratio.factor == 100
    assert registry.corrections[0].new_value == "50.0"
    assert registry.framework["navigator"].method is None
    assert registry.methods["icf"]["normalise"]["method"] == "goalposts"


ENTRY = [
    pytest.param(change(*COMMUNITY, colour="red"), ["communities.yml", "binh_duong", "colour"], id="unknown key"),
    pytest.param(
        change(*EDITION, "window", until=3), ["editions.yml", "2019", "window.until"], id="unknown key, nested"
    ),
    pytest.param(drop(*COMMUNITY, "country"), ["communities.yml", "binh_duong", "country"], id="missing key"),
    pytest.param(change(*COMMUNITY, id="Bình Dương"), ["communities.yml", "Bình Dương", "id"], id="bad id"),
    pytest.param(change(*COMMUNITY, role="king"), ["communities.yml", "binh_duong", "role"], id="unknown role"),
    pytest.param(change(*COMMUNITY, valid_to=None), ["communities.yml", "binh_duong", "valid_to"], id="no last day"),
    pytest.param(
        change(*COMMUNITY, valid_from="2026-01-01"), ["communities.yml", "binh_duong", "valid_from"], id="ends too soon"
    ),
    pytest.param(change("countries.yml", 0, iso2="NLD"), ["countries.yml", "NLD", "iso2"], id="bad country code"),
    pytest.param(change(*EDITION, award_year=2018), ["editions.yml", "2019", "2018"], id="id is not the award year"),
    pytest.param(change(*EDITION, id=2019), ["editions.yml", "2019", "id", "string"], id="id is a number"),
    pytest.param(drop(*EDITION, "smart21", 20), ["editions.yml", "2019", "20 names"], id="complete with 20 names"),
    pytest.param(
        change(*EDITION, "smart21", 20, key="place-2"), ["editions.yml", "Smart21", "place-2"], id="twice in Smart21"
    ),
    pytest.param(repeat(*EDITION, "top7", 0), ["editions.yml", "2019", "Top7", "place-2"], id="twice in Top7"),
    pytest.param(repeat(*EDITION, "winners", 0), ["editions.yml", "2019", "winners", "place-2"], id="wins twice"),
    pytest.param(
        change(*EDITION, "top7", 0, key="atlantis"), ["editions.yml", "2019", "Top7", "atlantis"], id="Top7 only"
    ),
    pytest.param(change(*EDITION, "window", start=2022), ["editions.yml", "2019", "window"], id="window reversed"),
    pytest.param(
        change(*INDICATOR, "goalposts", lower=100, upper=0),
        ["indicators.yml", "internet_users_pct", "goalposts", "reversed"],
        id="goalposts reversed",
    ),
    pytest.param(
        change(*INDICATOR, "goalposts", lower=100),
        ["indicators.yml", "internet_users_pct", "goalposts", "100"],
        id="goalposts equal",
    ),
    pytest.param(
        change(*INDICATOR, "goalposts", upper=float("nan")),
        ["indicators.yml", "internet_users_pct", "goalposts.upper"],
        id="goalpost not a number",
    ),
    pytest.param(
        change(*INDICATOR, "goalposts", scale="log"),
        ["indicators.yml", "internet_users_pct", "goalposts", "log"],
        id="logarithm of zero",
    ),
    pytest.param(
        drop(*INDICATOR, "goalposts"), ["indicators.yml", "internet_users_pct", "goalposts"], id="no goalposts"
    ),
    pytest.param(
        change(*INDICATOR, direction="none"),
        ["indicators.yml", "internet_users_pct", "direction"],
        id="goalposts without direction",
    ),
    pytest.param(change(*INDICATOR, classes=[]), ["indicators.yml", "internet_users_pct", "classes"], id="no class"),
    pytest.param(repeat(*INDICATOR, "classes", 0), ["indicators.yml", "classes", "once"], id="class twice"),
    pytest.param(
        change(*INDICATOR, valid_min=5, valid_max=5),
        ["indicators.yml", "internet_users_pct", "valid_min"],
        id="no valid value",
    ),
    pytest.param(change(*RATIO, "ratio", factor=0), ["indicators.yml", "students_per_100", "factor"], id="factor zero"),
    pytest.param(change("units.yml", 2, factor=-1), ["units.yml", "thousand persons", "factor"], id="negative unit"),
    pytest.param(change(*SOURCE, reader="magic"), ["sources/survey.yml", "survey", "reader"], id="unknown reader"),
    pytest.param(drop(*SOURCE, "licence"), ["sources/survey.yml", "survey", "licence"], id="source without licence"),
    pytest.param(change(*SOURCE, id="poll"), ["sources/survey.yml", "id", "file's name"], id="id is not the file name"),
    pytest.param(
        change(*ACCESS, weight=-1),
        ["frameworks/icf.yml", "icf", "criteria.1.weight"],
        id="negative weight of criterion",
    ),
    pytest.param(
        change(*ACCESS, "indicators", 1, weight=-0.5),
        ["frameworks/icf.yml", "criteria.1.indicators.1.weight"],
        id="negative weight of indicator",
    ),
    pytest.param(
        change(*ACCESS, weight=float("inf")), ["frameworks/icf.yml", "criteria.1.weight"], id="infinite weight"
    ),
    pytest.param(drop(*ICF, "method"), ["frameworks/icf.yml", "icf", "method"], id="scored without method"),
    pytest.param(
        change(*NAVIGATOR, method="icf"),
        ["frameworks/navigator.yml", "navigator", "method"],
        id="programme with method",
    ),
    pytest.param(change(*POINT, indicators=[]), ["frameworks/icf.yml", "data_points.0"], id="statistic without figure"),
    pytest.param(
        swap("corrections.csv", "50.0", ""), ["corrections.csv", "row 2", "new_value"], id="correction without value"
    ),
    pytest.param(
        swap("corrections.csv", "replace_value", "guess"), ["corrections.csv", "row 2", "action"], id="unknown action"
    ),
    pytest.param(swap("corrections.csv", ",printed report", ""), ["corrections.csv", "row 2", "reference"], id="short"),
    pytest.param(
        swap("corrections.csv", "printed report", "printed,report"), ["corrections.csv", "row 2"], id="row too long"
    ),
]

FILES = [
    pytest.param(
        content("units.yml", "- {text: m, text: km, dimension: length}"),
        ["units.yml", "'text'", "twice"],
        id="key twice",
    ),
    pytest.param(content("units.yml", "- {text: [m"), ["units.yml", "YAML", "line 1"], id="not YAML"),
    pytest.param(content("units.yml", "- {[a]: b}"), ["units.yml", "unhashable"], id="list as a key"),
    pytest.param(
        content("units.yml", "- !!python/object/apply:os.getcwd []"), ["units.yml", "python"], id="program in YAML"
    ),
    pytest.param(content("units.yml", "text: m"), ["units.yml", "list"], id="no list"),
    pytest.param(content("units.yml", ""), ["units.yml", "list"], id="empty file"),
    pytest.param(content("units.yml", "- m"), ["units.yml", "entry"], id="entry is a word"),
    pytest.param(content("sources/survey.yml", "- a"), ["sources/survey.yml", "entry"], id="source is a list"),
    pytest.param(
        content("communities.yml", "- {id: a, valid_to: 2025-02-30}"), ["communities.yml", "day"], id="no such day"
    ),
    pytest.param(content("corrections.csv", ""), ["corrections.csv", "columns", "printed_value"], id="no header"),
    pytest.param(
        content("corrections.csv", "a,b\n"), ["corrections.csv", "columns", "printed_value"], id="wrong header"
    ),
    pytest.param(swap("corrections.csv", "source,", "\ufeffsource,"), ["corrections.csv", "columns"], id="BOM"),
    pytest.param(swap("corrections.csv", "survey,", '"survey,'), ["corrections.csv", "CSV"], id="open quote"),
]


@pytest.mark.parametrize(("mutate", "culprits"), [*ENTRY, *FILES])
def test_one_fault_is_named(
    mutate: Callable[[Files], None], culprits: list[str], registry_files: Files, write_registry: Write
) -> None:
    mutate(registry_files)
    with pytest.raises(RegistryError) as caught:
        load_registry(write_registry(registry_files))
    for culprit in culprits:
        assert culprit in str(caught.value)


@pytest.mark.parametrize("name", ["units.yml", "corrections.csv"])
def test_latin_1_is_refused(name: str, registry_files: Files, write_registry: Write) -> None:
    root = write_registry(registry_files)
    (root / name).write_bytes("- {text: m², dimension: area}\n".encode("latin-1"))
    with pytest.raises(RegistryError, match=rf"{name}: cannot be read as \w+ in UTF-8"):
        load_registry(root)


@pytest.mark.parametrize("name", ["units.yml", "corrections.csv"])
def test_a_missing_file_is_named(name: str, registry_files: Files, write_registry: Write) -> None:
    del registry_files[name]
    with pytest.raises(RegistryError, match=f"{name}: cannot be read"):
        load_registry(write_registry(registry_files))


def test_the_hash_follows_the_content(registry_files: Files, write_registry: Write) -> None:
    first = load_registry(write_registry(registry_files)).sha256
    assert load_registry(write_registry(registry_files)).sha256 == first
    swap("curated/survey.csv", "2000", "2001")(registry_files)
    assert load_registry(write_registry(registry_files)).sha256 != first


def test_the_environment_names_the_registry(
    registry_files: Files, write_registry: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMART21_REGISTRY", str(write_registry(registry_files)))
    assert set(load_registry().edition) == {"2019"}


def test_entries_are_frozen(registry_files: Files, write_registry: Write) -> None:
    entry = load_registry(write_registry(registry_files)).communities[0]
    with pytest.raises(ValueError, match="frozen"):
        entry.name = "Sông Bé"
