"""What the reader of curated tables refuses, and that it changes nothing."""

import hashlib

import pytest

from pipelines.readers import figures_csv
from pipelines.readers.base import ReaderError
from pipelines.readers.figures_csv import FIELDS
from warehouse.contracts import contract_of, enforce

HEADER = ",".join(FIELDS)
ROW = "internet,binh_duong,Bình Dương,region,false,2019,50,%,official,Office,https://office.example,"


def read(text: str | bytes):
    body = text.encode() if isinstance(text, str) else text
    return figures_csv.read(body, "city", hashlib.sha256(body).hexdigest())


def test_every_field_stays_the_text_it_was():
    fields = ["01", " =1+1 ", "NaN", "NULL", "1e3", "true", "-", "Ω", "", "1,5", 'say "x"', "a\nb"]
    line = ",".join('"' + field.replace('"', '""') + '"' for field in fields)
    table = enforce(contract_of("staging.figure"), read(f"{HEADER}\n{line}\n"))
    assert table.loc[0, list(FIELDS)].tolist() == fields


def test_rows_are_named_by_place_and_content():
    body = f"{HEADER}\n{ROW}\n{ROW}".encode()
    digest = hashlib.sha256(body).hexdigest()
    table = figures_csv.read(body, "city", digest)
    names = table["staged_id"].str.extract(r"^city:([0-9]+)-([0-9a-f]{8})$")
    assert names[0].tolist() == ["2", "3"]
    assert names[1].nunique() == 1  # the rows say the same
    assert table["locator"].tolist() == ["row 2", "row 3"]
    assert set(table["answer_id"]) == {digest}
    assert set(table["source_id"]) == {"city"}


def test_a_changed_figure_leaves_the_names_of_the_others():
    before = read("\n".join([HEADER, *[ROW] * 3, ""]))["staged_id"]
    after = read("\n".join([HEADER, ROW, ROW + "revised", ROW, ""]))["staged_id"]
    assert (before == after).tolist() == [True, False, True]


def test_a_field_may_hold_line_breaks_and_quotes():
    table = read(f'{HEADER}\r\n{ROW}"first\r\nsecond, ""quoted"""\r\n{ROW}\r\n')
    assert table["note"].tolist() == ['first\r\nsecond, "quoted"', ""]
    assert table["locator"].tolist() == ["row 2", "row 3"]


def test_a_byte_order_mark_is_no_part_of_the_header():
    with_mark = f"{HEADER}\n{ROW}".encode("utf-8-sig")
    assert read(with_mark)["area_name"].tolist() == ["Bình Dương"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b"", "city: the answer is empty", id="empty"),
        pytest.param(b" \n\n", "city: the answer is empty", id="blank"),
        pytest.param(b"\xef\xbb\xbf", "city: the answer is empty", id="only a mark"),
        pytest.param(HEADER, "a header and no rows", id="header only"),
        pytest.param(HEADER.replace("series,", "") + "\n" + ROW, "missing series", id="missing column"),
        pytest.param(HEADER + ",extra\n" + ROW + ",", "unknown 'extra'", id="one column more"),
        pytest.param(HEADER.replace("year", "Jahr"), "missing year; unknown 'Jahr'", id="renamed column"),
        pytest.param(",".join(reversed(FIELDS)) + "\n" + ROW, "another order", id="another order"),
        pytest.param(ROW, "wrong header", id="no header"),
        pytest.param(HEADER.replace(",", ";"), "wrong header", id="semicolons"),
        pytest.param("<!DOCTYPE html><html></html>", "a web page or XML", id="web page"),
        pytest.param(f"{HEADER}\n{ROW}\n{ROW}one,more", "row 3 has 13 fields, not 12", id="a field too many"),
        pytest.param(f"{HEADER}\n{ROW}\ninternet", "row 3 has 1 fields", id="cut off"),
        pytest.param(f"{HEADER}\n{ROW}\n\n{ROW}", "row 3 has 0 fields", id="blank row"),
        pytest.param(f'{HEADER}\n{ROW}\n"{ROW}', "line 3 is no CSV", id="a quote without end"),
        pytest.param(f"{HEADER}\n\nnaïve".encode("latin-1"), "line 3 is not UTF-8", id="latin-1"),
        pytest.param(f"{HEADER}\n{ROW}".encode("utf-16"), "not UTF-8", id="utf-16"),
    ],
)
def test_what_is_no_such_table_is_refused(body, sentence):
    with pytest.raises(ReaderError, match=sentence) as caught:
        read(body)
    assert str(caught.value).startswith("city: ")
