import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.scoring.aggregate import aggregate_tree
from pipelines.scoring.analyse.effective_weights import main_effects, nominal_weights
from pipelines.scoring.tree import Tree


def test_shares_multiply_on_the_way_up():
    tree = Tree.build(["a", "b", "c", "x", "y", "top"], ["x", "x", "y", "top", "top", None], [1, 3, 5, 1, 4, 9])
    weight = dict(zip(tree.codes, nominal_weights(tree).tolist(), strict=True))
    assert weight == pytest.approx({"a": 0.05, "b": 0.15, "c": 0.8, "x": 0.2, "y": 0.8, "top": 1})


def test_ten_levels():
    codes = [f"n{i}" for i in range(10)] + ["other"]
    parents = [*codes[1:10], None, "n9"]
    tree = Tree.build(codes, parents)
    weight = dict(zip(tree.codes, nominal_weights(tree).tolist(), strict=True))
    assert weight["n0"] == 0.5
    assert weight["n9"] == 1


@given(st.lists(st.floats(0.1, 10), min_size=5, max_size=5))
def test_they_are_the_slopes_of_the_index(weights):
    tree = Tree.build(["a", "b", "c", "x", "y", "top"], ["x", "x", "y", "top", "top", None], [*weights, 1])
    index = aggregate_tree(np.eye(3), tree).score[:, tree.nodes.index("top")]
    assert nominal_weights(tree)[:3] == pytest.approx(index)
    assert nominal_weights(tree)[:3].sum() == pytest.approx(1)


def test_line_and_curve():
    x = np.linspace(-1, 1, 101)
    found = main_effects(np.column_stack([x, x**2, np.abs(x)]), 3 * x + 1)
    assert found.linear == pytest.approx([1, 0, 0], abs=1e-9)
    curve = main_effects(x[:, None], x**2)
    assert curve.linear[0] == pytest.approx(0, abs=1e-9)
    assert curve.smooth[0] > 0.95


def test_independent_parts_share_the_variance():
    parts = np.random.default_rng(3).normal(size=(20_000, 3)) * [1, 2, 3]
    found = main_effects(parts, parts.sum(axis=1))
    assert found.linear == pytest.approx([1 / 14, 4 / 14, 9 / 14], abs=0.01)
    assert found.smooth == pytest.approx(found.linear, abs=0.001)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_a_curve_explains_at_least_a_line(seed):
    random = np.random.default_rng(seed)
    values = np.where(random.random((25, 3)) < 0.1, np.nan, random.integers(0, 6, (25, 3)))
    found = main_effects(values, random.normal(size=25))
    told = ~np.isnan(found.smooth)
    assert (found.smooth[told] >= found.linear[told] - 1e-9).all()
    assert (found.smooth[told] <= 1).all()


def test_nothing_is_said_of_few_units_or_no_variation():
    assert np.isnan(main_effects(np.arange(9.0)[:, None], np.arange(9.0)).smooth[0])
    assert np.isnan(main_effects(np.ones((20, 1)), np.arange(20.0)).smooth[0])
    assert main_effects(np.repeat([0.0, 1], 10)[:, None], np.repeat([0.0, 1], 10)).smooth[0] == pytest.approx(1)
