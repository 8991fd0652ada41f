"""kill -9 at a random moment of `smart21 run`.

After each kill the published file is one whole release, the old one or the new one, and the next run publishes the
figure that was changed, without help.
"""

import random
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nursery
import pandas as pd
from installation import Installation, registry_copy
from small import CHANGED, change, small_registry
from tally import Tally
from whole import seen

LONG = {"small 1": 34, "small 2": 34, "small 3": 34, "shipped": 4}
"""Kills by home; the homes live side by side, so that runs are slow and uneven as on a busy machine."""
SHORT = {"small 1": 3}
_STEP = re.compile(r"^ *\d+/\d+  (\S+)", re.MULTILINE)
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
    took, after = 10.0, Counter[str]()
    for number in range(1, kills + 1):
        moment = chance.uniform(0, took)
        with tally.fault(f"{name}: kill {number} after {moment:.1f} s"):
            after[_kill(installation, number, moment)] += 1
            took = _recover(installation)
    return after


def _kill(installation: Installation, number: int, moment: float) -> str:
    """Kill a run that has something to publish; tells after which step."""
    before = seen(installation)
    change(installation.registry, number)
    command = nursery.start(installation, "run")
    command.process.join(moment)
    command.kill()
    after = seen(installation)
    assert after == before or after == max(installation.published) > before, f"{before} became {after}"
    return (_STEP.findall(command.err()) or ["none"])[-1]


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
