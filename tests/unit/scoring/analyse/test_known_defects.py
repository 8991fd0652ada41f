"""Defects of COINr 1.1.14 in weights, outranking and analyses; each test shows the right behaviour.

The numbers are those of the list in docs/engine.md.
"""

import numpy as np
import pytest

from pipelines.scoring.aggregate import aggregate_tree
from pipelines.scoring.analyse.correlation import ancestor_pairs, correlate, flag_pairs
from pipelines.scoring.analyse.multivariate import principal_components
from pipelines.scoring.analyse.statistics import statistics
from pipelines.scoring.arrays import WeightError
from pipelines.scoring.errors import ConstantError, InfiniteError
from pipelines.scoring.method import Aggregation
from pipelines.scoring.outranking import copeland, outranking
from pipelines.scoring.tree import Tree
from pipelines.scoring.weight import balanced, component_weights, factor_weights


def one_pillar(codes: str = "abc") -> Tree:
    return Tree.build([*codes, "pillar"], ["pillar"] * len(codes) + [None])


def test_defect_02_copeland_aggregates_like_any_other_method():
    values = np.array([[3, 3, 1], [2, 1, 2], [1, 2, 3.0]])
    score = aggregate_tree(values, one_pillar(), Aggregation(method="copeland")).score[:, 0]
    assert score.tolist() == copeland(values, np.ones(3)).tolist() == [2, -2, 0]


def test_defect_03_copeland_with_missing_figures_does_not_depend_on_row_order():
    values = np.array([[1, np.nan, 3], [2, 2, np.nan], [np.nan, 3, 1.0]])
    weights = np.ones(3)
    assert copeland(values[::-1], weights)[::-1].tolist() == copeland(values, weights).tolist()
    share = outranking(values, weights)
    # the first two share the first indicator only, and there the second is above
    assert share[0, 1] == 0
    assert share[1, 0] == 1
    assert share + share.T == pytest.approx(1 - np.eye(3))


def test_defect_06_target_importance_goes_to_its_own_column():
    random = np.random.default_rng(6)
    values = random.normal(size=(51, 1)) + random.normal(size=(51, 3))
    found = balanced(values, target=[3, 2.5, 2.5], bounds=(0.05, 0.9))
    # COINr gave the share of one code to another, negative weights, and correlations of other weights
    assert found.correlation.argmax() == 0
    assert found.gap < 1e-6
    assert (found.weights >= 0.05).all()
    index = values @ found.weights
    assert found.correlation == pytest.approx([np.corrcoef(x, index)[0, 1] for x in values.T])


def test_defect_07_component_weights_have_no_arbitrary_sign(tai):
    for weights in (component_weights(tai), factor_weights(tai).weights):
        assert (weights >= 0).all()
        assert weights.sum() == pytest.approx(1)
    assert (principal_components(tai).loading.sum(axis=0) > 0).all()
    assert component_weights(-tai) == pytest.approx(component_weights(tai))


def test_defect_19_infinite_figures_and_negative_weights_are_refused_by_name():
    values = np.array([[1, 2], [2, np.inf], [3, 1]])
    for function in (correlate, statistics, component_weights, lambda x: copeland(x, [1, 1])):
        with pytest.raises(InfiniteError, match="code number 1, unit number 1"):
            function(values)
    with pytest.raises(WeightError, match="number 1"):
        copeland(np.nan_to_num(values, posinf=9), [1, -1])


def test_defect_19_a_constant_indicator_is_refused_or_flagged_and_never_dropped(tai):
    values = np.column_stack([tai, np.full(23, 4.2)])
    assert statistics(values).constant.tolist() == [False] * 8 + [True]
    for function in (component_weights, factor_weights, balanced):
        with pytest.raises(ConstantError, match="number 8"):
            function(values)


def test_defect_20_a_correlation_of_minus_one_is_flagged():
    values = np.array([[1, -1], [2, -2], [4, -4.0]])
    redundant, conflicting = flag_pairs(correlate(values).coefficient, ["pillar", "pillar"])
    assert redundant.tolist() == [[0, 1]]
    assert conflicting.tolist() == [[0, 1]]


def test_defect_20_statistics_are_not_rounded():
    figures = np.array([[1234.5678], [2345.6789], [9876.5432]])
    assert statistics(figures).mean[0] == figures.mean()


def test_defect_20_every_code_is_listed_with_its_whole_family_up_to_any_level():
    tree = Tree.build(["a", "b", "x", "y", "top"], ["x", "x", "y", "top", None])
    family = {(tree.codes[code], tree.codes[above]) for code, above in ancestor_pairs(tree.parent)}
    assert {("a", "x"), ("a", "y"), ("a", "top"), ("x", "top")} <= family
