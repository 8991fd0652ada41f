"""What every reader of a kind of answer offers, and the words it is asked in.

Put here: requests, refusals, and the protocol of readers.
Not here: any kind of answer, sending a request (`pipelines/fetch.py`).
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import pandas as pd

from warehouse.registry.sources import Source

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
"""Media types of what is sent."""


class ReaderError(ValueError):
    """An answer is not what was promised; says what, where and what to do."""


@dataclass(frozen=True)
class Request:
    """One question to a service; the key is added when it is sent and is no part of it.

    Attributes:
        source_id: the source asked.
        url: address without the parameters below.
        parameters: query parameters.
        method: GET or POST.
        body: text of a POST.
        accept: media types wished for.
        media_type: what the body of a POST is.
        question: what the body asks, where it carries the changing state of a form as well.
        names: what the call was made for: the names of its `each` and their values; templates may name them, so they
            are kept with the answer.
        page: number of this page in its walk, from 1.
    """

    source_id: str
    url: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str | None = None
    accept: str = "*/*"
    media_type: str = JSON
    question: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    page: int = 1

    @property
    def request_id(self) -> str:
        """First 16 hexadecimal digits of the sha256 of everything that is asked."""
        body = self.body if self.question is None else self.question
        asked = [self.source_id, self.method, self.url, sorted(self.parameters.items()), body]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Page:
    """One answer of one request, in memory or in a file.

    Attributes:
        request: what was asked.
        answer_id: sha256 of the body.
        content: the body, or the file that holds it.
    """

    request: Request
    answer_id: str
    content: bytes | Path

    @property
    def body(self) -> bytes:
        """The bytes; read anew each time, so that a page in a file takes no memory."""
        return self.content.read_bytes() if isinstance(self.content, Path) else self.content

    @contextmanager
    def file(self) -> Iterator[Path]:
        """A file with the bytes, as long as the context lasts: for what is too large to hold."""
        if isinstance(self.content, Path):
            yield self.content
            return
        with tempfile.NamedTemporaryFile(prefix="smart21-") as file:
            file.write(self.content)
            file.flush()
            yield Path(file.name)

    def staged_ids(self, rows: pd.Index) -> pd.Series:
        """Ids of the figures in some rows: the answer, what it was asked for, the row.

        Two questions may have one answer, which is stored once; `each` may tell them apart by name only.
        """
        asked = json.dumps([self.request.request_id, sorted(self.request.names.items())])
        prefix = f"{self.answer_id[:16]}:{hashlib.sha256(asked.encode()).hexdigest()[:8]}:"
        return pd.Series(rows, index=rows).astype("str").radd(prefix)


class Reader(Protocol):
    """One kind of answer; each is a module of this package, named after its kind."""

    def plan(self, source: Source, years: Iterable[int] = ()) -> list[Request]:
        """The first requests to a source; of the years given, where it is asked by year."""

    def following(self, source: Source, page: Page) -> Request | None:
        """The request for the next page, if there is one.

        Raises:
            ReaderError: paging does not end.
        """

    def check(self, source: Source, page: Page) -> None:
        """Look into the body before it is stored.

        Raises:
            ReaderError: it is an error, a web page, empty, or cut short.
        """

    def parse(self, source: Source, page: Page) -> pd.DataFrame:
        """Rows of the contract `staging.figure`, values as the source wrote them, of the areas that the source lists.

        Raises:
            ReaderError: columns are missing, renamed or new dimensions appeared.
        """


@runtime_checkable
class LocalReader(Protocol):
    """A reader of files in a local folder, which are loaded instead of fetched."""

    def load_local(self, source: Source, request: Request) -> bytes:
        """The bytes of the file that a request names.

        Raises:
            ReaderError: it is gone or cannot be read.
        """
