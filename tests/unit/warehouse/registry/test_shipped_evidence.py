"""The evidence that ships with the program: complete, in one form, and true to what its documents say."""

from collections import Counter

import pytest

from warehouse.registry import Registry, load_registry
from warehouse.registry.evidence_file import heading, render


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def test_every_file_has_the_one_form(registry: Registry) -> None:
    for section, entries in registry.evidence:
        path = registry.root / "evidence" / f"{section}.yml"
        assert path.read_text(encoding="utf-8") == render(entries, heading(path)), section
        assert heading(path), section


def test_no_document_is_spare(registry: Registry) -> None:
    evidence = registry.evidence
    used = {name for entry in evidence.initiatives for name in entry.documents}
    used |= {outcome.document for entry in evidence.initiatives for outcome in entry.outcomes}
    used |= {entry.document for entry in (*evidence.recognitions, *evidence.targets, *evidence.posts)}
    assert {entry.id for entry in evidence.documents} == used


def test_what_an_outcome_rests_on_is_a_document_of_its_initiative(registry: Registry) -> None:
    for entry in registry.evidence.initiatives:
        assert {outcome.document for outcome in entry.outcomes} <= set(entry.documents), entry.id


def test_every_programme_of_navigator_is_told_of(registry: Registry) -> None:
    told = {entry.programme for entry in (*registry.evidence.initiatives, *registry.evidence.targets)}
    silent = {item.id for item in registry.framework["navigator"].programmes} - told
    assert silent == {"decision_3206", "operating_model_2_4_6"}  # a legal basis and a way of working, nothing done


def test_an_initiative_names_the_partners_of_its_programme(registry: Registry) -> None:
    programmes = {item.id: item for item in registry.framework["navigator"].programmes}
    for entry in registry.evidence.initiatives:
        if entry.programme:
            named = {(partner.role, partner.name) for partner in programmes[entry.programme].partners}
            assert named <= {(partner.role, partner.name) for partner in entry.partners}, entry.id


def test_honours_of_icf_are_those_of_the_editions(registry: Registry) -> None:
    lists = {"smart21": "smart21", "top7": "top7", "winner": "winners"}
    for community in ("binh_duong", "eindhoven"):
        told = {
            (entry.edition, entry.stage)
            for entry in registry.evidence.recognitions
            if entry.community == community and entry.edition
        }
        listed = {
            (edition.id, stage)
            for edition in registry.editions
            for stage, field in lists.items()
            if community in {honour.community for honour in getattr(edition, field)}
        }
        assert told == listed, community


def test_counts_for_binh_duong(registry: Registry) -> None:
    evidence = registry.evidence
    own = [entry for entry in evidence.initiatives if entry.community == "binh_duong"]
    honours = Counter(entry.stage for entry in evidence.recognitions if entry.community == "binh_duong")
    assert honours["smart21"] == 5
    assert honours["top7"] == 3
    assert honours["winner"] == 1
    hosted = [entry for entry in evidence.recognitions if entry.kind == "hosting"]
    assert sum(entry.body == "Horasis" for entry in hosted) == 5
    assert Counter(entry.community for entry in evidence.initiatives) == {
        "binh_duong": 74,
        "eindhoven": 2,
        "daejeon": 3,
    }
    assert Counter(entry.status for entry in own) == {"running": 36, "planned": 12, "unknown": 17, "ended": 9}
    laboratories = [entry for entry in own if entry.kind == "laboratory"]
    assert Counter(entry.status for entry in laboratories) == {"running": 5, "planned": 3, "unknown": 1}
    three = {"government", "business", "school"}
    whole = {entry.id for entry in own if three <= {partner.role for partner in entry.partners}}
    assert whole == {"three_houses", "living_labs", "vietnam_singapore_innovation_centre"}


def test_figures_as_their_documents_print_them(registry: Registry) -> None:
    outcomes = {
        (entry.id, outcome.value, outcome.unit, outcome.year)
        for entry in registry.evidence.initiatives
        for outcome in entry.outcomes
    }
    assert ("becamex_incubator", 9, "companies", 2019) in outcomes
    assert ("horasis_meetings", 5, "meetings", 2024) in outcomes
    assert ("sister_localities", 13, "localities", 2023) in outcomes
    targets = {entry.id: (entry.value, entry.unit, entry.year) for entry in registry.evidence.targets}
    assert targets["trained_labour_2020"] == (80, "%", 2020)
    assert targets["trained_labour_2025"] == (85, "%", 2025)
    assert targets["trained_labour_2030"] == (87.5, "%", 2030)
    assert targets["fibre_2025"] == (90, "%", 2025)
    assert targets["internet_2025"] == (95, "%", 2025)
    assert targets["urbanisation_2025"] == (85, "%", 2025)
    assert targets["clean_water_2025"] == (99.7, "%", 2025)
    assert targets["enterprises_2020"] == (50_000, "businesses", 2020)


def test_trained_and_certified_workers_are_never_one_series(registry: Registry) -> None:
    for entry in registry.evidence.targets:
        if entry.id.startswith(("certified_labour", "master_plan_certified")):
            assert entry.indicator is None, entry.id


def test_what_a_framework_asks_for_by_evidence_is_what_initiatives_are_evidence_for(registry: Registry) -> None:
    kinds = {
        (framework.id, point.code): point.kind for framework in registry.frameworks for point in framework.data_points
    }
    for entry in (*registry.evidence.initiatives, *registry.evidence.posts):
        for support in entry.support:
            assert kinds[support.framework, support.data_point] == "evidence", (entry.id, support.data_point)


def test_a_programme_prints_a_target_only_where_the_register_has_the_promise(registry: Registry) -> None:
    printed = {item.id for item in registry.framework["navigator"].programmes if item.target}
    assert printed == {entry.programme for entry in registry.evidence.targets if entry.programme}
