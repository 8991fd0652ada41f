"""The grid of map tiles: quadkeys, and which tiles lie inside a boundary.

Put here: arithmetic of the Web Mercator grid on arrays, and boundaries as GeoJSON.
Not here: figures of tiles (`tile_means.py`), reading answers (`readers/tiles.py`).

The grid halves the world at each level, so tiles of level 16 measure 611 m at the equator; a quadkey spells a tile's
way down, a digit a level. Source: Microsoft, Bing Maps Tile System.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVEL = 16
"""Of Ookla's tiles."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MOST_LATITUDE = 85.06
"""Where the grid ends, in degrees."""


class BoundaryError(ValueError):
    """Boundaries are not what was promised; says what is wrong."""


@dataclass(frozen=True, eq=False)
class Boundary:
    """The outline of one area.

    Attributes:
        name: as the publisher writes it.
        codes: everything by which the publisher identifies it.
        polygons: of each its rings, the outer one first, then holes; a ring is [points, 2] longitude and latitude in
            degrees, closed.
    """

    name: str
    codes: frozenset[str]
    polygons: tuple[tuple[Floats, ...], ...]


def quadkeys(x: Integers, y: Integers, level: int = LEVEL) -> NDArray[np.str_]:
    """Names of tiles.

    Args:
        x: [tiles] column, from the antimeridian eastwards.
        y: [tiles] row, from the north.
        level: of the grid; as many digits.

    Returns:
        [tiles] digits 0 to 3, the coarsest first.
    """
    shift = np.arange(level - 1, -1, -1)
    bits = (x[:, None] >> shift & 1) + 2 * (y[:, None] >> shift & 1)
    return np.ascontiguousarray(bits + ord("0"), dtype=np.uint32).view(f"U{level}").ravel()


def column_at(longitude: Floats, level: int = LEVEL) -> Floats:
    """Columns of the grid at longitudes in degrees; whole numbers are western edges of tiles."""
    return (longitude + 180) / 360 * 2**level


def row_at(latitude: Floats, level: int = LEVEL) -> Floats:
    """Rows of the grid at latitudes in degrees; whole numbers are northern edges of tiles."""
    return (1 - np.arcsinh(np.tan(np.radians(latitude))) / np.pi) / 2 * 2**level


def latitude_at(row: Floats, level: int = LEVEL) -> Floats:
    """Latitudes in degrees of rows of the grid."""
    return np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / 2**level))))


def tiles_inside(boundary: Boundary, level: int = LEVEL) -> tuple[Integers, Integers]:
    """Tiles whose centre lies inside a boundary; edges are straight between their points in degrees.

    Returns:
        Columns and rows of the tiles, each tile once.
    """
    found = [_fill(polygon, level) for polygon in boundary.polygons]
    packed = np.unique(np.concatenate([y << level | x for x, y in found] or [np.empty(0, dtype=np.int64)]))
    return packed & (2**level - 1), packed >> level


def _fill(rings: tuple[Floats, ...], level: int) -> tuple[Integers, Integers]:
    """Tiles inside one polygon: on each row of tiles, every second stretch between its edges lies inside.

    An edge counts for the rows from its one end up to, and without, its other: so a corner counts once, and the
    crossings of a row are an even number.
    """
    start = np.concatenate([ring[:-1] for ring in rings])
    end = np.concatenate([ring[1:] for ring in rings])
    north = np.maximum(start[:, 1], end[:, 1])
    south = np.minimum(start[:, 1], end[:, 1])
    rows = np.arange(int(row_at(north.max(), level)) - 1, int(row_at(south.min(), level)) + 2, dtype=np.int64)
    centre = latitude_at((rows + 0.5).astype(np.float64), level)  # falls with the row
    first = np.searchsorted(-centre, -north, side="left")
    last = np.searchsorted(-centre, -south, side="left")
    edge, place = _spread(first, last)
    share = (centre[place] - start[edge, 1]) / (end[edge, 1] - start[edge, 1])
    longitude = start[edge, 0] + share * (end[edge, 0] - start[edge, 0])
    order = np.lexsort([longitude, place])
    crossing = column_at(longitude[order], level) - 0.5  # whole numbers are centres of tiles
    stretch, x = _spread(np.ceil(crossing[::2]).astype(np.int64), np.ceil(crossing[1::2]).astype(np.int64))
    return x, rows[place[order][::2][stretch]]


def _spread(first: Integers, end: Integers) -> tuple[Integers, Integers]:
    """The whole numbers from `first` up to, and without, `end`: which range each is of, and the number."""
    sizes = np.maximum(end - first, 0)
    which = np.repeat(np.arange(len(sizes)), sizes)
    begins = np.cumsum(sizes) - sizes
    return which, np.arange(sizes.sum()) - begins[which] + first[which]


def read_boundaries(body: bytes) -> list[Boundary]:
    """Boundaries of a GeoJSON FeatureCollection in degrees, in the columns of geoBoundaries.

    Raises:
        BoundaryError: it is no GeoJSON of polygons, or not in degrees.
    """
    try:
        document = json.loads(body)
        features = document["features"]
        return [_boundary(feature) for feature in features if feature["geometry"]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        if isinstance(error, BoundaryError):
            raise
        raise BoundaryError(f"this is no GeoJSON of polygons ({type(error).__name__}: {error})") from error


def _boundary(feature: Mapping[str, Any]) -> Boundary:
    about = feature.get("properties") or {}
    name = str(about.get("shapeName") or "")
    codes = (about.get(key) for key in ("shapeID", "shapeISO", "shapeName"))
    geometry = feature["geometry"]
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise BoundaryError(f"{name or 'a boundary'} is a {geometry['type']}, not a polygon")
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    outline = tuple(tuple(_rings(polygon, name)) for polygon in polygons)
    return Boundary(name, frozenset(str(code) for code in codes if code), outline)


def _rings(polygon: Any, name: str) -> Iterator[Floats]:
    for ring in polygon:
        points = np.array([point[:2] for point in ring], dtype=float)
        if len(points) < 3 or not np.isfinite(points).all():
            raise BoundaryError(f"{name or 'a boundary'} has a ring that is no line around an area")
        if (np.abs(points) > [180, _MOST_LATITUDE]).any():
            raise BoundaryError(f"{name or 'a boundary'} is not in degrees, or reaches beyond the map of tiles")
        yield points if (points[0] == points[-1]).all() else np.vstack([points, points[:1]])
