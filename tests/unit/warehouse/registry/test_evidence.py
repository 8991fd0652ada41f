"""The evidence register refuses entries and links that are wrong, names the culprit, and is written in one form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from registry_changes import Files, change, drop, repeat

from warehouse.registry import RegistryError, load_registry
from warehouse.registry.evidence import SECTIONS, Document
from warehouse.registry.evidence_file import fingerprint, heading, render
from warehouse.registry.load import read_yaml

Write = Callable[[Files], Path]

REPORT, DECISION = (("evidence/documents.yml", place) for place in (0, 1))
LAB, PLAN = (("evidence/initiatives.yml", place) for place in (0, 1))
HONOUR, HEAD = ("evidence/recognitions.yml", 0), ("evidence/posts.yml", 0)
ONLINE, OPENING = (("evidence/targets.yml", place) for place in (0, 1))


def test_the_small_register_is_valid(evidence_files: Files, write_registry: Write) -> None:
    evidence = load_registry(write_registry(evidence_files)).evidence
    assert {section: len(entries) for section, entries in evidence} == {
        "documents": 2,
        "initiatives": 2,
        "recognitions": 1,
        "targets": 2,
        "posts": 1,
    }
    assert evidence.initiatives[0].outcomes[0].value == 9
    assert evidence.documents[0].note == "=1+1\nas printed"


def test_a_registry_without_a_register_has_an_empty_one(registry_files: Files, write_registry: Write) -> None:
    registry = load_registry(write_registry(registry_files))
    assert not any(entries for _, entries in registry.evidence)


def test_the_hash_of_the_registry_covers_the_register(evidence_files: Files, write_registry: Write) -> None:
    before = load_registry(write_registry(evidence_files)).sha256
    change(*LAB, note="another")(evidence_files)
    assert load_registry(write_registry(evidence_files)).sha256 != before


ENTRY = [
    pytest.param(change(*REPORT, colour="red"), ["documents.yml", "report", "colour"], id="unknown key"),
    pytest.param(change(*REPORT, url="javascript:alert(1)"), ["report", "url", "http"], id="script as address"),
    pytest.param(change(*REPORT, url="ftp://example.org/a"), ["report", "url", "http"], id="another scheme"),
    pytest.param(change(*REPORT, url="https://me@example.org/"), ["report", "url"], id="address with a user"),
    pytest.param(change(*REPORT, url="https:///report"), ["report", "url", "host"], id="address without host"),
    pytest.param(change(*REPORT, url="https://example.org/a b"), ["report", "url"], id="address with a space"),
    pytest.param(drop(*REPORT, "url"), ["report", "no_address"], id="no address, not said"),
    pytest.param(change(*DECISION, url="https://example.org"), ["decision", "no_address"], id="address, denied"),
    pytest.param(change(*REPORT, published_on="2019-13"), ["report", "published_on"], id="month that does not exist"),
    pytest.param(change(*REPORT, published_on="2019-02-30"), ["report", "published_on"], id="day that does not exist"),
    pytest.param(change(*REPORT, published_on="15/10/2018"), ["report", "published_on", "YYYY"], id="date as spoken"),
    pytest.param(change(*REPORT, title="A\u202ereport"), ["report", "title", "U+202E"], id="text that turns round"),
    pytest.param(change(*REPORT, note="a\x07b"), ["report", "note", "U+0007"], id="control character"),
    pytest.param(change(*REPORT, note="a_x0007_b"), ["report", "note", "U+0007"], id="control character of a workbook"),
    pytest.param(change(*REPORT, title="two\nlines"), ["report", "title", "U+000A"], id="two lines where one belongs"),
    pytest.param(change(*REPORT, note="n" * 32_001), ["report", "note", "32000"], id="note longer than a cell holds"),
    pytest.param(change(*LAB, ended="2017-12"), ["lab", "ended before"], id="ended before it started"),
    pytest.param(change(*LAB, status="planned"), ["lab", "planned", "outcome"], id="outcome of a plan"),
    pytest.param(change(*LAB, documents=[]), ["lab", "documents"], id="initiative without document"),
    pytest.param(repeat(*LAB, "partners", 0, role="business"), ["lab", "A university".lower()], id="partner twice"),
    pytest.param(repeat(*LAB, "support", 0), ["lab", "users"], id="data point twice"),
    pytest.param(drop(*LAB, "outcomes", 0, "unit"), ["lab", "outcomes.0", "unit"], id="figure without unit"),
    pytest.param(drop(*HONOUR, "stage"), ["smart21_2019", "stage"], id="edition without stage"),
    pytest.param(change(*ONLINE, comparison="event"), ["online_2025", "event"], id="event with a figure"),
    pytest.param(drop(*ONLINE, "comparability"), ["online_2025", "class"], id="indicator without class"),
    pytest.param(change(*ONLINE, base_year=2025), ["online_2025", "due"], id="starts when it is due"),
    pytest.param(drop(*ONLINE, "base_year"), ["online_2025", "year"], id="start without year"),
    pytest.param(change(*ONLINE, value=float("nan")), ["online_2025", "value"], id="not a number"),
]

LINKS = [
    pytest.param(change(*LAB, community="hue"), ["initiatives.yml", "lab", "community", "hue"], id="community"),
    pytest.param(change(*LAB, programme="none"), ["lab", "programme", "none"], id="programme"),
    pytest.param(
        change(*PLAN, scope="icf_connect"), ["plan", "scope", "icf_connect"], id="scope of a scored framework"
    ),
    pytest.param(change(*LAB, scope="navigator"), ["lab", "scope", "navigator"], id="scope"),
    pytest.param(change(*LAB, documents=["lost"]), ["lab", "documents.0", "lost"], id="document"),
    pytest.param(
        change(*LAB, "outcomes", 1, document="lost"), ["lab", "outcomes.1.document", "lost"], id="outcome's document"
    ),
    pytest.param(change(*LAB, "support", 0, framework="wta"), ["lab", "support.0.framework", "wta"], id="framework"),
    pytest.param(change(*LAB, "support", 0, data_point="Q1"), ["lab", "support.0.data_point", "Q1"], id="data point"),
    pytest.param(change(*HEAD, "support", 0, data_point="Q1"), ["posts.yml", "head", "Q1"], id="post's data point"),
    pytest.param(
        change(*LAB, "partners", 0, role="business"),
        ["lab", "partners.0.role", "A university"],
        id="house of a partner",
    ),
    pytest.param(
        change(*LAB, "outcomes", 0, value=95, unit="%", year=2025),
        ["lab", "outcomes.0", "online_2025", "promise"],
        id="a target as outcome",
    ),
    pytest.param(
        change(*LAB, "outcomes", 0, year=2020), ["lab", "outcomes.0.year", "before"], id="told before it happened"
    ),
    pytest.param(change(*LAB, started="2025-07", ended=None), ["lab", "2025-06-30"], id="after the community's end"),
    pytest.param(repeat(*PLAN), ["initiatives.yml", "plan", "more than once"], id="id twice"),
    pytest.param(repeat(*REPORT, id="copy"), ["documents.yml", "copy", "report"], id="one address, two documents"),
    pytest.param(change(*HONOUR, community="eindhoven"), ["smart21_2019", "eindhoven", "2019"], id="not on the list"),
    pytest.param(change(*HONOUR, stage="top7"), ["smart21_2019", "top7"], id="another list"),
    pytest.param(change(*HONOUR, edition="1999"), ["smart21_2019", "1999"], id="edition"),
    pytest.param(change(*HONOUR, started="2018-10-19"), ["smart21_2019", "2018-10-18"], id="day of the announcement"),
    pytest.param(change(*HONOUR, document="lost"), ["smart21_2019", "lost"], id="recognition's document"),
    pytest.param(change(*ONLINE, indicator="users"), ["online_2025", "indicator", "users"], id="indicator"),
    pytest.param(change(*ONLINE, comparability="other"), ["online_2025", "other"], id="comparability class"),
    pytest.param(change(*ONLINE, unit="persons"), ["online_2025", "unit", "internet_users_pct"], id="unit"),
    pytest.param(change(*ONLINE, programme="none"), ["online_2025", "programme", "none"], id="target's programme"),
    pytest.param(change(*OPENING, document="lost"), ["opening", "lost"], id="target's document"),
    pytest.param(change(*HEAD, document="decision"), ["head", "decision", "published_on"], id="post without a day"),
    pytest.param(
        change("frameworks/navigator.yml", "programmes", 0, target={"value": "90 %"}),
        ["online_2025", "printed_value", "90 %"],
        id="another text than the programme's",
    ),
]


@pytest.mark.parametrize(("fault", "named"), [*ENTRY, *LINKS])
def test_a_fault_is_refused_by_name(
    fault: Callable[[Files], None], named: list[str], evidence_files: Files, write_registry: Write
) -> None:
    fault(evidence_files)
    with pytest.raises(RegistryError) as caught:
        load_registry(write_registry(evidence_files))
    told = [problem for problem in caught.value.problems if all(part in problem for part in named)]
    assert told, caught.value.problems


def test_dates_and_years_may_be_written_without_quotes(evidence_files: Files, write_registry: Write) -> None:
    text = "- {id: a, title: A, publisher: B, language: en, address_status: no_address, published_on: %s}"
    for written, read in (("2018", "2018"), ("2018-10", "2018-10"), ("2018-10-25", "2018-10-25")):
        evidence_files["evidence/documents.yml"] = text % written
        files = {name: content for name, content in evidence_files.items() if not name.startswith("evidence/")}
        root = write_registry(files | {"evidence/documents.yml": text % written})
        assert load_registry(root).evidence.documents[0].published_on == read


def test_decomposed_letters_are_composed() -> None:
    facts = {"id": "a", "publisher": "B", "language": "vi", "address_status": "no_address"}
    assert Document(title="Bi\u0300nh Du\u031bo\u031bng", **facts).title == "Bình Dương"


def test_a_section_that_is_written_and_read_again_is_the_same(evidence_files: Files, write_registry: Write) -> None:
    evidence = load_registry(write_registry(evidence_files)).evidence
    for section, entries in evidence:
        text = render(entries)
        assert tuple(SECTIONS[section].model_validate(raw) for raw in yaml.safe_load(text)) == entries
        assert render(tuple(SECTIONS[section].model_validate(raw) for raw in yaml.safe_load(text))) == text
    assert "{role: school, name: A university}" in render(evidence.initiatives)
    assert "base_value: 50.5" in render(evidence.targets)
    assert "value: 95\n" in render(evidence.targets)


@settings(max_examples=60, deadline=None)
@given(title=st.text(min_size=1, max_size=60), note=st.text(max_size=60))
def test_whatever_text_is_accepted_survives_its_file(title: str, note: str, tmp_path_factory: Any) -> None:
    facts = {"id": "a", "publisher": "B", "language": "vi", "address_status": "no_address"}
    try:
        document = Document(title=title, note=note, **facts)
    except ValidationError:
        reject()
    path = tmp_path_factory.getbasetemp() / "documents.yml"
    path.write_text(render([document]), encoding="utf-8")
    assert [Document.model_validate(raw) for raw in read_yaml(path)] == [document]


def test_the_comment_at_the_top_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "posts.yml"
    assert heading(path) == ""
    path.write_text("# One.\n# Two.\n- id: a  # three\n", encoding="utf-8")
    assert heading(path) == "# One.\n# Two.\n"


def test_the_fingerprint_tells_two_registers_apart(evidence_files: Files, write_registry: Write) -> None:
    first = load_registry(write_registry(evidence_files)).evidence
    change(*LAB, note="another")(evidence_files)
    second = load_registry(write_registry(evidence_files)).evidence
    assert fingerprint(first) == fingerprint(first)
    assert fingerprint(first) != fingerprint(second)
