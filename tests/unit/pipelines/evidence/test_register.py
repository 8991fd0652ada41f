"""The register as tables: each keeps its contract and says what the entries say."""

import pytest

from pipelines.registry_tables import registry_tables
from warehouse.contracts import contract_of, enforce
from warehouse.registry import load_registry


@pytest.fixture
def tables(evidence_files, write_registry):
    registry = load_registry(write_registry(evidence_files))
    return {name: enforce(contract_of(name), table) for name, table in registry_tables(registry).items()}


def rows(table, *columns):
    return table[list(columns)].astype(object).where(table[list(columns)].notna(), None).values.tolist()


def test_documents_say_whether_they_have_an_address(tables):
    found = rows(tables["core.document"], "document_id", "url", "address_status", "published_on")
    assert found == [
        ["report", "https://example.org/report", "original", "2019-05"],
        ["decision", "", "no_address", None],
    ]


def test_an_initiative_has_the_scope_of_its_programme_or_its_own(tables):
    found = rows(tables["core.initiative"], "initiative_id", "community_id", "scope_id", "programme_id", "status")
    assert found == [
        ["lab", "binh_duong", "navigator_people", "navigator_school", "running"],
        ["plan", "eindhoven", "navigator_people", None, "planned"],
    ]


def test_parts_of_an_initiative_name_it(tables):
    assert rows(tables["core.initiative_partner"], "initiative_id", "role", "name") == [
        ["lab", "school", "A university"],
        ["lab", "business", "A firm"],
    ]
    assert rows(tables["core.initiative_support"], "initiative_id", "framework_id", "data_point", "reason") == [
        ["lab", "icf", "users", "people use it"]
    ]
    assert rows(tables["core.initiative_outcome"], "position", "value", "unit", "year", "document_id") == [
        [1, 9, "companies", 2018, "report"],
        [2, None, "", None, "report"],
    ]
    assert rows(tables["core.initiative_document"], "initiative_id", "document_id") == [
        ["lab", "report"],
        ["lab", "decision"],
        ["plan", "decision"],
    ]


def test_honours_targets_and_posts(tables):
    assert rows(tables["core.recognition"], "recognition_id", "kind", "started", "ended", "document_id") == [
        ["smart21_2019", "honour", "2018-10-18", "2019", "report"]
    ]
    columns = ("target_id", "indicator_id", "class_id", "comparison", "value", "year", "base_value")
    assert rows(tables["core.community_target"], *columns) == [
        ["online_2025", "internet_users_pct", "general", "at_least", 95, 2025, 50.5],
        ["opening", None, None, "event", None, None, None],
    ]
    assert rows(tables["core.post"], "post_id", "seen_on", "holder") == [["head", "2019-05", "A person"]]
    assert rows(tables["core.post_support"], "post_id", "data_point") == [["head", "users"]]
    assert rows(tables["core.recognition_support"], "recognition_id", "data_point") == [["smart21_2019", "users"]]
