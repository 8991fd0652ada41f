"""What must hold between the entries of the registry, and that the culprit is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from registry_changes import (
    ACCESS,
    COMMUNITY,
    EDITION,
    ICF,
    NAVIGATOR,
    POINT,
    RATIO,
    SOURCE,
    Files,
    change,
    last_line_twice,
    repeat,
    swap,
)

from warehouse.registry import RegistryError, load_registry

Write = Callable[[Files], Path]


LINKS = [
    pytest.param(change(*COMMUNITY, country="FRA"), ["communities.yml", "binh_duong", "FRA"], id="country"),
    pytest.param(change(*COMMUNITY, successor="hue"), ["communities.yml", "binh_duong", "hue"], id="successor"),
    pytest.param(
        change(*COMMUNITY, successor="binh_duong"), ["communities.yml", "binh_duong", "own successor"], id="self"
    ),
    pytest.param(
        change(*EDITION, "smart21", 1, community="atlantis"), ["editions.yml", "2019", "atlantis"], id="honour"
    ),
    pytest.param(
        change(*EDITION, "smart21", 1, community="binh_duong"),
        ["editions.yml", "2019", "smart21", "binh_duong"],
        id="two honours of a list, one community",
    ),
    pytest.param(
        change(*RATIO, "ratio", numerator="pupils"), ["indicators.yml", "students_per_100", "pupils"], id="numerator"
    ),
    pytest.param(
        change(*RATIO, "ratio", denominator="people"),
        ["indicators.yml", "students_per_100", "people"],
        id="denominator",
    ),
    pytest.param(
        change(*RATIO, "ratio", numerator="students_per_100"),
        ["indicators.yml", "students_per_100", "ratio itself"],
        id="ratio of a ratio",
    ),
    pytest.param(
        change(*SOURCE, "series", 0, indicator="users"), ["sources/survey.yml", "online", "users"], id="series"
    ),
    pytest.param(
        change(*SOURCE, "series", 0, comparability="other"),
        ["sources/survey.yml", "online", "other", "internet_users_pct"],
        id="comparability class",
    ),
    pytest.param(
        change(*SOURCE, "series", 0, unit="persons"), ["sources/survey.yml", "online", "persons", "share"], id="unit"
    ),
    pytest.param(
        change(*SOURCE, "reader", path="curated/none.csv"), ["sources/survey.yml", "curated/none.csv"], id="no file"
    ),
    pytest.param(
        change(*SOURCE, "reader", path="../outside.csv"), ["sources/survey.yml", "../outside.csv"], id="path upwards"
    ),
    pytest.param(
        change(*SOURCE, "reader", path="/etc/passwd"), ["sources/survey.yml", "/etc/passwd"], id="path from the root"
    ),
    pytest.param(
        change(*SOURCE, "declined", 0, code="online"), ["sources/survey.yml", "online", "declined"], id="both ways"
    ),
    pytest.param(change(*ACCESS, parent="icf_dig"), ["frameworks/icf.yml", "icf_access", "icf_dig"], id="parent"),
    pytest.param(
        change(*ICF, "criteria", 0, parent="icf_access"),
        ["frameworks/icf.yml", "icf_connect", "own ancestor"],
        id="cycle of two",
    ),
    pytest.param(
        change(*ACCESS, parent="icf_access"), ["frameworks/icf.yml", "icf_access", "own ancestor"], id="cycle"
    ),
    pytest.param(change(*ICF, method="wta"), ["frameworks/icf.yml", "wta"], id="method"),
    pytest.param(
        change(*ACCESS, "indicators", 0, id="users"), ["frameworks/icf.yml", "icf_access", "users"], id="fed by nothing"
    ),
    pytest.param(
        change(*ACCESS, "indicators", 0, id="population"),
        ["frameworks/icf.yml", "icf_access", "population", "direction"],
        id="fed by an indicator without direction",
    ),
    pytest.param(
        change(*ACCESS, "indicators", 0, data_point="none"),
        ["frameworks/icf.yml", "icf_access", "none"],
        id="data point",
    ),
    pytest.param(
        change(*POINT, indicators=["users"]),
        ["frameworks/icf.yml", "users", "no indicator"],
        id="data point's indicator",
    ),
    pytest.param(
        change(*POINT, criterion="icf_dig"), ["frameworks/icf.yml", "users", "icf_dig"], id="data point's criterion"
    ),
    pytest.param(
        change(*NAVIGATOR, "programmes", 0, criterion="scope"),
        ["frameworks/navigator.yml", "navigator_school", "scope"],
        id="programme's scope",
    ),
    pytest.param(swap("corrections.csv", "survey,", "poll,"), ["corrections.csv", "poll"], id="correction's source"),
    pytest.param(
        swap("corrections.csv", "online", "offline"), ["corrections.csv", "offline"], id="correction's series"
    ),
]

SETS = [
    pytest.param(repeat("countries.yml", 0), ["countries.yml", "NLD", "2 times"], id="country"),
    pytest.param(repeat("communities.yml", 1, name="E", aliases=[]), ["communities.yml", "eindhoven"], id="community"),
    pytest.param(
        change("communities.yml", 1, aliases=["BINH duong"]),
        ["communities.yml", "binh_duong, eindhoven", "binh duong"],
        id="two communities of one name",
    ),
    pytest.param(
        change("communities.yml", 1, aliases=["Bình Dương"]),
        ["communities.yml", "binh_duong, eindhoven", "bình dương"],
        id="alias is another's local name",
    ),
    pytest.param(repeat("editions.yml", 0), ["editions.yml", "2019", "2 times"], id="edition"),
    pytest.param(repeat("indicators.yml", 0), ["indicators.yml", "internet_users_pct", "2 times"], id="indicator"),
    pytest.param(repeat("units.yml", 0), ["units.yml", "'%' as share", "2 times"], id="unit"),
    pytest.param(repeat(*SOURCE, "series", 0), ["sources/survey.yml", "online in '%'", "2 times"], id="series"),
    pytest.param(repeat(*ICF, "criteria", 1), ["frameworks/icf.yml", "icf_access", "2 times"], id="criterion"),
    pytest.param(
        change(*NAVIGATOR, "criteria", 0, id="icf_connect"),
        ["frameworks/icf.yml, frameworks/navigator.yml", "icf_connect"],
        id="criterion of two frameworks",
    ),
    pytest.param(
        change(*NAVIGATOR, "criteria", 0, id="icf"),
        ["frameworks/icf.yml, frameworks/navigator.yml", "icf"],
        id="criterion named as a framework",
    ),
    pytest.param(repeat(*POINT), ["frameworks/icf.yml", "users", "2 times"], id="data point"),
    pytest.param(
        repeat(*NAVIGATOR, "programmes", 0), ["frameworks/navigator.yml", "navigator_school", "2 times"], id="programme"
    ),
    pytest.param(
        repeat(*ACCESS, "indicators", 0), ["frameworks/icf.yml", "internet_users_pct", "2 times"], id="fed twice"
    ),
    pytest.param(
        last_line_twice("corrections.csv"),
        ["corrections.csv", "survey online binh_duong 2017 500", "2 times"],
        id="correction",
    ),
    pytest.param(
        change(*ACCESS, weight=0), ["frameworks/icf.yml", "icf_connect", "nothing"], id="criteria weigh nothing"
    ),
    pytest.param(
        change(*ACCESS, indicators=[{"id": "internet_users_pct", "weight": 0}]),
        ["frameworks/icf.yml", "icf_access", "nothing"],
        id="indicators weigh nothing",
    ),
    pytest.param(change(*ACCESS, indicators=[]), ["frameworks/icf.yml", "icf_access", "either"], id="nothing below"),
    pytest.param(
        change(*ICF, "criteria", 0, indicators=[{"id": "internet_users_pct"}]),
        ["frameworks/icf.yml", "icf_connect", "either"],
        id="criteria and indicators below",
    ),
]


@pytest.mark.parametrize(("mutate", "culprits"), [*LINKS, *SETS])
def test_one_fault_is_named(
    mutate: Callable[[Files], None], culprits: list[str], registry_files: Files, write_registry: Write
) -> None:
    mutate(registry_files)
    with pytest.raises(RegistryError) as caught:
        load_registry(write_registry(registry_files))
    for culprit in culprits:
        assert culprit in str(caught.value)


def test_a_link_out_of_the_registry_is_refused(registry_files: Files, write_registry: Write, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("secret")
    root = write_registry(registry_files)
    (root / "curated/survey.csv").unlink()
    (root / "curated/survey.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(RegistryError, match=r"sources/survey\.yml: path curated/survey\.csv is no file inside"):
        load_registry(root)


def test_all_faults_are_told_at_once(registry_files: Files, write_registry: Write) -> None:
    change("communities.yml", 0, country="FRA")(registry_files)
    change("communities.yml", 1, country="ITA")(registry_files)
    change(*ACCESS, parent="icf_dig")(registry_files)
    with pytest.raises(RegistryError) as caught:
        load_registry(write_registry(registry_files))
    told = "\n".join(caught.value.problems)
    assert all(culprit in told for culprit in ("FRA", "ITA", "icf_dig"))
