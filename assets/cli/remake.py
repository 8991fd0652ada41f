"""The everyday run, cut down to the steps whose tables would come out differently.

Put here: which runs follow one another, their progress, and what was made in the end.
Not here: what must be made again (`assets/memory.py`), one run (`execute.py`).

Whether a step is needed is only known when those above it are done: they may give the same rows as before. So there is
one run of the job for each round of steps; where everything is to be made from the start, that is one run in all. A
step that is not needed is in no run: Dagster shows the run that made its tables.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from assets.cli.execute import Say, Watch, execute, records
from assets.cli.show import sentences
from pipelines.licence import Licence
from warehouse.home import Home
from warehouse.registry import load_registry
from warehouse.releases import ReleaseError, in_use, known

if TYPE_CHECKING:
    import dagster as dg

    from assets.memory import Memory, Stale, Step

JOB = "benchmark"


@dataclass
class Progress:
    """Tells each step of a job once: when it is done, or known not to be needed.

    Attributes:
        total: steps of the job.
        say: told each.
        made: by step, the editions that were made; none for a step without editions.
    """

    total: int
    say: Say
    made: dict[str, list[str]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    runs: Counter[str] = field(default_factory=Counter)

    def watch(self, _: int) -> Watch:
        """For `execute`: a step is done with the last of its runs."""

        def tell(entry: "dg.EventLogEntry") -> None:
            event = entry.dagster_event
            if event is not None and event.is_step_success:
                step = str(event.step_key)
                self.runs[step] -= 1
                if not self.runs[step]:
                    self.tell(step, ", ".join(self.made[step]))

        return tell

    def tell(self, step: str, what: str) -> None:
        """Tell one step."""
        self.told.add(step)
        self.say(f"{len(self.told):>2}/{self.total}  {shown(step)}{what and ': '}{what}")


def shown(step: str) -> str:
    """Name of a step as its asset is written."""
    return step.replace("__", ".")


def remake(
    home: Home, licence: Licence, tags: Mapping[str, str], say: Say, *, everything: bool = False
) -> dict[str, list[str]]:
    """Make what would come out differently than it lies there, and publish when anything did.

    After a rollback everything is made: the checks compare with the release in use, which is none of the newest.

    Args:
        home: where.
        licence: which sources may be used.
        tags: of the runs.
        say: told each step.
        everything: make what is up to date as well.

    Returns:
        By step, the editions that were made (all of them: an empty list), of those that were made.

    Raises:
        Stop: a run failed; why.
    """
    from assets.definitions import definitions
    from assets.memory import Memory, Stale, next_steps, steps_of

    steps = steps_of(definitions, JOB)
    memory, progress = Memory(home, load_registry(), licence), Progress(len(steps), say)
    is_everything = everything or _is_rolled_back(home)
    with records() as instance:
        run = partial(execute, instance, JOB, progress.watch, tags=tags)
        while True:
            left = [step for step in steps if step.name not in progress.told]
            found = {step.name: Stale(step.parts, True) if is_everything else memory.stale(step) for step in left}
            stale = {name: why for name, why in found.items() if why}
            now = next_steps(left, stale)
            _tell_settled(left, stale, progress)
            if not now:
                return progress.made
            _make(now, stale, memory, progress, run, is_whole=len(now) == len(steps))


def _is_rolled_back(home: Home) -> bool:
    with sentences(ReleaseError):
        return in_use(home) != max(known(home), default=None)


def _tell_settled(left: "Sequence[Step]", stale: "Mapping[str, Stale]", progress: Progress) -> None:
    """Tell the steps that need not be made, whatever becomes of the others."""
    waiting: set[str] = set()
    for step in left:
        if step.name in stale or step.above & waiting:
            waiting.add(step.name)
        else:
            progress.tell(step.name, "not needed")


def _make(
    now: "Sequence[Step]", stale: "Mapping[str, Stale]", memory: "Memory", progress: Progress,
    run: Callable[..., object], *, is_whole: bool,
) -> None:  # fmt: skip
    """One round of steps; `run` starts a run of the job."""
    runs = list(_runs(now, stale))
    for step in now:
        parts = stale[step.name].parts
        progress.made[step.name] = [] if parts == step.parts else list(parts)
        progress.runs[step.name] = sum(step in together for together, _ in runs)
    for together, editions in runs:
        keys = () if is_whole else [key.to_user_string() for step in together for key in step.keys]
        run(assets=keys, partitions=editions)
    for step in now:
        memory.keep(step, stale[step.name].parts)


def _runs(now: "Sequence[Step]", stale: "Mapping[str, Stale]") -> "Iterator[tuple[list[Step], list[str]]]":
    """Steps that go together in one run of Dagster's, and the editions of it: a run covers editions in a row."""
    whole = [step for step in now if stale[step.name].parts == step.parts]
    if whole:
        yield whole, next((list(step.parts) for step in whole if step.is_partitioned), [])
    for step in now:
        if step not in whole:
            yield from (([step], block) for block in _blocks(stale[step.name].parts, step.parts))


def _blocks(some: Sequence[str], parts: Sequence[str]) -> Iterator[list[str]]:
    """Those parts that stand in a row, together."""
    block: list[str] = []
    for part in (*parts, None):
        if part in some:
            block.append(str(part))
        elif block:
            yield block
            block = []
