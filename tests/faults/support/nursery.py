"""The command in processes that start at once, because their parent has imported the libraries already.

Put here: starting, killing and awaiting them.
Not here: when they are killed.

What a new Python imports takes seconds in which nothing is at stake. Here a server that has imported the libraries,
but none of our definitions, forks one child a command; from there on it is the real command.
"""

import itertools
import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path

from installation import Ended, Installation

LIBRARIES = ["dagster", "duckdb", "pandas", "pandera.pandas", "pyarrow.parquet", "scipy.stats", "openpyxl"]
PATIENCE = 1800
"""Seconds after which a command counts as hanging, on a machine that does much else."""

_STEP = re.compile(r"^ *\d+/\d+  ([\w.]+)", re.MULTILINE)
_said = tempfile.TemporaryDirectory(prefix="smart21-said-")
"""Where what commands say is kept: not beside their home, since that may be on a full disk."""

_numbers = itertools.count()
_context = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Command:
    """A command that was started."""

    process: BaseProcess
    said: Path

    def kill(self) -> None:
        """End it as a power cut would end it, unless it has ended by itself."""
        self.process.kill()
        self.process.join()

    def end(self) -> Ended:
        """Wait for its end."""
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None, f"it hangs: {self.err()}"
        return Ended(self.process.exitcode, self.said.read_text(encoding="utf-8"), self.err())

    def err(self) -> str:
        """What it said so far on its second channel."""
        told = self.said.with_suffix(".err")
        return told.read_text(encoding="utf-8") if told.exists() else ""


def last_step(err: str) -> str:
    """The last step that a run told of; "nothing" before the first."""
    return (_STEP.findall(err) or ["nothing"])[-1]


def start(
    installation: Installation, *arguments: str, before: Callable[[], None] | None = None, **variables: str
) -> Command:
    """Start a command in a child; `before` is a function of a module, called in the child."""
    if not getattr(forkserver._forkserver, "_forkserver_pid", None):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))  # the server has no other way to find them
        _context.set_forkserver_preload(LIBRARIES)
    said = Path(_said.name, f"{next(_numbers)}.out")
    process = _context.Process(
        target=_command,
        args=(installation.environment(**variables), installation.root.parent, said, before, arguments),
        daemon=True,
    )
    process.start()
    return Command(process, said)


def run(installation: Installation, *arguments: str, **more: object) -> Ended:
    """Run a command to its end."""
    return start(installation, *arguments, **more).end()


def _command(
    environment: dict[str, str], folder: Path, said: Path, before: Callable[[], None] | None, words: list[str]
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for path, channel in ((said, 1), (said.with_suffix(".err"), 2)):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(handle, channel)
        os.close(handle)
    os.chdir(folder)
    if before is not None:
        before()
    sys.argv = ["smart21", *words]
    from assets.cli.main import main

    main()
