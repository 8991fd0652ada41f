"""Ranks with ties and missing values."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.scoring.ranks import ascending, competition

FIGURES = arrays(float, st.integers(1, 20), elements=st.one_of(st.integers(0, 5).map(float), st.just(np.nan)))


def test_ties_share_the_best_of_their_places():
    np.testing.assert_array_equal(competition([5.0, 7.0, 5.0, np.nan, 1.0]), [2, 1, 2, np.nan, 4])


def test_scores_that_differ_by_rounding_are_ties():
    np.testing.assert_array_equal(competition([0.1 + 0.2, 0.3, 0.2]), [1, 1, 3])
    np.testing.assert_array_equal(ascending([0.1 + 0.2, 0.3, 0.2]), [3, 2, 1])


@given(FIGURES)
def test_a_rank_is_one_more_than_the_number_of_lower_figures(x):
    rank = ascending(x)
    for i, value in enumerate(x):
        assert np.isnan(rank[i]) if np.isnan(value) else rank[i] == 1 + (x < value).sum()


@given(FIGURES)
def test_columns_are_ranked_apart(x):
    both = ascending(np.column_stack([x, -x]))
    np.testing.assert_array_equal(both[:, 0], ascending(x))
    np.testing.assert_array_equal(both[:, 1], ascending(-x))
