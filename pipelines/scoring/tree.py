"""The hierarchy of an index: indicators (leaves), aggregates above them, and weights. No scores here."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.scoring.errors import TreeError

_STEP = "tree"


@dataclass(frozen=True, eq=False)
class Tree:
    """A validated hierarchy. Build one with `Tree.build`.

    Attributes:
        leaves: codes of the indicators, in the order of the columns of the scores.
        nodes: codes of the aggregates, every child before its parent.
        parent: [codes] position of each code's parent in `codes`, -1 for a top.
        weight: [codes] weight of each code among its siblings; relative, never negative.
        level: [codes] 1 for an indicator, more than its children's for an aggregate.
    """

    leaves: tuple[str, ...]
    nodes: tuple[str, ...]
    parent: NDArray[np.int64]
    weight: NDArray[np.float64]
    level: NDArray[np.int64]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code: leaves, then nodes."""
        return self.leaves + self.nodes

    @cached_property
    def position(self) -> dict[str, int]:
        """The position of each code in `codes`."""
        return {code: i for i, code in enumerate(self.codes)}

    @cached_property
    def children(self) -> tuple[NDArray[np.int64], ...]:
        """For each node, the positions of its children in `codes`."""
        first = len(self.leaves)
        order = np.argsort(self.parent, kind="stable")
        edges = np.searchsorted(self.parent[order], np.arange(first, len(self.codes) + 1))
        return tuple(order[a:b] for a, b in pairwise(edges))

    @cached_property
    def tops(self) -> tuple[str, ...]:
        """The codes that have no parent."""
        return tuple(self.codes[i] for i in np.flatnonzero(self.parent < 0))

    @cached_property
    def share(self) -> NDArray[np.float64]:
        """[codes] each weight as a share of its siblings' total; 1 for a top."""
        share = np.ones(len(self.codes))
        for child in self.children:
            share[child] = self.weight[child] / self.weight[child].sum()
        return share

    @cached_property
    def leaf_share(self) -> NDArray[np.float64]:
        """[nodes, leaves] the weight of each leaf in each node when nothing is missing; rows sum to 1."""
        first = len(self.leaves)
        share = np.vstack([np.eye(first), np.zeros((len(self.nodes), first))])
        for i, child in enumerate(self.children):
            share[first + i] = self.share[child] @ share[child]
        return share[first:]

    def ancestor(self, level: int) -> NDArray[np.int64]:
        """[leaves] the position of each leaf's ancestor at a level: the highest one which is not above it."""
        found = np.arange(len(self.leaves))
        for _ in range(len(self.nodes)):
            above = self.parent[found]
            climb = (above >= 0) & (self.level[above] <= level)
            if not climb.any():
                break
            found = np.where(climb, above, found)
        return found

    @classmethod
    def build(
        cls,
        codes: Sequence[str],
        parents: Sequence[str | None],
        weights: ArrayLike | None = None,
        *,
        leaves: Sequence[str] | None = None,
        levels: Sequence[int] | None = None,
    ) -> "Tree":
        """Check a list of codes and parents and make the tree.

        Args:
            codes: every code once, in any order.
            parents: the parent of each code, None for a top.
            weights: the weight of each code among its siblings; equal when left out.
            leaves: the indicators in the order of the score columns; by default the codes that
                are nobody's parent.
            levels: the level of each code; by default 1 for a leaf, and one above the highest
                child for a node.

        Raises:
            TreeError: a code is doubled, is its own ancestor, has an unknown, low or indicator
                parent, a bad weight, no
                children, or no place in the tree.
        """
        index = _positions(codes)
        up = _parent_positions(codes, parents, index)
        is_leaf = _leaf_flags(codes, up, leaves)
        order = _children_first(codes, up, is_leaf)
        level = _heights(up, order) if levels is None else np.asarray(levels, dtype=np.int64)
        _check_levels(codes, up, is_leaf, level)
        weight = _checked_weights(codes, up, weights)

        leaf_order = [index[c] for c in leaves] if leaves is not None else np.flatnonzero(is_leaf).tolist()
        node_order = sorted((i for i in order if not is_leaf[i]), key=lambda i: int(level[i]))
        new = np.asarray(leaf_order + node_order, dtype=np.int64)
        renumber = np.full(len(codes) + 1, -1)
        renumber[new] = np.arange(len(new))
        return cls(
            leaves=tuple(codes[i] for i in leaf_order),
            nodes=tuple(codes[i] for i in node_order),
            parent=renumber[up[new]],
            weight=weight[new],
            level=level[new],
        )


def _positions(codes: Sequence[str]) -> dict[str, int]:
    index: dict[str, int] = {}
    for i, code in enumerate(codes):
        if code in index:
            raise TreeError(_STEP, "the code is given twice", "Give every code one row.", code=code)
        index[code] = i
    return index


def _parent_positions(codes: Sequence[str], parents: Sequence[str | None], index: dict[str, int]) -> NDArray[np.int64]:
    for code, parent in zip(codes, parents, strict=True):
        if parent is not None and parent not in index:
            advice = f"Add a row for {parent}, or name a parent that exists."
            raise TreeError(_STEP, f"its parent {parent} is not a code", advice, code=code)
    return np.asarray([-1 if p is None else index[p] for p in parents], dtype=np.int64)


def _leaf_flags(codes: Sequence[str], up: NDArray[np.int64], leaves: Sequence[str] | None) -> NDArray[np.bool_]:
    is_parent = np.zeros(len(codes), dtype=bool)
    is_parent[up[up >= 0]] = True
    if leaves is None:
        return ~is_parent
    named = set(leaves)
    is_leaf = np.asarray([code in named for code in codes], dtype=bool)
    if len(named) != len(leaves) or is_leaf.sum() != len(named):
        culprit = next(c for c in leaves if c not in codes or list(leaves).count(c) > 1)
        raise TreeError(_STEP, "the indicator is doubled or has no row", "Give it one row.", code=culprit)
    for wrong, problem, advice in (
        (
            is_leaf & is_parent,
            "an indicator cannot be a parent",
            "Make it an aggregate, or move its children.",
        ),
        (~is_leaf & ~is_parent, "the aggregate has no children", "Give it children, or remove its row."),
    ):
        if wrong.any():
            raise TreeError(_STEP, problem, advice, code=codes[int(np.argmax(wrong))])
    return is_leaf


def _checked_weights(codes: Sequence[str], up: NDArray[np.int64], weights: ArrayLike | None) -> NDArray[np.float64]:
    weight = np.ones(len(codes)) if weights is None else np.asarray(weights, dtype=float)
    wrong = (up >= 0) & ~(np.isfinite(weight) & (weight >= 0))
    if wrong.any():
        culprit = codes[int(np.argmax(wrong))]
        raise TreeError(_STEP, "its weight is missing, negative or infinite", "Give a number from 0 up.", code=culprit)
    total = np.zeros(len(codes))
    np.add.at(total, up[up >= 0], weight[up >= 0])
    for i in np.unique(up[up >= 0]):
        if total[i] == 0:
            raise TreeError(_STEP, "the weights of its children are all 0", "Give one a weight above 0.", code=codes[i])
    return weight


def _children_first(codes: Sequence[str], up: NDArray[np.int64], is_leaf: NDArray[np.bool_]) -> list[int]:
    """Positions with every child before its parent, by Kahn's algorithm; the rest is on or above a cycle."""
    waiting = np.bincount(up[up >= 0], minlength=len(codes))
    ready = [i for i in range(len(codes)) if waiting[i] == 0]
    order: list[int] = []
    for i in ready:
        order.append(i)
        if up[i] >= 0:
            waiting[up[i]] -= 1
            if waiting[up[i]] == 0:
                ready.append(int(up[i]))
    if len(order) < len(codes):
        raise TreeError(
            _STEP, f"a cycle of parents: {_cycle(codes, up, set(order))}", "Let one of them go up elsewhere."
        )
    if not is_leaf.all() and (lost := is_leaf & (up < 0)).any():
        raise TreeError(_STEP, "the indicator has no parent", "Name its parent.", code=codes[int(np.argmax(lost))])
    return order


def _cycle(codes: Sequence[str], up: NDArray[np.int64], settled: set[int]) -> str:
    seen: list[int] = []
    here = next(i for i in range(len(codes)) if i not in settled)
    while here not in seen:
        seen.append(here)
        here = int(up[here])
    return " -> ".join(codes[i] for i in [*seen[seen.index(here) :], here])


def _heights(up: NDArray[np.int64], order: list[int]) -> NDArray[np.int64]:
    level = np.ones(len(up), dtype=np.int64)
    for i in order:
        if up[i] >= 0:
            level[up[i]] = max(level[up[i]], level[i] + 1)
    return level


def _check_levels(
    codes: Sequence[str], up: NDArray[np.int64], is_leaf: NDArray[np.bool_], level: NDArray[np.int64]
) -> None:
    if (low := (up >= 0) & (level[up] <= level)).any():
        culprit = int(np.argmax(low))
        above = f"{codes[up[culprit]]} (level {level[up[culprit]]})"
        problem = f"its parent {above} is not above it (level {level[culprit]})"
        raise TreeError(_STEP, problem, "Give the parent a higher level.", code=codes[culprit])
    if (high := is_leaf & (level != 1)).any():
        raise TreeError(_STEP, "an indicator is not at level 1", "Give it level 1.", code=codes[int(np.argmax(high))])
