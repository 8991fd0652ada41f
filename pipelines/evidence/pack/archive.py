"""Archives whose bytes depend on their content alone.

Put here: writing files into a ZIP in one order and with one date.
Not here: which files (`write.py`).
"""

import zipfile
from collections.abc import Iterable
from pathlib import Path

_FIRST = (1980, 1, 1, 0, 0, 0)  # the earliest date that a ZIP can hold
_READABLE = 0o644 << 16


def write_archive(path: Path, entries: Iterable[tuple[str, bytes]]) -> None:
    """Write named contents, in their order.

    Args:
        path: of the archive.
        entries: names inside it, and contents.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            about = zipfile.ZipInfo(name, _FIRST)
            about.compress_type, about.external_attr, about.create_system = zipfile.ZIP_DEFLATED, _READABLE, 3
            archive.writestr(about, content)


def settle(path: Path) -> None:
    """Write an archive that another library made again, without the moment when it was made."""
    with zipfile.ZipFile(path) as archive:
        entries = [(about.filename, archive.read(about)) for about in archive.infolist()]
    write_archive(path, entries)
