"""A filled workbook read back: nothing lost, and everything wrong refused with the address of its cell."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from pipelines.drop_folder.cells import MOST_BYTES
from pipelines.drop_folder.workbook import MOST_UNPACKED
from pipelines.evidence.workbook.cells import WorkbookError
from pipelines.evidence.workbook.export import make_workbook
from pipelines.evidence.workbook.read import read_workbook
from warehouse.registry import load_registry
from warehouse.registry.evidence_file import fingerprint


def refused(reading):
    return {refusal.address: refusal.reason for refusal in reading.refusals}


def test_an_untouched_workbook_is_the_register(body, read, registry):
    reading = read(body)
    assert reading.refusals == ()
    assert reading.evidence == registry.evidence
    assert reading.stamp == fingerprint(registry.evidence)


def test_a_spreadsheet_program_may_save_it(filled, read, registry):
    assert read(filled(lambda book: None)).evidence == registry.evidence


def test_new_entries_may_name_each_other(filled, read, put):
    def edit(book):
        put("documents", 5, id="new", title="Văn bản mới", publisher="A", language="vi", address_status="no_address")(
            book
        )
        put("initiatives", 5, id="fresh", community="binh_duong", name="F", kind="event", status="ended")(book)
        put("initiatives", 5, summary="S", started=dt.date(2018, 10, 25), ended=2019)(book)
        put("initiative_documents", 6, initiative="fresh", document="new")(book)
        put("partners", 5, initiative="fresh", role="government", name="An office")(book)

    evidence = read(filled(edit)).evidence
    assert evidence.initiatives[-1].documents == ("new",)
    assert (evidence.initiatives[-1].started, evidence.initiatives[-1].ended) == ("2018-10-25", "2019")
    assert evidence.initiatives[-1].partners[0].name == "An office"
    assert evidence.documents[-1].title == "Văn bản mới"


def test_text_that_looks_like_a_formula_comes_back_as_it_was(filled, read, put):
    text = '=HYPERLINK("http://example.org")'

    def edit(book):
        put("documents", 3, note=text)(book)
        book["documents"].cell(3, 8).data_type = "s"

    assert read(filled(edit)).evidence.documents[0].note == text


def test_a_note_of_thirty_thousand_characters_is_kept(filled, read, put):
    note = "ghi chú " * 3_750
    assert read(filled(put("documents", 3, note=note))).evidence.documents[0].note == note.strip()


BAD_CELLS = [
    pytest.param("targets", {"value": "95"}, "targets!J3", "not a number", id="number as text"),
    pytest.param("targets", {"value": "=90+5"}, "targets!J3", "formula", id="formula"),
    pytest.param("targets", {"value": True}, "targets!J3", "true or false", id="truth"),
    pytest.param("targets", {"year": 2025.5}, "targets!L3", "whole year", id="half a year"),
    pytest.param("targets", {"year": "2025"}, "targets!L3", "not a year", id="year as text"),
    pytest.param("targets", {"year": 20255}, "targets!L3", "2100", id="year out of time"),
    pytest.param("targets", {"unit": "kg"}, "targets!K3", "measured in", id="unit of another indicator"),
    pytest.param("targets", {"printed_value": 0.95}, "targets!H3", "format the cell as text", id="text as number"),
    pytest.param("targets", {"comparison": "more"}, "targets!I3", "at_least", id="choice of a short list"),
    pytest.param(
        "targets", {"indicator": "internet_users"}, "targets!F3", "not in the list", id="choice of a long list"
    ),
    pytest.param("targets", {"document": "reports"}, "targets!P3", "report, decision", id="choice of another sheet"),
    pytest.param("targets", {"name": None}, "targets!D3", "must be filled", id="empty cell"),
    pytest.param("targets", {"id": "Mục tiêu"}, "targets!A3", "pattern", id="id with spaces"),
    pytest.param("targets", {"comparability": None}, "targets!A3", "comparability class", id="rule of the whole row"),
    pytest.param("initiatives", {"started": "15/10/2018"}, "initiatives!G3", "YYYY-MM-DD", id="date as spoken"),
    pytest.param("initiatives", {"started": "2018-02-30"}, "initiatives!G3", "day", id="no such day"),
    pytest.param("initiatives", {"started": 2018.5}, "initiatives!G3", "no date", id="half a date"),
    pytest.param("initiatives", {"ended": "2017"}, "initiatives!A3", "ended before", id="ended before it started"),
    pytest.param("initiatives", {"name": dt.date(2018, 1, 1)}, "initiatives!C3", "text is expected", id="date as name"),
    pytest.param("initiatives", {"name": "A\u202elab"}, "initiatives!C3", "U+202E", id="text that turns round"),
    pytest.param(
        "initiatives", {"summary": "n" * 32_500}, "initiatives!L3", "32000", id="text longer than a cell holds"
    ),
    pytest.param("initiatives", {"scope": "navigator"}, "initiatives!J3", "not in the list", id="no scope"),
    pytest.param("documents", {"url": "javascript:alert(1)"}, "documents!D3", "no address", id="script as address"),
    pytest.param("targets", {"id": "opening"}, "targets!A4", "more than once", id="id twice"),
    pytest.param("recognitions", {"started": "2018-10-19"}, "recognitions!F3", "2018-10-18", id="another day"),
    pytest.param("recognitions", {"edition": 2019}, "recognitions!H3", "text is expected", id="edition as number"),
    pytest.param("partners", {"initiative": "labs"}, "partners!A3", "lab, plan", id="partner of nobody"),
    pytest.param("partners", {"initiative": None}, "partners!A3", "must be filled", id="partner without initiative"),
    pytest.param("partners", {"role": "business"}, "partners!B3", "elsewhere", id="partner of another house"),
    pytest.param("support", {"data_point": "Q1"}, "support!C3", "users", id="data point"),
    pytest.param("outcomes", {"year": 2020}, "outcomes!E3", "before it happened", id="outcome told too early"),
    pytest.param("outcomes", {"unit": None}, "outcomes!B3", "unit", id="outcome without unit"),
    pytest.param("post_support", {"reason": None}, "post_support!D3", "must be filled", id="support without reason"),
]


@pytest.mark.parametrize(("sheet", "values", "address", "reason"), BAD_CELLS)
def test_a_wrong_cell_is_refused_by_its_address(sheet, values, address, reason, filled, read, put):
    reading = read(filled(put(sheet, 3, **values)))
    assert reading.evidence is None
    assert reason in refused(reading)[address], refused(reading)


def test_a_control_character_is_refused(packed, body, read):
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        strings = archive.read("xl/sharedStrings.xml").decode()
    bad = strings.replace("What it does.", "What it_x0007_ does.")
    assert bad != strings
    assert "U+0007" in refused(read(packed(**{"xl/sharedStrings.xml": bad})))["initiatives!L3"]


def test_returns_of_pasted_text_are_dropped(filled, read, put):
    evidence = read(filled(put("initiatives", 3, summary="One line._x000D_\nAnother."))).evidence
    assert evidence.initiatives[0].summary == "One line.\nAnother."


def test_the_shipped_register_comes_back_and_a_slip_is_guessed_at(put):
    shipped = load_registry()
    body = make_workbook(shipped)
    assert read_workbook("shipped.xlsx", body, shipped).evidence == shipped.evidence
    book = load_workbook(io.BytesIO(body))
    put("targets", 3, document="trained_labor_2020", programme="trained_labour_2021")(book)
    saved = io.BytesIO()
    book.save(saved)
    found = refused(read_workbook("shipped.xlsx", saved.getvalue(), shipped))
    assert found["targets!P3"] == "not an id on the sheet documents; meant is perhaps trained_labour_2020"
    assert found["targets!C3"] == "not in the list programme; meant is perhaps trained_labour_2020"


def test_all_refusals_are_told_at_once_in_the_order_of_the_workbook(filled, read, put):
    def edit(book):
        put("targets", 3, value="95")(book)
        put("initiatives", 4, status="maybe", kind="thing")(book)
        put("documents", 4, title=None)(book)

    addresses = [refusal.address for refusal in read(filled(edit)).refusals]
    assert addresses == ["documents!B4", "initiatives!E4", "initiatives!F4", "targets!J3"]


def test_an_initiative_without_documents_is_refused_at_its_id(filled, read):
    def edit(book):
        book["initiative_documents"].delete_rows(5)

    assert refused(read(filled(edit))) == {"initiatives!A4": "documents: must be filled"}


def test_moved_columns_are_refused(filled, read):
    def edit(book):
        page = book["targets"]
        page["C1"], page["D1"] = page["D1"].value, page["C1"].value
        page["R1"] = "extra"

    found = refused(read(filled(edit)))
    assert "programme belongs here" in found["targets!C1"]
    assert "name belongs here" in found["targets!D1"]
    assert "remove it" in found["targets!R1"]


def test_merged_cells_and_cells_outside_the_table_are_refused(filled, read):
    def edit(book):
        book["targets"].merge_cells("C3:C4")
        book["posts"]["K9"] = "beside"

    found = refused(read(filled(edit)))
    assert "merged" in found["targets!C3:C4"]
    assert "outside" in found["posts!K9"]


def test_sheets_that_are_missing_or_new_are_refused(filled, read):
    def edit(book):
        del book["posts"]
        book.create_sheet("my notes")

    found = refused(read(filled(edit)))
    assert "missing" in found["posts"]
    assert "remove it" in found["my notes"]


def test_an_error_of_the_spreadsheet_program_is_refused(filled, read, put):
    def edit(book):
        put("targets", 3, value="#N/A")(book)
        book["targets"]["J3"].data_type = "e"

    assert "error" in refused(read(filled(edit)))["targets!J3"]


def test_a_cell_far_below_is_refused_quickly(filled, read):
    with pytest.raises(WorkbookError, match="posts: something stands below row"):
        read(filled(lambda book: book["posts"].cell(1_000_000, 1, "far")))


def test_a_file_that_is_no_workbook_is_refused(packed, read):
    macro = packed(**{"xl/vbaProject.bin": b"macro"})
    bomb = packed(**{"xl/media/zeros.bin": b"\0" * (MOST_UNPACKED + 1)})
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE s [<!ENTITY a0 "ha">{entities}]><sst>&a9;</sst>'
    empty = io.BytesIO()
    Workbook().save(empty)
    cases = {
        "macro": (macro, "macro"),
        "bomb": (bomb, "MB"),
        "laughs": (packed(**{"xl/sharedStrings.xml": laughs}), "cannot be read"),
        "not a zip": (b"name;value\n", "damaged"),
        "old Excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "Excel"),
        "damaged": (packed(**{"xl/workbook.xml": b"<workbook"}), "cannot be read"),
        "large": (b"PK\x03\x04" + b"\0" * MOST_BYTES, "MB"),
    }
    for name, (content, word) in cases.items():
        with pytest.raises(WorkbookError) as caught:
            read(content)
        assert "filled.xlsx" in str(caught.value), name
        assert word.lower() in str(caught.value).lower(), (name, str(caught.value))
    assert "missing" in refused(read(empty.getvalue()))["documents"]
