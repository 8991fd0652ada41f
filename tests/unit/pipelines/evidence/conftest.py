"""A framework with data points of every kind, and an evidence register of a few entries.

Put here: fixtures of more than one test file about evidence.
Not here: expected answers.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from pipelines.choose import choose, comparable_values, members
from pipelines.evidence.answers import Answers, answer
from warehouse.contracts import CONTRACTS, columns_of, empty
from warehouse.registry import Registry
from warehouse.registry.models import DataPoint, Edition
from warehouse.registry.uncertainty import Plan

Rows = list[dict[str, Any]]
_POINT = {"criterion": "broadband", "question": "what?", "answer_type": "number", "status": "printed", "source": "ICF"}
POINTS = [
    {"code": "people", "criterion": "icf", "indicators": ["population"]},
    {"code": "online", "indicators": ["internet"]},
    {"code": "fast", "indicators": ["speed"]},
    {"code": "both", "indicators": ["internet", "unemployment"]},
    {"code": "either", "indicators": ["unemployment", "internet"], "needs": "any"},
    *({"code": code} for code in ("plan", "vision", "leader", "story")),
]
_ERRORS = {"sizes": {"official": 0.02, "press": 0.08}, "reason": "ours"}
PLAN = Plan.model_validate({"draws": 200, "sensitivity_draws": 8, "seed": 1, "errors": _ERRORS})


@pytest.fixture(scope="session")
def asking(registry: Registry, registry_with: Callable[..., Registry]) -> Registry:
    """The small registry, whose framework asks for POINTS and has sizes of errors."""
    points = [
        DataPoint.model_validate(_POINT | {"kind": "statistic" if "indicators" in point else "evidence"} | point)
        for point in POINTS
    ]
    icf, *others = registry.frameworks
    return registry_with(frameworks=(icf.model_copy(update={"data_points": points, "uncertainty": PLAN}), *others))


@pytest.fixture(scope="session")
def register_of() -> Callable[..., dict[str, pd.DataFrame]]:
    """Builder of the register's tables: each argument is a table, each row names what differs from the usual one."""
    usual: dict[str, dict[str, Any]] = {
        "document": {"title": "A report", "publisher": "Office", "url": "https://office.example/report",
                     "language": "en", "published_on": None, "address_status": "original", "note": ""},
        "initiative": {"community_id": "binh_duong", "name": "Fablab", "name_vi": None, "kind": "laboratory",
                       "status": "running", "started": "2017", "ended": None, "place": "", "scope_id": None,
                       "programme_id": None, "summary": "A laboratory.", "note": ""},
        "initiative_support": {"framework_id": "icf", "data_point": "plan", "reason": "It is one."},
        "initiative_document": {},
        "recognition": {"community_id": "binh_duong", "body": "Forum", "name": "Prize", "kind": "honour",
                        "started": "2018", "ended": None, "document_id": "report", "note": ""},
        "recognition_support": {"framework_id": "icf", "data_point": "plan", "reason": "It is one."},
        "post": {"community_id": "binh_duong", "title": "Head", "organisation": "Office", "role": "government",
                 "holder": "", "seen_on": "2018", "document_id": "report"},
        "post_support": {"framework_id": "icf", "data_point": "plan", "reason": "It is one."},
        "initiative_partner": {},
    }  # fmt: skip

    def build(**tables: Rows) -> dict[str, pd.DataFrame]:
        made = {}
        for name, plain in usual.items():
            rows = [plain | row for row in tables.get(name, [])]
            columns = columns_of(f"core.{name}")
            made[name] = pd.DataFrame(rows, columns=columns) if rows else empty(CONTRACTS[f"core.{name}"])
        return made

    return build


@pytest.fixture(scope="session")
def answered(
    asking: Registry,
    edition: Edition,
    observed: Callable[..., pd.DataFrame],
    register_of: Callable[..., dict[str, pd.DataFrame]],
) -> Callable[..., Answers]:
    """Answers of the edition of 2019 from observations and a register."""

    def build(*rows: dict[str, Any], **register: Rows) -> Answers:
        observation = observed(*rows)
        candidate = choose(comparable_values(observation, asking), [edition], asking).candidate
        shown = members(asking, edition)
        return answer(candidate, observation, shown, register_of(**register), [edition], asking)

    return build
