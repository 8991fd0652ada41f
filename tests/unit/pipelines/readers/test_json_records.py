"""JSON records in the shapes in which services print them, and their pages."""

import json

import pytest
from kinds import page_of, source_of
from pydantic import ValidationError

from pipelines.readers import json_records
from pipelines.readers.base import Page, ReaderError, Request

AREAS = {"areas": [{"code": "A1", "area": "binh_duong", "name": "Binh Duong", "level": "region"}]}


def source(rows="", fields=None, **more):
    """A source of records; `keep`, `split` and templates are fields, the rest belongs to the reader."""
    usual = {"series": "{series}", "area": "{area}", "year": "{year}", "value": "{value}"}
    return source_of({"kind": "json_records", "rows": rows, "fields": usual | (fields or {}), **more}, **AREAS)


def read(made, answer, **request):
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    page = page_of(body, made, **request)
    json_records.check(made, page)
    return json_records.parse(made, page)


def said(table, *names):
    return table[list(names or ("series", "area", "year", "value"))].to_numpy().tolist()


# --- Shapes of services ----------------------------------------------------------------------------------------------


def test_a_pair_of_head_and_rows():
    made = source(
        "1", {"series": "{indicator.id}", "area": "{countryiso3code}", "year": "{date}"}, errors=["0.message"]
    )
    row = {"indicator": {"id": "people", "value": "People"}, "countryiso3code": "A1", "date": "2020", "value": 1.25}
    table = read(made, [{"page": 1, "pages": 1}, [row, row | {"date": "2021", "value": None}]])
    assert said(table, "year", "value", "locator") == [["2020", "1.25", "/1/0"], ["2021", "null", "/1/1"]]
    with pytest.raises(ReaderError, match=r'answers with an error \(0\.message\): .*"Invalid value"'):
        read(made, [{"message": [{"id": "120", "value": "Invalid value"}]}])
    with pytest.raises(ReaderError, match="no rows at 1"):
        read(made, [{"page": 0, "pages": 0}, None])


def test_rows_that_are_lists_under_a_header():
    made = source("", {"series": "{variable}", "area": "A{place}", "year": "{year}"}, header=True,
                  melt={"B01003_001E": "people", "B19013_001E": "income"})  # fmt: skip
    answer = [["NAME", "B19013_001E", "B01003_001E", "place"], ["Town", "50000", "2721914", "1"],
              ["Other", "-666666666", "3", "2"]]  # fmt: skip
    table = read(made, answer, names={"year": "2022"})
    assert said(table) == [["people", "A1", "2022", "2721914"], ["income", "A1", "2022", "50000"]]
    assert table["locator"].tolist() == ["/1, column B01003_001E", "/1, column B19013_001E"]
    with pytest.raises(ReaderError, match="/1 has 2 cells, not 4"):
        read(made, [answer[0], answer[1][:2]])
    with pytest.raises(ReaderError, match=r"no column 'B01003_001E'.*There are: NAME, B19013_001E, PEOPLE, place"):
        read(made, [["NAME", "B19013_001E", "PEOPLE", "place"], answer[1]])


def test_series_with_rows_of_their_own():
    made = source("Results.series.*.data", {"series": "{seriesID}", "year": "{data.year}", "value": "{data.value}",
                  "area": "A1", "keep": {"data.period": ["M13"]}}, errors=["status!=REQUEST_SUCCEEDED"])  # fmt: skip
    data = [{"year": "2024", "period": period, "value": value, "footnotes": [{}]}
            for period, value in (("M13", "-"), ("M12", "5.1"))]  # fmt: skip
    answer = {
        "status": "REQUEST_SUCCEEDED",
        "message": [],
        "Results": {"series": [{"seriesID": "people", "data": data}]},
    }
    assert said(read(made, answer)) == [["people", "A1", "2024", "-"]]
    assert read(made, answer)["locator"].tolist() == ["/Results/series/0/data/0"]
    with pytest.raises(ReaderError, match=r"status!=REQUEST_SUCCEEDED.*threshold"):
        read(made, {"status": "REQUEST_NOT_PROCESSED", "message": ["daily threshold reached"], "Results": {}})


def test_lists_within_lists_and_years_as_names():
    way = "resultados.series"
    made = source("*.resultados.*.series.*.serie.*", {"series": "{id}", "area": f"{{{way}.localidade.id}}",
                  "year": f"{{{way}.serie.key}}", "value": f"{{{way}.serie.value}}", "unit": "{unidade}",
                  "note": "{resultados.classificacoes.0.nome}"})  # fmt: skip
    series = [{"localidade": {"id": place}, "serie": {"2023": "..", "2024": "1.50"}} for place in ("A1", "B2")]
    results = [{"classificacoes": [{"id": "81", "nome": "Produto"}], "series": series}]
    table = read(made, [{"id": "112", "unidade": "kg", "resultados": results}])
    assert said(table, "series", "year", "value", "unit", "note") == [
        ["112", "2023", "..", "kg", "Produto"], ["112", "2024", "1.50", "kg", "Produto"],
    ]  # fmt: skip
    assert table["locator"].tolist()[1] == "/0/resultados/0/series/0/serie/2024"


def test_the_first_measure_that_holds_something():
    made = source("observations", {"series": "people", "area": "{place}", "year": "{dimensions.TIME}",
                  "value": "{measures.*.value}", "split": {"dimensions.GEO": r"\d{4}-(?P<place>.+)"}})  # fmt: skip
    row = {
        "dimensions": {"GEO": "2025-A1", "TIME": "2023"},
        "measures": {"A": {"value": None}, "B": {"value": 327734.0}},
    }
    assert said(read(made, {"observations": [row]})) == [["people", "A1", "2023", "327734.0"]]


def test_names_that_hold_dots_and_a_failed_part():
    made = source("*.object.points", {"series": "{object.v.id}", "area": "A1", "year": "{object.points.when}",
                  "value": "{object.points.value}"}, errors=["*.status!=SUCCESS"])  # fmt: skip
    part = {"status": "SUCCESS", "object": {"v.id": "people", "points": [{"when": "2020", "value": 3}]}}
    assert said(read(made, [part])) == [["people", "A1", "2020", "3"]]
    with pytest.raises(ReaderError, match=r"\*\.status!=SUCCESS"):
        read(made, [part, {"status": "FAILED", "object": "no such vector"}])


def test_an_object_where_a_list_was_promised():
    with pytest.raises(ReaderError, match=r'no rows.*"errMsg": "key is missing"'):
        read(source(), {"err": "10", "errMsg": "key is missing"})


def test_a_cell_that_is_no_plain_value_is_written_as_json():
    made = source("", {"note": "{notes}"})
    table = read(made, [{"series": "people", "area": "A1", "year": 2020, "value": True, "notes": ["é", {}]}])
    assert said(table, "value", "note") == [["true", '["é", {}]']]


def test_a_field_may_be_absent_from_some_rows_only():
    rows = [
        {"series": "people", "area": "A1", "year": "2020"},
        {"series": "people", "area": "A1", "year": 1, "value": 2},
    ]
    assert read(source(), rows)["value"].tolist() == ["", "2"]
    with pytest.raises(ReaderError, match=r"no column 'value'"):
        read(source(), rows[:1])


# --- Pages -----------------------------------------------------------------------------------------------------------

ROW = {"series": "people", "area": "A1", "year": "2020", "value": "1"}


def walk(made, answers):
    """Follow the pages; `answers` tells the answer to a request."""
    request, seen = json_records.plan(made)[0], []
    while request is not None:
        seen.append(request)
        request = json_records.following(made, page_with(request, answers(request)))
    return seen


def page_with(request, answer):
    return Page(request, "f" * 64, json.dumps(answer).encode())


def test_pages_by_number_end_with_the_last():
    made = source("rows", paging={"rule": "page", "parameter": "page", "total": "pages"})
    seen = walk(made, lambda request: {"pages": 3, "rows": [ROW]})
    assert [request.parameters.get("page") for request in seen] == [None, "2", "3"]
    assert [request.page for request in seen] == [1, 2, 3]
    assert len({request.request_id for request in seen}) == 3


def test_pages_by_number_end_with_a_short_one():
    made = source("rows", paging={"rule": "page", "parameter": "p", "first": 0, "size": 2})
    seen = walk(made, lambda request: {"rows": [ROW] * (1 if request.page == 3 else 2)})
    assert [request.parameters.get("p") for request in seen] == [None, "1", "2"]


@pytest.mark.parametrize("total", [None, "count"])
def test_pages_by_offset(total):
    made = source("rows", paging={"rule": "offset", "parameter": "offset", "size": 2, "total": total})
    seen = walk(made, lambda request: {"count": 5, "rows": [ROW] * (1 if request.page == 3 else 2)})
    assert [request.parameters.get("offset") for request in seen] == [None, "2", "4"]


def test_pages_by_link_stay_with_the_host_and_carry_no_key():
    reader = {"kind": "json_records", "rows": "rows", "paging": {"rule": "next_link", "link": "@odata.nextLink"},
              "fields": {"series": "{series}", "area": "{area}", "year": "{year}", "value": "{value}"}}  # fmt: skip
    key = {"variable": "OFFICE_KEY", "parameter": "token", "sign_up": "https://office.example/key"}
    made = source_of(reader, key=key)
    links = {1: "/data?$skip=2&token=secret", 2: "http://office.example/data?$skip=4", 3: None}
    seen = walk(made, lambda request: {"@odata.nextLink": links[request.page], "rows": [ROW]})
    assert [request.url for request in seen] == [
        "https://office.example/data", "https://office.example/data?%24skip=2", "https://office.example/data?%24skip=4",
    ]  # fmt: skip
    with pytest.raises(ReaderError, match=r"another host, 'thief\.example'"):
        walk(made, lambda request: {"@odata.nextLink": "https://thief.example/", "rows": [ROW]})


def test_a_link_may_be_a_mark():
    made = source("rows", paging={"rule": "next_link", "link": "meta.next", "parameter": "cursor"})
    seen = walk(made, lambda request: {"meta": {"next": "abc=" if request.page == 1 else None}, "rows": [ROW]})
    assert [request.parameters.get("cursor") for request in seen] == [None, "abc="]


@pytest.mark.parametrize(
    "paging",
    [
        pytest.param({"rule": "page", "parameter": "page", "total": "total"}, id="number"),
        pytest.param({"rule": "page", "parameter": "page", "size": 1}, id="number without a total"),
        pytest.param({"rule": "offset", "parameter": "offset", "size": 1, "total": "total"}, id="offset"),
        pytest.param({"rule": "next_link", "link": "next"}, id="link"),
    ],
)
def test_paging_that_never_ends_is_refused(paging):
    asked = []

    def answer(request):
        asked.append(request)
        return {"total": "999999999", "next": f"/data?after={len(asked)}", "rows": [ROW]}

    with pytest.raises(ReaderError, match="office: paging does not end: 7 pages"):
        walk(source("rows", paging=paging | {"most": 7}), answer)
    assert len(asked) == 7


@pytest.mark.parametrize(
    ("paging", "sentence"),
    [
        ({"rule": "page", "total": "pages"}, "needs `parameter`"),
        ({"rule": "page", "parameter": "page"}, "needs `total` or `size`"),
        ({"rule": "offset", "parameter": "offset", "total": "count"}, "needs `size`"),
        ({"rule": "next_link", "parameter": "cursor"}, "needs `link`"),
    ],
)
def test_a_rule_without_an_end_is_refused_in_the_sources_file(paging, sentence):
    with pytest.raises(ValidationError, match=sentence):
        source("rows", paging=paging)


def test_a_total_that_is_no_number_is_refused():
    made = source("rows", paging={"rule": "page", "parameter": "page", "total": "pages"})
    with pytest.raises(ReaderError, match=r"does not say how many there are \(pages\)"):
        walk(made, lambda request: {"pages": "many", "rows": [ROW]})


def test_a_page_without_our_areas_is_no_fault_where_there_are_several():
    made = source("rows", paging={"rule": "page", "parameter": "page", "total": "pages"})
    assert read(made, {"pages": 2, "rows": [ROW | {"area": "B2"}]}).empty


def test_without_our_areas_the_only_page_is_a_fault():
    made = source("rows", paging={"rule": "page", "parameter": "page", "total": "pages"})
    with pytest.raises(ReaderError, match="no row is of an area"):
        read(made, {"pages": 1, "rows": [ROW | {"area": "B2"}]})


def test_an_empty_page_ends_the_walk_where_no_total_is_told():
    made = source("rows", paging={"rule": "page", "parameter": "page", "size": 2})
    seen = walk(made, lambda asked: {"rows": [ROW] * (2 if asked.page < 3 else 0)})
    assert [request.page for request in seen] == [1, 2, 3]
    assert read(made, {"rows": []}, page=3).empty
    with pytest.raises(ReaderError, match="no rows"):
        read(made, {"rows": []}, page=1)


def test_an_empty_page_is_a_fault_where_the_total_says_more():
    made = source("rows", paging={"rule": "page", "parameter": "page", "total": "pages"})
    with pytest.raises(ReaderError, match="no rows"):
        read(made, {"pages": 3, "rows": []}, page=2)


def test_names_in_a_pointer_are_escaped():
    made = source("*.serie.*", {"series": "people", "area": "A1", "year": "{serie.key}", "value": "{serie.value}"})
    assert read(made, [{"serie": {"2020/21~": 1}}])["locator"].tolist() == ["/0/serie/2020~121~0"]


def test_what_is_added_up_must_lie_on_one_page():
    made = source("rows", {"add_up": True}, paging={"rule": "page", "parameter": "page", "total": "pages"})
    assert said(read(made, {"pages": 1, "rows": [ROW, ROW]}), "value") == [["2"]]
    with pytest.raises(ReaderError, match="added up lie on several pages"):
        read(made, {"pages": 2, "rows": [ROW, ROW]})


def test_a_figure_on_two_pages_names_one_address():
    made = source("rows")
    urls = {read(made, {"rows": [ROW]}, parameters={"page": page}, page=int(page))["url"][0] for page in "12"}
    assert urls == {"https://office.example/data"}


def test_a_request_is_the_same_question_on_whichever_walk():
    asked = Request("office", "https://office.example/data", {"a": "1"})
    assert asked.request_id == Request("office", asked.url, {"a": "1"}, page=5, names={"x": "y"}).request_id
