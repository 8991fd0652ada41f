"""How fast draws of an index are, beside one build of it and beside a bare matrix product and sort.

    python benchmarks/uncertainty.py
    python benchmarks/uncertainty.py --data DATA.csv --meta META.csv

Four assumptions: winsorising 1 to 5, two normalisations, 100 weight sets, two aggregations. Without --data
the figures are made up, in the shapes of an index of 51 countries and of a benchmark of 23 communities. Goals
for 51 x 49: 1,000 draws in 0.5 s, 100,000 in 20 s and 2 GB on two cores; a third of the throughput of the
bare operations. Seconds are of the processor, so that what else runs beside it does not count.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from pipelines.index.read import read_index
from pipelines.scoring.assumptions import Assumptions
from pipelines.scoring.build import build
from pipelines.scoring.data import IndexData
from pipelines.scoring.index_model import IndexModel
from pipelines.scoring.method import Method
from pipelines.scoring.sampling import unit_cube
from pipelines.scoring.tree import Tree
from pipelines.scoring.uncertainty import rank_draws, run, summarise

METHOD = Method.model_validate({"impute": {}, "treat": {}, "normalise": {"lower": 1}, "aggregate": {}})
SHAPES = ((51, 49), (23, 60))
DRAWS = (1_000, 10_000, 100_000)
_PER_GB = 1024**3 if sys.platform == "darwin" else 1024**2  # macOS counts bytes, others kilobytes


def made_up(units: int, indicators: int) -> IndexData:
    """Figures with outliers and gaps, in eight pillars under two halves."""
    rng = np.random.default_rng(1)
    values = rng.lognormal(sigma=0.8, size=(units, indicators)) + 0.1
    values[rng.random(values.shape) < 0.05] = np.nan
    codes = [f"i{i}" for i in range(indicators)]
    pillars, halves = [f"p{i}" for i in range(8)], ["h0", "h1"]
    parents = [pillars[i % 8] for i in range(indicators)] + [halves[i % 2] for i in range(8)]
    tree = Tree.build([*codes, *pillars, *halves, "top"], [*parents, "top", "top", None])
    return IndexData(tuple(f"u{i}" for i in range(units)), values, tree, np.ones(indicators))


def four_assumptions(data: IndexData) -> Assumptions:
    """Those of the head of this file."""
    rng = np.random.default_rng(2)
    varied = data.tree.codes[:-1]
    sets = {f"s{i}": dict(zip(varied, rng.uniform(0.75, 1.25, len(varied)).tolist(), strict=True)) for i in range(100)}
    scales = [{"method": "minmax", "lower": 1}, {"method": "zscore", "mean": 100, "sd": 10}]
    kinds = {
        "winsorising": {"kind": "alternatives", "part": "treat.max_winsorised", "values": [1, 2, 3, 4, 5]},
        "normalisation": {"kind": "alternatives", "part": "normalise", "values": scales},
        "weights": {"kind": "weight_sets", "sets": sets},
        "aggregation": {
            "kind": "alternatives",
            "part": "aggregate.method",
            "values": ["arithmetic", "geometric"],
        },
    }
    return Assumptions.model_validate({"assumptions": kinds})


def seconds(function: Callable[[], object], repeats: int = 3) -> float:
    """The least of some repeats, in seconds of the processor."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return min(taken)


def bare(data: IndexData, draws: int) -> None:
    """The least that any program has to do: weigh the figures of each draw and sort the units."""
    weights = np.random.default_rng(3).random((draws, len(data.tree.leaves)))
    np.argsort(weights @ np.nan_to_num(data.values).T, axis=1)


def ranked(data: IndexData, draws: int) -> None:
    """Draw, score and rank."""
    model = IndexModel(data, METHOD, four_assumptions(data))
    rank_draws(run(model, model.draw(unit_cube(draws, len(model.columns.names), 7))).score)


def whole(data: IndexData, draws: int) -> None:
    """Draw, score, rank, and say where each unit lies and who is ahead of whom."""
    model = IndexModel(data, METHOD, four_assumptions(data))
    drawn = model.draw(unit_cube(draws, len(model.columns.names), 7))
    scores = run(model, drawn)
    if scores.failed:
        raise SystemExit(f"{len(scores.failed)} draws failed")
    summarise(scores, model.nominal())


def errors(data: IndexData, draws: int) -> None:
    """Every figure has an error, so that every draw needs every step anew."""
    kind = {
        "kind": "measurement_error",
        "classes": {"all": {"relative": 0.05}},
        "figures": [{"quality": "all"}],
    }
    model = IndexModel(data, METHOD, Assumptions.model_validate({"assumptions": {"error": kind}}))
    run(model, model.draw(unit_cube(draws, len(model.columns.names), 7)), chunk=model.chunk)


def measure(data: IndexData, draws: int) -> None:
    """Print a line; in a process of its own, so that its memory is its own."""
    whole(data, 10)
    once = seconds(lambda: build(METHOD, data), 10)
    taken, least = seconds(lambda: whole(data, draws)), seconds(lambda: bare(data, draws))
    ranks = seconds(lambda: ranked(data, draws))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_GB
    shape = "{} x {}".format(*data.values.shape)
    print(
        f"{shape:>8} {draws:>9,} {taken:>9.2f} {draws / taken:>12,.0f} {taken / once:>10.0f} "
        f"{draws * once / taken:>12.0f} {least / ranks:>10.2f} {least / taken:>10.2f} {memory:>7.2f}",
        flush=True,
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--meta", type=Path)
    given = parser.parse_args()
    if given.data is not None:
        tables = [read_index(given.data, given.meta).data]
    else:
        tables = [made_up(*shape) for shape in SHAPES]
    print(
        f"{'shape':>8} {'draws':>9} {'seconds':>9} {'draws/second':>12} {'in builds':>10} "
        f"{'times faster':>12} {'ranks/bare':>10} {'all/bare':>10} {'GB':>7}"
    )
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        for data in tables:
            for draws in DRAWS:
                pool.submit(measure, data, draws).result()
    for data in tables:
        taken = seconds(lambda data=data: errors(data, 200), 1)
        print(f"an error in every figure, {data.values.shape}: {200 / taken:,.0f} draws/second")


if __name__ == "__main__":
    main()
