"""The fingerprint of inputs: other where an input is other, and the same wherever the same inputs lie."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.inputs import fingerprint, offered, program, published_from, rules, stored
from pipelines.readers.base import Request
from warehouse.answers import Answers
from warehouse.home import Home
from warehouse.registry import Registry, load_registry
from warehouse.releases import put
from warehouse.storage import Folder

Files = dict[str, Any]
Write = Callable[[Files], Path]
AT = "2026-11-21T12:00:00+00:00"


@pytest.fixture
def answers(home: Home) -> Answers:
    return Answers(Folder(home.lake))


@pytest.fixture
def registry(write_registry: Write, evidence_files: Files) -> Registry:
    return load_registry(write_registry(evidence_files))


def keep_file(registry: Registry, answers: Answers) -> None:
    """Store the curated file as a run does."""
    body = (registry.root / "curated/survey.csv").read_bytes()
    answers.keep(Request("survey", "https://example.org"), body, retrieved_at=AT)


def published(home: Home, registry: Registry, answers: Answers) -> Path:
    """A release that says it was made of what is so now."""
    draft = home.root / "000001.duckdb"
    draft.write_bytes(b"figures")
    return put(home, draft, {"release_id": "000001", "inputs_sha256": fingerprint(registry, answers)})


def test_the_same_inputs_in_another_place_have_the_same_fingerprint(
    registry: Registry, answers: Answers, tmp_path: Path
) -> None:
    keep_file(registry, answers)
    shutil.copytree(registry.root, tmp_path / "elsewhere")
    elsewhere = Answers(Folder(tmp_path / "lake"))
    keep_file(registry, elsewhere)
    assert fingerprint(load_registry(tmp_path / "elsewhere"), elsewhere) == fingerprint(registry, answers)


@pytest.mark.parametrize("name", ["countries.yml", "curated/survey.csv", "evidence/posts.yml", "methods/icf.yml"])
def test_any_file_of_the_registry_counts(registry: Registry, answers: Answers, name: str) -> None:
    before = fingerprint(registry, answers)
    path = registry.root / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert fingerprint(load_registry(registry.root), answers) != before


def test_licence_and_answers_count(registry: Registry, answers: Answers) -> None:
    told = [fingerprint(registry, answers), fingerprint(registry, answers, "open")]
    keep_file(registry, answers)
    told += [fingerprint(registry, answers), fingerprint(registry, answers, "open")]
    assert len(set(told)) == 4


def test_another_program_counts(registry: Registry, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(registry, answers)
    monkeypatch.setattr("pipelines.inputs.program", lambda: hashlib.sha256(program().encode()).hexdigest())
    assert fingerprint(registry, answers) != before


def test_rules_are_the_registry_without_figures_and_evidence(write_registry: Write, evidence_files: Files) -> None:
    before = load_registry(write_registry(evidence_files))
    path = before.root / "curated/survey.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",50,", ",51,"), encoding="utf-8")
    (before.root / "evidence/posts.yml").write_text("[]")
    (before.root / "countries.yml").write_text("# in other words\n" + (before.root / "countries.yml").read_text())
    after = load_registry(before.root)
    assert after.sha256 != before.sha256
    assert rules(after) == rules(before)
    assert rules(replace(after, units=after.units[:-1])) != rules(before)


def test_a_file_that_was_not_read_yet_is_offered_and_not_stored(registry: Registry, answers: Answers) -> None:
    source = registry.source["survey"]
    assert stored(source, answers) != offered(registry, source, answers)
    keep_file(registry, answers)
    assert stored(source, answers) == offered(registry, source, answers)
    path = registry.root / "curated/survey.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    assert stored(source, answers) != offered(registry, source, answers)
    path.unlink()
    assert stored(source, answers) != offered(registry, source, answers)


def test_a_release_stands_for_its_inputs_as_long_as_it_is_whole(
    home: Home, registry: Registry, answers: Answers
) -> None:
    assert published_from(home, registry, answers, "any") == {}
    keep_file(registry, answers)
    path = published(home, registry, answers)
    about = published_from(home, registry, answers, "any")
    assert about["release_id"] == "000001"
    assert published_from(home, registry, answers, "open") == {}
    log = path.with_suffix(".duckdb.wal")
    log.touch()
    assert published_from(home, registry, answers, "any") == {}
    log.unlink()
    text = path.with_suffix(".json").read_text(encoding="utf-8")
    path.with_suffix(".json").write_text(text[:-20], encoding="utf-8")
    assert published_from(home, registry, answers, "any") == {}
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    assert published_from(home, registry, answers, "any") == about
    path.chmod(0o644)
    path.write_bytes(b"FIGURES")
    assert published_from(home, registry, answers, "any") == {}


def test_a_changed_file_and_a_lost_answer_are_reasons_to_run(home: Home, registry: Registry, answers: Answers) -> None:
    keep_file(registry, answers)
    published(home, registry, answers)
    shutil.rmtree(home.lake / "answers")
    assert published_from(home, registry, answers, "any") == {}
    keep_file(registry, answers)
    assert published_from(home, registry, answers, "any")
    path = registry.root / "curated/survey.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    assert published_from(home, registry, answers, "any") == {}
