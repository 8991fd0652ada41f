"""Where everything lies on disk, and the lock that lets one run write at a time.

Put here: paths under SMART21_HOME and the run lock.
Not here: what is written there (`lake.py`, `publish.py`).
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

HERE = Path(__file__).parent

_held: set[Path] = set()  # locks of this process


class HomeError(Exception):
    """The home folder cannot be used; the message says why and what to do."""


class BusyError(HomeError):
    """Another run is writing."""


@dataclass(frozen=True)
class Home:
    """Paths of one installation."""

    root: Path

    @property
    def lake(self) -> Path:
        """Stored answers and tables, where no object store holds them."""
        return self.root / "lake"

    @property
    def lake_address(self) -> str:
        """Folder or URL of the lake: SMART21_LAKE, or the folder of this home."""
        return os.environ.get("SMART21_LAKE") or str(self.lake)

    @property
    def shelf(self) -> str:
        """URL of the object store that holds the releases for all machines; empty where this folder does."""
        return os.environ.get("SMART21_RELEASES", "")

    @property
    def releases(self) -> Path:
        """Numbered, unchangeable DuckDB files."""
        return self.root / "releases"

    @property
    def exports(self) -> Path:
        """Files made for people."""
        return self.root / "exports"

    @property
    def dagster(self) -> Path:
        """Dagster's own records."""
        return self.root / "dagster"

    @property
    def benchmark(self) -> Path:
        """Link to the newest release: what analysts open."""
        return self.root / "benchmark.duckdb"

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            HomeError: a folder cannot be made or written to.
        """
        for folder in (self.root, self.lake, self.releases, self.exports, self.dagster):
            with _named_errors(folder):
                folder.mkdir(parents=True, exist_ok=True)
                probe = folder / f".writable-{os.getpid()}"
                probe.touch()
                probe.unlink()

    @contextmanager
    def lock(self, patience: float = 600.0, say: Callable[[str], None] = lambda _: None) -> Iterator[None]:
        """Hold the run lock; the system frees it when the process ends, however it ends.

        A process that holds it already may take it again: the command holds it for the whole run, the job inside too.

        Args:
            patience: seconds to wait for another run.
            say: told once when there is something to wait for.

        Raises:
            BusyError: another run still writes when patience is at its end.
            HomeError: the lock file cannot be made or written to.
        """
        path = self.root / "run.lock"
        if path in _held:
            yield
            return
        with _named_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("a+")
        with file:
            _acquire(file, patience, say)
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
            _held.add(path)
            try:
                yield
            finally:
                _held.remove(path)


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise HomeError(
            f"{path} cannot be written ({error.strerror}). "
            "Give yourself write permission, or set SMART21_HOME to a folder of yours."
        ) from error


def _acquire(file: IO[str], patience: float, say: Callable[[str], None]) -> None:
    deadline, told = time.monotonic() + patience, False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            if time.monotonic() >= deadline:
                raise BusyError(
                    f"Another run (process {owner}) is building the benchmark. Try again when it is done."
                ) from None
            if not told:
                say(f"Another run (process {owner}) is building the benchmark; waiting for it.")
                told = True
            time.sleep(0.2)


def find_home() -> Home:
    """The home folder: SMART21_HOME, or the warehouse folder of the checkout."""
    return Home(Path(os.environ.get("SMART21_HOME") or HERE).expanduser().resolve())
