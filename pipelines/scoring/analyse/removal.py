"""What each element of an index does to the ranking: it is taken out and the index is aggregated again.

Put here: the index without one element, and the shift of ranks that this causes.
Not here: comparison of two given indices (`compare`), and earlier steps: normalised scores stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.scoring.aggregate import aggregate_tree
from pipelines.scoring.analyse.correlation import ancestor_pairs
from pipelines.scoring.arrays import Floats, as_table
from pipelines.scoring.errors import TreeError
from pipelines.scoring.method import Aggregation
from pipelines.scoring.ranks import competition
from pipelines.scoring.tree import Tree

_STEP = "removal"


@dataclass(frozen=True, eq=False)
class Removal:
    """The index without each of some elements.

    Attributes:
        codes: the elements.
        nominal_rank: [units] ranks with all elements.
        rank: [units, elements] ranks without the element; NaN where nothing is left of a unit.
        mean_shift: [elements] mean size of the rank changes, over the units that keep a rank.
        largest_shift: [elements] the largest one.
    """

    codes: tuple[str, ...]
    nominal_rank: Floats
    rank: Floats
    mean_shift: Floats
    largest_shift: Floats


def remove_each(
    leaf_scores: ArrayLike, tree: Tree, rules: Sequence[Aggregation], codes: Sequence[str], top: str
) -> Removal:
    """Take out each of some elements in turn, with all that is under it, and rank the units anew.

    Args:
        leaf_scores: [units, leaves] normalised, NaN where missing.
        tree: the hierarchy.
        rules: [nodes] how each node is aggregated.
        codes: the elements to take out, of any level.
        top: the code whose score is ranked.

    Raises:
        TableError, InfiniteError: see `arrays.as_table`.
        TreeError: there is no such code, or without it nothing is left of the top.
        MethodError, NotPositiveError: see `aggregate.aggregate_tree`.
    """
    values = as_table(leaf_scores, _STEP)
    by_node = dict(zip(tree.nodes, rules, strict=True))
    nominal = competition(_top_score(values, tree, by_node, top))
    rank = np.full((len(values), len(codes)), np.nan)
    for column, code in enumerate(codes):
        smaller = without(tree, code)
        if top not in smaller.position:
            raise TreeError(_STEP, f"without it nothing is left of {top}", "Keep it.", code=code)
        kept = [tree.position[leaf] for leaf in smaller.leaves]
        rank[:, column] = competition(_top_score(values[:, kept], smaller, by_node, top))
    shift = np.abs(rank - nominal[:, None])
    known = ~np.isnan(shift)
    mean = np.where(known, shift, 0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    return Removal(tuple(codes), nominal, rank, mean, np.fmax.reduce(shift, axis=0))


def without(tree: Tree, code: str) -> Tree:
    """Return the tree without a code, what is under it, and aggregates that have nothing else under them.

    Raises:
        TreeError: there is no such code, or nothing would be left.
    """
    if code not in tree.position:
        raise TreeError(_STEP, "there is no such code", "Name an indicator or aggregate.", code=code)
    out = np.zeros(len(tree.codes), dtype=bool)
    out[tree.position[code]] = True
    below, above = ancestor_pairs(tree.parent).T
    out[below[above == tree.position[code]]] = True
    leaves = np.arange(len(tree.codes)) < len(tree.leaves)
    if out[leaves].all():
        raise TreeError(_STEP, "without it nothing is left", "Keep it.", code=code)
    carried = np.bincount(above, leaves[below] & ~out[below], minlength=len(tree.codes)) > 0
    kept = np.flatnonzero(~out & (leaves | carried))
    return Tree.build(
        [tree.codes[i] for i in kept],
        [tree.codes[tree.parent[i]] if tree.parent[i] >= 0 else None for i in kept],
        tree.weight[kept].tolist(),
        leaves=[tree.codes[i] for i in kept if leaves[i]],
        levels=tree.level[kept].tolist(),
    )


def _top_score(values: Floats, tree: Tree, rules: dict[str, Aggregation], top: str) -> Floats:
    scores = aggregate_tree(values, tree, [rules[node] for node in tree.nodes], leaf_weights=False)
    return scores.score[:, tree.nodes.index(top)]
