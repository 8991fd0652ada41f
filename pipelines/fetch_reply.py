"""What comes back: an answer on disk, or the failure that it is.

Put here: from one response to a reply or a failure; what is an answer and what only looks like one.
Not here: sending, waiting, asking again (`fetch.py`), sentences (`fetch_error.py`), bytes (`fetch_body.py`).
"""

import datetime as dt
import itertools
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from urllib3 import BaseHTTPResponse, Retry
from urllib3.exceptions import ConnectTimeoutError, HTTPError

from pipelines.fetch_body import Stream, TooMuchError, is_blank, is_other, save
from pipelines.fetch_error import PASSING, FetchError, chain, kind_of, kind_of_status
from pipelines.readers.base import Request
from pipelines.redact import REDACTOR
from warehouse.registry.sources import Source

REPLAY = "Smart21-Replay"
"""Header of answers that came from the server of a trial."""

REDACTED = "Smart21-Redacted"
"""Header of answers out of which a key was taken."""

KEPT_HEADERS = (
    "Content-Type", "Content-Length", "Content-Encoding", "Date", "ETag", "Last-Modified", "Retry-After",
    "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-DataWebAPI-KeyError", REPLAY,
)  # fmt: skip
"""Headers that matter later; all others are forgotten."""

NEWS = ("Date", "ETag", "Last-Modified", REPLAY)
"""Headers by which "nothing new" may replace those of the answer that it confirms."""

_LATER = re.compile(r"asynchron|later", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """How long and how much.

    Attributes:
        connect: seconds until a connection stands.
        read: seconds without a byte.
        total: seconds for one question with all its tries, without waiting for its turn.
        tries: how often a question is asked.
        backoff: seconds before the third try; about doubled for each further one.
        longest_wait: seconds that a server may ask us to wait; if it wants more we give up, and tell.
        longest_turn: seconds that a question may wait for its turn by the source's pace.
        most_bytes: of an answer, unpacked.
        breaker: questions to a host that fail in a row until it is left alone.
        rest: seconds that it is left alone.
    """

    connect: float = 10
    read: float = 60
    total: float = 600
    tries: int = 4
    backoff: float = 2
    longest_wait: float = 120
    longest_turn: float = 120
    most_bytes: int = 2**30
    breaker: int = 3
    rest: float = 300

    @classmethod
    def from_environment(cls) -> Self:
        """The usual ones, but `SMART21_TIMEOUT` seconds in all where it is set.

        Raises:
            ValueError: it is no number of seconds.
        """
        text = os.environ.get("SMART21_TIMEOUT") or str(cls.total)
        if not re.fullmatch(r"\d+(\.\d+)?", text) or not float(text):
            raise ValueError(f"SMART21_TIMEOUT is {text!r}. Give a number of seconds above 0, such as 600.")
        return cls(total=float(text))


@dataclass(frozen=True)
class Call:
    """A request with all that it takes to send it."""

    request: Request
    source: Source
    key: str
    known: Mapping[str, str]

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.request.url).netloc

    @property
    def where(self) -> str:
        """Host and path: what sentences name."""
        return self.host + urlsplit(self.request.url).path


@dataclass(frozen=True)
class Reply:
    """An answer on disk, where it stays until the client is closed.

    Attributes:
        status: a success, or 304 where what is known still holds.
        headers: those that matter; with 304, of the answer that is known.
        path: file with the unpacked body; nothing for 304.
        size_bytes: its length.
        url_public: address with parameters, without secrets.
        retrieved_at: end of the retrieval, UTC, ISO 8601.
    """

    status: int
    headers: dict[str, str]
    path: Path | None
    size_bytes: int
    url_public: str
    retrieved_at: str

    @property
    def is_unchanged(self) -> bool:
        """The source says that what is known still holds."""
        return self.status == 304

    def body(self) -> bytes:
        """The unpacked body."""
        return b"" if self.path is None else self.path.read_bytes()


class Receiver:
    """Takes responses in, and judges them."""

    def __init__(self, limits: Limits, folder: Path | None) -> None:
        self.limits = limits
        self._folder = tempfile.TemporaryDirectory(dir=folder, prefix="smart21-")
        self._numbers = itertools.count(1)

    def close(self) -> None:
        """Forget the answers on disk."""
        self._folder.cleanup()

    def receive(self, call: Call, response: BaseHTTPResponse, deadline: float) -> Reply | FetchError:
        """Write the body to disk and look whether it is an answer.

        Args:
            call: what was asked.
            response: whose body has not been read.
            deadline: of the monotonic clock.

        Raises:
            TooLateError: the time is up.
            TooMuchError: the body is too large.
            PackingError: it is packed in a way that was not asked for, or damaged.
            HTTPError: the connection broke off.
            EOFError: the packed bytes did.
        """
        headers = self.headers(response)
        if response.status == 304 and call.known:
            news = {name: headers[name] for name in NEWS if name in headers}
            return self._reply(call, 304, {**call.known, **news}, None)
        if not 200 <= response.status < 300 or response.status == 204:
            return self._refusal(call, response, headers)
        if (response.length_remaining or 0) > self.limits.most_bytes:
            raise TooMuchError
        path = Path(self._folder.name, str(next(self._numbers)))
        stream = Stream(lambda size: response.read1(size, decode_content=False), deadline)
        save(stream, path, response.headers.get("Content-Encoding", "").lower(), self.limits.most_bytes)
        return self._judge(call, response.status, headers, path)

    def _judge(self, call: Call, status: int, headers: dict[str, str], path: Path) -> Reply | FetchError:
        with path.open("rb") as file:
            start = file.read(4096)
        facts: dict[str, Any] = {"status": status, "headers": headers}
        if is_blank(start) and path.stat().st_size == len(start):
            return FetchError("empty", call.where, str(status), **facts)
        if other := is_other(start, call.request.accept):
            return FetchError("not_what_was_asked", call.where, other, **facts)
        if call.key and (clean := REDACTOR.bytes(body := path.read_bytes())) != body:
            path.write_bytes(clean)
            headers[REDACTED] = "the key, which the answer repeated"
        return self._reply(call, status, headers, path)

    def _reply(self, call: Call, status: int, headers: dict[str, str], path: Path | None) -> Reply:
        separator = "&" if "?" in call.request.url else "?"
        query = separator + urlencode(call.request.parameters) if call.request.parameters else ""
        return Reply(
            status=status,
            headers=headers,
            path=path,
            size_bytes=path.stat().st_size if path else 0,
            url_public=REDACTOR.text(call.request.url + query),
            retrieved_at=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
        )

    def _refusal(self, call: Call, response: BaseHTTPResponse, headers: dict[str, str]) -> FetchError:
        """What a status says, and the service's own words."""
        status, said, pace = response.status, self._said(response), call.source.pace
        kind = kind_of_status(status)
        if kind == "question_too_large" and _LATER.search(said):
            kind = "not_ready"
        wait = _retry_after(response)
        if wait is None and kind in ("rate_limited", "not_ready") and pace:
            wait = pace.seconds  # the span within which we asked too often
        return FetchError(
            kind,
            call.where,
            f"status {status}" if kind == "not_what_was_asked" else str(status),
            said=said,
            status=status,
            headers=headers,
            retry_after=wait,
            is_final=(status in pace.final if pace else False) or (kind == "server" and status not in PASSING),
        )

    def _said(self, response: BaseHTTPResponse) -> str:
        """The service's own words on a failure, where they are short text."""
        try:
            start = response.read1(4096, decode_content=True)
        except HTTPError:
            return ""
        text = "".join(sign if sign.isprintable() else " " for sign in start.decode("utf-8", "replace"))
        return "" if is_other(start, "json") else REDACTOR.text(" ".join(text.split()))[:200]

    @staticmethod
    def headers(response: BaseHTTPResponse) -> dict[str, str]:
        """Headers that matter, without secrets."""
        found = {name: response.headers.get(name) for name in KEPT_HEADERS}
        return {name: REDACTOR.text(value) for name, value in found.items() if value is not None}

    def failure(self, call: Call, error: BaseException) -> FetchError:
        """What an exception means; its own text may hold secrets and is left out."""
        kind, links = kind_of(error), list(chain(error))
        is_connecting = any(isinstance(link, ConnectTimeoutError) for link in links)
        proofs = (getattr(link, "verify_message", "") for link in links)
        more = {
            "too_slow": f"{self.limits.total:g}",
            "too_large": f"{self.limits.most_bytes:,}",
            "timeout": f"{self.limits.connect if is_connecting else self.limits.read:g}",
            "tls": next(filter(None, proofs), "no secure connection came about"),
            "bad_address": "its address is not valid",
            "not_what_was_asked": "bytes that cannot be unpacked",
        }
        return FetchError(kind, call.where, more.get(kind, ""))


def _retry_after(response: BaseHTTPResponse) -> float | None:
    """Seconds that a server wants us to wait, where it says so in a way one can read."""
    try:
        return Retry().get_retry_after(response)
    except HTTPError:
        return None
