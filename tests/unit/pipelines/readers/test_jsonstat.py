"""What a source that answers in JSON-stat must name."""

import json

import pytest
from kinds import page_of, source_of

from pipelines.readers import jsonstat
from pipelines.readers.base import ReaderError

PLACES = {"areas": [{"code": "Binh Duong", "area": "binh_duong", "name": "Binh Duong", "level": "region"}]}
FIELDS = {"series": "{Items.label}", "area": "{Cities, provinces.label}", "year": "{Year.label}", "value": "{value}"}


def table_of(provinces, years=("2023", "Prel. 2024"), items=("People (Thous. pers.)",)):
    """A table as PX-Web writes it: wrapper, positions as codes, odd blanks, a zero byte at the end."""
    lists = {"Cities, provinces": provinces, "Year": years, "Items": items}
    dimension = {
        name: {"label": name, "category": {"index": {str(n): n for n in range(len(labels))},
                                           "label": {str(n): label for n, label in enumerate(labels)}}}
        for name, labels in lists.items()
    }  # fmt: skip
    size = [len(labels) for labels in lists.values()]
    value = [number + 0.5 for number in range(size[0] * size[1] * size[2])]
    dataset = {
        "dimension": dimension | {"id": list(lists), "size": size, "role": {}},
        "label": "People",
        "source": None,
    }
    return json.dumps({"dataset": dataset | {"updated": "9999-12-31T16:59:59Z", "value": value}}).encode() + b"\0"


def parse(body, fields=None):
    made = source_of({"kind": "jsonstat", "fields": FIELDS | (fields or {})}, **PLACES)
    page = page_of(body, made)
    jsonstat.check(made, page)
    return jsonstat.parse(made, page)[["area", "year", "value"]].to_numpy().tolist()


def test_an_area_is_found_by_its_label_wherever_it_stands():
    one = parse(table_of([" WHOLE COUNTRY", "Binh Phuoc", "Binh  Duong", "Dong Nai"]))
    other = parse(table_of([" WHOLE COUNTRY", "Binh Phuoc", "Tay Ninh", "Binh  Duong", "Dong Nai"]))
    assert one == [["Binh Duong", "2023", "4.5"], ["Binh Duong", "Prel. 2024", "5.5"]]
    assert other == [["Binh Duong", "2023", "6.5"], ["Binh Duong", "Prel. 2024", "7.5"]]


def test_positions_are_refused_as_names_of_areas():
    with pytest.raises(ReaderError, match=r"mere positions and shift .*\{Cities, provinces\.label\}"):
        parse(table_of(["A", "B"]), {"area": "{Cities, provinces}"})


def test_an_area_that_is_gone_is_told():
    with pytest.raises(ReaderError, match=r"no row is of an area of the source \(Binh Duong\).*Ho Chi Minh city"):
        parse(table_of(["Ho Chi Minh city", "Dong Nai"]))


def test_a_unit_is_cut_out_of_a_label():
    fields = FIELDS | {"split": {"Items.label": r".*\((?P<unit>.+)\)"}, "unit": "{unit}"}
    made = source_of({"kind": "jsonstat", "fields": fields}, **PLACES)
    page = page_of(table_of(["Binh  Duong"], ["2023"], ["People (Thous. pers.)", "Share"]), made)
    assert jsonstat.parse(made, page)["unit"].tolist() == ["Thous. pers.", ""]


def test_categories_are_kept_by_name():
    fields = {"series": "people", "keep": {"Items.label": ["Total"]}}
    assert len(parse(table_of(["Binh Duong"], ["2023"], ["Total", "Male", "Female"]), fields)) == 1
    with pytest.raises(ReaderError, match=r"new dimension 'Items' with 3 categories \(Total, Male, Female\)"):
        parse(table_of(["Binh Duong"], ["2023"], ["Total", "Male", "Female"]), {"series": "people"})


def test_an_error_object_is_told():
    made = source_of({"kind": "jsonstat", "errors": ["error"], "fields": FIELDS}, **PLACES)
    body = b'{"error": [{"status": 413, "id": 413, "label": "EXTRACTION_TOO_BIG"}]}'
    with pytest.raises(ReaderError, match=r"answers with an error \(error\).*EXTRACTION_TOO_BIG"):
        jsonstat.check(made, page_of(body, made))
