"""Four readers that ask without pause while releases are published.

Each answer comes from one release alone, no reader fails, and none waits for a publisher. The releases hold every
table of the lake and few rows; what is published is told by the release's number, which several tables repeat.
"""

import multiprocessing
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import duckdb
from small_lake import STAGING, areas, audit, fill, lake_of
from tally import Tally

from warehouse.home import Home
from warehouse.publish import publish
from warehouse.query import ask_together

READERS, LONG, SHORT = 4, 50, 4
QUESTIONS = {
    "release": ("SELECT release_id FROM audit.release", {}),
    "areas": ("SELECT DISTINCT currency FROM core.area", {}),
    "counted": ("SELECT rows FROM audit.table_count WHERE table_name = 'core.area'", {}),
    "there": ("SELECT count(*) AS rows FROM core.area", {}),
}
"""The currency and the number of areas are other ones in each release."""


def survive(tally: Tally) -> None:
    """Publish so often while the readers ask; each publishing is a fault, each reader's whole life another."""
    home = Home(tally.place("home"))
    home.prepare()
    fill(home)
    _publish(home, 1)
    context = multiprocessing.get_context("spawn")
    readers = [_start(context, home) for _ in range(READERS)]
    for number in range(2, (LONG if tally.is_long else SHORT) + 2):
        with tally.fault(f"publishing {number - 1} beside {READERS} readers"):
            _publish(home, number)
    lives = [_end(*reader) for reader in readers]
    for number, (answers, problem, longest) in enumerate(lives, start=1):
        with tally.fault(f"reader {number}: {answers} answers, the longest after {longest:.3f} s"):
            assert not problem, problem
            assert answers > 0
    total, longest = sum(life[0] for life in lives), max(life[2] for life in lives)
    tally.facts.append(f"{total} answers, each from one release; the longest took {longest:.3f} s")
    tally.facts.append(f"one answer with nobody publishing took {_alone(home):.3f} s at the longest of 20")


def _publish(home: Home, number: int) -> None:
    """A release whose areas tell its number."""
    lake_of(home).write("core.area", areas(number, f"{number:03d}"))
    assert publish(home, lake_of(home), audit, STAGING).stem == f"{number:06d}"


def _start(context: multiprocessing.context.SpawnContext, home: Home) -> tuple[BaseProcess, Connection]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_read_on, args=(theirs, home), daemon=True)
    process.start()
    assert ours.poll(120), "a reader does not start"
    ours.recv()
    return process, ours


def _read_on(pipe: Connection, home: Home) -> None:
    """Ask until told to stop, by the program's own query and as any DuckDB client; tell how it went."""
    pipe.send("ready")
    answers, problem, longest = 0, "", 0.0
    try:
        while not pipe.poll():
            began = time.perf_counter()
            problem = problem or _mixture(home)
            longest = max(longest, time.perf_counter() - began)
            answers += 1
            time.sleep(0.01)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    pipe.send((answers, problem, longest))


def _mixture(home: Home) -> str:
    """What does not fit in an answer; empty where all is of one release."""
    found = {name: rows.iloc[:, 0].tolist() for name, rows in ask_together(home, QUESTIONS).items()}
    with duckdb.connect(str(home.benchmark), read_only=True) as connection:
        others = {name: [row[0] for row in connection.execute(sql).fetchall()] for name, (sql, _) in QUESTIONS.items()}
    for told in (found, others):
        number = int(told["release"][0])
        if told != {"release": [f"{number:06d}"], "areas": [f"{number:03d}"], "counted": [number], "there": [number]}:
            return f"a mixture: {told}"
    return ""


def _end(process: BaseProcess, pipe: Connection) -> tuple[int, str, float]:
    pipe.send("stop")
    assert pipe.poll(120), "a reader hangs"
    told = pipe.recv()
    process.join()
    return told


def _alone(home: Home) -> float:
    waits = []
    for _ in range(20):
        began = time.perf_counter()
        _mixture(home)
        waits.append(time.perf_counter() - began)
    return max(waits)
