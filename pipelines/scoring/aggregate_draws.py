"""Carry scores up a tree for many sets of weights at once. The rules themselves are `aggregate.combine`'s.

Means that are linear after a transformation of the figures are one matrix product for all draws; the other
rules, and figures that such a mean may refuse, go through `combine` draw by draw.
"""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.scoring.aggregate import combine
from pipelines.scoring.errors import ScoringError, naming
from pipelines.scoring.method import Aggregation
from pipelines.scoring.tree import Tree

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]
Bounds = Literal["all", "from zero", "above zero"]


def aggregate_draws(
    leaf: Floats,
    tree: Tree,
    weight: Floats,
    rules: Sequence[Aggregation],
    code: str,
    units: Sequence[str] = (),
) -> tuple[Floats, dict[int, str]]:
    """Aggregate leaf scores to a node, with each of several sets of weights.

    Args:
        leaf: [units, leaves] NaN where missing, the same in every draw.
        tree: the hierarchy; its own weights are not used.
        weight: [draws, codes] relative among siblings.
        rules: one a node.
        code: the node.
        units: the codes of the units, for messages.

    Returns:
        [draws, units] scores, NaN where there is none; and by number of a draw that failed, at whatever node,
        why. The scores of those draws mean nothing.
    """
    score = _all_at_once(leaf, tree, weight, rules, code)
    if score is not None:
        return score, {}
    run = _Run(leaf, tree, weight, [rule.min_coverage > 0 for rule in rules])
    for node, rule in enumerate(rules):
        run.add(node, rule, units)
    return run.score[tree.position[code]], run.failed


def _all_at_once(leaf: Floats, tree: Tree, weight: Floats, rules: Sequence[Aggregation], code: str) -> Floats | None:
    """[draws, units] scores by one matrix product, or None.

    Means of one kind all the way up are one mean, with the products of the shares on the way down as weights,
    if nothing is missing.
    """
    form = _linear_form(rules[0])
    if form is None or len({(rule.method, rule.p) for rule in rules}) > 1 or np.isnan(leaf).any():
        return None
    if _out_of_bounds(leaf, form[2]):
        return None
    effective = np.zeros_like(weight)
    effective[:, tree.position[code]] = 1.0
    nodes = range(len(tree.leaves), len(tree.codes))
    for node, child in zip(reversed(nodes), reversed(tree.children), strict=True):
        share = weight[:, child] / weight[:, child].sum(axis=1, keepdims=True)
        effective[:, child] = effective[:, node, None] * share
    return form[1](effective[:, : len(tree.leaves)] @ form[0](leaf).T)


class _Run:
    """The scores on their way up."""

    def __init__(self, leaf: Floats, tree: Tree, weight: Floats, covered: Sequence[bool]) -> None:
        self.tree, self.weight, self.needs_coverage = tree, weight, any(covered)
        # A leaf is [units]; a node is [draws, units].
        self.score: dict[int, Floats] = dict(enumerate(leaf.T))
        self.coverage: dict[int, Floats] = {i: (~np.isnan(column)).astype(float) for i, column in enumerate(leaf.T)}
        self.failed: dict[int, str] = {}

    def add(self, node: int, rule: Aggregation, units: Sequence[str]) -> None:
        """Score a node of which the children are scored."""
        at = len(self.tree.leaves) + node
        child = self.tree.children[node]
        weight = self.weight[:, child]
        made = _by_product(rule, [self.score[i] for i in child], weight)
        if made is None:
            with naming([self.tree.codes[i] for i in child], units):
                made = self._one_by_one(rule, child, weight, units)
        if rule.min_share > 0:
            present = sum(~np.isnan(self.score[i]) for i in child) / len(child)
            made = np.where(present >= rule.min_share, made, np.nan)
        if self.needs_coverage:
            share = weight / weight.sum(axis=1, keepdims=True)
            covered = _product([self.coverage[i] for i in child], share)
            self.coverage[at] = covered
            made = np.where(covered >= rule.min_coverage - 1e-12, made, np.nan)
        self.score[at] = made

    def _one_by_one(self, rule: Aggregation, child: NDArray[np.int64], weight: Floats, units: Sequence[str]) -> Floats:
        parts = [self.score[i] for i in child]
        made = np.full((len(weight), parts[0].shape[-1]), np.nan)
        # A mean that is linear in some form refuses figures whatever the weights: all draws, or none.
        same = _linear_form(rule) is not None and all(part.ndim == 1 for part in parts)
        for draw in range(len(weight)):
            if draw in self.failed:
                continue
            x = np.column_stack([part if part.ndim == 1 else part[draw] for part in parts])
            try:
                with naming([self.tree.codes[i] for i in child], units):
                    made[draw] = combine(x, weight[draw], rule)
            except ScoringError as error:
                refused = range(len(weight)) if same else (draw,)
                self.failed |= {i: str(error) for i in refused if i not in self.failed}
        return made


def _by_product(rule: Aggregation, parts: list[Floats], weight: Floats) -> Floats | None:
    """[draws, units] a mean as a matrix product; None where the rule or the figures do not allow it."""
    form = _linear_form(rule)
    if form is None or any(_out_of_bounds(part, form[2]) for part in parts):
        return None
    forward, back, _ = form
    moved = [forward(part) for part in parts]
    missing = [np.isnan(part) for part in parts]
    if not any(gap.any() for gap in missing):
        return back(_product(moved, weight / weight.sum(axis=1, keepdims=True)))
    total = _product([(~gap).astype(float) for gap in missing], weight)
    figures = [np.where(gap, 0.0, part) for gap, part in zip(missing, moved, strict=True)]
    return back(_product(figures, weight) / np.where(total > 0, total, np.nan))


def _out_of_bounds(x: Floats, allowed: Bounds) -> bool:
    """Whether a mean may refuse figures."""
    return allowed != "all" and bool(((x < 0) if allowed == "from zero" else (x <= 0)).any())


def _linear_form(rule: Aggregation) -> tuple[Function, Function, Bounds] | None:
    """What to do with the figures before and after the weighted mean, and which figures it allows."""
    match rule.method, rule.p:
        case ("arithmetic", _) | ("power", 1.0):
            return _same, _same, "all"
        case ("geometric", _) | ("power", 0.0):
            return np.log, np.exp, "above zero"
        case "harmonic", _:
            return np.reciprocal, np.reciprocal, "above zero"
        case "power", float(p):
            return (lambda x: x**p), (lambda x: x ** (1.0 / p)), "from zero" if p > 0 else "above zero"
    return None


def _same(x: Floats) -> Floats:
    return x


def _product(parts: list[Floats], weight: Floats) -> Floats:
    """[draws, units] the sum of weight [draws, parts] times part, of parts [units] or [draws, units]."""
    fixed = [i for i, part in enumerate(parts) if part.ndim == 1]
    total: Floats | float = weight[:, fixed] @ np.stack([parts[i] for i in fixed]) if fixed else 0.0
    for i, part in enumerate(parts):
        if part.ndim > 1:
            total = total + weight[:, i, None] * part
    return np.asarray(total)
