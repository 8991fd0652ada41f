"""Targets beside their actuals, worked out by hand."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from pipelines.evidence.targets import target_progress
from warehouse.contracts import contract_of, enforce
from warehouse.registry import Registry

Observed = Callable[..., pd.DataFrame]
OWN = {"area_id": "binh_duong", "area_name": "Binh Duong", "area_level": "region"}
USUAL: dict[str, Any] = {
    "target_id": "online_2020", "community_id": "binh_duong", "programme_id": None, "name": "People online",
    "name_vi": None, "indicator_id": "internet", "class_id": "general", "printed_value": "80 %",
    "comparison": "at_least", "value": 80.0, "unit": "%", "year": 2020, "base_value": None, "base_year": None,
    "legal_basis": "", "document_id": "plan", "note": "",
}  # fmt: skip


def judged(registry: Registry, observation: pd.DataFrame, **target: Any) -> pd.Series:
    promised = enforce(contract_of("core.community_target"), pd.DataFrame([USUAL | target]))
    return enforce(contract_of("mart.target_progress"), target_progress(promised, observation, registry)).iloc[0]


def actual(year: int, value: float, **more: Any) -> dict[str, Any]:
    return OWN | {"year": year, "value": value} | more


@pytest.mark.parametrize(
    ("actuals", "target", "status", "gap", "expected"),
    [
        ([(2020, 81.0)], {}, "met", 0.0, 80.0),
        ([(2020, 79.0)], {}, "missed", 1.0, 80.0),
        ([(2018, 82.0), (2021, 70.0)], {}, "met", 0.0, 81.0),  # reached before it was due
        ([(2018, 70.0), (2021, 78.0)], {}, "missed", 2.0, 80.0),  # the first later figure decides
        ([(2021, 85.0)], {}, "met", 0.0, 80.0),
        ([(2018, 72.0)], {"base_value": 50.0, "base_year": 2015}, "on_track", 8.0, 68.0),  # 50 + 30 * 3 / 5
        ([(2018, 67.0)], {"base_value": 50.0, "base_year": 2015}, "behind", 13.0, 68.0),
        ([(2014, 50.0), (2017, 66.0)], {}, "on_track", 14.0, 65.0),  # from the oldest figure: 50 + 30 * 3 / 6
        ([(2018, 70.0)], {}, "not_measurable", 10.0, None),
        ([(2018, 70.0)], {"year": None}, "not_measurable", 10.0, None),
        ([(2018, 3.0)], {"comparison": "at_most", "value": 4.0}, "met", 0.0, None),
        ([(2020, 5.0)], {"comparison": "at_most", "value": 4.0}, "missed", 1.0, 4.0),
        (
            [(2020, 9.0)],
            {"comparison": "reach", "value": 5.0, "base_value": 20.0, "base_year": 2015},
            "missed",
            4.0,
            5.0,
        ),
    ],
)
def test_a_target_is_held_against_the_figure_that_tells_most(
    registry: Registry,
    observed: Observed,
    actuals: list[tuple[int, float]],
    target: dict[str, Any],
    status: str,
    gap: float,
    expected: float | None,
) -> None:
    found = judged(registry, observed(*(actual(year, value) for year, value in actuals)), **target)
    assert (found["status"], found["gap"]) == (status, pytest.approx(gap))
    if expected is None or actuals == [(2018, 82.0), (2021, 70.0)]:
        assert pd.isna(found["expected"])
    else:
        assert found["expected"] == pytest.approx(expected)


def test_another_area_class_or_indicator_is_no_actual(registry: Registry, observed: Observed) -> None:
    others = observed(
        actual(2020, 90.0, is_proxy=True, area_level="national"),
        {"year": 2020, "value": 90.0},
        actual(2020, 90.0, indicator_id="speed", class_id="test"),
    )
    found = judged(registry, others)
    assert found["status"] == "no_actual"
    assert pd.isna(found["actual"])
    assert judged(registry, others, indicator_id="speed", class_id="advertised")["status"] == "no_actual"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"comparison": "event", "value": None, "unit": "", "indicator_id": None, "class_id": None}, "an event"),
        ({"indicator_id": None, "class_id": None}, "No indicator"),
    ],
)
def test_what_no_figure_measures_is_said_to_be_so(
    registry: Registry, observed: Observed, target: dict[str, Any], words: str
) -> None:
    found = judged(registry, observed(actual(2020, 90.0)), **target)
    assert found["status"] == "not_measurable"
    assert words in found["reason"]
    assert found["reason_vi"] != found["reason"]


def test_nothing_is_said_of_the_time_after_a_community_ended(registry: Registry, observed: Observed) -> None:
    found = judged(registry, observed(actual(2020, 60.0), actual(2024, 70.0)), year=2030)
    assert (found["status"], found["expected"]) == ("on_track", pytest.approx(68.0))  # 60 + 20 * 4 / 10
    assert "The community ended on 30 June 2025" in found["reason"]
    early = judged(registry, observed(actual(2020, 60.0)), year=2020)
    assert "ended" not in early["reason"]


def test_the_better_source_of_a_year_speaks_and_an_unconfirmed_one_is_named(
    registry: Registry, observed: Observed
) -> None:
    found = judged(registry, observed(actual(2020, 90.0, quality="unconfirmed"), actual(2020, 79.0)))
    assert (found["status"], found["actual"], found["observation_id"]) == ("missed", 79.0, "row_1")
    alone = judged(registry, observed(actual(2020, 90.0, quality="unconfirmed")))
    assert "not confirmed" in alone["reason"]
