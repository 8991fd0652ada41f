"""Gaps from other years, and trends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.scoring.errors import TableError
from pipelines.scoring.panel import constant, growth, latest, linear, slope

NAN = np.nan
YEARS = [2018, 2019, 2020, 2022, 2023]
SERIES = [NAN, 2.0, NAN, 5.0, NAN]


def one(function, **options):
    return function(np.array(SERIES)[:, None], ["A"] * 5, YEARS, **options)[:, 0]


@pytest.mark.parametrize(
    ("function", "options", "expected"),
    [
        (latest, {}, [NAN, 2, 2, 5, 5]),
        (latest, {"max_age": 1}, [NAN, 2, 2, 5, 5]),
        (latest, {"max_age": 0.5}, SERIES),
        (constant, {}, [2, 2, 2, 5, 5]),
        (constant, {"ends": "missing"}, [NAN, 2, 2, 5, NAN]),
        (linear, {}, [2, 2, 3, 5, 5]),
        (linear, {"ends": "missing"}, [NAN, 2, 3, 5, NAN]),
    ],
)
def test_gaps(function, options, expected):
    np.testing.assert_array_equal(one(function, **options), expected)


def test_max_age_counts_years_and_not_rows():
    old = latest(np.array([[1.0], [NAN]]), ["A", "A"], [2018, 2022], max_age=3)
    assert np.isnan(old[1, 0])


@pytest.mark.parametrize("function", [latest, constant, linear])
@given(seed=st.integers(0, 999))
def test_rows_keep_their_order_and_units_apart(function, seed):
    random = np.random.default_rng(seed)
    x = np.where(random.random((15, 2)) < 0.4, NAN, random.normal(size=(15, 2)))
    unit, time = np.repeat(["A", "B", "C"], 5), np.tile(YEARS, 3)
    filled = function(x, unit, time)
    shuffle = random.permutation(15)
    np.testing.assert_array_equal(function(x[shuffle], unit[shuffle], time[shuffle]), filled[shuffle])
    for name in "ABC":
        rows = unit == name
        np.testing.assert_array_equal(function(x[rows], unit[rows], time[rows]), filled[rows])


@given(seed=st.integers(0, 999))
def test_linear_agrees_with_numpy(seed):
    random = np.random.default_rng(seed)
    y = random.normal(size=8)
    gap = random.random(8) < 0.5
    gap[random.integers(8)] = False
    years = np.sort(random.choice(np.arange(2000, 2020), 8, replace=False))
    filled = linear(np.where(gap, NAN, y)[:, None], ["A"] * 8, years)[:, 0]
    np.testing.assert_allclose(filled, np.interp(years, years[~gap], y[~gap]), rtol=1e-12)


def test_a_series_without_figures_stays_empty_and_a_missing_row_is_no_row():
    empty = np.full((2, 1), NAN)
    for function in (latest, constant, linear):
        assert np.isnan(function(empty, ["A", "A"], [2018, 2019])).all()
    uneven = latest(np.array([[1.0], [7.0], [NAN]]), ["A", "B", "A"], [2018, 2019, 2020])
    np.testing.assert_array_equal(uneven[:, 0], [1, 7, 1])


def test_two_rows_of_a_unit_and_year_are_refused():
    with pytest.raises(TableError, match="two rows for 2018") as caught:
        latest(np.ones((2, 1)), ["A", "A"], [2018, 2018])
    assert caught.value.unit == "A"


def test_growth_is_the_compound_annual_rate():
    x = np.array([[100.0, 0.0, 5.0, 4.0], [NAN, 1.0, 5.0, NAN], [121.0, 2.0, 5.0, NAN]])
    codes, rate = growth(x, ["A"] * 3, [2018, 2019, 2020])
    assert codes == ["A"]
    np.testing.assert_allclose(rate, [[0.1, NAN, 0, NAN]])


def test_slope_is_that_of_the_least_squares_line():
    random = np.random.default_rng(4)
    y = random.normal(size=5)
    expected = np.polyfit(YEARS, y, 1)[0]
    np.testing.assert_allclose(slope(y[:, None], ["A"] * 5, YEARS)[1], [[expected]])
    np.testing.assert_allclose(slope(np.array([[1.0], [NAN]]), ["A"] * 2, [1, 2])[1], [[NAN]])
