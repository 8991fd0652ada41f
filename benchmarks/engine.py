"""How fast and how large the engine is, beside the bare numpy operations on the same arrays.

    python benchmarks/engine.py
    python benchmarks/engine.py --data DATA.csv --meta META.csv --method METHOD.yml

Each size runs in a process of its own, so that its memory is its own. Goals: a build of 51 x 49 in 20 ms,
of 5,000 x 50 in 0.5 s, of 40,000 x 100 in 5 s and 2 GB; at most 3 times the bare operations; cost in
proportion to the cells.
"""

import argparse
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from pipelines.index.read import read_index
from pipelines.scoring.build import build
from pipelines.scoring.data import IndexData
from pipelines.scoring.method import Method
from pipelines.scoring.tree import Tree

METHOD = """
denominate: true
impute: {method: mean, group: region}
screen: {min_availability: 0.6}
treat: {max_winsorised: 5}
normalise: {method: minmax}
aggregate: {method: arithmetic}
"""
SIZES = ((51, 49, 0.02), (5_000, 50, 0.5), (40_000, 100, 5.0))
PILLARS, REGIONS = 8, 6
_PER_GB = 1024**3 if sys.platform == "darwin" else 1024**2  # macOS counts bytes, others kilobytes


def made_up(units: int, indicators: int) -> IndexData:
    """A table as indices have them: 3 % missing, every fourth indicator skewed, every sixth denominated."""
    random = np.random.default_rng(0)
    x = random.normal(50, 10, (units, indicators))
    x[:, ::4] = random.lognormal(0, 1.5, x[:, ::4].shape)
    x[random.random(x.shape) < 0.03] = np.nan
    codes = [f"i{i}" for i in range(indicators)]
    pillars = [f"p{i}" for i in range(PILLARS)]
    parents = [pillars[i % PILLARS] for i in range(indicators)] + ["top"] * PILLARS + [None]
    regions = np.asarray([f"r{i}" for i in random.integers(REGIONS, size=units)], dtype=object)
    return IndexData(
        units=tuple(f"u{i}" for i in range(units)),
        values=x,
        tree=Tree.build([*codes, *pillars, "top"], parents, leaves=codes),
        direction=random.choice([-1.0, 1.0], indicators),
        groups={"region": regions},
        denominators={"size": random.lognormal(3, 1, units)},
        denominated_by=dict.fromkeys(codes[::6], "size"),
    )


def bare(data: IndexData) -> np.ndarray:
    """What cannot be left out of the same build, as numpy operations without checks, names or records."""
    x = data.values.copy()
    x[:, ::6] /= data.denominators["size"][:, None]
    for region in range(REGIONS):
        rows = np.flatnonzero(data.groups["region"] == f"r{region}")
        part = x[rows]
        gaps = np.isnan(part)
        part[gaps] = np.broadcast_to(np.nanmean(part, axis=0), part.shape)[gaps]
        x[rows] = part
    x = x[(~np.isnan(data.values)).mean(axis=1) >= 0.6]
    for column in np.flatnonzero(_fails(x)):
        x[:, column] = _treated(x[:, column])
    x *= data.direction
    low, high = x.min(axis=0), x.max(axis=0)
    x = (x - low) / (high - low) * 100
    score = np.column_stack([x[:, child].mean(axis=1) for child in data.tree.children[:-1]])
    score = np.hstack([x, score, score.mean(axis=1, keepdims=True)])
    rank = np.empty_like(score)
    np.put_along_axis(rank, np.argsort(-score, axis=0), np.arange(1.0, len(score) + 1)[:, None], axis=0)
    return rank


def _fails(x: np.ndarray) -> np.ndarray:
    """|skewness| and kurtosis above the limits, without the correction for small samples."""
    off = x - x.mean(axis=0)
    square = off * off
    spread = square.mean(axis=0)
    skew = (square * off).mean(axis=0) / spread**1.5
    return (np.abs(skew) >= 2) & ((square * square).mean(axis=0) / spread**2 - 3 >= 3.5)


def _treated(column: np.ndarray) -> np.ndarray:
    y = column.copy()
    for _ in range(5):
        edge = y == y.max()
        y[edge] = y[~edge].max()
        if not _fails(y):
            return y
    y = np.log(column - column.min() + 0.01 * np.ptp(column))
    _fails(y)
    return y


def fastest(function, least: float = 1.0) -> float:
    """The shortest of several runs, in seconds."""
    times = []
    while len(times) < 3 or (sum(times) < least and len(times) < 50):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(units: int, indicators: int) -> tuple[float, float, float]:
    """Seconds of a build and of the bare operations, and the largest memory of the process in GB."""
    data, method = made_up(units, indicators), Method.from_yaml(METHOD)
    seconds = fastest(lambda: build(method, data))
    return seconds, fastest(lambda: bare(data)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_GB


def main() -> None:
    """Print a line a size, or the time of one's own index."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "meta", "method"):
        parser.add_argument(f"--{name}", type=Path)
    given = parser.parse_args()
    if given.data:
        data = read_index(given.data, given.meta).data
        method = Method.from_yaml(given.method.read_text() if given.method else METHOD)
        seconds = fastest(lambda: build(method, data))
        print(f"{data.values.shape[0]} x {data.values.shape[1]}: {seconds * 1e3:.1f} ms")
        return
    print("units x indicators         build     goal        bare  ratio   memory  ns/cell")
    for units, indicators, goal in SIZES:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            seconds, plain, memory = alone.submit(measure, units, indicators).result()
        times = f"{seconds * 1e3:>8.1f} ms {goal:>6} s {plain * 1e3:>8.1f} ms {seconds / plain:>6.1f}"
        cell = seconds / units / indicators * 1e9
        print(f"{f'{units:,} x {indicators}':<20} {times} {memory:>5.2f} GB {cell:>8.0f}")


if __name__ == "__main__":
    main()
