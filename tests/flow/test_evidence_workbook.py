"""`smart21 evidence workbook` from the outside: a workbook out, a report and a diff back, nothing changed unasked."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from assets.cli.evidence_workbook import workbook_app
from assets.cli.show import MISTAKE, OK, Stop

run = CliRunner().invoke


@pytest.fixture
def place(evidence_files, write_registry, tmp_path, monkeypatch):
    """A folder with a registry of its own, and the workbook exported from it."""
    monkeypatch.setenv("SMART21_REGISTRY", str(write_registry(evidence_files)))
    monkeypatch.setenv("COLUMNS", "200")
    made = run(workbook_app, ["export", str(tmp_path / "evidence.xlsx")])
    assert made.exit_code == OK, made.output
    assert "2 initiatives" in made.output
    return tmp_path


def edit(place, address, value):
    sheet, cell = address.split("!")
    book = load_workbook(place / "evidence.xlsx")
    book[sheet][cell] = value
    book.save(place / "evidence.xlsx")


def read(place, *options):
    return run(workbook_app, ["import", str(place / "evidence.xlsx"), *options])


def files(place):
    return {path: path.read_bytes() for path in (place / "registry").rglob("*") if path.is_file()}


def stopped(result):
    """The sentence that a command ended with."""
    assert isinstance(result.exception, Stop), result.output
    assert result.exception.code == MISTAKE
    return str(result.exception)


def test_a_round_trip_changes_nothing(place):
    before = files(place)
    told = json.loads(read(place, "--accept", "--json").output)
    assert told == {"refused": [], "changes": [], "is_outdated": False, "written": []}
    assert files(place) == before


def test_a_diff_is_shown_and_written_only_when_accepted(place):
    before = files(place)
    edit(place, "targets!J3", 97)
    shown = read(place)
    assert shown.exit_code == OK
    assert "0 added, 1 changed, 0 removed." in shown.output
    assert "Nothing was changed" in shown.output
    assert files(place) == before
    told = json.loads(read(place, "--accept", "--json").output)
    change = {"change": "changed", "section": "targets", "entry": "online_2025"}
    assert told["changes"] == [change | {"fields": [{"field": "value", "now": 95.0, "then": 97.0}]}]
    assert [path for path, content in files(place).items() if content != before[path]] == [
        place / "registry" / "evidence" / "targets.yml"
    ]


def test_refused_cells_are_told_and_nothing_is_accepted(place):
    before = files(place)
    edit(place, "targets!J3", "97 %")
    edit(place, "initiatives!F3", "perhaps")
    result = read(place, "--accept", "--json")
    assert stopped(result) == "2 cells of evidence.xlsx are refused; nothing was changed."
    assert [row["cell"] for row in json.loads(result.output)["refused"]] == ["initiatives!F3", "targets!J3"]
    assert "targets!J3" in read(place).output
    assert files(place) == before


def test_a_workbook_older_than_the_register_is_not_accepted_unasked(place):
    register = place / "registry" / "evidence" / "targets.yml"
    register.write_text(register.read_text(encoding="utf-8").replace("95", "96"), encoding="utf-8")
    before = files(place)
    assert "export it anew" in stopped(read(place, "--accept"))
    assert files(place) == before
    assert read(place, "--accept", "--outdated").exit_code == OK
    assert files(place) != before


def test_an_acceptance_that_broke_off_between_two_files_is_named_and_finished(place, monkeypatch):
    edit(place, "targets!J3", 97)
    edit(place, "documents!B3", "Another title")
    folder = place / "registry" / "evidence"
    rename = Path.replace

    def failing(path, target):
        if target.name == "targets.yml":
            raise OSError(5, "Input/output error", str(path))
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", failing)
        assert "evidence workbook finish" in stopped(read(place, "--accept"))
    assert "Another title" in (folder / "documents.yml").read_text(encoding="utf-8")
    assert "evidence workbook finish" in stopped(read(place, "--accept"))
    assert "targets.yml" in run(workbook_app, ["finish"]).output.replace("\n", "")
    assert "0 added, 0 changed" in read(place).output
    assert json.loads(run(workbook_app, ["finish", "--json"]).output) == {"written": []}
    assert "Nothing was left" in run(workbook_app, ["finish"]).output


def test_mistakes_end_in_a_sentence(place):
    assert "--force" in stopped(run(workbook_app, ["export", str(place / "evidence.xlsx")]))
    assert run(workbook_app, ["export", str(place / "evidence.xlsx"), "--force", "--json"]).exit_code == OK
    assert "cannot be written" in stopped(run(workbook_app, ["export", str(place / "evidence.xlsx" / "below.xlsx")]))
    assert "cannot be read" in stopped(run(workbook_app, ["import", str(place / "none.xlsx")]))
    (place / "evidence.xlsx").write_bytes(b"id;name\n")
    assert "evidence.xlsx" in stopped(read(place))


def test_hidden_marks_do_not_reach_the_terminal(place):
    edit(place, "documents!B3", "\u202eA report")
    output = read(place).output
    assert "U+202E" in output
    assert "\u202e" not in output
    assert (
        load_workbook(io.BytesIO((place / "evidence.xlsx").read_bytes()))["documents"]["B3"].value == "\u202eA report"
    )
