"""Assumptions about weights: shares, ranges, sets, and weights of 0 for what is left out."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipelines.scoring import sampling
from pipelines.scoring.assumption import Assumption, AssumptionError, Choice
from pipelines.scoring.data import IndexData
from pipelines.scoring.method import Method
from pipelines.scoring.tree import Tree

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_STEP = "assumptions"


class WeightAssumption(Assumption):
    """Weights vary within each set of siblings.

    Attributes:
        level: only the weights of codes of this level; 1 for indicators.
        branch: only the weights of codes under this code.
    """

    level: Annotated[int, Field(ge=1)] | None = None
    branch: str | None = None
    changes: ClassVar = "weights"

    def scope(self, tree: Tree) -> Integers:
        """The positions in `tree.codes` of the weights that vary: those with siblings and above 0."""
        inside = tree.parent >= 0
        if self.level is not None:
            inside &= tree.level == self.level
        if self.branch is not None:
            inside &= _below(tree, self.branch)
        inside &= tree.weight > 0
        siblings = np.bincount(tree.parent[inside], minlength=len(tree.codes))
        found = np.flatnonzero(inside & (siblings[tree.parent] > 1))
        if not len(found):
            raise AssumptionError(_STEP, "no weights vary", "Correct its level or branch.")
        return found

    def components(self, data: IndexData) -> tuple[str, ...]:
        """The codes whose weights vary."""
        return tuple(data.tree.codes[i] for i in self.scope(data.tree))

    def check(self, method: Method, data: IndexData) -> None:
        """Look for the weights."""
        self.scope(data.tree)


class DirichletWeights(WeightAssumption):
    """Shares among siblings have a Dirichlet distribution around their nominal shares.

    Attributes:
        concentration: the sum of the parameters: the larger, the nearer to nominal. A share w has the
            standard deviation sqrt(w (1 - w) / (concentration + 1)).
    """

    kind: Literal["dirichlet_weights"]
    concentration: Annotated[float, Field(gt=0)]

    def draw(self, cube: Floats, data: IndexData) -> Floats:
        """[draws, components] shares among the siblings that vary."""
        share = self._share(data.tree)
        parent = data.tree.parent[self.scope(data.tree)]
        made = np.empty_like(cube)
        for one in np.unique(parent):
            at = np.flatnonzero(parent == one)
            made[:, at] = sampling.dirichlet(cube[:, at], self.concentration * share[at])
        return made

    def change_weights(self, weight: Floats, values: Floats, data: IndexData) -> Floats:
        """Put the shares in the place of the weights; together they weigh what they did."""
        scope = self.scope(data.tree)
        changed = weight.copy()
        changed[:, scope] = values * data.tree.weight[scope] / self._share(data.tree)
        return changed

    def _share(self, tree: Tree) -> Floats:
        """[components] the nominal share of each weight among its siblings that vary."""
        scope = self.scope(tree)
        total = np.bincount(tree.parent[scope], tree.weight[scope], minlength=len(tree.codes))
        return tree.weight[scope] / total[tree.parent[scope]]


class WeightRange(WeightAssumption):
    """Each weight varies by a share of itself, independently of the others.

    Attributes:
        share: 0.25 is 25 % up or down at most.
        shape: `uniform` or `triangular` within that.
    """

    kind: Literal["weight_range"]
    share: Annotated[float, Field(gt=0, lt=1)]
    shape: Literal["uniform", "triangular"] = "uniform"

    def draw(self, cube: Floats, data: IndexData) -> Floats:
        """[draws, components] factors of the weights."""
        return 1.0 + self.share * sampling.spread(cube, self.shape)

    def change_weights(self, weight: Floats, values: Floats, data: IndexData) -> Floats:
        """Multiply the weights."""
        scope = self.scope(data.tree)
        changed = weight.copy()
        changed[:, scope] *= values
        return changed


class WeightSets(Choice):
    """The weights are one of several sets.

    Attributes:
        sets: by name of the set, by code, its weight among its siblings; a code not named keeps its own.
    """

    kind: Literal["weight_sets"]
    sets: dict[str, dict[str, Annotated[float, Field(ge=0)]]] = Field(min_length=1)
    changes: ClassVar = "weights"

    def names(self, data: IndexData) -> tuple[str, ...]:
        """The names of the sets."""
        return tuple(self.sets)

    def check(self, method: Method, data: IndexData) -> None:
        """Look for the codes, and for siblings that are left without weight."""
        super().check(method, data)
        for name, codes in self.sets.items():
            for code in codes:
                if code not in data.tree.position:
                    raise AssumptionError(_STEP, f"set {name}: no such code", "Correct it.", code=code)
        empty, at = np.nonzero(group_totals(self._table(data), data.tree) == 0)
        if len(empty):
            code, name = data.tree.nodes[at[0]], tuple(self.sets)[empty[0]]
            problem = f"set {name}: the weights of its children are all 0"
            raise AssumptionError(_STEP, problem, "Give one a weight above 0.", code=code)

    def change_weights(self, weight: Floats, values: Floats, data: IndexData) -> Floats:
        """Put the weights of the set in the place of the others."""
        table = self._table(data)[values[:, 0].astype(int)]
        named = self._named(data)[values[:, 0].astype(int)]
        return np.where(named, table, weight)

    def _table(self, data: IndexData) -> Floats:
        """[sets, codes] all weights of each set."""
        table = np.tile(data.tree.weight, (len(self.sets), 1))
        for row, codes in zip(table, self.sets.values(), strict=True):
            row[[data.tree.position[code] for code in codes]] = list(codes.values())
        return table

    def _named(self, data: IndexData) -> NDArray[np.bool_]:
        return np.asarray([[code in codes for code in data.tree.codes] for codes in self.sets.values()])


class Omission(Choice):
    """One indicator or aggregate is left out of the index: its weight is 0.

    Attributes:
        codes: which may be; every indicator when left out.
        none: whether it may also be that nothing is left out.
    """

    kind: Literal["omission"]
    codes: tuple[str, ...] | None = None
    none: bool = True
    changes: ClassVar = "weights"

    def names(self, data: IndexData) -> tuple[str, ...]:
        """The codes, after `(none)` if that may be."""
        return (("(none)",) if self.none else ()) + (self.codes or data.tree.leaves)

    def check(self, method: Method, data: IndexData) -> None:
        """Look for the codes, and whether anything is left without them."""
        super().check(method, data)
        self._removed(data)

    def change_weights(self, weight: Floats, values: Floats, data: IndexData) -> Floats:
        """Set a weight to 0 in each draw."""
        at = self._removed(data)[values[:, 0].astype(int)]
        out = np.flatnonzero(at >= 0)
        changed = weight.copy()
        changed[out, at[out]] = 0.0
        return changed

    def _removed(self, data: IndexData) -> Integers:
        """[alternatives] whose weight is set to 0, by its position; -1 for nobody's."""
        names = self.names(data)
        return np.asarray([-1 if self.none and i == 0 else _lone(data.tree, code) for i, code in enumerate(names)])


def group_totals(weight: Floats, tree: Tree) -> Floats:
    """[draws, nodes] the sum of the weights under each node, of weights [draws, codes]."""
    return np.stack([weight[:, child].sum(axis=1) for child in tree.children], axis=1)


def _lone(tree: Tree, code: str) -> int:
    """The position of a code, or of its highest ancestor that has nothing else with weight under it."""
    if code not in tree.position:
        raise AssumptionError(_STEP, "no such code", "Name an indicator or aggregate.", code=code)
    at = tree.position[code]
    while tree.parent[at] >= 0:
        siblings = tree.children[tree.parent[at] - len(tree.leaves)]
        if (tree.weight[siblings[siblings != at]] > 0).any():
            return at
        at = int(tree.parent[at])
    raise AssumptionError(_STEP, "without it nothing is left", "Keep it.", code=code)


def _below(tree: Tree, branch: str) -> NDArray[np.bool_]:
    """[codes] whether a code is under a branch."""
    if branch not in tree.nodes:
        raise AssumptionError(_STEP, "no such branch", "Name an aggregate.", code=branch)
    inside = np.zeros(len(tree.codes), dtype=bool)
    inside[tree.position[branch]] = True
    for node, child in reversed(list(zip(range(len(tree.leaves), len(tree.codes)), tree.children, strict=True))):
        inside[child] |= inside[node]
    inside[tree.position[branch]] = False
    return inside
