"""The pack's tables as workbook, CSV, data package and JSON: every value as it is, no text that runs."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import frictionless
import jsonschema
import openpyxl
import pytest
from sample_pack import COMMAND, FORMULA

from pipelines.evidence.pack.columns import cell, columns_of
from pipelines.evidence.pack.data import schema
from pipelines.evidence.pack.model import TABLES, Answer, Pack
from pipelines.evidence.pack.write import Written

Both = tuple[Pack, Written]
PUBLISHED = Path(__file__).parents[5] / "docs" / "evidence.schema.json"


@pytest.fixture(scope="module")
def book(english: Both) -> Any:
    return openpyxl.load_workbook(english[1].folder / "evidence.xlsx")


def test_every_table_is_a_sheet_with_filters_and_a_frozen_heading(book: Any) -> None:
    assert book.sheetnames == [
        "About", "Answers", "Support", "Figures", "Peers", "Initiatives", "Targets", "Gaps", "Honours", "Posts",
        "Factors", "Sources",
    ]  # fmt: skip
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        heads = [head.value for head in sheet[1]]
        assert len(set(heads)) == len(heads)


def test_every_number_of_the_workbook_is_the_packs(english: Both, book: Any) -> None:
    for sheet, name in zip(book.worksheets[1:], TABLES, strict=True):
        for at, column in enumerate(columns_of(TABLES[name]), start=1):
            if column.kind in ("integer", "number"):
                shown = [sheet.cell(row, at).value for row in range(2, sheet.max_row + 1)]
                assert shown == [cell(row, column.name) for row in getattr(english[0], name)], (name, column.name)


def test_no_cell_of_the_workbook_is_a_formula_and_links_lead_to_the_web(book: Any) -> None:
    cells = [one for sheet in book for row in sheet.iter_rows() for one in row if one.value is not None]
    assert all(one.data_type != "f" for one in cells)
    assert not [one.value for one in cells if isinstance(one.value, str) and one.value.startswith(("=", "+", "-", "@"))]
    assert any(one.value == f"'{FORMULA}" for one in cells)
    links = {one.hyperlink.target for one in cells if one.hyperlink}
    assert links == {"https://example.org/a", "https://example.org/d?a=1&b=2"}


def test_the_workbook_says_whose_scores_these_are(english: Both, book: Any) -> None:
    assert english[0].cover.notice in [one.value for one in book["About"]["B"]]


def test_codes_and_headings_of_the_workbook_are_in_its_language(vietnamese: Both) -> None:
    book = openpyxl.load_workbook(vietnamese[1].folder / "evidence.xlsx")
    answers = book["Câu trả lời"]
    assert answers["A1"].value == "Nhóm tiêu chí (mã)"
    status = [column.name for column in columns_of(Answer)].index("status")
    assert {row[status].value for row in answers.iter_rows(min_row=2)} == {"đã trả lời", "chưa có minh chứng"}


def test_csv_has_every_digit_and_no_text_that_runs(english: Both) -> None:
    with (english[1].folder / "data" / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == ["", "76.25", ""]
    assert [row["is_stale"] for row in rows] == ["false", "true", "false"]
    with (english[1].folder / "data" / "initiatives.csv").open(encoding="utf-8", newline="") as file:
        (initiative,) = csv.DictReader(file)
    assert (initiative["name"], initiative["note"], initiative["place"]) == (f"'{FORMULA}", "'@sum", f"'{COMMAND}")


def test_the_data_package_is_valid_and_carries_the_notice(both: Both) -> None:
    path = both[1].folder / "datapackage.json"
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["type", "note"])
    package = json.loads(path.read_text(encoding="utf-8"))
    assert both[0].cover.notice in package["description"]
    assert [one["name"] for one in package["resources"]] == list(TABLES)


@pytest.fixture(params=["english", "vietnamese"])
def both(request: pytest.FixtureRequest) -> Both:
    return request.getfixturevalue(request.param)


def test_the_json_is_the_pack_and_keeps_to_its_schema(both: Both) -> None:
    pack, written = both
    content = json.loads((written.folder / "evidence.json").read_text(encoding="utf-8"))
    told = json.loads((written.folder / "evidence.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(told)
    jsonschema.validate(content, told)
    assert Pack.model_validate(content) == pack


def test_a_json_that_lacks_or_adds_something_does_not_keep_to_the_schema(english: Both) -> None:
    content = english[0].model_dump(mode="json")
    for wrong in (content | {"more": 1}, {name: content[name] for name in content if name != "cover"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema())


def test_the_published_schema_is_that_of_the_packs() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == schema()


def test_the_manifest_tells_the_hash_of_every_file(both: Both) -> None:
    pack, written = both
    manifest = json.loads((written.folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["release_id"], manifest["method_sha256"]) == (pack.cover.release_id, pack.cover.method_sha256)
    assert {*manifest["files"], "manifest.json"} == {str(file) for file in written.files}
    for name, told in manifest["files"].items():
        content = (written.folder / name).read_bytes()
        assert told == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
