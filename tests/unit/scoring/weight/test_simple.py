import numpy as np
import pytest
from hypothesis import given as check
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.scoring.arrays import MissingError, WeightError
from pipelines.scoring.errors import ConstantError, InfiniteError, NotPositiveError, TableError
from pipelines.scoring.ranks import competition
from pipelines.scoring.weight import budget_allocation, entropy, equal, given

# Handbook table 22, budget allocation by 20 experts, and table 23, ranks with these weights.
BAP_WEIGHTS = (0.11, 0.11, 0.11, 0.18, 0.10, 0.06, 0.15, 0.18)
BAP_RANKS = (1, 2, 3, 5, 4, 8, 7, 10, 11, 6, 9, 13, 12, 14, 17, 15, 16, 18, 19, 21, 22, 20, 23)
# Saisana, Saltelli and Tarantola (2005), table 1: goalposts over 72 countries; the two logs are capped.
LOW = np.array([0, 0, 0, 0, np.log10(1), np.log10(22), 0.8, 0.1])
HIGH = np.array([994, 272.6, 232.4, 80.8, np.log10(901), np.log10(6969), 12, 27.4])

positive = st.floats(0.01, 1e6)
tables = arrays(float, st.tuples(st.integers(2, 12), st.integers(1, 6)), elements=positive)


def test_published_budget_weights_give_the_published_ranks(tai):
    scores = np.clip((tai - LOW) / (HIGH - LOW), 0, 1) @ given(BAP_WEIGHTS)
    assert competition(scores).tolist() == list(BAP_RANKS)


def test_budget_is_averaged_over_experts_as_shares():
    points = [[50, 30, 20], [10, 60, 30]]
    assert budget_allocation(points) == pytest.approx([0.30, 0.45, 0.25])


def test_budget_names_the_expert_whose_points_do_not_add_up():
    with pytest.raises(WeightError, match="expert number 1"):
        budget_allocation([[50, 50], [50, 60]])
    with pytest.raises(WeightError, match="expert number 0"):
        budget_allocation([[-10, 110], [50, 50]])
    with pytest.raises(MissingError):
        budget_allocation([[50, np.nan], [50, 50]])


def test_equal_weights():
    assert equal(4).tolist() == [0.25] * 4
    with pytest.raises(WeightError):
        equal(0)


@pytest.mark.parametrize("weights", [[1, -1], [0, 0], [1, np.nan], [1, np.inf], []], ids=str)
def test_given_weights_that_are_no_shares_are_refused(weights):
    with pytest.raises(WeightError):
        given(weights)


def test_given_weights_of_any_size_become_shares():
    assert given([1e308, 1e308]).tolist() == [0.5, 0.5]
    assert given([5e-324, 5e-324]).tolist() == [0.5, 0.5]


def test_entropy_by_hand():
    # shares .5 .5 (entropy 1, weight 0) and .25 .75 (entropy .8113)
    even, uneven = entropy([[1, 1], [1, 3]])
    assert even == 0
    assert uneven == 1
    found = entropy([[1, 1], [3, 3], [5, 0]])
    h = [-(np.array(p) * np.log(p)).sum() / np.log(3) for p in ([1 / 9, 3 / 9, 5 / 9], [0.25, 0.75])]
    assert found == pytest.approx((1 - np.array(h)) / (2 - sum(h)))


def test_entropy_refuses_what_has_no_entropy():
    with pytest.raises(NotPositiveError, match="number 1"):
        entropy([[1, -1], [2, 3]])
    with pytest.raises(NotPositiveError, match="number 0"):
        entropy([[0, 1], [0, 3]])
    with pytest.raises(ConstantError):
        entropy([[2, 2], [2, 2]])
    with pytest.raises(TableError, match="one unit"):
        entropy([[1, 2]])
    with pytest.raises(InfiniteError):
        entropy([[1, np.inf], [1, 2]])


@check(tables, st.randoms())
def test_entropy_weights_are_shares_and_follow_their_columns(values, random):
    if not (np.ptp(values, axis=0) > 1e-6 * values.max(axis=0)).all():
        return
    weights = entropy(values)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    columns, rows = list(range(values.shape[1])), list(range(len(values)))
    random.shuffle(columns)
    random.shuffle(rows)
    assert entropy(values[rows][:, columns]) == pytest.approx(weights[columns], rel=1e-6, abs=1e-9)
    assert entropy(values * 7.5) == pytest.approx(weights, rel=1e-6, abs=1e-9)
