"""What may be wrong with an answer's content, for every reader: a sentence for that source, never anything else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kinds import COLUMNS, KINDS, ROWS, page_of

from pipelines.readers import reader_of
from pipelines.readers.base import ReaderError
from warehouse.contracts import columns_of, contract_of, enforce

PLACES = ["staged_id", "locator"]
"""They tell where a figure stands, so that they may move."""
PIECES = [b"", b"\0", b"[", b'"', b"{}", b"null", b"-1", b",", b"\n", b"1e999", b"\xff"]
"""What damage puts into an answer."""
GOOD = {kind.name: kind.body() for kind in KINDS}
"""Written once: a workbook carries the time of its writing."""


def told(table):
    """What a table says, whatever the order of the answer's columns."""
    return sorted(table.drop(columns=PLACES).itertuples(index=False, name=None))


def test_good_answers_are_read_alike(kind):
    table = enforce(contract_of("staging.figure"), kind.reads(kind.body()))
    ours = table[table["area"] == "A1"].sort_values("year")
    assert ours[["series", "area_name", "year", "value", "unit"]].to_numpy().tolist() == [
        ["people", "Binh Duong", "2019", "50.5", "persons"],
        ["people", "Binh Duong", "2020", "1.50", "persons"],
    ]
    assert set(table["answer_id"]) == {"f" * 64}
    assert table["staged_id"].is_unique


def test_other_areas_stay_in_the_stored_answer(asked_kind):
    assert set(asked_kind.reads(asked_kind.body())["area"]) == {"A1"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" \r\n ", id="blank"),
        pytest.param(b"\0\0", id="zero bytes"),
        pytest.param(b"\xef\xbb\xbf", id="only a mark"),
        pytest.param(b'{"error": {"status": 400, "label": "Invalid query"}}', id="error object"),
        pytest.param(b'[{"message": [{"id": "120", "value": "Invalid value"}]}]', id="error list"),
        pytest.param(b'"Bad request"', id="error text"),
        pytest.param(b"Le serveur a rencontr\xc3\xa9 une erreur.", id="plain text"),
        pytest.param(b"<!DOCTYPE html><html><body>Please log in</body></html>", id="web page"),
        pytest.param(b"\xef\xbb\xbf\n<?xml version='1.0'?><error/>", id="XML"),
        pytest.param(b"[" * 100_000, id="nested beyond reason"),
        pytest.param(b"PK\3\4" + b"x" * 50, id="broken archive"),
        pytest.param(b"PAR1xxxxPAR1", id="broken Parquet"),
        pytest.param(b"\x1f\x8b\x08broken", id="broken gzip"),
    ],
)
def test_what_is_no_answer_is_refused(kind, body):
    with pytest.raises(ReaderError, match=r"^office: \S"):
        kind.reads(body)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_an_answer_that_was_cut_short_is_refused(kind, share):
    body = kind.body(ROWS * 40 if "csv" in kind.name or "table" in kind.name else ROWS).rstrip(b"\0\r\n")
    cut = body[: int(len(body) * share)]
    while cut[-1:] != b"," and kind.is_text and "csv" in kind.name:
        cut = cut[:-1]  # in the middle of a row: a cut between rows leaves a whole, shorter file
    cut = cut[:-1]
    with pytest.raises(ReaderError, match="office: "):
        kind.reads(cut)


def test_marks_at_both_ends_change_nothing(text_kind):
    body = text_kind.body()
    assert told(text_kind.reads(b"\xef\xbb\xbf" + body + b"\0")) == told(text_kind.reads(body))


def test_latin_1_is_told_by_line_where_utf_8_is_promised(text_kind):
    body = text_kind.body([("people", "Á3", "2019", "5")]).decode().encode("latin-1")
    with pytest.raises(ReaderError, match=r"office: line \d+ is not UTF-8"):
        text_kind.reads(body)


def test_zero_rows_are_refused(kind):
    empty = kind.body(()) if kind.name not in {"jsonstat", "pxweb_form"} else kind.body(ROWS[:1])
    if kind.name in {"jsonstat", "pxweb_form"}:
        empty = empty.replace(b'{"0": "50.5"}', b"{}")
    with pytest.raises(ReaderError, match=r"no rows"):
        kind.reads(empty)


def test_an_answer_without_our_areas_is_refused(asked_kind):
    with pytest.raises(ReaderError, match=r"no row is of an area of the source \(A1.*The answer's areas: B2, C3"):
        asked_kind.reads(asked_kind.body([("people", "B2", "2019", "1"), ("people", "C3", "2020", "2")]))


def test_reordered_columns_change_nothing(asked_kind):
    order = [2, 0, 1, 3] if "cube" in asked_kind.write.__name__ else [3, 2, 0, 1]
    turned = asked_kind.body([[row[n] for n in order] for row in ROWS], [COLUMNS[n] for n in order])
    assert told(asked_kind.reads(turned)) == told(asked_kind.reads(asked_kind.body()))


def test_a_renamed_column_is_named(kind):
    renamed = kind.body(ROWS, ["SERIES", "AREA", "PERIOD", "OBS_VALUE"])
    with pytest.raises(ReaderError, match=r"(?i)'PERIOD'.*|no column '?YEAR'?") as caught:
        kind.reads(renamed)
    assert "PERIOD" in str(caught.value)


def test_a_new_dimension_is_named(kind):
    columns = ["SERIES", "SEX", "AREA", "YEAR", "OBS_VALUE"]
    rows = [("people", sex, "A1", "2019", number) for sex, number in (("F", "3"), ("M", "4"))]
    with pytest.raises(ReaderError, match=r"'SEX'"):
        kind.reads(kind.body(rows, columns))


def test_a_new_dimension_of_one_category_is_none(asked_kind):
    columns = ["SERIES", "SEX", "AREA", "YEAR", "OBS_VALUE"]
    assert len(asked_kind.reads(asked_kind.body([("people", "T", "A1", "2019", "7")], columns))) == 1


def test_duplicated_rows_stay_two_for_harmonise_to_refuse(row_kind):
    table = row_kind.reads(row_kind.body([*ROWS, ROWS[0]]))
    assert (table["value"] == "50.5").sum() == 2
    assert table["staged_id"].is_unique


@pytest.mark.parametrize("value", ["50,5", "1.234,5", "1 234", "..", "...", "X", "-", "x", ":", "=1+1", "007", "null"])
def test_values_stay_as_printed(kind, value):
    assert kind.reads(kind.body([("people", "A1", "Prel. 2024", value)]))[["year", "value"]].to_numpy().tolist() == [
        ["Prel. 2024", value]
    ]


def test_blanks_around_and_within_codes_do_not_count(asked_kind):
    rows = [("  people ", " A1 ", "2019", "1")]
    table = asked_kind.reads(asked_kind.body(rows))
    assert table[["series", "area", "unit"]].to_numpy().tolist() == [["people", "A1", "persons"]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.binary(max_size=300), name=st.sampled_from(KINDS))
def test_any_bytes_are_read_or_refused(body, name):
    assert read_or_refused(name, body)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(KINDS), data=st.data())
def test_any_damage_is_read_or_refused(name, data):
    body = bytearray(GOOD[name.name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        piece = data.draw(st.sampled_from(PIECES))
        body[at : at + data.draw(st.integers(0, 12))] = piece
        body = body or bytearray(b" ")
    assert read_or_refused(name, bytes(body))


def read_or_refused(kind, body):
    """Whether nothing but a table or a sentence comes of it."""
    source = kind.source()
    page = page_of(body, source)
    try:
        reader_of(source).check(source, page)
        reader_of(source).following(source, page)
        return set(reader_of(source).parse(source, page).columns) == set(columns_of("staging.figure"))
    except ReaderError as error:
        return str(error).startswith("office: ") and len(str(error)) < 1500
