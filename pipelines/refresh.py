"""Refresh one source: ask, look into what came, compare it with what is in use, keep it, hold it back, note a failure.

Put here: the order of these steps, and how the refresh of a source ended. Sources in a local folder go the same way.
Not here: sending (`fetch.py`), reading (`readers`), the walk through pages (`staging.py`), judging differences
(`revisions.py`), storing (`warehouse/answers.py`).

A source's fault never ends the program: it is the source's result, and what is in use stays in use. The pages of one
question stand or fall together, since a row may move from one page to another. Differences are recorded before the
answer is kept: killed in between, the next refresh finds them again under the same ids, and nothing goes unrecorded.
"""

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipelines.fetch import Client
from pipelines.fetch_error import FetchError
from pipelines.readers import reader_of
from pipelines.readers.base import LocalReader, Page, ReaderError, Request
from pipelines.redact import REDACTOR
from pipelines.revisions import COLUMNS, compare, why_held_back
from pipelines.staging import by_request, figures, stored_page, stored_pages, walk
from warehouse.answers import AnswerError, Answers, Retrieval
from warehouse.contracts import columns_of
from warehouse.files import sha256_of
from warehouse.registry.sources import Source

ANSWERED = ("good", "unchanged", "quarantined")
FAULTS = (FetchError, ReaderError, AnswerError)


@dataclass(frozen=True)
class Outcome:
    """How one question to a source ended.

    Attributes:
        request: its first page.
        outcome: as in `raw.retrieval`.
        reason: why it failed, was skipped or is held back; a sentence without secrets.
        rows: figures of our areas in the answer, where it is a new one.
        revisions: differences from the answer in use.
    """

    request: Request
    outcome: str
    reason: str = ""
    rows: int = 0
    revisions: int = 0


@dataclass(frozen=True)
class Refreshed:
    """How the refresh of one source ended."""

    source_id: str
    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Questions by their outcome."""
        found = [one.outcome for one in self.outcomes]
        return {name: found.count(name) for name in dict.fromkeys(found)}

    @property
    def has_answers(self) -> bool:
        """Whether anything came, be it what is known."""
        return any(one.outcome in ANSWERED for one in self.outcomes)

    @property
    def status(self) -> str:
        """One word for the whole: `failed` or `skipped` when nothing came, `incomplete` when not everything did."""
        kinds = set(self.counts)
        if not self.has_answers:
            return "failed" if "failed" in kinds else "skipped"
        if "failed" in kinds:
            return "incomplete"
        return next(name for name in ("quarantined", "good", "unchanged") if name in kinds)

    @property
    def error(self) -> str:
        """What went wrong, each sentence once, the first two in full."""
        said = list(dict.fromkeys(one.reason for one in self.outcomes if one.reason))
        return " ".join(said[:2]) + (f" And {len(said) - 2} more." if len(said) > 2 else "")

    @property
    def rows(self) -> int:
        """Figures of our areas in the new answers."""
        return sum(one.rows for one in self.outcomes)

    @property
    def revisions(self) -> int:
        """Differences from what was in use."""
        return sum(one.revisions for one in self.outcomes)


@dataclass
class _Arrival:
    """One page on its way; what is known of it when something goes wrong."""

    request: Request
    used: Retrieval | None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    page: Page | None = None

    @property
    def is_same(self) -> bool:
        """Whether the answer is the one in use."""
        return self.page is not None and self.used is not None and self.page.answer_id == self.used.answer_id


def refresh(
    source: Source,
    client: Client | None,
    answers: Answers,
    record: Callable[[pd.DataFrame], None],
    *,
    years: Iterable[int] = (),
    environment: Mapping[str, str] = os.environ,
) -> Refreshed:
    """Ask a source everything that its file says, and keep what it answers.

    Args:
        source: with calls, or with a local folder.
        client: that sends; none for a source in a local folder.
        answers: the raw store.
        record: adds rows to `audit.revision`; rows that it has already are no new ones.
        years: which ones, of a source that is asked by year; all when left out.
        environment: that holds the keys.

    Raises:
        OSError: this machine cannot store what came.
    """
    refreshing = _Refreshing(source, client, answers, record)
    try:
        planned = refreshing.reader.plan(source, years)
    except ReaderError as error:
        return Refreshed(source.id, (Outcome(Request(source.id, source.url_main), "failed", _said(error)),))
    if planned and (reason := missing_key(source, environment)):
        answers.note(planned[0], retrieved_at=now(), outcome="skipped", reason=reason)
        return Refreshed(source.id, (Outcome(planned[0], "skipped", reason),))
    return Refreshed(source.id, tuple(refreshing.question(first) for first in planned))


def missing_key(source: Source, environment: Mapping[str, str]) -> str:
    """Why a source cannot be asked for want of its key; empty when it can."""
    if source.key is None or not source.key.is_required or has_key(source, environment):
        return ""
    return f"{source.id} answers only to those with a key: set {source.key.variable} to yours ({source.key.sign_up})."


def has_key(source: Source, environment: Mapping[str, str]) -> bool:
    """Whether the environment holds the source's key."""
    return source.key is not None and bool(environment.get(source.key.variable, "").strip())


def now() -> str:
    """UTC time, ISO 8601."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


class _Refreshing:
    """One source while it is refreshed."""

    def __init__(
        self, source: Source, client: Client | None, answers: Answers, record: Callable[[pd.DataFrame], None]
    ) -> None:
        self.source, self.client, self.answers, self.record = source, client, answers, record
        self.reader = reader_of(source)
        self.used = by_request(answers.in_use(source.id))

    def question(self, first: Request) -> Outcome:
        """Ask one question, through all pages of its answer."""
        arrivals: list[_Arrival] = []
        with ExitStack() as files:

            def ask(request: Request) -> Page:
                arrivals.append(_Arrival(request, self.used.get(request.request_id)))
                return self._arrive(arrivals[-1], files)

            try:
                pages = list(walk(self.source, self.reader, first, ask))
                if all(arrival.is_same for arrival in arrivals):
                    return self._keep(arrivals, Outcome(first, "unchanged"))
                return self._judge(first, arrivals, figures(self.source, self.reader, pages))
            except FAULTS as error:
                return self._note(first, arrivals[-1], _said(error))

    def _note(self, first: Request, last: _Arrival, reason: str) -> Outcome:
        """Record what went wrong with the page that came last."""
        self.answers.note(
            last.request, retrieved_at=now(), outcome="failed", reason=reason, status=last.status, headers=last.headers
        )
        return Outcome(first, "failed", reason)

    def _arrive(self, arrival: _Arrival, files: ExitStack) -> Page:
        """One page, looked into; where the source says that nothing changed, the stored one."""
        body = self._load(arrival.request) if self.source.is_local else self._fetch(arrival)
        if body is None and arrival.used is not None:
            arrival.page = stored_page(arrival.request, arrival.used, self.answers, files)
        else:
            body = body or b""
            arrival.page = Page(arrival.request, sha256_of(body), body)
            self.reader.check(self.source, arrival.page)
        return arrival.page

    def _load(self, request: Request) -> bytes:
        assert isinstance(self.reader, LocalReader)  # noqa: S101 (a source without calls has one)
        return self.reader.load_local(self.source, request)

    def _fetch(self, arrival: _Arrival) -> Path | None:
        """The file with the body; nothing when the one in use still holds."""
        assert self.client is not None  # noqa: S101 (a source with calls is refreshed with a client)
        known = arrival.used.headers if arrival.used else None
        try:
            reply = self.client.fetch(arrival.request, self.source, known)
        except FetchError as error:
            arrival.status, arrival.headers = error.status, error.headers
            raise
        arrival.status, arrival.headers = reply.status, {**(known or {}), **reply.headers}
        return reply.path

    def _judge(self, first: Request, arrivals: list[_Arrival], rows: pd.DataFrame) -> Outcome:
        """Compare an answer with the one in use, record the differences, and keep it."""
        differences = self._differences(first, rows)
        held = REDACTOR.text(why_held_back(differences))
        if len(differences):
            self.record(_as_table(differences, first))
        return self._keep(
            arrivals, Outcome(first, "quarantined" if held else "good", held, len(rows), len(differences))
        )

    def _differences(self, first: Request, rows: pd.DataFrame) -> pd.DataFrame:
        """From the figures in use; none where there are none, or where the source's file reads them no more."""
        if first.request_id not in self.used:
            return pd.DataFrame(columns=COLUMNS)
        try:
            pages = stored_pages(self.source, first, self.answers, self.used)
            old = figures(self.source, self.reader, pages)
        except ReaderError:
            old = rows.iloc[:0]
        if old.empty:
            return pd.DataFrame(columns=COLUMNS)
        found = compare(old, rows, self.source)
        # Who puts a file into a folder means it: nobody else is there to accept it.
        return found.assign(is_suspicious=False) if self.source.is_local else found

    def _keep(self, arrivals: list[_Arrival], outcome: Outcome) -> Outcome:
        at = now()  # one time for all pages tells that they belong together
        for arrival in arrivals:
            assert arrival.page is not None  # noqa: S101 (for the type checker)
            self.answers.keep(
                arrival.request, arrival.page.content, retrieved_at=at, outcome=outcome.outcome,
                status=arrival.status or 200, headers=arrival.headers, reason=outcome.reason,
            )  # fmt: skip
        return outcome


def _said(error: Exception) -> str:
    """A fault's sentence. It quotes the service, which may have repeated our key in a spelling of its own."""
    return REDACTOR.text(str(error))


def _as_table(differences: pd.DataFrame, first: Request) -> pd.DataFrame:
    """Differences as rows of `audit.revision`; the same difference between the same answers has the same id."""
    key = ["old_answer_id", "new_answer_id", "kind", "series", "area", "year", "detail"]
    ids = [
        hashlib.sha256("\0".join([first.request_id, *row]).encode()).hexdigest()[:32]
        for row in differences[key].itertuples(index=False, name=None)
    ]
    rows = differences.assign(revision_id=ids, request_id=first.request_id, found_at=now())
    return rows[columns_of("audit.revision")].drop_duplicates("revision_id")
