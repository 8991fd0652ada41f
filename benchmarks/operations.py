"""Measure what it costs to operate: a run with nothing changed, a run after one changed figure, and opening `dev`.

Put here: the measurement only. Run it with `python benchmarks/operations.py`. The goals: a run with nothing changed
takes at most 1.5 times as long as importing Dagster and loading the definitions; `smart21 dev` answers in 15 seconds.
Not here: that the tables come out the same (`tests/flow/test_remake.py`), a whole run against its floor (`run.py`).

All are processes of their own, from the start of Python to their end, in turn, in one home that has seen a run before;
the whole run is `smart21 run --all`. The changed figure is one that a single edition may choose from. `dev` counts as
ready when its web server answers over GraphQL with the jobs of the code location.
"""

import argparse
import contextlib
import csv
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import duckdb
from run import CHECKOUT, PROGRAM, Cost, measure, report

ROUNDS = 3
MOST_TIMES_LOAD = 1.5
MOST_SECONDS = 15
PATIENCE = 180
"""Seconds after which `dev` counts as hanging."""

LOAD = [sys.executable, "-c", "import dagster, assets.definitions"]
JOBS = "{ repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } } } } }"
ONE_EDITION = """
SELECT source_id, locator FROM mart.candidate JOIN core.observation USING (observation_id)
WHERE source_id = 'community_statistics' AND verdict = 'chosen'
GROUP BY ALL HAVING count(DISTINCT edition_id) = 1 ORDER BY ALL LIMIT 1
"""


def changeable(home: Path) -> tuple[str, int]:
    """A curated file, and the row of a figure in it that a single edition may choose."""
    with duckdb.connect(str(home / "benchmark.duckdb"), read_only=True) as connection:
        source_id, locator = connection.execute(ONE_EDITION).fetchone()
    return f"curated/{source_id}.csv", int(locator.removeprefix("row "))


def change(path: Path, row: int, turn: int) -> None:
    """Let a figure be a little greater, by another amount each turn."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index("value")
    rows[row - 1][column] = repr(float(rows[row - 1][column]) * (1 + (turn + 1) / 1000))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def seconds_to_ready(home: Path) -> float:
    """Seconds from the start of `smart21 dev` to the jobs of the code location."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"SMART21_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
    began = time.perf_counter()
    with subprocess.Popen(
        [PROGRAM, "dev", "--port", str(port)], env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            while not _has_jobs(port):
                if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                    raise SystemExit("`smart21 dev` ended or hangs; start it by hand to see why")
                time.sleep(0.1)
            return time.perf_counter() - began
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(PATIENCE)
            _await_all(process.pid)


def _await_all(group: int) -> None:
    """Wait for the processes that `dev` started; they write records until their end."""
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.killpg(group, 0)
            time.sleep(0.1)


def _has_jobs(port: int) -> bool:
    body = json.dumps({"query": JOBS}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            nodes = json.load(answer)["data"]["repositoriesOrError"].get("nodes", [])
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return any(node["jobs"] for node in nodes)


def rounds(count: int, home: Path, registry: Path) -> dict[str, list[Cost]]:
    """Each measured so often, in turn; the first turn warms up and is not counted."""
    os.environ["SMART21_REGISTRY"] = str(registry)
    costs: dict[str, list[Cost]] = {name: [] for name in ("whole", "load", "nothing", "figure")}
    for turn in range(count + 1):
        told = {"whole": measure([PROGRAM, "run", "--all"], home), "load": measure(LOAD, home)}
        told["nothing"] = measure([PROGRAM, "run"], home)
        name, row = changeable(home)
        change(registry / name, row, turn)
        told["figure"] = measure([PROGRAM, "run"], home)
        for what, cost in told.items():
            costs[what] += [cost] if turn else []
    return costs


def main() -> None:
    """Measure, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder, "home")
        registry = shutil.copytree(
            CHECKOUT / "warehouse" / "registry", Path(folder, "registry"), ignore=shutil.ignore_patterns("*.py")
        )
        (home / "dagster").mkdir(parents=True)
        shutil.copy(CHECKOUT / "assets" / "dagster.yaml", home / "dagster")
        costs = rounds(options.rounds, home, registry)
        ready = seconds_to_ready(home)
    for name, measured in costs.items():
        report(name, measured)
    compare("nothing changed / loading the definitions", costs["nothing"], costs["load"], f"goal {MOST_TIMES_LOAD}")
    compare("one figure changed / whole run", costs["figure"], costs["whole"], "no goal")
    times = ready / statistics.median(cost.wall for cost in costs["load"])
    print(f"dev: {ready:.1f} s to its jobs (goal {MOST_SECONDS}), {times:.1f} times loading the definitions")


def compare(what: str, costs: list[Cost], base: list[Cost], goal: str) -> None:
    """Print one ratio of medians."""
    wall, cpu = (statistics.median(c[i] for c in costs) / statistics.median(b[i] for b in base) for i in (0, 1))
    print(f"{what}: {wall:.2f} by the clock ({goal}), {cpu:.2f} by processor time")


if __name__ == "__main__":
    main()
