"""The figures of one edition, framework and reading as arrays, with what is uncertain about each.

Put here: values, the values that could stand in their place, and whose error a figure shares.
Not here: drawing or scoring them (`model.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.choose import WIDE
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
    rivals: pd.DataFrame,
    communities: list[str],
    country: Mapping[str, str],
    tree: Tree,
    sizes: Mapping[str, float],
) -> Figures:
    """Lay out the figures.

    Args:
        chosen: table `mart.chosen` of one edition and reading.
        rivals: of `mart.candidate`, the eligible values of the communities' own areas.
        communities: order of the rows.
        country: by community.
        tree: its leaves are the columns.
        sizes: relative standard error by quality.
    """
    here = _Places(chosen, communities, tree)
    quality = chosen["quality"].to_numpy(dtype=object)
    is_proxy = chosen["is_proxy"].to_numpy(dtype=bool)
    others, row, column = _choices(rivals, communities, tree)
    return Figures(
        value=here.lay(chosen["value"].to_numpy(dtype=float), np.nan),
        others=others,
        choices=(~np.isnan(others)).sum(axis=1),
        choice_row=row,
        choice_column=column,
        error=here.lay(np.array([sizes.get(name, 0.0) for name in quality], dtype=float), 0.0),
        error_of=_error_of(chosen, here, communities, country, is_proxy),
        is_proxy=here.lay(is_proxy, False),
    )


class _Places:
    """Where rows of a table stand in [communities, leaves]."""

    def __init__(self, table: pd.DataFrame, communities: list[str], tree: Tree) -> None:
        rows = {name: number for number, name in enumerate(communities)}
        columns = {name: number for number, name in enumerate(tree.leaves)}
        self.shape = (len(rows), len(columns))
        self.row = np.array([rows.get(name, -1) for name in table["community_id"]], dtype=np.int64)
        self.column = np.array([columns.get(name, -1) for name in table["indicator_id"]], dtype=np.int64)
        self.known = (self.row >= 0) & (self.column >= 0)

    def lay(self, values: NDArray[Any], empty: Any) -> NDArray[Any]:
        """[communities, leaves] of a value a row; `empty` where there is no row."""
        laid = np.full(self.shape, empty, dtype=values.dtype)
        laid[self.row[self.known], self.column[self.known]] = values[self.known]
        return laid


def _choices(
    rivals: pd.DataFrame, communities: list[str], tree: Tree
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Cells with several eligible values of the community's own area; the chosen value comes first."""
    is_chosen = (rivals["verdict"] == "chosen").to_numpy(dtype=bool)
    here = _Places(rivals, communities, tree)
    rows = np.flatnonzero(here.known)
    cell = here.row[rows] * here.shape[1] + here.column[rows]
    order = np.lexsort((rows, ~is_chosen[rows], cell))
    rows, cell = rows[order], cell[order]
    cells, first, count = np.unique(cell, return_index=True, return_counts=True)
    number = np.repeat(np.arange(len(cells)), count)
    place = np.arange(len(cell)) - np.repeat(first, count)
    others = np.full((len(cells), int(count.max(initial=1))), np.nan)
    others[number, place] = rivals["value"].to_numpy(dtype=float)[rows]
    several = count > 1
    return others[several], cells[several] // here.shape[1], cells[several] % here.shape[1]


def _error_of(
    chosen: pd.DataFrame, here: _Places, communities: list[str], country: Mapping[str, str], is_proxy: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Numbers of errors: one a community and indicator, or one a country where a wide figure is shared."""
    is_wide = is_proxy & chosen["area_level"].isin(WIDE).to_numpy()
    homes = {name: number for number, name in enumerate(dict.fromkeys(country.values()))}
    home = np.array([homes.get(country.get(name, ""), 0) for name in communities], dtype=np.int64)
    whose = np.where(is_wide, len(communities) + home[here.row], here.row)
    key = whose * here.shape[1] + here.column
    _, number = np.unique(key[here.known], return_inverse=True)
    numbers = np.full(len(key), -1, dtype=np.int64)
    numbers[here.known] = number.ravel()
    return here.lay(numbers, -1)
