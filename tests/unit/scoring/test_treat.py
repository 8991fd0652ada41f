"""Outliers: the test, winsorising, transformations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from pipelines.scoring.errors import NotPositiveError
from pipelines.scoring.method import Treatment
from pipelines.scoring.treat import kurtosis, passes, skewness, transform, treat, winsorise

OUTLIERS = np.array([*range(1, 11), 30.0, 100.0])


def test_skewness_and_kurtosis_are_the_sample_corrected_ones():
    assert skewness(OUTLIERS) == pytest.approx(stats.skew(OUTLIERS, bias=False), rel=1e-13)
    assert kurtosis(OUTLIERS) == pytest.approx(stats.kurtosis(OUTLIERS, bias=False), rel=1e-13)
    gaps = np.array([OUTLIERS, OUTLIERS]).T
    gaps[0, 1] = np.nan
    assert skewness(gaps)[1] == pytest.approx(stats.skew(OUTLIERS[1:], bias=False), rel=1e-13)


def test_too_few_or_equal_figures_have_neither():
    assert np.isnan(skewness([1.0, 2.0]))
    assert np.isnan(kurtosis([1.0, 2.0, 4.0]))
    assert np.isnan(skewness([0.1] * 10))
    assert np.isnan(kurtosis([0.1] * 10))


def test_one_of_two_tests_is_enough():
    assert not passes(OUTLIERS)
    assert passes(OUTLIERS, skew_limit=100)
    assert passes(OUTLIERS, kurtosis_limit=100)


def test_winsorising_moves_the_extreme_figures_on_the_skewed_side_to_the_next():
    y, moved = winsorise(OUTLIERS)
    np.testing.assert_array_equal(y, [*range(1, 11), 30, 30])
    assert moved.sum() == 1
    down, _ = winsorise(-OUTLIERS)
    np.testing.assert_array_equal(down, -y)


def test_winsorising_by_force_goes_on_after_the_test_is_passed():
    y, moved = winsorise(np.arange(10.0), Treatment(max_winsorised=2, force=True))
    np.testing.assert_array_equal(y, [1, 1, 2, 3, 4, 5, 6, 7, 8, 8])
    assert moved.sum() == 2


@given(arrays(float, st.integers(4, 30), elements=st.integers(0, 1000).map(float)), st.integers(0, 6))
def test_never_more_are_moved_than_allowed_and_the_order_stays(x, most):
    y, moved = winsorise(x, Treatment(max_winsorised=most, skewness=0.1, kurtosis=0.1))
    assert moved.sum() <= most
    assert (y[~moved] == x[~moved]).all()
    assert (np.diff(y[np.argsort(x)]) >= 0).all()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("log_shifted", lambda x: math.log(x - 1 + 0.99)),
        ("log_mirrored", lambda x: math.log(x - 1 + 0.99)),
        ("log_plus_one", lambda x: math.log(x)),
        ("log_gii", lambda x: math.log(x)),
        ("log", lambda x: math.log(x)),
        ("none", lambda x: x),
    ],
)
def test_transformations(function, expected):
    np.testing.assert_allclose(transform(OUTLIERS, function), [expected(x) for x in OUTLIERS], rtol=1e-13)


def test_a_negative_skew_is_mirrored():
    np.testing.assert_allclose(transform(-OUTLIERS, "log_mirrored"), -transform(OUTLIERS, "log_mirrored"))


def test_boxcox_by_exponent_and_by_likelihood():
    np.testing.assert_allclose(transform(OUTLIERS, "boxcox", 0.5), (np.sqrt(OUTLIERS) - 1) / 0.5)
    np.testing.assert_allclose(transform(OUTLIERS, "boxcox", 0), np.log(OUTLIERS))
    likely, exponent = stats.boxcox(OUTLIERS)
    np.testing.assert_allclose(transform(OUTLIERS, "boxcox"), likely, rtol=1e-6)
    assert exponent < 0.5


def test_a_logarithm_of_what_is_not_positive_is_refused_with_the_column():
    table = np.column_stack([np.arange(12.0), OUTLIERS - 1])
    with pytest.raises(NotPositiveError) as caught:
        treat(table, Treatment(fallback="log", max_winsorised=0))
    assert caught.value.code == 1
    with pytest.raises(NotPositiveError, match="maximum above 1"):
        transform(OUTLIERS / 1000, "log_gii")


def test_a_transformation_works_on_the_original_unless_combined():
    few = Treatment(max_winsorised=1, skewness=1.5, kurtosis=1)
    y, moved, [record] = treat(OUTLIERS[:, None], few)
    np.testing.assert_allclose(y[:, 0], transform(OUTLIERS, "log_shifted"))
    assert record.outcome == "transformed"
    assert record.winsorised == 0
    assert not moved.any()
    both, moved, [record] = treat(OUTLIERS[:, None], few.model_copy(update={"combine": True}))
    winsorised, _ = winsorise(OUTLIERS, few)
    np.testing.assert_allclose(both[:, 0], transform(winsorised, "log_shifted"))
    assert record.winsorised == moved.sum() == 1


def test_overrides_and_what_is_not_tested():
    table = np.column_stack([OUTLIERS, OUTLIERS, np.full(12, 3.0), np.arange(12.0)])
    table[3:, 3] = np.nan
    y, _, records = treat(table, Treatment(), {0: None, 1: Treatment(max_winsorised=0, fallback="none")})
    np.testing.assert_array_equal(y, table)
    assert [r.outcome for r in records] == ["left", "still failing", "not tested", "not tested"]


@given(arrays(float, (12, 2), elements=st.one_of(st.integers(0, 10**6).map(float), st.just(np.nan))))
def test_missing_stays_missing_and_units_keep_their_order(x):
    y, _, _ = treat(x)
    np.testing.assert_array_equal(np.isnan(x), np.isnan(y))
    for column in range(2):
        order = np.argsort(x[:, column])
        ordered = y[order, column]
        assert (np.diff(ordered[~np.isnan(ordered)]) >= 0).all()
