import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.scoring.arrays import WeightError
from pipelines.scoring.errors import ConstantError, ConvergenceError
from pipelines.scoring.weight import balanced, most_correlated


def related(seed: int, units: int = 40, indicators: int = 4) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.normal(size=(units, 1)) + random.normal(size=(units, indicators))


def test_equal_targets_give_equal_correlations():
    found = balanced(related(1) * [1, 5, 0.2, 3])
    assert found.gap < 1e-6
    assert np.ptp(found.correlation) < 1e-6
    assert found.weights.sum() == pytest.approx(1)


def test_reported_correlations_are_those_of_the_weights():
    values = related(2)
    found = balanced(values, [2, 1, 1, 1])
    index = values @ found.weights
    assert found.correlation == pytest.approx([np.corrcoef(x, index)[0, 1] for x in values.T])
    assert found.gap == pytest.approx(np.abs(found.correlation / found.correlation.sum() - found.target).max())


def test_inverse_of_the_correlation_matrix_is_the_answer_where_no_bound_binds():
    values = related(3)
    deviation = values.std(axis=0)
    exact = np.linalg.solve(np.corrcoef(values.T), np.ones(4)) / deviation
    assert (exact > 0).all()
    assert balanced(values).weights == pytest.approx(exact / exact.sum(), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(4)))
def test_target_belongs_to_its_column_whatever_the_order(seed, order):
    values, target, order = related(seed), np.array([3.0, 1, 1, 2]), list(order)
    for bounds in ((0.0, 1.0), (0.1, 0.4)):
        one = balanced(values, target, bounds)
        other = balanced(values[::-1, order], target[order], bounds)
        assert other.weights == pytest.approx(one.weights[order], abs=1e-6)
        assert one.weights.min() >= bounds[0]
        assert one.weights.max() <= bounds[1]
        assert one.weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("kind", ["spearman", "kendall"])
def test_ranks_are_balanced_better_than_by_the_linear_answer(kind):
    values = np.exp(related(4, 30, 3))
    linear = balanced(values)
    found = balanced(values, kind=kind)
    order = [2, 0, 1]
    assert balanced(values[:, order], kind=kind).weights == pytest.approx(found.weights[order], abs=1e-12)
    index = (values @ linear.weights).argsort().argsort()
    if kind == "spearman":
        before = np.array([np.corrcoef(x.argsort().argsort(), index)[0, 1] for x in values.T])
        assert found.gap < np.abs(before / before.sum() - 1 / 3).max()
    assert found.gap < 0.05


def test_largest_correlations_come_from_equal_weights_of_standardised_indicators():
    values = related(5) * [1, 2, 3, 4]
    inverse = 1 / values.std(axis=0)
    assert most_correlated(values).weights == pytest.approx(inverse / inverse.sum(), abs=1e-6)
    held = most_correlated(values, bounds=(0.2, 0.3))
    assert held.weights.min() >= 0.2
    assert held.weights.max() <= 0.3
    assert most_correlated(values, kind="spearman").correlation.sum() > 0


def test_what_does_not_apply_is_refused():
    values = related(6)
    with pytest.raises(WeightError, match="no 4 weights"):
        balanced(values, bounds=(0.3, 1))
    with pytest.raises(WeightError):
        balanced(values, target=[1, 1])
    with pytest.raises(WeightError):
        balanced(values, target=[1, 1, 1, -1])
    with pytest.raises(ConstantError, match="number 3"):
        balanced(np.column_stack([values[:, :3], np.ones(40)]))
    with pytest.raises(ConvergenceError):
        balanced(np.column_stack([values[:, 0], -values[:, 0]]))


def test_one_choice_left_by_the_bounds():
    assert balanced(related(7), bounds=(0.25, 0.25)).weights.tolist() == [0.25] * 4
    assert balanced(related(7)[:, :1]).weights.tolist() == [1]
