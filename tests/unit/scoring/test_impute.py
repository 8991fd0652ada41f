"""Estimates of missing figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.scoring.errors import ConstantError, NoFiguresError
from pipelines.scoring.impute import by_column, by_regression, by_row

NAN = np.nan
X = np.array([[1.0, NAN, 0.0], [2.0, 30.0, NAN], [NAN, 10.0, 4.0], [6.0, 50.0, 8.0]])


def test_by_mean_and_median():
    np.testing.assert_array_equal(by_column(X), [[1, 30, 0], [2, 30, 4], [3, 10, 4], [6, 50, 8]])
    assert by_column(X, "median")[2, 0] == 2


def test_by_group_and_what_has_no_group_stays_missing():
    groups = ["a", None, "a", "b"]
    expected = [[1, 10, 0], [2, 30, NAN], [1, 10, 4], [6, 50, 8]]
    np.testing.assert_array_equal(by_column(X, "mean", groups), expected)


def test_by_row_within_a_branch_on_a_common_scale():
    filled = by_row(X, "mean", [1, 1, -1], [0, 0, 1])
    # The second unit has no other figure in the branch of the third indicator.
    np.testing.assert_allclose(filled, [[1, 10, 0], [2, 30, NAN], [1, 10, 4], [6, 50, 8]])


def test_by_row_turns_indicators_where_less_is_better():
    np.testing.assert_allclose(by_row(X[:, [0, 2]], "mean", [1, -1])[1:3], [[2, 6.4], [3.5, 4]])


def test_by_row_as_they_are():
    np.testing.assert_allclose(by_row(X, "median", normalise_first=False)[2], [7, 10, 4])


def test_by_row_needs_a_range():
    with pytest.raises(ConstantError, match="impute") as caught:
        by_row(np.array([[1.0, 5.0], [2.0, NAN], [3.0, 5.0]]))
    assert caught.value.code == 1


def test_regression_finds_a_linear_relation():
    x = np.random.default_rng(1).normal(size=(40, 3))
    x[:, 2] = 2 * x[:, 0] - x[:, 1] + 5
    gaps = x.copy()
    gaps[[3, 8], [2, 0]] = NAN
    np.testing.assert_allclose(by_regression(gaps, tolerance=1e-12), x, atol=1e-3)


def test_regression_agrees_with_least_squares_when_one_indicator_has_gaps():
    """With gaps in one indicator only, maximum likelihood is the regression on the complete units."""
    random = np.random.default_rng(2)
    x = random.normal(size=(60, 3))
    x[:, 0] += x[:, 1]
    x[:15, 0] = NAN
    design = np.column_stack([np.ones(60), x[:, 1:]])
    slope = np.linalg.lstsq(design[15:], x[15:, 0], rcond=None)[0]
    np.testing.assert_allclose(by_regression(x, tolerance=1e-10)[:15, 0], design[:15] @ slope, rtol=1e-6)


def test_regression_stays_within_its_branch_and_needs_units():
    x = np.random.default_rng(3).normal(size=(12, 6))
    x[0, 0] = NAN
    apart = by_regression(x, [0, 0, 0, 1, 1, 1])
    np.testing.assert_allclose(apart[:, :3], by_regression(x[:, :3]))
    with pytest.raises(NoFiguresError, match="too few"):
        by_regression(x[:8])


@pytest.mark.parametrize("method", [by_column, lambda x: by_column(x, "median"), by_row])
@given(x=arrays(float, (6, 3), elements=st.one_of(st.integers(-50, 50).map(float), st.just(NAN))))
def test_present_figures_never_change_and_estimates_stay_in_range(method, x):
    try:
        filled = method(x)
    except (ConstantError, NoFiguresError):
        return
    known = ~np.isnan(x)
    assert (filled[known] == x[known]).all()
    for column in range(3):
        made = filled[~known[:, column] & ~np.isnan(filled[:, column]), column]
        if len(made):
            low, high = np.nanmin(x[:, column]), np.nanmax(x[:, column])
            assert (made >= low - 1e-9).all()
            assert (made <= high + 1e-9).all()


def test_an_indicator_without_figures_stays_empty():
    assert np.isnan(by_column(np.array([[1.0, NAN], [NAN, NAN]]))[:, 1]).all()
