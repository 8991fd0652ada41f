"""Figures that a source prints in parts: townships of a city."""

import json

import pandas as pd
import pytest

from pipelines.readers import json_records
from pipelines.readers.base import Page, Request
from warehouse.registry.sources import Source

TOWNSHIPS = {
    "id": "townships", "name": "Townships", "producer": "Register", "citation": "Register", "licence": "CC0 1.0",
    "url_main": "https://example.org", "licence_url": "https://example.org/licence", "is_open": True, "rank": 1,
    "rhythm_days": 30, "pace": {"calls": 1, "seconds": 1, "reason": "courtesy"},
    "calls": [{"url": "https://example.org/rows"}], "area_scheme": "name",
    "areas": [{"code": "Chiayi City", "area": "chiayi", "name": "Chiayi City", "level": "local"}],
    "numbers": {"missing": {"...": "not available"}},
    "reader": {
        "kind": "json_records", "rows": "rows",
        "fields": {
            "split": {"site": "(?P<city>.+ City) .+"}, "add_up": True,
            "series": "people", "area": "{city}", "year": "2019", "value": "{people}",
        },
    },
    "series": [{"code": "people", "unit": "persons", "indicator": "population", "comparability": "resident"}],
}  # fmt: skip


def parsed(*people: str) -> pd.DataFrame:
    rows = [{"site": f"Chiayi City {place}", "people": cell} for place, cell in enumerate(people)]
    body = json.dumps({"rows": [*rows, {"site": "Tainan City 1", "people": "7"}]}).encode()
    source = Source.model_validate(TOWNSHIPS)
    return json_records.parse(source, Page(Request(source.id, "https://example.org/rows"), "a" * 64, body))


@pytest.mark.parametrize(
    ("people", "sum_of_all"), [(["120000"], "120000"), (["120000", "150000"], "270000"), (["0.1", "0.2"], "0.3")]
)
def test_parts_are_added_up(people: list[str], sum_of_all: str) -> None:
    row = parsed(*people)
    assert row["value"].tolist() == [sum_of_all]
    assert row["area_name"].tolist() == ["Chiayi City"]


@pytest.mark.parametrize("gap", ["...", "", "many"])
def test_a_missing_part_leaves_no_figure(gap: str) -> None:
    assert parsed("120000", gap)["value"].tolist() == [""]


def test_the_locator_tells_how_many_rows_there_are() -> None:
    assert parsed("1", "2", "3")["locator"].tolist() == ["/rows/0 and 2 more rows, added up"]
