"""Bytes of an answer to text or JSON, or the sentence that says what came instead.

Put here: what is true of every answer: encodings, marks at both ends, web pages, cut ends.
Not here: any kind of answer (its own module).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipelines.readers.base import ReaderError

_EXCERPT = 200


def excerpt(text: str) -> str:
    """A short piece of somebody else's text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"


@contextmanager
def damage_told(source_id: str, what: str) -> Iterator[None]:
    """Name the source and what is wrong with a file: libraries raise whatever a damaged part makes them stumble over.

    Raises:
        ReaderError: the block raised something.
    """
    try:
        yield
    except ReaderError:
        raise
    except Exception as error:
        raise ReaderError(f"{source_id}: {what}: {excerpt(str(error))}") from error


def text_of(body: bytes, source_id: str, encoding: str = "utf-8") -> str:
    """Decode an answer.

    UTF-8 is tried first even where the source says Latin-1: text with accents is hardly ever both, and offices change
    to UTF-8 without notice.

    Args:
        body: the answer, with or without byte order mark and zero bytes at its end.
        source_id: for the sentence.
        encoding: what the source writes.

    Raises:
        ReaderError: it is empty, in another encoding, binary, or a web page.
    """
    body = body.rstrip(b"\0")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            line = body[: error.start].count(b"\n") + 1
            raise ReaderError(
                f"{source_id}: line {line} is not UTF-8 (byte {error.start}). Save the file as 'CSV UTF-8'; if the "
                "publisher writes Latin-1 now, say so in the source's file."
            ) from error
        text = body.decode(encoding)
    if not text.strip():
        raise ReaderError(f"{source_id}: the answer is empty.")
    if "\0" in text:
        raise ReaderError(f"{source_id}: the answer holds zero bytes: it is no text.")
    if text.lstrip().startswith("<"):
        raise ReaderError(f"{source_id}: this is a web page or XML, not data: {excerpt(text)!r}")
    return text


def json_of(body: bytes, source_id: str) -> Any:
    """Decode JSON; numbers stay the text they were printed as.

    Raises:
        ReaderError: as `text_of`, and it is no JSON or cut short.
    """
    text = text_of(body, source_id)
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        said = "JSON that was cut short" if is_cut else "no JSON"
        at = f"{error.msg}, line {error.lineno} column {error.colno}"
        raise ReaderError(f"{source_id}: this is {said} ({at}): {excerpt(text)!r}") from error
    except RecursionError as error:
        raise ReaderError(f"{source_id}: this is JSON nested beyond reason.") from error
