"""Take the bytes of an answer in: within time, within size, unpacked, to disk.

Put here: reading a stream, and what its first bytes give away.
Not here: where the stream comes from (`fetch.py`), what an answer holds (`readers`).
"""

import gzip
import re
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

_CHUNK = 2**16
_BLANK = b" \t\r\n\0\xef\xbb\xbf"
_PAGE = re.compile(rb"<(!doctype html|html|head|body|script)", re.IGNORECASE)


class TooLateError(Exception):
    """The time is up and the stream still runs."""


class TooMuchError(Exception):
    """The stream gives more bytes than are wanted."""


class PackingError(Exception):
    """The bytes are packed in a way that was not asked for, or damaged."""


class Stream:
    """Bytes as they come in, until a moment of the monotonic clock."""

    def __init__(self, read: Callable[[int], bytes | None], deadline: float) -> None:
        self._read = read
        self._deadline = deadline

    def read(self, size: int) -> bytes:
        """At most so many bytes: those that are there, without waiting for more; none at the end.

        Raises:
            TooLateError: the time is up.
        """
        if time.monotonic() > self._deadline:
            raise TooLateError
        return self._read(size) or b""


def save(stream: Stream, path: Path, packing: str, most_bytes: int) -> int:
    """Write a stream to a file, unpacked.

    Args:
        stream: the bytes.
        path: file to write.
        packing: the header Content-Encoding.
        most_bytes: largest size of the file; a small packed stream may hide a large one.

    Returns:
        Bytes written.

    Raises:
        TooLateError: the time is up.
        TooMuchError: the file would be larger.
        PackingError: neither plain nor gzip, or damaged.
        EOFError: the packed bytes end in the middle.
    """
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise PackingError(packing)
    source = gzip.GzipFile(fileobj=cast(IO[bytes], stream)) if packing.endswith("gzip") else stream
    written = 0
    with path.open("wb") as file:
        while chunk := _next(source):
            written += len(chunk)
            if written > most_bytes:
                raise TooMuchError
            file.write(chunk)
    return written


def _next(source: Stream | gzip.GzipFile) -> bytes:
    try:
        return source.read(_CHUNK)
    except (gzip.BadGzipFile, zlib.error) as error:
        raise PackingError(str(error)) from error


def is_blank(start: bytes) -> bool:
    """Whether bytes say nothing: blanks, marks of the byte order, zeros."""
    return not start.strip(_BLANK)


def is_other(start: bytes, accept: str) -> str:
    """What an answer is instead of what was asked for, in words; empty where nothing speaks against it.

    Args:
        start: its first bytes.
        accept: media types asked for.
    """
    start = start.lstrip(_BLANK)
    if "html" in accept:
        return ""
    if _PAGE.match(start):
        return "a web page"
    if start.startswith(b"<") and any(kind in accept for kind in ("json", "csv")):
        return "XML or a web page"
    return ""
