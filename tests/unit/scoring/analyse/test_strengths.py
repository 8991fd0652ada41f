import numpy as np
import pytest

from pipelines.scoring.analyse.strengths import standing, strengths
from pipelines.scoring.errors import TableError


def test_standing_is_the_share_of_others_below():
    assert standing(np.array([[1.0, 5], [2, 5], [2, np.nan], [9, 1]])) == pytest.approx(
        np.array([[0, 0.75], [0.5, 0.75], [0.5, np.nan], [1, 0]]), nan_ok=True
    )
    assert np.isnan(standing(np.array([[3.0]]))).all()


def test_best_and_worst_of_each_unit():
    found = strengths([[3, 1, 2], [2, 2, 3], [1, 3, 1]], number=2)
    assert found.strengths.tolist() == [[0, -1], [2, -1], [1, -1]]
    assert found.weaknesses.tolist() == [[1, -1], [-1, -1], [0, 2]]


def test_missing_figures_are_neither():
    found = strengths([[np.nan, 1], [1, 2], [2, 3]], number=2)
    assert 0 not in found.strengths[0]
    assert 0 not in found.weaknesses[0]


def test_within_groups():
    values = [[1.0], [2], [10], [20]]
    found = strengths(values, number=1, group=["a", "a", "b", "b"])
    assert found.strengths.ravel().tolist() == [-1, 0, -1, 0]
    assert found.weaknesses.ravel().tolist() == [0, -1, 0, -1]


def test_indicators_with_few_distinct_figures_are_not_listed():
    values = np.column_stack([np.repeat([0.0, 1], 10), np.arange(20.0)])
    assert (strengths(values).strengths != 0).all()
    assert strengths(values, least_distinct=0.05).strengths[-1].tolist() == [1, 0]


def test_every_unit_needs_a_label():
    with pytest.raises(TableError, match="2 units"):
        strengths([[1], [2]], group=["a"])
