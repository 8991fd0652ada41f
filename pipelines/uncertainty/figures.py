"""The figures of one edition, framework and reading as arrays, with what is uncertain about each.

Put here: values, the values that could stand in their place, and whose error a figure shares.
Not here: drawing or scoring them (`model.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.choose import WIDE
from pipelines.score import wide
from pipelines.scoring.tree import Tree

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Figures:
    """What the model draws from.

    Attributes:
        value: [communities, leaves] chosen values, NaN where there is none.
        others: [cells, values] of each cell with a choice, the eligible values of its own area, the chosen one first;
            NaN beyond the last.
        choices: [cells] how many there are.
        choice_row, choice_column: [cells] where the cell is.
        error: [communities, leaves] relative standard error; 0 where none is assumed.
        error_of: [communities, leaves] number of the figure whose error it is, -1 where there is none; communities
            that rest on the same national figure share its error, so that it never ranks them against each other.
        is_proxy: [communities, leaves] the value is a wider area's.
    """

    value: Floats
    others: Floats
    choices: NDArray[np.int64]
    choice_row: NDArray[np.int64]
    choice_column: NDArray[np.int64]
    error: Floats
    error_of: NDArray[np.int64]
    is_proxy: NDArray[np.bool_]

    @property
    def errors(self) -> int:
        """Number of independent errors."""
        return int(self.error_of.max(initial=-1)) + 1


def figures(
    chosen: pd.DataFrame,
    candidate: pd.DataFrame,
    communities: list[str],
    country: Mapping[str, str],
    tree: Tree,
    sizes: Mapping[str, float],
) -> Figures:
    """Lay out the figures.

    Args:
        chosen: table `mart.chosen` of one edition and reading.
        candidate: table `mart.candidate` of the same.
        communities: order of the rows.
        country: by community.
        tree: its leaves are the columns.
        sizes: relative standard error by quality.
    """
    known = chosen.assign(
        proxy=chosen["is_proxy"].astype(float), error=chosen["quality"].map(dict(sizes)).fillna(0.0).astype(float)
    )
    value = wide(known, communities, tree, "value")
    is_proxy = wide(known, communities, tree, "proxy") == 1.0
    others, row, column = _choices(candidate, communities, tree)
    return Figures(
        value=value,
        others=others,
        choices=(~np.isnan(others)).sum(axis=1),
        choice_row=row,
        choice_column=column,
        error=np.nan_to_num(wide(known, communities, tree, "error")),
        error_of=_error_of(chosen, communities, country, tree),
        is_proxy=is_proxy,
    )


def _choices(
    candidate: pd.DataFrame, communities: list[str], tree: Tree
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Cells with several eligible values of the community's own area."""
    eligible = candidate[candidate["verdict"].isin(["chosen", "not_preferred"]) & ~candidate["is_proxy"]]
    eligible = eligible[eligible["community_id"].isin(communities) & eligible["indicator_id"].isin(tree.leaves)]
    eligible = eligible.sort_values("verdict", kind="stable")  # chosen comes first
    case = eligible.groupby(["community_id", "indicator_id"], sort=True)
    number, place = case.ngroup().to_numpy(), case.cumcount().to_numpy()
    cells = int(number.max(initial=-1)) + 1
    others = np.full((cells, int(place.max(initial=0)) + 1), np.nan)
    others[number, place] = eligible["value"].to_numpy(dtype=float)
    first = eligible[place == 0].assign(number=number[place == 0]).sort_values("number")
    row = pd.Index(communities).get_indexer(pd.Index(first["community_id"]))
    column = pd.Index(tree.leaves).get_indexer(pd.Index(first["indicator_id"]))
    several = (~np.isnan(others)).sum(axis=1) > 1
    return others[several], row[several].astype(np.int64), column[several].astype(np.int64)


def _error_of(
    chosen: pd.DataFrame, communities: list[str], country: Mapping[str, str], tree: Tree
) -> NDArray[np.int64]:
    here = chosen[chosen["community_id"].isin(communities) & chosen["indicator_id"].isin(tree.leaves)]
    is_wide = here["is_proxy"] & here["area_level"].isin(WIDE)
    whose = here["community_id"].where(~is_wide, here["community_id"].map(dict(country)))
    number = pd.factorize(whose + " " + here["indicator_id"], sort=True)[0]
    found = np.full((len(communities), len(tree.leaves)), -1)
    row = pd.Index(communities).get_indexer(pd.Index(here["community_id"]))
    column = pd.Index(tree.leaves).get_indexer(pd.Index(here["indicator_id"]))
    found[row, column] = number
    return found
