"""Means and their way up the tree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.scoring.aggregate import aggregate_tree, combine
from pipelines.scoring.errors import MethodError, NotPositiveError
from pipelines.scoring.method import Aggregation
from pipelines.scoring.tree import Tree

NAN = np.nan
TREE = Tree.build(["a", "b", "c", "P", "Top"], ["P", "P", "Top", "Top", None], [1, 3, 1, 1, 1])
RULES = {
    "arithmetic": Aggregation(),
    "geometric": Aggregation(method="geometric"),
    "harmonic": Aggregation(method="harmonic"),
    "power": Aggregation(method="power", p=3),
    "median": Aggregation(method="median"),
    "owa": Aggregation(method="owa", order_weights=(0.5, 0.3, 0.2)),
    "mazziotta_pareto": Aggregation(method="mazziotta_pareto"),
    "copeland": Aggregation(method="copeland"),
    "noncompensatory": Aggregation(method="noncompensatory"),
}
MEANS = ["arithmetic", "geometric", "harmonic", "power", "median", "owa"]


def scores(units, children, least=1):
    figures = st.floats(least, 100).map(lambda x: round(x, 3))
    return arrays(float, (units, children), elements=figures)


@pytest.mark.parametrize(
    ("rule", "row", "weights", "expected"),
    [
        (RULES["arithmetic"], [1, 2, 4], [1, 1, 2], 2.75),
        (RULES["arithmetic"], [1, NAN, 4], [1, 1, 2], 3),
        (RULES["geometric"], [1, 2, 4], [1, 1, 1], 2),
        (RULES["geometric"], [NAN, 2, 8], [1, 1, 1], 4),
        (RULES["harmonic"], [1, 2, 4], [1, 1, 1], 12 / 7),
        (RULES["harmonic"], [1, 2, NAN], [1, 1, 1], 4 / 3),
        (RULES["power"], [1, 2, NAN], [1, 1, 1], 4.5 ** (1 / 3)),
        (Aggregation(method="power", p=0), [1, 2, 4], [1, 1, 1], 2),
        (Aggregation(method="power", p=-1), [1, 2, 4], [1, 1, 1], 12 / 7),
        (RULES["median"], [1, 9, 4], [1, 1, 1], 4),
        (RULES["median"], [1, NAN, 4], [1, 1, 1], 2.5),
        (RULES["median"], [1, 2, 3, 4], [1, 1, 1, 1], 2.5),
        (RULES["median"], [1, 9, 4], [1, 3, 1], 9),
        (RULES["owa"], [1, 2, 4], [1, 1, 1], 2.8),
        (Aggregation(method="owa", order_weights=(0, 1)), [1, 2, 4, 8], [1, 1, 1, 1], 1.5),
        (Aggregation(method="owa", order_weights=(1, 1)), [1, NAN, 4, 8], [2, 1, 1, 1], 3.5),
        (RULES["mazziotta_pareto"], [90, 110], [1, 1], 99),
        (Aggregation(method="mazziotta_pareto", penalty="positive"), [90, 110], [1, 1], 101),
        (RULES["arithmetic"], [NAN, NAN], [1, 1], NAN),
        (RULES["median"], [NAN, NAN], [1, 1], NAN),
        (RULES["owa"], [NAN, NAN], [1, 1], NAN),
        (RULES["geometric"], [NAN, 2], [1, 0], NAN),
    ],
)
def test_worked_figures(rule, row, weights, expected):
    np.testing.assert_allclose(combine(np.array([row], dtype=float), weights, rule), [expected], rtol=1e-13)


@pytest.mark.parametrize("name", MEANS)
@given(x=scores(4, 3))
def test_a_mean_lies_between_the_worst_and_the_best(name, x):
    y = combine(x, [1.0, 2.0, 0.5], RULES[name])
    assert (y >= x.min(axis=1) * (1 - 1e-12)).all()
    assert (y <= x.max(axis=1) * (1 + 1e-12)).all()


@pytest.mark.parametrize("name", [*MEANS, "copeland"])
@given(x=scores(4, 3), child=st.integers(0, 2), gain=st.floats(0.1, 50))
def test_a_better_figure_never_lowers_the_score(name, x, child, gain):
    better = x.copy()
    better[0, child] += gain
    rule = RULES[name]
    assert combine(better, [1.0, 2.0, 0.5], rule)[0] >= combine(x, [1.0, 2.0, 0.5], rule)[0] - 1e-9


@pytest.mark.parametrize("name", [*MEANS, "mazziotta_pareto", "copeland"])
@given(x=scores(5, 3), seed=st.integers(0, 99))
def test_the_order_of_units_and_of_children_does_not_matter(name, x, seed):
    random = np.random.default_rng(seed)
    units, children = random.permutation(5), random.permutation(3)
    weights = np.array([1.0, 2.0, 0.5])
    shuffled = combine(x[units][:, children], weights[children], RULES[name])
    np.testing.assert_allclose(shuffled, combine(x, weights, RULES[name])[units], rtol=1e-10)


@pytest.mark.parametrize("name", MEANS)
@given(x=scores(3, 3), factor=st.floats(0.01, 100))
def test_means_scale_with_the_figures_and_not_with_the_weights(name, x, factor):
    y = combine(x, [1.0, 2.0, 0.5], RULES[name])
    np.testing.assert_allclose(combine(x * factor, [1.0, 2.0, 0.5], RULES[name]), y * factor, rtol=1e-9)
    np.testing.assert_allclose(combine(x, [2.0, 4.0, 1.0], RULES[name]), y, rtol=1e-9)


@pytest.mark.parametrize("name", MEANS)
@given(x=scores(4, 3), lost=arrays(bool, (4, 3)))
def test_a_missing_figure_counts_for_nothing(name, x, lost):
    """A unit with gaps scores as the same unit in an index of the children it has."""
    y = combine(np.where(lost, NAN, x), [1.0, 2.0, 0.5], RULES[name])
    for i in range(4):
        known = ~lost[i]
        if not known.any():
            assert np.isnan(y[i])
            continue
        alone = combine(x[i : i + 1, known], np.array([1.0, 2.0, 0.5])[known], RULES[name])
        np.testing.assert_allclose(y[i], alone[0], rtol=1e-9)


@given(x=scores(4, 3), lost=arrays(bool, (4, 3)))
def test_leaf_weights_sum_to_one_and_explain_the_score(x, lost):
    x = np.where(lost, NAN, x)
    made = aggregate_tree(x, TREE)
    scored = ~np.isnan(made.score)
    assert (np.isnan(made.leaf_weight).all(axis=2) == ~scored).all()
    np.testing.assert_allclose(made.leaf_weight.sum(axis=2)[scored], 1, rtol=1e-12)
    explained = np.einsum("unl,ul->un", made.leaf_weight, np.nan_to_num(x))
    np.testing.assert_allclose(explained[scored], made.score[scored], rtol=1e-12)


def test_coverage_and_the_least_shares():
    x = np.array([[1.0, 2.0, 3.0], [1.0, NAN, 3.0], [NAN, NAN, 3.0], [NAN, NAN, NAN]])
    np.testing.assert_array_equal(aggregate_tree(x, TREE).coverage, [[1, 1], [0.25, 0.625], [0, 0.5], [0, 0]])
    by_number = aggregate_tree(x, TREE, Aggregation(min_share=0.6)).score
    np.testing.assert_array_equal(by_number, [[1.75, 2.375], [NAN, NAN], [NAN, NAN], [NAN, NAN]])
    by_weight = aggregate_tree(x, TREE, Aggregation(min_coverage=0.5)).score
    np.testing.assert_array_equal(by_weight, [[1.75, 2.375], [NAN, 3], [NAN, 3], [NAN, NAN]])


def test_each_node_by_its_own_rule_has_leaf_weights_where_it_is_linear():
    x = np.array([[1.0, 4.0, 3.0]])
    made = aggregate_tree(x, TREE, [Aggregation(method="geometric"), Aggregation()])
    np.testing.assert_allclose(made.score, [[4**0.75, (4**0.75 + 3) / 2]])
    assert np.isnan(made.leaf_weight).all()


@pytest.mark.parametrize("name", ["geometric", "harmonic", "power"])
@pytest.mark.parametrize("figure", [-1.0, 0.0])
def test_means_of_positive_figures_name_what_is_not(name, figure):
    x = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, figure]])
    rule = RULES[name]
    if name == "power" and figure == 0:
        assert np.isfinite(aggregate_tree(x, TREE, rule).score).all()
        return
    with pytest.raises(NotPositiveError, match="lower bound above 0") as caught:
        aggregate_tree(x, TREE, rule)
    assert (caught.value.code, caught.value.unit) == ("c", 1)


def test_a_mean_around_zero_has_no_mazziotta_pareto_index():
    with pytest.raises(NotPositiveError):
        combine(np.array([[-1.0, 1.0]]), [1, 1], RULES["mazziotta_pareto"])


def test_rules_that_do_not_fit_the_tree_are_refused():
    with pytest.raises(MethodError, match="2 nodes and 3 leaves"):
        aggregate_tree(np.ones((2, 3)), TREE, [Aggregation()])


def test_one_level_has_nothing_to_aggregate():
    made = aggregate_tree(np.ones((2, 2)), Tree.build(["a", "b"], [None, None]))
    assert made.score.shape == (2, 0)
