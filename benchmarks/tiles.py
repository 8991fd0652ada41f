"""Measure the join of ten million map tiles with 23 communities, against a bare scan of the same columns.

Put here: the measurement only. Run it with `python benchmarks/tiles.py`; the goals are 10 seconds, 1.5 GB of resident
memory and three times the bare scan at most, on two cores.
Not here: tests of what comes out (`tests/unit/pipelines/readers/test_tiles.py`).

The file has the schema of Ookla's: tiles of a quarter, sorted by quadkey, thick around cities and thin elsewhere. The
communities are outlines of 2,000 points with a hole, of 10 to 60 km across. Each round scans and joins in turn, in one
process; writing the file happens in another, so that its memory is not counted. The join's seconds begin with the
outlines: finding their tiles is a part of it.
"""

import argparse
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.tile_grid import LEVEL, Boundary, column_at, latitude_at, quadkeys, row_at
from pipelines.tile_means import covered, tile_means

TILES, COMMUNITIES, ROUNDS = 10_000_000, 23, 3
MOST_SECONDS, MOST_MEMORY, MOST_TIMES_SCAN = 10, 1500, 3
"""Seconds, megabytes, and times the bare scan."""

VALUES = ["avg_d_kbps", "avg_u_kbps", "avg_lat_ms"]
WEIGHT = "tests"
CITIES, SPREAD, SEED = 4_000, 60, 21
"""Thick places of the map; how many tiles they reach out."""


def centres(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of cities; the first are the communities."""
    return random.uniform(-120, 150, CITIES), random.uniform(-40, 60, CITIES)


def write_tiles(path: Path, tiles: int) -> None:
    """Write a file of so many different tiles."""
    random = np.random.default_rng(SEED)
    longitude, latitude = centres(random)
    city = random.integers(0, CITIES, 2 * tiles)
    near = random.normal(0, SPREAD, (2, 2 * tiles))
    x = (column_at(longitude)[city] + near[0]).astype("int64") % 2**LEVEL
    y = np.clip((row_at(latitude)[city] + near[1]).astype("int64"), 0, 2**LEVEL - 1)
    packed = np.unique(y << LEVEL | x)
    missing = max(tiles - len(packed), 0)
    packed = np.union1d(packed, random.integers(0, 2 ** (2 * LEVEL), 2 * missing))
    packed = random.choice(packed, tiles, replace=False, shuffle=False)
    x, y = packed & (2**LEVEL - 1), packed >> LEVEL
    keys = quadkeys(x, y)
    order = np.argsort(keys)
    x, y, keys = x[order], y[order], keys[order]
    square = "POLYGON((" + ", ".join(["{0:.12f} {1:.12f}"] * 5) + "))"  # as long as a true one; nobody reads it
    numbers = {
        "tile_x": (x + 0.5) / 2**LEVEL * 360 - 180,
        "tile_y": latitude_at(y + 0.5),
        "avg_d_kbps": random.integers(500, 400_000, tiles),
        "avg_u_kbps": random.integers(500, 200_000, tiles),
        "avg_lat_ms": random.integers(1, 300, tiles),
        "avg_lat_down_ms": pa.array(random.integers(1, 900, tiles), mask=random.random(tiles) < 0.7),
        "avg_lat_up_ms": pa.array(random.integers(1, 900, tiles), mask=random.random(tiles) < 0.7),
        "tests": random.integers(1, 200, tiles),
        "devices": random.integers(1, 50, tiles),
    }
    outlines = np.array([square.format(place, -place) for place in range(1000)], dtype=object)[np.arange(tiles) % 1000]
    pq.write_table(pa.table({"quadkey": keys.astype(object), "tile": outlines} | numbers), path)


def communities(count: int) -> dict[str, Boundary]:
    """Outlines with a hole around the first cities."""
    random = np.random.default_rng(SEED)
    longitude, latitude = centres(random)
    found = {}
    for number in range(count):
        name = f"community_{number}"
        size = random.uniform(0.05, 0.3)
        rings = tuple(_ring(longitude[number], latitude[number], size * share) for share in (1, 0.2))
        found[name] = Boundary(name, frozenset([name]), (rings,))
    return found


def _ring(longitude: float, latitude: float, size: float, points: int = 2000) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, points)
    angle[-1] = 0
    reach = size * (1 + 0.2 * np.sin(7 * angle) + 0.02 * np.sin(131 * angle))
    return np.column_stack(
        [longitude + reach * np.cos(angle) / np.cos(np.radians(latitude)), latitude + reach * np.sin(angle)]
    )


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds and result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measure(path: Path) -> bool:
    """Print each round and the medians; whether all goals are met."""
    engine = ibis.duckdb.connect()
    tiles = engine.read_parquet(path)
    columns = [tiles["quadkey"].max(), *(tiles[name].sum().name(name) for name in [*VALUES, WEIGHT])]
    outlines = communities(COMMUNITIES)
    scans, joins = [], []
    for turn in range(1, ROUNDS + 1):
        scan, _ = timed(lambda: engine.execute(tiles.aggregate(columns)))
        join, means = timed(lambda: engine.execute(tile_means(tiles, covered(outlines), VALUES, WEIGHT)))
        scans.append(scan)
        joins.append(join)
        print(
            f"round {turn}: scan {scan:.2f} s, join {join:.2f} s, {means['tiles'].sum():,} tiles in {len(means)} areas"
        )
    scan, join = statistics.median(scans), statistics.median(joins)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"median: scan {scan:.2f} s, join {join:.2f} s = {join / scan:.2f} times the scan; peak {memory:,.0f} MB")
    return join <= MOST_SECONDS and memory <= MOST_MEMORY and join <= MOST_TIMES_SCAN * scan


def main() -> None:
    """Write the file, measure, and end with 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tiles", type=int, default=TILES, help="how many tiles to generate")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smart21-tiles-") as folder:
        path = Path(folder) / "tiles.parquet"
        writer = multiprocessing.get_context("spawn").Process(target=write_tiles, args=(path, asked.tiles))
        writer.start()
        writer.join()
        if writer.exitcode:
            sys.exit("the file could not be written")
        print(f"{asked.tiles:,} tiles, {path.stat().st_size / 1e6:,.0f} MB")
        sys.exit(not measure(path))


if __name__ == "__main__":
    main()
