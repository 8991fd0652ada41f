import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.scoring.arrays import MissingError, WeightError
from pipelines.scoring.errors import NotPositiveError
from pipelines.scoring.ranks import competition
from pipelines.scoring.weight import benefit_of_doubt

# Handbook table 19, scores with weight shares between 10 and 15 %, and their ranks in table 23.
SCORES = (1, 1, 1, 0.87, 0.80, 0.75, 0.71, 0.73, 0.66, 0.62, 0.62, 0.86, 0.60, 0.54, 0.58, 0.52, 0.51, 0.49,
          0.34, 0.38, 0.31, 0.27, 0.28)  # fmt: skip
RANKS = (1, 1, 1, 4, 6, 7, 9, 8, 10, 12, 11, 5, 13, 15, 14, 16, 17, 18, 20, 19, 21, 23, 22)

tables = arrays(float, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=st.integers(1, 20).map(float))


def test_scores_and_ranks_of_the_handbook(tai_minmax):
    found = benefit_of_doubt(tai_minmax, weight_share=(0.10, 0.15))
    assert competition(found.score.round(9)).tolist() == list(RANKS)
    assert found.score == pytest.approx(SCORES, abs=0.007)
    assert (found.score.round(2) == SCORES).sum() == 19
    share = found.weights / found.weights.sum(axis=1, keepdims=True)
    assert share.min() >= 0.10 - 1e-9
    assert share.max() <= 0.15 + 1e-9


def test_by_hand():
    # the third is beaten by a mix of the first two: along its own ray the frontier is 1.5 times as far
    found = benefit_of_doubt([[2, 0], [0, 2], [2 / 3, 2 / 3]])
    assert found.score == pytest.approx([1, 1, 2 / 3])


def test_contribution_shares_hold_for_every_unit():
    values = np.random.default_rng(2).uniform(1, 5, (12, 3))
    found = benefit_of_doubt(values, contribution_share=(0.2, 0.5))
    share = found.weights * values / found.score[:, None]
    assert share.min() >= 0.2 - 1e-9
    assert share.max() <= 0.5 + 1e-9
    assert (found.score <= benefit_of_doubt(values).score + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(tables, st.randoms())
def test_scores_are_fair_and_do_not_depend_on_order_or_scale(values, random):
    found = benefit_of_doubt(values)
    assert found.score.max() == pytest.approx(1)
    assert (found.weights >= -1e-9).all()
    assert (values @ found.weights.T).max() <= 1 + 1e-7  # no unit exceeds 1 under anybody's weights
    rows, columns = list(range(len(values))), list(range(values.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    other = benefit_of_doubt(values[rows][:, columns] * np.arange(1, values.shape[1] + 1))
    assert other.score == pytest.approx(found.score[rows], abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(tables, st.integers(0, 100), st.integers(0, 100))
def test_a_higher_figure_never_lowers_the_units_score(values, row, column):
    better = values.copy()
    row, column = row % len(values), column % values.shape[1]
    better[row, column] += 3
    assert benefit_of_doubt(better).score[row] >= benefit_of_doubt(values).score[row] - 1e-7


def test_many_units_are_solved_in_parts_with_the_same_scores(tai_minmax, monkeypatch):
    whole = benefit_of_doubt(tai_minmax).score
    monkeypatch.setattr("pipelines.scoring.weight.frontier._UNITS", 3)
    assert benefit_of_doubt(tai_minmax).score == pytest.approx(whole, abs=1e-9)


def test_what_does_not_apply_is_refused():
    with pytest.raises(NotPositiveError, match="number 1"):
        benefit_of_doubt([[1, -1], [1, 1]])
    with pytest.raises(NotPositiveError, match="number 0"):
        benefit_of_doubt([[0, 1], [0, 1]])
    with pytest.raises(MissingError):
        benefit_of_doubt([[np.nan, 1], [0, 1]])
    with pytest.raises(WeightError, match="no 2 shares"):
        benefit_of_doubt([[1, 1], [2, 1]], weight_share=(0.6, 1))
    with pytest.raises(WeightError, match="no 2 shares"):
        benefit_of_doubt([[1, 1], [2, 1]], contribution_share=(0, 0.4))
    with pytest.raises(NotPositiveError, match="least share"):
        benefit_of_doubt([[0, 1], [2, 1]], contribution_share=(0.1, 0.9))
