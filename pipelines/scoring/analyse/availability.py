"""How much of the data is there: by unit, by indicator, and by unit in every branch of the index.

Put here: shares of figures present, by number. Not here: the share of the weight present, which the
aggregation returns as coverage, and the decision to leave units out (`pipelines.scoring.screen`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.scoring.analyse.correlation import ancestor_pairs
from pipelines.scoring.arrays import Floats, Integers, as_table
from pipelines.scoring.errors import TableError
from pipelines.scoring.tree import Tree


@dataclass(frozen=True, eq=False)
class Availability:
    """Figures present.

    Attributes:
        missing: [units] number of figures missing.
        zeros: [units] number of figures that are 0.
        unit: [units] share of the indicators present.
        indicator: [indicators] share of the units present.
        branch: [units, nodes] share of the indicators under each node present.
    """

    missing: Integers
    zeros: Integers
    unit: Floats
    indicator: Floats
    branch: Floats


def availability(values: ArrayLike, tree: Tree) -> Availability:
    """Count the figures present.

    Args:
        values: [units, leaves] in the order of `tree.leaves`, NaN where missing.
        tree: the hierarchy.

    Raises:
        TableError, InfiniteError: see `arrays.as_table`; or not one column a leaf.
    """
    values = as_table(values, "availability")
    leaves = len(tree.leaves)
    if values.shape[1] != leaves:
        raise TableError("availability", f"{values.shape[1]} columns for {leaves} leaves", "Give one a leaf.")
    known = ~np.isnan(values)
    code, above = ancestor_pairs(tree.parent).T
    under = np.zeros((leaves, len(tree.nodes)))
    is_leaf = code < leaves
    under[code[is_leaf], above[is_leaf] - leaves] = 1.0
    return Availability(
        missing=(~known).sum(axis=1),
        zeros=(values == 0).sum(axis=1),
        unit=known.mean(axis=1),
        indicator=known.mean(axis=0),
        branch=known @ under / under.sum(axis=0),
    )
