"""A registry small enough to know by heart, and builders for rows that name only what matters.

Put here: fixtures of more than one test file of the pipelines. Session-wide, so that properties may use them.
Not here: real registry files, expected answers.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from warehouse.contracts import contract_of, describe, enforce
from warehouse.registry import Registry
from warehouse.registry.models import (
    Community,
    Country,
    Edition,
    Framework,
    Honour,
    Indicator,
    Unit,
)
from warehouse.registry.sources import Source

COUNTRIES = [
    {"id": "VNM", "name": "Viet Nam", "iso2": "VN", "currency": "VND"},
    {"id": "USA", "name": "United States", "iso2": "US", "currency": "USD"},
    {"id": "NLD", "name": "Netherlands", "iso2": "NL", "currency": "EUR"},
]
COMMUNITIES = [
    {"id": "binh_duong", "name": "Binh Duong", "local_name": "Bình Dương", "aliases": ["Thu Dau Mot"], "role": "member",
     "level": "region", "country": "VNM", "valid_to": "2025-06-30", "successor": "ho_chi_minh_city",
     "codes": {"iso3166_2": "VN-57"}},
    {"id": "columbus", "name": "Columbus", "role": "member", "level": "local", "country": "USA"},
    {"id": "westerville", "name": "Westerville", "role": "member", "level": "local", "country": "USA"},
    {"id": "eindhoven", "name": "Eindhoven", "role": "reference", "level": "local", "country": "NLD"},
    {"id": "ho_chi_minh_city", "name": "Ho Chi Minh City", "role": "successor", "level": "region", "country": "VNM",
     "valid_from": "2025-07-01"},
]  # fmt: skip


def _indicator(name: str, dimension: str, direction: str = "none", **more: Any) -> dict[str, Any]:
    posts = {"lower": 0, "upper": 100, "reason": "a share"} if direction != "none" else None
    classes = [{"id": "general", "name": "the usual definition", "group": "general"}]
    entry = {"id": name, "name": name, "definition": name, "unit": dimension, "dimension": dimension}
    return entry | {
        "direction": direction, "goalposts": posts, "classes": classes, "maximum_age": 6, "source": "ISO 37120",
    } | more  # fmt: skip


_WIDER = ["county", "metro", "region", "national"]
_SPEED_CLASSES = [
    {"id": "test", "name": "speed tests", "group": "measured"},
    {"id": "test_mobile", "name": "speed tests on phones", "group": "measured"},
    {"id": "advertised", "name": "speeds on offer", "group": "advertised"},
]
INDICATORS = [
    _indicator("population", "count", valid_min=1),
    _indicator("ppp_factor", "currency_per_ppp", valid_min=0.01),
    _indicator("exchange_rate", "currency_per_usd", valid_min=0.01),
    _indicator("patents_total", "count"),
    _indicator("internet", "share", "higher", valid_min=0, valid_max=100, proxy_levels=_WIDER),
    _indicator("unemployment", "share", "lower", valid_min=0, valid_max=100, proxy_levels=["county", "national"],
               goalposts={"lower": 0, "upper": 20, "reason": "a bad year"}),
    _indicator("speed", "speed", "higher", classes=_SPEED_CLASSES,
               goalposts={"lower": 1, "upper": 1000, "scale": "log", "reason": "a gigabit"}),
    _indicator("income", "money_per_head", "higher", valid_min=1, valid_max=1e6,
               goalposts={"lower": 0, "upper": 50000, "reason": "the richest"}),
    _indicator("exports", "money_total", "higher"),
    _indicator("growth", "yearly_change", "higher"),
    _indicator("patents_per_million", "per_million", "higher", proxy_levels=_WIDER,
               ratio={"numerator": "patents_total", "denominator": "population", "factor": 1e6, "year_tolerance": 1}),
]  # fmt: skip
UNITS = [
    {"text": "persons", "dimension": "count"},
    {"text": "thousand persons", "dimension": "count", "factor": 1000},
    {"text": "%", "dimension": "share"},
    {"text": "share of 1", "dimension": "share", "factor": 100},
    {"text": "Mbit/s", "dimension": "speed"},
    {"text": "VND", "dimension": "money_per_head", "currency": "VND"},
    {"text": "million VND", "dimension": "money_per_head", "currency": "VND", "factor": 1e6},
    {"text": "USD per week", "dimension": "money_per_head", "currency": "USD", "factor": 52},
    {"text": "VND per month", "dimension": "money_per_head", "currency": "VND", "factor": 12},
    {"text": "VND of 2015", "dimension": "money_per_head", "currency": "VND", "price_year": 2015},
    {"text": "USD", "dimension": "money_per_head", "currency": "USD"},
    {"text": "international $", "dimension": "money_per_head"},
    {"text": "million USD", "dimension": "money_total", "currency": "USD"},
    {"text": "VND per $", "dimension": "currency_per_ppp"},
    {"text": "VND per US$", "dimension": "currency_per_usd"},
    {"text": "% a year", "dimension": "yearly_change"},
    {"text": "% over 5 years", "dimension": "yearly_change", "years": 5},
]


def _series(*items: str) -> list[dict[str, str]]:
    """Each item reads "code|unit|indicator", or "code|unit|indicator|class"."""
    names = ("code", "unit", "indicator", "comparability")
    return [dict(zip(names, [*item.split("|"), "general"], strict=False)) for item in items]


_SOURCE = {
    "producer": "an office", "citation": "Office (2019)", "url_main": "https://office.example", "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/", "is_open": True,
}  # fmt: skip
SOURCES = [
    _SOURCE | {
        "id": "city", "name": "City figures",
        "reader": {"kind": "figures_csv", "path": "curated/city.csv"}, "area_scheme": "community", "rank": 1,
        "series": _series(
            "population|persons|population", "population|thousand persons|population", "patents|persons|patents_total",
            "internet|%|internet", "internet|share of 1|internet", "unemployment|%|unemployment",
            "speed|Mbit/s|speed|test", "income|VND|income", "income|million VND|income", "income|USD per week|income",
            "income|VND per month|income", "income|VND of 2015|income", "income|USD|income",
            "income|international $|income", "exports|million USD|exports", "growth|% a year|growth",
            "growth|% over 5 years|growth",
        ),
        "declined": [{"code": "slogans", "reason": "a slogan measures nothing"},
                     {"code": "internet", "unit": "households", "reason": "a count without its whole"}],
    },
    _SOURCE | {
        "id": "nation", "name": "National figures",
        "reader": {"kind": "figures_csv", "path": "curated/nation.csv"}, "rank": 2,
        "area_scheme": "iso3166_1_alpha3",
        "series": _series(
            "ppp|VND per $|ppp_factor", "rate|VND per US$|exchange_rate", "internet|%|internet",
            "unemployment|%|unemployment", "population|persons|population",
        ),
    },
]  # fmt: skip
FRAMEWORK = {
    "id": "icf", "name": "ICF", "kind": "scored", "notice": "this project's scores", "method": "icf", "source": "ICF",
    "criteria": [
        {"id": "broadband", "name": "Broadband", "parent": "icf", "weight": 3, "weight_reason": "ours",
         "basis": "the book", "source": "ICF", "former_names": ["Connectivity", "Networks"],
         "indicators": [{"id": "internet", "weight": 3, "data_point": "B1"}, {"id": "speed"}]},
        {"id": "work", "name": "Work", "parent": "icf", "weight_reason": "ours", "basis": "the book", "source": "ICF",
         "indicators": [{"id": "unemployment"}, {"id": "patents_per_million"}]},
        {"id": "gate", "name": "Gate", "parent": "icf", "weight_reason": "ours", "basis": "the book", "source": "ICF",
         "is_scored": False, "indicators": [{"id": "growth"}]},
    ],
    "data_points": [
        {"code": "B1", "criterion": "broadband", "question": "who is online?", "answer_type": "number",
         "kind": "statistic", "indicators": ["internet"], "status": "printed", "source": "ICF"},
        {"code": "B2", "criterion": "broadband", "question": "which plan?", "answer_type": "text", "kind": "evidence",
         "status": "printed", "source": "ICF"},
    ],
}  # fmt: skip
NAVIGATOR = {
    "id": "navigator", "name": "Navigator", "kind": "programme", "notice": "a programme", "source": "Binh Duong",
    "criteria": [{"id": "people", "name": "People", "parent": "navigator", "weight_reason": "none", "basis": "printed",
                  "source": "Binh Duong", "is_scored": False}],
    "programmes": [
        {"id": "fablab", "criterion": "people", "kind": "action", "name": "Fablab", "source": "Binh Duong",
         "partners": [{"role": "school", "name": "EIU"}, {"role": "government", "name": "the province"}],
         "target": {"value": "=1+1 fablabs", "year": "2021"}},
    ],
}  # fmt: skip
METHOD = {"normalise": {"method": "goalposts"}, "aggregate": {"method": "arithmetic", "min_coverage": 0.25}}


def _honours(*communities: str | None) -> list[Honour]:
    return [
        Honour(name=f"Place {place}", country="somewhere", key=f"place_{place}", community=community, source="ICF")
        for place, community in enumerate(communities)
    ]


def make_edition(*communities: str, year: int = 2019, **more: Any) -> Edition:
    """An edition whose complete Smart21 list begins with the communities given."""
    listed = _honours(*communities, *[None] * (21 - len(communities)))
    facts = {"is_complete": True, "window": {"start": year - 8, "end": year + 1, "reason": "what the jury could know"}}
    return Edition(id=str(year), award_year=year, smart21=tuple(listed), **facts | more)


def _registry() -> Registry:
    smart21 = make_edition("binh_duong", "columbus", "westerville")
    return Registry(
        root=Path(),
        countries=tuple(map(Country.model_validate, COUNTRIES)),
        communities=tuple(map(Community.model_validate, COMMUNITIES)),
        editions=(smart21.model_copy(update={"top7": smart21.smart21[:2], "winners": smart21.smart21[1:2]}),),
        indicators=tuple(map(Indicator.model_validate, INDICATORS)),
        units=tuple(map(Unit.model_validate, UNITS)),
        sources=tuple(map(Source.model_validate, SOURCES)),
        frameworks=(Framework.model_validate(FRAMEWORK), Framework.model_validate(NAVIGATOR)),
        methods={"icf": METHOD},
        corrections=(),
        sha256="0" * 64,
    )


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The small registry."""
    return _registry()


@pytest.fixture(scope="session")
def registry_with(registry: Registry) -> Callable[..., Registry]:
    """The small registry with some parts exchanged."""
    return lambda **parts: dataclasses.replace(registry, **parts)


@pytest.fixture(scope="session")
def edition(registry: Registry) -> Edition:
    """The edition of 2019: Binh Duong, Columbus and Westerville, with Eindhoven beside them."""
    return registry.editions[0]


@pytest.fixture(scope="session")
def edition_of() -> Callable[..., Edition]:
    """Builder of editions with a complete list."""
    return make_edition


@pytest.fixture(scope="session")
def staged() -> Callable[..., pd.DataFrame]:
    """Builder of staged rows; each names what is not a plain share of people online in Binh Duong, 2019."""
    usual = {
        "source_id": "city", "answer_id": "a" * 64, "series": "internet", "area": "binh_duong",
        "area_name": "Binh Duong", "area_level": "region", "is_proxy": "false", "year": "2019", "value": "50",
        "unit": "%", "quality": "official", "publisher": "Office", "url": "https://office.example/1", "note": "",
    }  # fmt: skip
    columns = [column.name for column in describe(contract_of("staging.figure"))]

    def build(*rows: dict[str, str]) -> pd.DataFrame:
        numbered = [
            usual | {"staged_id": f"{'a' * 16}:{line}", "locator": f"row {line}"} | row
            for line, row in enumerate(rows, start=2)
        ]
        return pd.DataFrame(numbered, columns=columns, dtype="str")

    return build


@pytest.fixture(scope="session")
def observed() -> Callable[..., pd.DataFrame]:
    """Builder of observations; each names what is not Columbus's own official share of people online, 2019."""
    usual = {
        "source_id": "city", "answer_id": "a" * 64, "locator": "row 2", "area_id": "columbus", "area_name": "Columbus",
        "area_level": "local", "is_proxy": False, "indicator_id": "internet", "class_id": "general", "year": 2019,
        "value": 50.0, "quality": "official", "series": "internet", "printed_value": "50", "printed_unit": "%",
        "conversion": "as printed", "publisher": "Office", "url": "https://office.example/1", "note": "",
    }  # fmt: skip

    def build(*rows: dict[str, Any]) -> pd.DataFrame:
        contract = contract_of("core.observation")
        columns = [column.name for column in describe(contract)]
        numbered = [usual | {"observation_id": f"row_{place}"} | row for place, row in enumerate(rows)]
        return enforce(contract, pd.DataFrame(numbered, columns=columns))

    return build
