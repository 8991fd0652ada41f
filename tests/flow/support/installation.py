"""The program as a user has it: a home folder, a registry, and the command `smart21` in a process of its own.

Put here: starting the real command and looking at what it left behind.
Not here: what should be there (the tests).
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from warehouse.home import Home

CHECKOUT = Path(__file__).parents[3]
SHIPPED = CHECKOUT / "warehouse" / "registry"
PROGRAM = Path(sys.executable).with_name("smart21")
OFFLINE = Path(__file__).parent / "offline"
PATIENCE = 300
"""Seconds after which a command counts as hanging; a run takes about eight on two idle cores."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything it printed, without colours, each run of white space as one space."""
        return " ".join(_COLOUR.sub("", self.out + " " + self.err).split())


@dataclass(frozen=True)
class Installation:
    """A home folder and a registry."""

    root: Path
    registry: Path = SHIPPED

    @property
    def home(self) -> Home:
        """Its home folder."""
        return Home(self.root)

    def environment(self, **more: str) -> dict[str, str]:
        """Variables of its processes: nothing of ours but the path, no network, no colours unless asked for."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SMART21_", "DAGSTER_"))}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling Dagster anew would cost each process seconds
        user = self.root.parent / "user"  # where DuckDB would put an extension that it fetched
        path = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
        mine = {"SMART21_HOME": self.root, "SMART21_REGISTRY": self.registry, "HOME": user, "PYTHONPATH": path}
        return kept | {name: str(value) for name, value in mine.items()} | {"COLUMNS": "120"} | more

    def start(self, *arguments: str, before: Callable[[], None] | None = None, **variables: str) -> subprocess.Popen:
        """Start a command; the caller ends it with `end`."""
        return subprocess.Popen(
            [PROGRAM, *arguments], env=self.environment(**variables), preexec_fn=before, cwd=self.root.parent,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str, before: Callable[[], None] | None = None, **variables: str) -> Ended:
        """Run a command to its end."""
        return end(self.start(*arguments, before=before, **variables))

    def copy(self, folder: Path, registry: Path | None = None) -> "Installation":
        """The same in another place, so that a test can change it."""
        shutil.copytree(self.root, folder / "home", symlinks=True)
        return Installation(folder / "home", registry or self.registry)

    def ask(self, sql: str, *parameters: Any) -> pd.DataFrame:
        """Rows of the published file, opened as any DuckDB client would."""
        with duckdb.connect(str(self.home.benchmark), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).df()

    def count(self, table: str) -> int:
        """Rows of a published table."""
        return int(self.ask(f"SELECT count(*) AS n FROM {table}")["n"][0])

    @property
    def published(self) -> list[str]:
        """Numbers of the releases on disk."""
        return sorted(path.stem for path in self.home.releases.glob("[0-9]*.duckdb"))

    @property
    def current(self) -> str:
        """Number of the release that the link names."""
        return self.home.benchmark.resolve(strict=True).stem


def end(process: subprocess.Popen) -> Ended:
    """Wait for a command."""
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        raise
    return Ended(process.returncode, out, err)


def registry_copy(folder: Path) -> Path:
    """The shipped registry in a place where a test can break it; programs are left behind."""
    return shutil.copytree(SHIPPED, folder / "registry", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
