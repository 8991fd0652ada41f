"""Measure how many staged rows a second are harmonised, and the memory it takes.

Put here: the measurement only. Run it with `python benchmarks/harmonise.py`; the goal is 300,000 rows a second on two
cores.
Not here: tests of what comes out (`tests/unit/pipelines/test_harmonise.py`).

The rows are the curated ones, repeated. Each copy has areas' names and years of its own, so that no figure is there
twice; years wander back over a few years only, so that money keeps its factors. Two clocks are told: the one on the
wall, and the processor's, which other programs on the machine slow down less.
"""

import dataclasses
import hashlib
import resource
import statistics
import time

import pandas as pd

from pipelines.harmonise import harmonise
from pipelines.readers import figures_csv
from warehouse.registry import Registry, load_registry
from warehouse.registry.sources import FiguresCsv

ROWS = 1_000_000
ROUNDS = 5
YEARS_BACK = 5


def curated(registry: Registry) -> pd.DataFrame:
    """Staged rows of all curated files."""
    parts = []
    for source in registry.sources:
        if not isinstance(source.reader, FiguresCsv):
            continue
        body = (registry.root / source.reader.path).read_bytes()
        parts.append(figures_csv.read(body, source.id, hashlib.sha256(body).hexdigest()))
    return pd.concat(parts, ignore_index=True)


def multiply(staged: pd.DataFrame, rows: int) -> pd.DataFrame:
    """Repeat rows until there are so many, all of them different."""
    copies = -(-rows // len(staged))
    many = pd.concat([staged] * copies, ignore_index=True).head(rows)
    copy = pd.Series(many.index // len(staged), index=many.index)
    number = copy.astype("str")
    years = pd.to_numeric(many["year"].str.slice(0, 4), errors="coerce")
    earlier = (years - copy % YEARS_BACK).astype("Int64").astype("str")
    return many.assign(
        staged_id=many["staged_id"] + "-" + number,
        area_name=many["area_name"] + " (" + number + ")",
        year=earlier.where(years.notna(), many["year"]).astype("str"),
    )


def main() -> None:
    """Print each round, the median speed and the peak memory."""
    registry = load_registry()
    staged = multiply(curated(registry), ROWS)
    once = dataclasses.replace(registry, corrections=())  # their rows were moved to other years
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall, processor = [], []
    for turn in range(1, ROUNDS + 1):
        start, busy = time.perf_counter(), time.process_time()
        made = harmonise(staged, once)
        wall.append(len(staged) / (time.perf_counter() - start))
        processor.append(len(staged) / (time.process_time() - busy))
        kept, rejected = len(made.observation), len(made.rejected)
        print(f"round {turn}: {speeds(wall[-1], processor[-1])} ({kept:,} kept, {rejected:,} rejected)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"median: {speeds(statistics.median(wall), statistics.median(processor))}")
    print(f"peak memory: {peak:,.0f} MB, {before:,.0f} MB of it before the first round")


def speeds(wall: float, processor: float) -> str:
    """Rows a second by both clocks."""
    return f"{wall:,.0f} rows a second, {processor:,.0f} a processor second"


if __name__ == "__main__":
    main()
