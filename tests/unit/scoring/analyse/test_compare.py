import numpy as np
import pytest

from pipelines.scoring.analyse.compare import compare
from pipelines.scoring.errors import TableError


def test_rank_changes_by_hand():
    found = compare([4, 3, 2, 1], [1, 3, 2, 4])
    assert found.first.tolist() == [1, 2, 3, 4]
    assert found.second.tolist() == [4, 2, 3, 1]
    assert found.rise.tolist() == [-3, 0, 0, 3]
    assert found.mean_shift == 1.5
    assert found.largest.tolist() == [0, 3, 1, 2]
    assert found.spearman == pytest.approx(-0.8)
    assert found.kendall == pytest.approx(-4 / 6)


def test_only_units_with_both_scores_are_ranked():
    found = compare([5, np.nan, 3, 1], [1, 9, np.nan, 2])
    assert found.first.tolist() == pytest.approx([1, np.nan, np.nan, 2], nan_ok=True)
    assert found.second.tolist() == pytest.approx([2, np.nan, np.nan, 1], nan_ok=True)
    assert found.largest.tolist() == [0, 3]
    assert np.isnan(found.pearson)


def test_same_order_is_no_change(tai):
    score = tai.mean(axis=1)
    found = compare(score, np.log(score))
    assert found.mean_shift == 0
    assert found.spearman == pytest.approx(1)


def test_ties_share_the_best_rank():
    assert compare([1, 1, 0], [1, 2, 0]).first.tolist() == [1, 1, 3]


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(TableError, match="no unit"):
        compare([1, np.nan], [np.nan, 1])
    with pytest.raises(TableError, match="shapes"):
        compare([1, 2], [1, 2, 3])
