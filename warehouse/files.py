"""Writing files so that nobody ever sees half of one.

Put here: the atomic write, the sync it needs, and the removal of what a killed writer left.
Not here: what the files hold.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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


def discard(path: Path) -> None:
    """Remove a file, a link or a whole folder; what is not there is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
