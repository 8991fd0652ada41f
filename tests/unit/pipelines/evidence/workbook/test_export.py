"""The workbook that departments get: text stays text, lists are offered, both languages explain it."""

import io
import zipfile

from openpyxl import load_workbook

from pipelines.evidence.workbook.plan import FIRST_ROW, choices, labels, sheets
from warehouse.registry.evidence import SECTIONS


def test_every_field_of_the_register_has_a_column():
    for section, model in SECTIONS.items():
        own = [sheet for sheet in sheets() if sheet.section == section]
        told = {column.name for sheet in own if not sheet.part for column in sheet.columns}
        assert told | {sheet.part for sheet in own} - {""} == set(model.model_fields)


def test_words_are_complete_and_none_is_spare():
    names = {column.name for sheet in sheets() for column in sheet.columns}
    assert set(labels()["columns"]) == names
    assert set(labels()["sheets"]) == {sheet.name for sheet in sheets()}
    assert len(labels()["instructions"]["en"]["lines"]) == len(labels()["instructions"]["vi"]["lines"])
    assert all(column.description for sheet in sheets() for column in sheet.columns)


def test_text_is_text_whatever_it_begins_with(body):
    book = load_workbook(io.BytesIO(body))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    beginnings = {str(cell.value)[0] for cell in cells}
    assert beginnings >= {"=", "-", "@", "+"}
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet2.xml")


def test_header_labels_and_entries(body):
    page = load_workbook(io.BytesIO(body))["targets"]
    lines = list(page.iter_rows(values_only=True))
    columns = next(sheet.columns for sheet in sheets() if sheet.name == "targets")
    assert lines[0] == tuple(column.name for column in columns)
    assert "Căn cứ pháp lý" in lines[1]
    first = dict(zip(lines[0], lines[FIRST_ROW - 1], strict=True))
    assert first["value"] == 95
    assert first["name_vi"] == "Người dùng Internet"
    assert page.freeze_panes == "B3"


def test_every_column_with_choices_offers_them(body, registry):
    book = load_workbook(io.BytesIO(body))
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["lists"].columns}
    assert lists == choices(registry)
    for sheet in sheets():
        rules = {str(rule.sqref).split(":")[0][:-1]: rule for rule in book[sheet.name].data_validations.dataValidation}
        for cell, column in zip(book[sheet.name][1], sheet.columns, strict=True):
            rule = rules[cell.column_letter]
            assert (rule.type == "list") == bool(column.choices), (sheet.name, column.name)
            assert rule.promptTitle == column.name
    assert book["lists"].sheet_state == "hidden"


def test_it_explains_itself_in_both_languages(body):
    page = load_workbook(io.BytesIO(body))["instructions"]
    text = " ".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell)
    assert "Hướng dẫn điền" in text
    assert "How to fill in this workbook" in text
    assert all(sheet.name in text for sheet in sheets())
