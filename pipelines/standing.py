"""One framework of one edition in one reading as arrays: what advice is worked out from.

Put here: reading the mart's tables back into arrays, and how a changed row of scores becomes a total.
Not here: advice (`improve.py`, `data_gap.py`), making those tables (`score.py`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.score import _withhold, method_of, score_indicators, tree_of
from pipelines.scoring.aggregate import aggregate_tree
from pipelines.scoring.improve import one_figure, place
from pipelines.scoring.method import Method, Normalise
from pipelines.scoring.tree import Tree
from warehouse.registry import Registry
from warehouse.registry.models import Framework, Indicator

Floats = NDArray[np.float64]
Columns = dict[str, NDArray]
"""A table as one array a column: advice is made of many small tables, and frames of that size are slow."""

_FREE = Method(normalise=Normalise(method="goalposts", truncate=False))


@dataclass(frozen=True)
class Standing:
    """Where the communities of an edition stand by a framework.

    Attributes:
        framework: which.
        basis: reading.
        communities: the rows of all arrays.
        is_ranked: [communities] false for reference regions.
        tree: its leaves are the columns of all arrays.
        indicators: one a leaf.
        method: how scores are made.
        value: [communities, leaves] in the indicators' units, NaN where missing.
        is_proxy: [communities, leaves] the value is a wider area's.
    """

    framework: Framework
    basis: str
    communities: list[str]
    is_ranked: NDArray[np.bool_]
    tree: Tree
    indicators: list[Indicator]
    method: Method
    value: Floats
    is_proxy: NDArray[np.bool_]

    @cached_property
    def leaf(self) -> Floats:
        """[communities, leaves] scores of the indicators."""
        return self.score(self.value)

    @cached_property
    def line(self) -> tuple[Floats, Floats]:
        """Every total as a line over the score of one indicator, see `one_figure`."""
        return one_figure(self.leaf, self.result, self.total)

    @cached_property
    def result(self) -> tuple[Floats, Floats]:
        """Totals as they are, and the weights in them, see `total`."""
        return self.total(self.leaf)

    @property
    def now(self) -> Floats:
        """[communities] totals, NaN where withheld."""
        return self.result[0]

    @cached_property
    def rivals(self) -> Floats:
        """[communities, communities] totals of the other ranked members, NaN for oneself."""
        return np.where(self.is_rival, self.now, np.nan)

    @cached_property
    def rank(self) -> Floats:
        """[communities] rank among the ranked members; of a reference region the one it would take."""
        return place(self.now, self.rivals)

    @property
    def is_rival(self) -> NDArray[np.bool_]:
        """[communities, communities] whether the column is another, ranked member."""
        return self.is_ranked & ~np.eye(len(self.communities), dtype=bool)

    @property
    def sign(self) -> NDArray[np.int64]:
        """[leaves] 1 where more is better, -1 where less is."""
        return np.array([1 if entry.direction == "higher" else -1 for entry in self.indicators])

    def of_peers(self, array: Floats) -> Floats:
        """[communities, leaves, communities] the figures of the other ranked members, NaN for oneself."""
        return np.where(self.is_rival[:, None, :], array.T[None], np.nan)

    def score(self, value: Floats) -> Floats:
        """Score values, [communities, leaves] like `value`."""
        return score_indicators(value, self.indicators, self.method)

    def total(self, leaf: Floats) -> tuple[Floats, Floats]:
        """Totals of rows of scores, and the weights of their leaves, by the framework's rules."""
        top = len(self.tree.nodes) - 1
        assert self.tree.nodes[top] == self.framework.id  # noqa: S101 (a tree has its top last)
        result = _withhold(aggregate_tree(leaf, self.tree, self.method.rules(self.tree)), self.tree, self.framework)
        return result.score[:, top], np.asarray(result.leaf_weight)[:, top]

    def long(self, **columns: NDArray) -> Columns:
        """Arrays [communities, leaves] as columns of one row a community and indicator."""
        rows, leaves = len(self.communities), self.tree.leaves
        criterion = [self.tree.codes[place] for place in self.tree.parent[: len(leaves)]]
        names = {
            "framework_id": np.full(rows * len(leaves), self.framework.id, dtype=object),
            "basis": np.full(rows * len(leaves), self.basis, dtype=object),
            "community_id": np.repeat(np.array(self.communities, dtype=object), len(leaves)),
            "indicator_id": np.tile(np.array(leaves, dtype=object), rows),
            "criterion_id": np.tile(np.array(criterion, dtype=object), rows),
        }
        return names | {name: array.ravel() for name, array in columns.items()}


def free_scores(value: Floats, indicators: list[Indicator]) -> Floats:
    """Score values without holding them within 0 and 100; NaN where a logarithm does not exist.

    Args:
        value: [rows, indicators].
        indicators: one a column.
    """
    is_log = np.array([entry.goalposts is not None and entry.goalposts.scale == "log" for entry in indicators])
    return score_indicators(np.where(is_log & ~(value > 0), np.nan, value), indicators, _FREE)


def rows_of(columns: Columns, rows: NDArray) -> Columns:
    """Some rows of a table that is kept as columns."""
    return {name: column[rows] for name, column in columns.items()}


def standing(
    indicator_score: pd.DataFrame,
    screening: pd.DataFrame,
    members: pd.DataFrame,
    framework: Framework,
    registry: Registry,
    basis: str,
) -> Standing:
    """Read one framework and reading of an edition.

    Args:
        indicator_score: table `mart.indicator_score` of the edition.
        screening: table `mart.screening` of the edition.
        members: table `core.edition_member` of the edition.
        framework: which.
        registry: methods and indicators.
        basis: reading.
    """
    screened, scores = (
        table[(table["framework_id"] == framework.id) & (table["basis"] == basis)]
        for table in (screening, indicator_score)
    )
    tree = tree_of(framework, set(screened.loc[screened["is_compared"], "indicator_id"]))
    communities = list(members["community_id"])
    value = np.full((len(communities), len(tree.leaves)), np.nan)
    is_proxy = np.zeros(value.shape, dtype=bool)
    row = pd.Index(communities).get_indexer(pd.Index(scores["community_id"]))
    column = pd.Index(tree.leaves).get_indexer(pd.Index(scores["indicator_id"]))
    value[row, column], is_proxy[row, column] = scores["value"], scores["is_proxy"]
    return Standing(
        framework,
        basis,
        communities,
        members["is_ranked"].to_numpy(dtype=bool),
        tree,
        [registry.indicator[code] for code in tree.leaves],
        method_of(registry, framework),
        value,
        is_proxy,
    )
