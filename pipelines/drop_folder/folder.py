"""Where dropped files lie, and which of them are whole.

Put here: finding the folder and its files.
Not here: looking into them (`check.py`), watching the folder (`assets/drop_folder.py`).
"""

import os
from pathlib import Path

from warehouse.home import find_home
from warehouse.registry.sources import DropFolder, Source

ENDINGS = (".csv", ".xlsx", ".xlsm", ".xls")
"""Files that are looked at; those that cannot be read are told so, rather than passed over."""

_DRAFTS = (".", "~")
"""How names of hidden files and of spreadsheet programs' drafts and locks begin."""


def folder_of(source: Source) -> Path:
    """The folder of a source: where its environment variable says, or below the home folder."""
    assert isinstance(source.reader, DropFolder)  # noqa: S101 (called for such sources only)
    named = os.environ.get(source.reader.variable, "") if source.reader.variable else ""
    return Path(named).expanduser() if named else find_home().root / source.reader.folder


def dropped_files(source: Source) -> list[Path]:
    """Files of the folder by name: no drafts, no links, nothing in folders below; none where there is no folder."""
    folder = folder_of(source)
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in ENDINGS and not path.name.startswith(_DRAFTS) and is_own_file(path)
    )


def is_own_file(path: Path) -> bool:
    """Whether this is a plain file of the folder and no link."""
    return path.is_file() and not path.is_symlink()
