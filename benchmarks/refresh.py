"""Measure a refresh of all sources against the replay server, and how much of it is waiting for a turn.

Put here: the measurement only. Run it with `python benchmarks/refresh.py`; the goal is that the pace rules of the
publishers bound it, not our code: what is ours takes less time than the waiting.
Not here: tests of what comes out (`tests/flow/test_refresh.py`).

The first refresh keeps every answer, the second finds nothing new. The answers are small, so that what is measured is
what each question costs: a real refresh waits longer for the services than this server lets it.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
sys.path.append(str(CHECKOUT / "tests" / "support"))

from replay.server import Replay  # noqa: E402

from pipelines.fetch import Client  # noqa: E402
from pipelines.refresh import refresh  # noqa: E402
from warehouse.answers import Answers  # noqa: E402
from warehouse.home import Home  # noqa: E402
from warehouse.registry import load_registry  # noqa: E402
from warehouse.registry.sources import Source, Tiles  # noqa: E402
from warehouse.revisions import Revisions  # noqa: E402
from warehouse.storage import open_storage  # noqa: E402


def measure(sources: list[Source], answers: Answers, revisions: Revisions) -> None:
    """Refresh once; a line a source, and one for all."""
    whole, waited, asked = 0.0, 0.0, 0
    with Client(keeps_pace=True) as client:
        for source in sources:
            before, began = client.waited, time.perf_counter()
            result = refresh(source, client, answers, revisions.add)
            seconds, wait = time.perf_counter() - began, client.waited - before
            whole, waited, asked = whole + seconds, waited + wait, asked + len(result.outcomes)
            each = 1000 * (seconds - wait) / max(1, len(result.outcomes))
            line = f"{source.id:<26}{result.status:<12}{seconds:>7.1f} s  {wait / seconds:>5.0%} waiting"
            print(f"{line}  {each:>6.0f} ms a question")
    print(f"{asked} questions in {whole:.1f} s, {waited / whole:.0%} waiting for a turn, {whole - waited:.1f} s ours\n")


def main() -> None:
    """Two refreshes, each of all sources."""
    sources = [source for source in load_registry().sources if not source.is_local]
    sources.sort(key=lambda source: isinstance(source.reader, Tiles))  # tiles rest on outlines that another source has
    for source in sources:
        if source.key:
            os.environ.setdefault(source.key.variable, "of-the-benchmark")
    with tempfile.TemporaryDirectory() as folder, Replay() as replay:
        os.environ |= {"SMART21_HOME": folder, "SMART21_REPLAY": replay.address}
        for replies in sorted((CHECKOUT / "tests" / "replies").iterdir()):
            replay.load(replies)
        storage = open_storage(Home(Path(folder)).lake_address)
        for told in ("first refresh", "second refresh"):
            print(told)
            measure(sources, Answers(storage), Revisions(storage))


if __name__ == "__main__":
    main()
