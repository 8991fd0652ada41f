"""Measure how fast a JSON-stat answer of 2.4 million cells is decoded, beside pyjstat on the same answer.

Put here: the measurement only. Run it with `python benchmarks/jsonstat.py`; the goal is 3 seconds. Pyjstat takes most
of a minute; `--cells 240000` measures a tenth, `--alone` leaves it out.
Not here: tests of what comes out (`tests/unit/pipelines/readers/test_cube.py`).

Both start from the bytes and end with a table of all cells, a column a dimension and one of numbers. Ours reads the
numbers as printed text first, since the pipeline keeps what the source wrote. Two clocks are told: the one on the wall,
and the processor's, which other programs on the machine slow down less.
"""

import argparse
import json
import math
import resource
import statistics
import time

import numpy as np
import pandas as pd
from pyjstat import pyjstat

from pipelines.readers.bodies import json_of
from pipelines.readers.cube import decode

SHAPE = {"geo": 500, "indic": 80, "sex": 3, "time": 20}
CELLS = math.prod(SHAPE.values())
ROUNDS = 3


def answer(cells: int) -> bytes:
    """An answer of about so many cells, every hundredth of them empty."""
    shape = SHAPE | {"geo": max(1, round(SHAPE["geo"] * cells / CELLS))}
    size = math.prod(shape.values())
    numbers = np.random.default_rng(0).uniform(0, 1e6, size).round(3).tolist()
    dimension = {}
    for name, width in shape.items():
        codes = [f"{name.upper()}{place:04d}" for place in range(width)]
        category = {
            "index": {code: place for place, code in enumerate(codes)},
            "label": {code: f"label of {code}" for code in codes},
        }
        dimension[name] = {"label": name, "category": category}
    value = [None if place % 100 == 0 else number for place, number in enumerate(numbers)]
    head = {"version": "2.0", "class": "dataset", "id": list(shape), "size": list(shape.values())}
    return json.dumps(head | {"dimension": dimension, "value": value}).encode()


def ours(body: bytes) -> pd.DataFrame:
    """Decode with the pipeline's decoder."""
    cube = decode(json_of(body, "benchmark"), "benchmark")
    table = cube.table([f"{name}.label" for name in SHAPE])
    return table.assign(value=pd.to_numeric(cube.value))


def theirs(body: bytes) -> pd.DataFrame:
    """Decode with pyjstat."""
    return pyjstat.Dataset.read(body.decode()).write("dataframe")


def main() -> None:
    """Print each round, the median, the peak memory and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=CELLS)
    parser.add_argument("--alone", action="store_true", help="without pyjstat")
    options = parser.parse_args()
    body = answer(options.cells)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, busy = [], []
    for turn in range(1, ROUNDS + 1):
        start, worked = time.perf_counter(), time.process_time()
        table = ours(body)
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - worked)
        print(f"round {turn}: {len(table):,} cells in {seconds[-1]:.2f} s, {busy[-1]:.2f} s of the processor")
    median, worked = statistics.median(seconds), statistics.median(busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"median: {median:.2f} s, {worked:.2f} s of the processor; {len(table) / median:,.0f} cells a second")
    print(f"peak memory: {peak:,.0f} MB, {before:,.0f} MB of it before the first round")
    if not options.alone:
        start = time.process_time()
        other = theirs(body)
        taken = time.process_time() - start
        np.testing.assert_allclose(table["value"], other["value"].astype(float))
        print(f"pyjstat: {taken:.2f} s of the processor, {taken / worked:.1f} times as much; the same numbers")


if __name__ == "__main__":
    main()
