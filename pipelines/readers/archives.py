"""ZIP files, workbooks among them: what is refused before anything is unpacked.

Put here: archives that would unpack to more than this machine should hold, and programs inside workbooks.
Not here: what a file inside means (`table.py`), the drop folder's own words (`pipelines/drop_folder/workbook.py`).
"""

import io
import zipfile
from typing import Literal

from pipelines.readers.base import ReaderError

MOST_UNPACKED = 500_000_000
"""Bytes that an archive may unpack to; the largest that a source of ours publishes is half of it."""


Fault = Literal["old", "damaged", "macros", "too_large"]

_OLD = b"\xd0\xcf\x11\xe0"
_SENTENCES: dict[Fault, str] = {
    "old": "this is an old or a protected workbook; save it as .xlsx without a password.",
    "damaged": "this is no ZIP file or workbook, or it was cut short: {said}.",
    "macros": "the workbook carries macros; it is not opened. Save it as .xlsx.",
    "too_large": "the archive unpacks to more than {most:,} bytes; it is not opened.",
}


class ArchiveError(Exception):
    """An archive that is not to be opened; `fault` says why."""

    def __init__(self, fault: Fault, said: str = "") -> None:
        super().__init__(said)
        self.fault = fault


def open_archive(body: bytes, most: int) -> zipfile.ZipFile:
    """Open an archive after a look at its list of files.

    Unpacking stops at the size that the list states, so the sum of it is a true limit.

    Args:
        body: the archive.
        most: bytes that it may unpack to.

    Raises:
        ArchiveError: it is none that we open.
    """
    if body.startswith(_OLD):
        raise ArchiveError("old")
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        parts = archive.infolist()
    except Exception as error:  # a damaged list makes the library raise whatever it stumbles over
        raise ArchiveError("damaged", str(error)) from error
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise ArchiveError("macros")
    if sum(part.file_size for part in parts) > most:
        raise ArchiveError("too_large")
    return archive


def opened(body: bytes, source_id: str) -> zipfile.ZipFile:
    """Open an archive of a source.

    Raises:
        ReaderError: it is none, unpacks to too much, or carries macros.
    """
    try:
        return open_archive(body, MOST_UNPACKED)
    except ArchiveError as error:
        why = _SENTENCES[error.fault].format(said=error, most=MOST_UNPACKED)
        raise ReaderError(f"{source_id}: {why}") from error


def member(body: bytes, name: str, source_id: str) -> bytes:
    """Unpack one file.

    Raises:
        ReaderError: as `opened`; the file is not there, protected, or damaged.
    """
    with opened(body, source_id) as archive:
        try:
            return archive.read(name)
        except KeyError as error:
            there = ", ".join(archive.namelist()[:12])
            raise ReaderError(f"{source_id}: the archive holds no {name!r}; it holds: {there}.") from error
        except Exception as error:  # as above
            raise ReaderError(f"{source_id}: {name!r} cannot be unpacked: {error}.") from error
