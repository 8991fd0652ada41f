import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from pipelines.scoring.analyse.correlation import (
    ancestor_pairs,
    benjamini_hochberg,
    correlate,
    flag_pairs,
    holm,
)
from pipelines.scoring.errors import InfiniteError, TableError

# Handbook table 6, the upper triangle by rows.
TABLE_6 = (
    0.13, -0.09, 0.45, 0.28, 0.03, 0.22, 0.08,
    0.46, 0.25, 0.56, 0.32, 0.30, 0.06,
    -0.45, 0.56, 0.84, 0.63, 0.27,
    0.00, -0.36, -0.35, -0.03,
    0.64, 0.30, 0.33,
    0.65, 0.26,
    0.08,
)  # fmt: skip

cells = st.one_of(st.integers(-5, 5).map(float), st.just(np.nan))
tables = arrays(float, st.tuples(st.integers(4, 12), st.integers(1, 4)), elements=cells)


def gappy(seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    values = random.normal(size=(40, 5)).round(1)
    values[random.random(values.shape) < 0.2] = np.nan
    return values


def test_correlations_of_the_handbook(tai):
    found = correlate(tai).coefficient[np.triu_indices(8, 1)]
    assert (found.round(2) == TABLE_6).sum() == 25  # the three others hang on the third decimal of the logs
    assert found == pytest.approx(TABLE_6, abs=0.02)


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_pairs_use_the_units_known_for_both(kind):
    values = gappy()
    found = correlate(values, kind=kind)
    assert found.coefficient == pytest.approx(pd.DataFrame(values).corr(method=kind).to_numpy())
    assert found.units[0, 1] == (~np.isnan(values[:, 0] + values[:, 1])).sum()


@pytest.mark.parametrize(
    ("kind", "test"),
    [("pearson", stats.pearsonr), ("spearman", stats.spearmanr), ("kendall", stats.kendalltau)],
)
def test_p_values(kind, test):
    values = gappy(2)
    shared = ~np.isnan(values[:, 2] + values[:, 3])
    expected = test(values[shared, 2], values[shared, 3])
    found = correlate(values, kind=kind)
    assert found.coefficient[2, 3] == pytest.approx(expected.statistic)
    assert found.p_value[2, 3] == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_tables_of_two_levels(tai, kind):
    pillars = tai.reshape(23, 4, 2).mean(axis=2)
    across = correlate(tai, pillars, kind).coefficient
    assert across.shape == (8, 4)
    assert across == pytest.approx(correlate(np.hstack([tai, pillars]), kind=kind).coefficient[:8, 8:])


@settings(deadline=None)
@given(tables, st.sampled_from(["pearson", "spearman", "kendall"]), st.randoms())
def test_within_one_symmetric_and_free_of_scale_and_order(values, kind, random):
    found = correlate(values, kind=kind).coefficient
    told = ~np.isnan(found)
    assert (np.abs(found[told]) <= 1).all()
    assert np.array_equal(found, found.T, equal_nan=True)
    rows = list(range(len(values)))
    random.shuffle(rows)
    other = correlate(values[rows] * 1e6 + 3, kind=kind).coefficient
    assert other == pytest.approx(found, abs=1e-6, nan_ok=True)
    assert correlate(values, -values, kind).coefficient == pytest.approx(-found, abs=1e-9, nan_ok=True)


def test_perfect_correlation():
    found = correlate([[1, 2, -1], [2, 4, -2], [3, 6, -3], [4, 8, -4]])
    assert found.coefficient == pytest.approx(np.array([[1, 1, -1], [1, 1, -1], [-1, -1, 1]]))
    assert found.p_value.max() < 1e-12


def test_no_correlation_without_variation_or_with_two_units():
    nan = np.nan
    found = correlate([[1, 5, 1, 2], [2, 5, 2, 1], [3, 5, nan, 4], [4, 5, nan, 3]])
    assert np.isnan(found.coefficient[:, 1]).all()
    assert np.isnan(found.coefficient[0, 2])
    assert np.isnan(found.p_value[0, 2])
    assert found.units[0, 2] == 2
    assert found.coefficient[0, 3] == pytest.approx(0.6)


def test_variation_in_the_last_digits_is_none():
    assert np.isnan(correlate([[0.1 + 0.2, 1], [0.3, 2], [0.3, 3], [0.3, 4]]).coefficient[0, 1])


def test_what_does_not_apply_is_refused():
    with pytest.raises(InfiniteError, match="code number 1, unit number 2"):
        correlate([[1, 2], [2, 3], [3, np.inf]])
    with pytest.raises(TableError, match="same units"):
        correlate(np.ones((3, 2)), np.ones((4, 2)))


def test_corrections_by_hand():
    p_value = [0.01, 0.04, 0.03, np.nan, 0.005]
    assert holm(p_value) == pytest.approx([0.03, 0.06, 0.06, np.nan, 0.02], nan_ok=True)
    assert benjamini_hochberg(p_value) == pytest.approx([0.02, 0.04, 0.04, np.nan, 0.02], nan_ok=True)
    assert holm([[0.9, 0.8]]).tolist() == [[1, 1]]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrections_only_raise_and_keep_the_order(p_value):
    p_value = np.array(p_value)
    strict, mild = holm(p_value), benjamini_hochberg(p_value)
    assert mild == pytest.approx(stats.false_discovery_control(p_value))
    assert (p_value <= mild + 1e-15).all()
    assert (mild <= strict + 1e-15).all()
    order = np.argsort(p_value)
    assert (np.diff(strict[order]) >= 0).all()


def test_flags_are_given_inside_a_group_only():
    coefficient = np.array([[1, 0.95, -0.5, 0.99], [0.95, 1, 0.1, 0.99], [-0.5, 0.1, 1, 0.99], [0.99, 0.99, 0.99, 1]])
    redundant, conflicting = flag_pairs(coefficient, ["a", "a", "a", "b"])
    assert redundant.tolist() == [[0, 1]]
    assert conflicting.tolist() == [[0, 2]]


def test_family_goes_up_to_the_top():
    parent = np.array([3, 3, 4, 5, 5, -1])
    assert ancestor_pairs(parent, whole_family=False).tolist() == [[0, 3], [1, 3], [2, 4], [3, 5], [4, 5]]
    assert sorted(ancestor_pairs(parent).tolist()) == sorted(
        [[0, 3], [1, 3], [2, 4], [3, 5], [4, 5], [0, 5], [1, 5], [2, 5]]
    )
