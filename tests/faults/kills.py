"""kill -9 at a random moment of `smart21 run`.

After each kill the published file is one whole release, the old one or the new one, and the next run publishes the
figure that was changed, without help.
"""

import itertools
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nursery
import pandas as pd
from installation import Installation, registry_copy
from small import CHANGED, change, small_registry
from tally import Tally
from whole import seen

LONG = {"small 1": 34, "small 2": 34, "small 3": 34, "shipped": 4}
"""Kills by home; the homes live side by side, so that runs are slow and uneven as on a busy machine."""
SHORT = {"small 1": 1}
PUBLISHED = "SELECT value FROM staging.binh_duong WHERE locator = 'row 2'"


def survive(tally: Tally) -> None:
    """Over the small registry, in the long form a few times over the shipped one too."""
    homes = LONG if tally.is_long else SHORT
    with ThreadPoolExecutor(len(homes)) as pool:
        lives = [pool.submit(_live, tally, name, tally.place(name), kills) for name, kills in homes.items()]
        after = sum((life.result() for life in lives), Counter[str]())
    told = ", ".join(f"{step} {count}" for step, count in after.most_common())
    tally.facts.append(f"the last step told before the kill, and how often: {told}")


def _live(tally: Tally, name: str, folder: Path, kills: int) -> Counter[str]:
    """One kill after the other in one home, that of the first run from nothing too; tells after which steps."""
    registry = registry_copy(folder) if name == "shipped" else small_registry(folder)
    installation, chance = Installation(folder / "home", registry), random.Random()
    took, after, figures = 10.0, Counter[str](), itertools.count(1)
    while after.total() < kills:
        moment = chance.uniform(0, took)
        change(installation.registry, next(figures))
        if (met := _met(installation, moment)) is None:
            took = moment  # it had ended by itself: that is no kill
            continue
        with tally.fault(f"{name}: kill {after.total() + 1} after {moment:.1f} s, last told {met.step}"):
            after[met.step] += 1
            assert met.problem == "", met.problem
            took = _recover(installation)
    return after


@dataclass(frozen=True)
class Met:
    """A run that was killed: after which step, and what was wrong with what readers got then."""

    step: str
    problem: str


def _met(installation: Installation, moment: float) -> Met | None:
    """Kill a run that has something to publish; nothing if it had ended before."""
    before = seen(installation)
    command = nursery.start(installation, "run")
    command.process.join(moment)
    command.kill()
    if command.process.exitcode == 0:
        return None
    step = nursery.last_step(command.err())
    if command.process.exitcode != -signal.SIGKILL:
        return Met(step, f"it ended by itself: {command.err()}")
    try:
        after = seen(installation)
    except Exception as error:
        return Met(step, f"{type(error).__name__}: {error}")
    is_whole = after == before or after == max(installation.published) > before
    return Met(step, "" if is_whole else f"{before} became {after}")


def _recover(installation: Installation) -> float:
    """Run again, undisturbed; returns its seconds."""
    began = time.monotonic()
    ended = nursery.run(installation, "run")
    assert ended.code == 0, ended.said
    assert seen(installation) == max(installation.published)
    wanted = pd.read_csv(installation.registry / CHANGED, dtype="str")["value"][:1]
    assert list(installation.ask(PUBLISHED)["value"]) == list(wanted), "the changed figure is not published"
    assert not [*installation.root.glob(".*"), *installation.home.releases.glob(".*")], "drafts were left behind"
    return time.monotonic() - began
