"""Writing files so that nobody ever sees half of one.

Put here: the atomic write, the sync it needs, the removal of what a killed writer left, and the hash of a file.
Not here: what the files hold.
"""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

COMMITTED = ".committed"
"""Folder of new files that are agreed on and not all in place yet."""


def sha256_of(body: bytes | Path) -> str:
    """Hash of bytes, or of those of a file, which is read piece by piece."""
    if not isinstance(body, Path):
        return hashlib.sha256(body).hexdigest()
    with body.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Force a file's or a folder's content to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and move it into place when the block succeeds.

    A failure or a kill leaves what was there; the temporary name is the process's own, so two writers do not meet.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    discard(draft)  # in a container a killed writer may well have had the same process id
    try:
        yield draft
        draft.replace(path)
    finally:
        discard(draft)


@contextmanager
def replacing_together(folder: Path, names: Collection[str]) -> Iterator[dict[str, Path]]:
    """Give a temporary path for each of several files of a folder, and replace all of them when the block succeeds.

    A failure or a kill before that leaves what was there. A kill in the midst of replacing leaves the rest in the
    folder COMMITTED: readers look whether there `is_halfway`, and `finish` goes on.
    """
    finish(folder)
    drafts = folder / f".drafts.{os.getpid()}"
    discard(drafts)
    drafts.mkdir(parents=True)
    try:
        new = {name: drafts / f"{name}.new" for name in names}
        yield new
        for path in (*new.values(), drafts):
            sync(path)
        drafts.rename(folder / COMMITTED)
        finish(folder)
    finally:
        discard(drafts)


def is_halfway(folder: Path) -> bool:
    """Whether some files of a folder were to be replaced together, and not all are."""
    return (folder / COMMITTED).is_dir()


def finish(folder: Path) -> list[Path]:
    """Put what is left of files that were to be replaced together into place; returns what was left."""
    committed = folder / COMMITTED
    if not is_halfway(folder):
        return []
    moved = [draft.replace(folder / draft.stem) for draft in sorted(committed.iterdir())]
    sync(folder)
    committed.rmdir()
    return moved


def discard(path: Path) -> None:
    """Remove a file, a link or a whole folder; what is not there is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
