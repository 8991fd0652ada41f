"""Where bytes lie: a folder, or an object store.

Put here: reading and writing whole files by name, so that a reader never sees half of one.
Not here: what the files mean (`lake.py`, `answers.py`, `publish.py`).
"""

import filecmp
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from warehouse.files import discard, replacing, sync


class Storage(Protocol):
    """Whole files under names such as `answers/world_bank/ab12.body`."""

    def read(self, name: str) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: there is none, or it cannot be read.
        """

    def write(self, name: str, body: bytes | Path, *, is_durable: bool = True) -> None:
        """Put a file in place in one step, replacing what was there; if durable, a power cut cannot undo it.

        Args:
            name: of the file.
            body: its bytes, or another file that holds them and is copied without being held in memory.
            is_durable: whether to wait for the disk.
        """

    def create(self, name: str, body: bytes | Path) -> bool:
        """Put a file in place unless there is one of this name already; tells whether the bytes given lie there now."""

    def names(self, prefix: str) -> list[str]:
        """Names that begin with a folder's name, sorted; no drafts."""

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """A path on this machine with the file's bytes, as long as the context lasts."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine."""

    root: Path

    def read(self, name: str) -> bytes:
        """See `Storage`."""
        with open(f"{self.root}/{name}", "rb") as file:  # noqa: PTH123 (thousands of records are read; a Path costs half)
            return file.read()

    def write(self, name: str, body: bytes | Path, *, is_durable: bool = True) -> None:
        """See `Storage`."""
        with replacing(self.root / name) as draft:
            _put(draft, body)
            if is_durable:
                sync(draft)

    def create(self, name: str, body: bytes | Path) -> bool:
        """See `Storage`."""
        path = self.root / name
        if path.exists():
            return holds(path, body)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            _put(draft, body)
            sync(draft)
            path.hardlink_to(draft)  # unlike a rename, a link never replaces
        except FileExistsError:
            return holds(path, body)
        finally:
            discard(draft)
        return True

    def names(self, prefix: str) -> list[str]:
        """See `Storage`."""
        return sorted(_names(str(self.root / prefix), prefix))

    def exists(self, name: str) -> bool:
        """See `Storage`."""
        return (self.root / name).is_file()

    def delete(self, name: str) -> None:
        """See `Storage`."""
        (self.root / name).unlink(missing_ok=True)

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """See `Storage`."""
        yield self.root / name


def holds(path: Path, body: bytes | Path) -> bool:
    """Whether a file has these bytes."""
    return filecmp.cmp(path, body, shallow=False) if isinstance(body, Path) else path.read_bytes() == body


def _put(draft: Path, body: bytes | Path) -> None:
    """Fill a new file. Another one is copied, never linked: whoever writes into it later must not reach ours."""
    if isinstance(body, Path):
        shutil.copyfile(body, draft)
    else:
        draft.write_bytes(body)


def _names(folder: str, prefix: str) -> Iterator[str]:
    """Names of the files in a folder and in those below it; by entries, which know their kind without being asked."""
    try:
        entries = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    with entries:
        for entry in entries:
            name = f"{prefix}/{entry.name}" if prefix else entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _names(entry.path, name)
            elif not entry.name.startswith(".") and entry.is_file():
                yield name


def open_storage(address: str | Path) -> Storage:
    """What lies at an address: a folder's path, or the URL of an object store such as s3://bucket/smart21/lake."""
    if "://" not in str(address):
        return Folder(Path(address))
    # Imported when asked for: the libraries of object stores take most of a second.
    from warehouse.object_store import ObjectStore

    return ObjectStore(str(address).rstrip("/"))
