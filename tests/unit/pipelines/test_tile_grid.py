"""The grid of map tiles: names against published values, and tiles inside outlines counted by hand."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.tile_grid import (
    Boundary,
    BoundaryError,
    column_at,
    latitude_at,
    quadkeys,
    read_boundaries,
    row_at,
    tiles_inside,
)

SQUARE = [[-20.0, -20.0], [20.0, -20.0], [20.0, 20.0], [-20.0, 20.0], [-20.0, -20.0]]


def boundary(*polygons):
    return Boundary("", frozenset(), tuple(tuple(np.array(ring, float) for ring in polygon) for polygon in polygons))


def contains(rings, longitude, latitude):
    """Ray casting point by point, edge by edge: slow, and written without the grid in mind."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if (y1 > latitude) != (y2 > latitude) and longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1):
                inside = not inside
    return inside


class TestQuadkeys:
    def test_is_the_example_of_the_documentation(self):
        # Bing Maps Tile System: tile (3, 5) of level 3 is 213.
        assert quadkeys(np.array([3]), np.array([5]), level=3).tolist() == ["213"]

    def test_corners_of_the_world(self):
        last = 2**16 - 1
        keys = quadkeys(np.array([0, last, 0, last]), np.array([0, 0, last, last]))
        assert keys.tolist() == ["0" * 16, "1" * 16, "2" * 16, "3" * 16]

    def test_names_the_tiles_of_outlines_that_ookla_printed(self):
        # North-western corners and quadkeys of the first rows of a file of Ookla's, 2020.
        longitude, latitude = (
            np.array([-160.02685546875, -160.032348632812]),
            np.array([70.6435894914449, 70.6399478155463]),
        )
        x, y = (np.rint(axis).astype("int64") for axis in (column_at(longitude), row_at(latitude)))
        assert quadkeys(x, y).tolist() == ["0022133222312322", "0022133222330013"]

    def test_every_tile_of_a_level_has_its_own_name(self):
        x, y = (axis.ravel() for axis in np.meshgrid(np.arange(16), np.arange(16)))
        assert len(set(quadkeys(x, y, level=4).tolist())) == 256


class TestTilesInside:
    def test_a_square_around_the_middle_of_the_map(self):
        # At level 4 a column is 22.5 degrees wide; the centres next to the middle lie at 11.25 degrees.
        x, y = tiles_inside(boundary([SQUARE]), level=4)
        assert sorted(zip(x.tolist(), y.tolist(), strict=True)) == [(7, 7), (7, 8), (8, 7), (8, 8)]

    def test_a_hole_is_left_out(self):
        hole = [[5.0, 5.0], [19.0, 5.0], [19.0, 19.0], [5.0, 19.0], [5.0, 5.0]]
        x, y = tiles_inside(boundary([SQUARE, hole]), level=4)
        assert sorted(zip(x.tolist(), y.tolist(), strict=True)) == [(7, 7), (7, 8), (8, 8)]

    def test_parts_are_added_and_their_common_tiles_counted_once(self):
        east = [[x + 22.5, y] for x, y in SQUARE]
        x, y = tiles_inside(boundary([SQUARE], [east]), level=4)
        assert sorted(zip(x.tolist(), y.tolist(), strict=True)) == [(7, 7), (7, 8), (8, 7), (8, 8), (9, 7), (9, 8)]

    def test_an_outline_smaller_than_a_tile_has_none(self):
        tiny = [[0.1, 0.1], [0.2, 0.1], [0.2, 0.2], [0.1, 0.1]]
        x, _ = tiles_inside(boundary([tiny]), level=4)
        assert len(x) == 0

    def test_direction_of_the_ring_does_not_matter(self):
        forth, back = (tiles_inside(boundary([ring]), level=9) for ring in (SQUARE, SQUARE[::-1]))
        assert np.array_equal(forth, back)
        assert len(forth[0]) > 3000

    @given(
        st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=3, max_size=12),
        st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=3, max_size=5),
    )
    @settings(max_examples=30, deadline=None)
    def test_agrees_with_ray_casting_point_by_point(self, points, hole):
        rings = [[*points, points[0]], [*hole, hole[0]]]
        x, y = tiles_inside(boundary(rings), level=5)
        found = set(zip(x.tolist(), y.tolist(), strict=True))
        latitude = latitude_at(np.arange(32) + 0.5, 5)
        expected = {
            (column, row)
            for column in range(32)
            for row in range(32)
            if contains(rings, (column + 0.5) / 32 * 360 - 180, latitude[row])
        }
        assert found == expected


class TestReadBoundaries:
    def feature(self, geometry, **about):
        return {"type": "Feature", "properties": about, "geometry": geometry}

    def collection(self, *features):
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def test_reads_polygons_and_what_they_are_called(self):
        one = self.feature({"type": "Polygon", "coordinates": [SQUARE]}, shapeName="Square", shapeISO="XX-1")
        two = self.feature({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, shapeName="Twice")
        nothing = self.feature(None, shapeName="Nowhere")
        found = read_boundaries(self.collection(one, two, nothing))
        assert [(item.name, len(item.polygons)) for item in found] == [("Square", 1), ("Twice", 2)]
        assert found[0].codes == {"Square", "XX-1"}

    def test_closes_an_open_ring_and_ignores_heights(self):
        ring = [[x, y, 7.0] for x, y in SQUARE[:-1]]
        (found,) = read_boundaries(self.collection(self.feature({"type": "Polygon", "coordinates": [ring]})))
        assert found.polygons[0][0].tolist() == SQUARE

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            pytest.param(b"<html>", "no GeoJSON", id="a web page"),
            pytest.param(b'{"type": "Topology"}', "features", id="TopoJSON"),
            pytest.param(b'{"features": [{"geometry": {"type": "Point"}}]}', "Point", id="a point"),
            pytest.param(
                b'{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}}]}',
                "no line around",
                id="a line",
            ),
            pytest.param(
                b'{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[5e5, 1], [6e5, 2], [5e5, 3]]]}}]}',
                "not in degrees",
                id="metres",
            ),
            pytest.param(
                b'{"features": [{"geometry": {"type": "Polygon", "coordinates": [[["a", 1], ["b", 2], ["c", 3]]]}}]}',
                "ValueError",
                id="text",
            ),
        ],
    )
    def test_says_what_is_wrong(self, body, said):
        with pytest.raises(BoundaryError, match=said):
            read_boundaries(body)
