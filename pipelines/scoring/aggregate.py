"""Carry the scores of the indicators up a tree. The means themselves are in `means` and `outranking`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring import means
from pipelines.scoring.errors import MethodError, naming
from pipelines.scoring.method import Aggregation
from pipelines.scoring.tree import Tree

Floats = NDArray[np.float64]
_STEP = "aggregate"
_ROUNDING = 1e-12  # a sum of shares that is short of the minimum by less reaches it
_PLAIN: dict[str, Callable[[Floats, ArrayLike], Floats]] = {
    "arithmetic": means.arithmetic,
    "geometric": means.geometric,
    "harmonic": means.harmonic,
    "median": means.median,
}


@dataclass(frozen=True, eq=False)
class TreeScores:
    """The scores of every node of a tree, in the order of `Tree.nodes`.

    Attributes:
        score: [units, nodes] NaN where too little is present.
        coverage: [units, nodes] the share of the leaves' weight under the node which is present.
        leaf_weight: [units, nodes, leaves] the weight each leaf had in the score, rescaled over
            what is present, so that
            score = leaf_weight @ leaf scores and each row sums to 1; NaN where there is no
            score or it is not an
            arithmetic mean all the way down. None when not asked for.
    """

    score: Floats
    coverage: Floats
    leaf_weight: Floats | None


def aggregate_tree(
    leaf_scores: ArrayLike,
    tree: Tree,
    rules: Aggregation | Sequence[Aggregation] | None = None,
    *,
    leaf_weights: bool = True,
) -> TreeScores:
    """Aggregate leaf scores to every node, from the bottom up.

    Args:
        leaf_scores: [units, leaves] in the order of `tree.leaves`, NaN where missing.
        tree: the hierarchy and its weights.
        rules: one for all nodes, or one a node in the order of `tree.nodes`; the arithmetic mean
            when left out.
        leaf_weights: also work out the weight of each leaf in each score.

    Raises:
        MethodError: there is not one rule a node, or a rule lacks a parameter.
        NotPositiveError: a mean of positive figures met another; names the code and the unit's row number.
    """
    leaf = np.asarray(leaf_scores, dtype=float)
    rule = [rules or Aggregation()] * len(tree.nodes) if not isinstance(rules, Sequence) else list(rules)
    if len(rule) != len(tree.nodes) or leaf.ndim != 2 or leaf.shape[1] != len(tree.leaves):
        shape = f"{len(tree.nodes)} nodes and {len(tree.leaves)} leaves"
        problem = f"{len(rule)} rules and scores {leaf.shape} do not fit {shape}"
        raise MethodError(_STEP, problem, "Give one rule a node and one column a leaf.")
    first = len(tree.leaves)
    score = np.empty((len(leaf), len(tree.codes)), order="F")  # columns are taken by the node, so keep them together
    score[:, :first] = leaf
    coverage = np.ones_like(score)
    coverage[:, :first] -= np.isnan(leaf)
    for node, (child, how) in enumerate(zip(tree.children, rule, strict=True), start=first):
        block = score[:, child]
        coverage[:, node] = coverage[:, child] @ tree.share[child]
        with naming([tree.codes[i] for i in child]):
            value = combine(block, tree.weight[child], how)
        few = coverage[:, node] < how.min_coverage - _ROUNDING
        if how.min_share > 0:
            few |= (~np.isnan(block)).mean(axis=1) < how.min_share
        score[:, node] = np.where(few, np.nan, value)
    weight = _leaf_weights(score, tree, rule) if leaf_weights else None
    return TreeScores(score[:, first:], coverage[:, first:], weight)


def combine(x: Floats, weights: ArrayLike, how: Aggregation) -> Floats:
    """Apply one rule to a block of scores, without its minimum shares.

    Args:
        x: [units, children] NaN where missing.
        weights: [children].
        how: the rule.

    Returns:
        [units].
    """
    match how.method:
        case "power":
            if how.p is None:
                raise MethodError(_STEP, "the power mean has no order", "Give `p`.")
            return means.power(x, weights, how.p)
        case "owa":
            return means.ordered(x, weights, how.order_weights or ())
        case "mazziotta_pareto":
            return means.mazziotta_pareto(x, weights, how.penalty)
        case "copeland":
            from pipelines.scoring.outranking import (
                copeland,
            )  # like the next, slow to import and seldom needed

            return copeland(x, np.asarray(weights, dtype=float))
        case "noncompensatory":
            from pipelines.scoring.kemeny import noncompensatory

            return noncompensatory(x, np.asarray(weights, dtype=float))
    return _PLAIN[how.method](x, weights)


def _leaf_weights(score: Floats, tree: Tree, rule: Sequence[Aggregation]) -> Floats:
    """[units, nodes, leaves] the weight of each leaf in each score."""
    first = len(tree.leaves)
    units = len(score)
    weight = np.full((units, len(tree.codes), first), np.nan)
    weight[:, :first] = np.eye(first)
    for node, (child, how) in enumerate(zip(tree.children, rule, strict=True), start=first):
        if how.method != "arithmetic":
            continue
        present = means.present_weights(score[:, child], tree.weight[child])
        below = np.where(np.isnan(score[:, child])[:, :, None], 0.0, weight[:, child])
        weight[:, node] = np.einsum("uc,ucl->ul", present, below)
        weight[np.isnan(score[:, node]), node] = np.nan
    return weight[:, first:]
