"""Comparing two answers: what each kind of difference looks like, and which of them hold an answer back."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.revisions import COLUMNS, compare, why_held_back
from warehouse.registry.sources import Source

Figures = dict[tuple[str, str, int], object]
YEARS = range(2010, 2022)
GROWTH = {"binh_duong": 1.03, "columbus": 1.01, "eindhoven": 1.02}
BASE: Figures = {
    ("people", area, year): round(100_000 * rate ** (year - 2010) * (1 + 0.002 * (year % 3)))
    for area, rate in GROWTH.items()
    for year in YEARS
}
FIELDS = {"kind": "sdmx_csv", "fields": dict.fromkeys(("series", "area", "year", "value"), "{x}")}
SOURCE = Source.model_validate(
    {
        "id": "bureau", "name": "Bureau", "producer": "A bureau", "citation": "A bureau", "url_main": "https://a.org",
        "licence": "CC BY 4.0", "licence_url": "https://a.org/licence", "is_open": True, "rank": 1, "rhythm_days": 30,
        "pace": {"calls": 9, "seconds": 1, "reason": "a test"}, "calls": [{"url": "https://a.org/data"}],
        "reader": FIELDS, "area_scheme": "smart21", "series": [], "numbers": {"missing": {"..": "not there"}},
    }
)  # fmt: skip


def rows(
    figures: Figures, answer: str = "a", unit: str = "persons", named: Callable[[str], str] = str.title
) -> pd.DataFrame:
    """Staged rows of some figures."""
    found = [
        {
            "staged_id": f"{answer}:{number}", "answer_id": answer * 64, "source_id": "bureau", "series": series,
            "area": area, "area_name": named(area), "year": str(year), "value": str(value), "unit": unit, "note": "x",
        }
        for number, ((series, area, year), value) in enumerate(figures.items())
    ]  # fmt: skip
    names = ("staged_id", "answer_id", "source_id", "series", "area", "area_name", "year", "value", "unit", "note")
    return pd.DataFrame(found, columns=list(names), dtype="str")


def told(new: pd.DataFrame, old: pd.DataFrame | None = None) -> dict[tuple[str, bool], int]:
    """Differences by kind, and whether they are suspicious."""
    found = compare(rows(BASE) if old is None else old, new, SOURCE)
    assert list(found.columns) == COLUMNS
    assert (found["detail"] != "").all()
    assert bool(why_held_back(found)) == bool(found["is_suspicious"].any())
    return found.groupby(["kind", "is_suspicious"]).size().to_dict()


def without(keep: Callable[[str, int], bool]) -> Figures:
    return {key: value for key, value in BASE.items() if keep(key[1], key[2])}


def changed(year: int, value: Callable[[float], float], area: str = "binh_duong") -> Figures:
    return BASE | {("people", area, year): value(float(str(BASE["people", area, year])))}


LATEST = {key: value for key, value in BASE.items() if key[2] == 2021}


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        pytest.param(rows(BASE, "b"), {}, id="the same figures in another answer"),
        pytest.param(rows({k: f"{v}.0" for k, v in BASE.items()}), {}, id="written another way"),
        pytest.param(rows(dict(reversed(BASE.items()))), {}, id="in another order"),
        pytest.param(pd.concat([rows(BASE), rows(BASE)]), {}, id="twice"),
        pytest.param(rows(changed(2021, lambda x: x * 1.02)), {("revised", False): 1}, id="revised"),
        pytest.param(rows(changed(2021, lambda x: x * 1.4)), {("moved", True): 1}, id="moved"),
        pytest.param(rows(changed(2021, lambda x: x / 1.4)), {("moved", True): 1}, id="moved down"),
        pytest.param(
            rows(BASE | {("people", a, 2022): v * 1.02 for (_, a, _), v in LATEST.items()}), {("added", False): 3},
            id="a year more",
        ),
        pytest.param(
            rows(BASE | {("people", a, 2022): v * 1000 for (_, a, _), v in LATEST.items()}), {("moved", True): 3},
            id="a year more, in thousands",
        ),
        pytest.param(rows(without(lambda _, year: year > 2012)), {("removed", False): 9}, id="three years less"),
        pytest.param(
            rows(without(lambda _, year: year < 2015)), {("removed", False): 21, ("rows", True): 1}, id="cut short"
        ),
        pytest.param(rows({}), {("removed", False): 36, ("rows", True): 1}, id="no row"),
        pytest.param(
            rows(dict.fromkeys(BASE, "..")), {("revised", False): 36, ("rows", True): 1}, id="marks instead of figures"
        ),
        pytest.param(
            rows({(s, a, year - 1911): v for (s, a, year), v in BASE.items()}),
            {("added", False): 36, ("removed", False): 36, ("rows", True): 1}, id="years of another calendar",
        ),
        pytest.param(
            rows(without(lambda area, _: area != "binh_duong")), {("removed", False): 12, ("rows", True): 1},
            id="a community merged away",
        ),
        pytest.param(
            rows({k: v * 1000 for k, v in BASE.items()}), {("moved", True): 36, ("unit", True): 1}, id="times 1000"
        ),
        pytest.param(
            rows({k: v / 100 for k, v in BASE.items()}), {("moved", True): 36, ("unit", True): 1}, id="percent to share"
        ),
        pytest.param(
            rows(BASE, unit="thousand persons"), {("added", False): 36, ("removed", False): 36, ("unit", True): 1},
            id="another unit in words",
        ),
        pytest.param(
            rows(BASE, named=lambda area: {"columbus": "Dayton"}.get(area, area.title())), {("code", True): 1},
            id="a code that names another area",
        ),
        pytest.param(rows(BASE, named=str.upper), {}, id="a name in capitals"),
        pytest.param(rows(BASE, named=lambda _: ""), {("columns", True): 1}, id="a column that is empty now"),
    ],
)  # fmt: skip
def test_each_kind_of_difference(new: pd.DataFrame, kinds: dict[tuple[str, bool], int]) -> None:
    assert told(new) == kinds


def test_a_restless_series_may_move_more_than_a_calm_one() -> None:
    restless: Figures = {("people", "columbus", year): 100 * (3 if year % 2 else 1) + year % 5 for year in YEARS}
    new = restless | {("people", "columbus", 2021): 150}
    assert told(rows(new), rows(restless)) == {("revised", False): 1}
    calm = {key: 300 for key in restless}
    assert told(rows(calm | {("people", "columbus", 2021): 150}), rows(calm)) == {("moved", True): 1}


def test_the_whole_series_speaks_for_an_area_with_little_history() -> None:
    few = without(lambda area, year: area != "binh_duong" or year > 2019)
    moved = few | {("people", "binh_duong", 2021): BASE["people", "binh_duong", 2021] * 1.3}
    assert told(rows(moved), rows(few)) == {("moved", True): 1}


@pytest.mark.parametrize(("value", "kind"), [(140, ("revised", False)), (160, ("moved", True))])
def test_without_history_half_as_much_again_is_the_limit(value: int, kind: tuple[str, bool]) -> None:
    one: Figures = {("people", "columbus", 2020): 100}
    assert told(rows({("people", "columbus", 2020): value}), rows(one)) == {kind: 1}


def test_figures_around_zero_are_compared_too() -> None:
    growth: Figures = {("people", "columbus", year): (year % 5) - 2 for year in YEARS}
    assert told(rows(growth | {("people", "columbus", 2021): 0}), rows(growth)) == {("revised", False): 1}
    assert told(rows(growth | {("people", "columbus", 2021): 4000}), rows(growth))[("moved", True)] == 1


def test_a_difference_names_both_answers_and_both_values() -> None:
    found = compare(rows(BASE), rows(changed(2021, lambda x: x * 2), "b"), SOURCE).iloc[0]
    assert (found["old_answer_id"], found["new_answer_id"]) == ("a" * 64, "b" * 64)
    assert float(found["new_value"]) == 2 * float(found["old_value"])
    assert (found["series"], found["area"], found["year"]) == ("people", "binh_duong", "2021")
    assert "than its history explains" in why_held_back(
        compare(rows(BASE), rows(changed(2021, lambda x: x * 2)), SOURCE)
    )


@settings(deadline=None, max_examples=25)
@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=12, max_size=12))
def test_whatever_the_numbers_it_compares_each_figure_once(values: list[float | None]) -> None:
    new = BASE | {("people", "columbus", year): ".." if v is None else v for year, v in zip(YEARS, values, strict=True)}
    found = compare(rows(BASE), rows(new), SOURCE)
    of_figures = found[found["year"] != ""]
    assert not of_figures.duplicated(["series", "area", "year"]).any()
    assert set(of_figures["area"]) <= {"columbus"}
