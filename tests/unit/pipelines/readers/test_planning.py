"""The first requests to a source."""

import json

import pytest
from kinds import BY_NAME, source_of

from pipelines.readers.base import ReaderError
from pipelines.readers.planning import plan

READER = {"kind": "sdmx_csv", "fields": BY_NAME}


def asked(*calls, years=(), **more):
    return plan(source_of(READER, calls=list(calls), **more), years)


def test_every_combination_is_asked_once():
    call = {"url": "https://office.example/{area}/{year}", "parameters": {"what": "{year}:{area}", "query": "{ ?x }"},
            "each": {"area": ["areas"], "year": ["years"]}}  # fmt: skip
    requests = asked(call, years=[2021, 2020, 2021])
    assert [request.names for request in requests] == [
        {"area": "A1", "year": "2020"}, {"area": "A1", "year": "2021"},
        {"area": "Á3", "year": "2020"}, {"area": "Á3", "year": "2021"},
    ]  # fmt: skip
    assert requests[2].url == "https://office.example/%C3%813/2020"
    assert requests[2].parameters == {"what": "2020:Á3", "query": "{ ?x }"}
    assert len({request.request_id for request in requests}) == 4


def test_all_years_are_asked_where_none_is_named():
    call = {"url": "https://office.example/{year}", "each": {"year": ["years"]}}
    made = source_of(READER, calls=[call], years={"first": 2019, "last": 2021})
    assert [request.names["year"] for request in plan(made)] == ["2019", "2020", "2021"]
    with pytest.raises(ReaderError, match=r"made for \[years\], but the source states no `years`"):
        asked(call)


def test_series_and_plain_words():
    call = {"url": "https://office.example/{code}", "each": {"code": ["series", "other"]}}
    assert [request.names["code"] for request in asked(call)] == ["people", "other"]


@pytest.mark.parametrize("code", ["../admin", "a?b=c", "a#b", "a&b", "a b", "a%2Fb", "a\r\nHost: x"])
def test_a_code_cannot_leave_its_place_in_the_address(code):
    call = {"url": "https://office.example/data/{code}/rows", "each": {"code": [code]}}
    url = asked(call)[0].url
    assert url.startswith("https://office.example/data/")
    assert url.endswith("/rows")
    assert not set("?#& \r\n") & set(url)
    assert url.count("/") == 5


def test_codes_joined_as_the_service_wants_them_stay_joined():
    call = {"url": "https://office.example/{key}", "each": {"key": ["A5.X+Y.1;Z"]}}
    assert asked(call)[0].url == "https://office.example/A5.X+Y.1;Z"


def test_names_are_filled_into_every_text_of_a_body():
    call = {"url": "https://office.example", "method": "POST", "each": {"area": ["areas"]},
            "body": {"query": [{"code": "area", "values": ["{area}"]}], "most": 5}}  # fmt: skip
    bodies = [json.loads(request.body or "") for request in asked(call)]
    assert bodies[1] == {"query": [{"code": "area", "values": ["Á3"]}], "most": 5}


def test_an_unknown_name_in_an_address_is_told():
    with pytest.raises(ReaderError, match="`each` does not list 'aera'"):
        asked({"url": "https://office.example/{aera}", "each": {"area": ["areas"]}})
