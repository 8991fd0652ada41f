"""What the tests of dropped files share: a source that takes them, and a registry that knows it.

Put here: fixtures of more than one test file.
Not here: writing files (`support/dropped.py`).
"""

import sys
from pathlib import Path

import pytest

from pipelines.drop_folder.check import read_file
from warehouse.registry.sources import Source

sys.path.append(str(Path(__file__).parent / "support"))
from dropped import YEAR


@pytest.fixture(scope="session")
def source():
    def series(code, unit, indicator):
        return {"code": code, "unit": unit, "indicator": indicator, "comparability": "general"}

    return Source.model_validate(
        {
            "id": "own", "name": "Own figures", "producer": "The province", "citation": "The province",
            "url_main": "https://office.example", "licence": "facts", "licence_url": "https://office.example/licence",
            "is_open": False, "rank": 1, "area_scheme": "smart21",
            "reader": {"kind": "drop_folder", "folder": "drop/own", "variable": "SMART21_TEST_DROP"},
            "areas": [
                {"code": "binh_duong", "area": "binh_duong", "name": "Bình Dương", "level": "region"},
                {"code": "hcmc", "area": "ho_chi_minh_city", "name": "Thành phố Hồ Chí Minh", "level": "region"},
            ],
            "series": [
                series("internet", "%", "internet"), series("population", "persons", "population"),
                series("population", "thousand persons", "population"), series("income", "million VND", "income"),
            ],
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def own_registry(registry_with, registry, source):
    return registry_with(sources=(*registry.sources, source))


@pytest.fixture
def read(source):
    return lambda body, name="file.xlsx": read_file(name, body, source, YEAR)
