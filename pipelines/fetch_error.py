"""What can go wrong between a source and us, each kind with its sentence.

Put here: kinds of failure, how to recognise them, what each means, what to do about it.
Not here: asking (`fetch.py`), faults inside an answer (`readers`).
"""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from urllib3 import exceptions

from pipelines.fetch_body import PackingError, TooLateError, TooMuchError

Kind = Literal[
    "no_key", "bad_address", "not_our_turn", "circuit_open", "refused", "proxy", "dns", "tls", "timeout", "too_slow",
    "cut", "redirect", "bad_request", "unauthorised", "forbidden", "not_found", "conflict", "not_ready",
    "question_too_large", "too_large", "rate_limited", "server", "empty", "not_what_was_asked",
]  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """A kind in words.

    Attributes:
        what: a sentence about {where}, the host and path that was asked; {more} are the particulars.
        remedy: what to do.
        is_passing: asking again may help.
        is_host: the trouble is the whole host's, so other questions to it will fail too.
    """

    what: str
    remedy: str
    is_passing: bool = False
    is_host: bool = False


_LATER = "Nothing needs doing: the next refresh asks again."
_FILE = "Correct the source's file"

MEANINGS: dict[Kind, Meaning] = {
    "no_key": Meaning(
        "{where} asks for a key, and {more}.", "Set the variable as the source's file says; until then it is skipped."
    ),
    "bad_address": Meaning("{where} cannot be asked: {more}.", f"{_FILE}: it needs a whole https address."),
    "not_our_turn": Meaning(
        "{where} was not asked: its pace allows the next call in {more} s only.", "Refresh again after that time."
    ),
    "circuit_open": Meaning(
        "{where} was not asked: its host failed {more} times in a row.", "Look at the errors before this one."
    ),
    "refused": Meaning("{where} refuses connections.", f"{_LATER} If it stays so, look whether it moved.", True, True),
    "proxy": Meaning("The proxy on the way to {where} does not let us through.", "Check HTTPS_PROXY.", True, True),
    "dns": Meaning(
        "The name of {where} is not known.", f"Check the network; if the service moved, {_FILE.lower()}.", True, True
    ),
    "tls": Meaning(
        "{where} does not prove who it is ({more}).",
        "Check this machine's clock and certificates (REQUESTS_CA_BUNDLE); never switch the proof off.",
        is_host=True,
    ),
    "timeout": Meaning("{where} did not answer within {more} s.", _LATER, True, True),
    "too_slow": Meaning(
        "{where} had not given its whole answer after {more} s.",
        "Ask it for less at a time, or allow more seconds by SMART21_TIMEOUT.",
        is_host=True,
    ),
    "cut": Meaning("{where} broke off in the middle of its answer.", _LATER, True, True),
    "redirect": Meaning(
        "{where} sends us to {more} instead of answering.",
        f"It wants a key or a sign-in, or it moved: open it in a browser. {_FILE} if it moved.",
    ),
    "bad_request": Meaning("{where} does not accept the question (status {more}).", f"{_FILE}: its parameters."),
    "unauthorised": Meaning("{where} does not know us (status {more}).", "Check the key in the environment."),
    "forbidden": Meaning(
        "{where} forbids the answer (status {more}).",
        "Check the key, whether the question is too large, and whether the service serves this network.",
    ),
    "not_found": Meaning("{where} has no such data (status {more}).", f"{_FILE}: address, table or code changed."),
    "conflict": Meaning("{where} gives nothing at the moment (status {more}).", _LATER),
    "not_ready": Meaning("{where} is still preparing its answer (status {more}).", _LATER, True),
    "question_too_large": Meaning("{where} finds the question too large (status {more}).", f"{_FILE}: ask for less."),
    "too_large": Meaning(
        "{where} gives more than {more} bytes.", f"{_FILE}: ask for less at a time, or look what comes."
    ),
    "rate_limited": Meaning(
        "{where} was asked too often (status {more}).", f"{_LATER} If it stays so, lower the source's pace.", True, True
    ),
    "server": Meaning("{where} failed (status {more}).", _LATER, True, True),
    "empty": Meaning("{where} gives an empty answer (status {more}).", f"{_FILE} if there should be data."),
    "not_what_was_asked": Meaning(
        "{where} gives something else than asked for: {more}.", "Open it in a browser: it may have moved or changed."
    ),
}


class FetchError(Exception):
    """A source gave no answer. The text is one sentence about it and one on what to do, without secrets."""

    def __init__(
        self,
        kind: Kind,
        where: str,
        more: str = "",
        *,
        said: str = "",
        status: int | None = None,
        headers: dict[str, str] | None = None,
        retry_after: float | None = None,
        is_final: bool = False,
    ) -> None:
        """Name a failure.

        Args:
            kind: what went wrong.
            where: host and path that was asked.
            more: particulars that the kind's sentence has a place for.
            said: the service's own words, short and without secrets.
            status: HTTP status, where one came.
            headers: those that matter.
            retry_after: seconds after which the service wants to be asked again.
            is_final: asking again does not help although the kind usually passes, and the host is well.
        """
        meaning = MEANINGS[kind]
        what = meaning.what.format(where=where, more=more)
        quoted = f" It says: {said!r}." if said else ""
        super().__init__(f"{what}{quoted} {meaning.remedy}")
        self.kind: Kind = kind
        self.status = status
        self.headers = headers or {}
        self.retry_after = retry_after
        self.is_passing = meaning.is_passing and not is_final
        self.is_host_trouble = meaning.is_host and not is_final


PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses after which asking again may help."""

_STATUSES: dict[int, Kind] = {
    204: "empty", 401: "unauthorised", 403: "forbidden", 404: "not_found", 409: "conflict", 410: "not_found",
    413: "question_too_large", 414: "question_too_large", 416: "question_too_large", 429: "rate_limited",
}  # fmt: skip
_EXCEPTIONS: tuple[tuple[Kind, tuple[type[BaseException], ...]], ...] = (
    ("too_slow", (TooLateError,)),
    ("too_large", (TooMuchError,)),
    ("not_what_was_asked", (PackingError, exceptions.DecodeError)),
    ("proxy", (exceptions.ProxyError,)),
    ("tls", (exceptions.SSLError, ssl.SSLError)),
    ("dns", (exceptions.NameResolutionError, socket.gaierror)),
    ("refused", (exceptions.NewConnectionError,)),  # before timeout, of whose kind the library makes it
    ("timeout", (exceptions.TimeoutError,)),
    ("cut", (EOFError, exceptions.ProtocolError)),
    ("bad_address", (ValueError,)),
)
"""The first kind of which an exception occurs anywhere in a chain is it."""


def kind_of_status(status: int) -> Kind:
    """What a status means that is no success."""
    if status in _STATUSES:
        return _STATUSES[status]
    return "not_what_was_asked" if status < 400 else "bad_request" if status < 500 else "server"


def kind_of(error: BaseException) -> Kind:
    """What an exception of the libraries means; broken off, where nothing more is known."""
    links = list(chain(error))
    found = (kind for kind, types in _EXCEPTIONS if any(isinstance(link, types) for link in links))
    return next(found, "cut")


def chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it was made from; the libraries hide causes in arguments and attributes."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop()
        if isinstance(link, BaseException) and not any(link is other for other in found):
            found.append(link)
            waiting += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]
    yield from found
