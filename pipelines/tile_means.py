"""Means of map tiles by area, for any engine that ibis speaks to.

Put here: the expression, and the table of tiles inside each area that it joins.
Not here: the grid (`tile_grid.py`), opening files (`readers/tiles.py`).

Which tiles lie inside an area is found once on the grid, so the engine compares keys and needs no geometry: DuckDB here
and Spark elsewhere run the same expression. Keys are the tiles' own names, which files of all years have.
"""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from pipelines.tile_grid import Boundary, quadkeys, tiles_inside

KEY = "quadkey"
"""Column of the tile's name."""


def covered(boundaries: Mapping[str, Boundary]) -> pd.DataFrame:
    """Tiles inside each area.

    Args:
        boundaries: by area.

    Returns:
        Columns `area` and `quadkey`; a tile inside two areas has two rows.
    """
    parts = [
        pd.DataFrame({"area": area, KEY: quadkeys(*tiles_inside(boundary)).astype(object)}, dtype="str")
        for area, boundary in boundaries.items()
    ]
    return pd.concat([pd.DataFrame({"area": [], KEY: []}, dtype="str"), *parts], ignore_index=True)


def tile_means(tiles: ir.Table, inside: pd.DataFrame, values: Sequence[str], weight: str) -> ir.Table:
    """Weighted means by area: sum(value * weight) / sum(weight), of tiles that have both.

    Args:
        tiles: columns `quadkey`, `values` and `weight`.
        inside: of `covered`.
        values: columns to be averaged.
        weight: column of weights, such as numbers of tests.

    Returns:
        An expression of one row per area that has tiles: `area`, `tiles`, `weight` and a column for each value, which
        is missing where no tile has it.
    """
    joined = tiles.select(KEY, *values, weight).inner_join(ibis.memtable(inside), KEY)
    weights = joined[weight].cast("float64")
    means = {name: (joined[name] * weights).sum() / weights.sum(where=joined[name].notnull()) for name in values}  # noqa: PD004
    return joined.group_by("area").aggregate(tiles=joined.count(), weight=weights.sum(), **means).order_by("area")
