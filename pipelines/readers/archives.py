"""ZIP files, workbooks among them: what is refused before anything is unpacked.

Put here: archives that would unpack to more than this machine should hold, and programs inside workbooks.
Not here: what a file inside means (`table.py`).
"""

import io
import zipfile

from pipelines.readers.base import ReaderError

MOST_UNPACKED = 500_000_000
"""Bytes that an archive may unpack to; the largest that a source of ours publishes is half of it."""


def opened(body: bytes, source_id: str) -> zipfile.ZipFile:
    """Open an archive after a look at its list of files.

    Unpacking stops at the size that the list states, so the sum of it is a true limit.

    Raises:
        ReaderError: it is none, unpacks to too much, or carries macros.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        parts = archive.infolist()
    except Exception as error:  # a damaged list makes the library raise whatever it stumbles over
        raise ReaderError(f"{source_id}: this is no ZIP file or workbook, or it was cut short: {error}.") from error
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ReaderError(f"{source_id}: the archive unpacks to more than {MOST_UNPACKED:,} bytes; it is not opened.")
    if any("vbaproject" in part.filename.lower() or "macrosheets/" in part.filename.lower() for part in parts):
        raise ReaderError(f"{source_id}: the workbook carries macros; it is not opened. Save it as .xlsx.")
    return archive


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
