"""The raw store: every answer as it came, and a record of every time a source was asked.

Put here: keeping answers and records, which answer of a request is in use, accepting one that was held back.
Not here: asking (`pipelines/fetch.py`), judging answers (`pipelines/refresh.py`), where bytes lie (`storage.py`).

An answer lies once a source, under the sha256 of its bytes: `answers/<source>/<sha256>.body`. Each retrieval adds a
record, `answers/<source>/retrievals/<retrieval_id>.<outcome>.json`, and no record is ever changed: accepting an answer
adds another. The body is written first, so a writer killed in between leaves a body that nothing points to and that the
next retrieval takes up. A record's name tells time, request and outcome: what is in use is found by listing names.
Stores of the first version, with one record beside each body, are read as they are.
"""

import datetime as dt
import json
import re
import secrets
from collections.abc import Container, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from warehouse.contracts import columns_of, contract_of, empty, enforce
from warehouse.files import sha256_of
from warehouse.storage import Storage

FOLDER = "answers"
IN_USE = ("good", "unchanged", "accepted")
"""Outcomes whose answer is in use until a newer one of the same request."""

BROUGHT = ("good", "quarantined")
"""Outcomes that bring an answer; the others have none, or one that came before."""

OUTCOMES = (*IN_USE, "quarantined", "failed", "skipped")
"""All of them."""

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)  # made once: there are many records
_RECORD = re.compile(r"(?P<retrieval_id>[0-9TZ]+-(?P<request_id>[0-9a-f]+)-[0-9a-f]+)\.(?P<outcome>[a-z]+)\.json")
_FIRST_VERSION = re.compile(r"[0-9a-f]{64}\.json")


class AnswerError(Exception):
    """A stored answer is gone, changed or not to be stored; says which and what to do."""


class Asked(Protocol):
    """What was asked, without secrets (`pipelines/readers/base.py: Request`)."""

    @property
    def source_id(self) -> str:
        """Source."""

    @property
    def request_id(self) -> str:
        """The same question has the same id."""

    @property
    def url(self) -> str:
        """Address."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Of the query."""

    @property
    def method(self) -> str:
        """GET or POST."""

    @property
    def body(self) -> str | None:
        """Of a POST."""


@dataclass(frozen=True)
class Retrieval:
    """One time that a source was asked, and how it ended. Answer fields are empty where none came."""

    retrieval_id: str
    source_id: str
    request_id: str
    url: str
    parameters: dict[str, str]
    method: str
    request_body: str | None
    retrieved_at: str
    outcome: str
    status: int | None
    headers: dict[str, str]
    reason: str
    answer_id: str | None = None
    size_bytes: int | None = None

    @property
    def media_type(self) -> str:
        """What the body is said to be."""
        return self.headers.get("Content-Type", "application/octet-stream")


@dataclass(frozen=True)
class Answers:
    """The raw store in a storage."""

    storage: Storage

    def keep(
        self,
        asked: Asked,
        body: bytes | Path,
        *,
        retrieved_at: str,
        outcome: str = "good",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        reason: str = "",
    ) -> Retrieval:
        """Keep an answer and record how it came; a body that is there already is not written again.

        Args:
            asked: what was asked, without secrets.
            body: the bytes as they came, or the file that holds them.
            retrieved_at: end of the retrieval, ISO 8601 with an offset.
            outcome: `good`, `quarantined`, or `unchanged` where it is the answer in use.
            status: HTTP status; 200 for a file read from disk.
            headers: those that matter.
            reason: why it is held back.

        Raises:
            AnswerError: the body is empty; nothing is stored.
        """
        size = body.stat().st_size if isinstance(body, Path) else len(body)
        if not size:
            raise AnswerError(f"{asked.source_id}: the answer from {asked.url} is empty; it is not stored")
        answer_id = sha256_of(body)
        name = body_name(asked.source_id, answer_id)
        if not self.storage.create(name, body):
            self.storage.write(name, body)  # what lies there is damaged: its name tells that it should be this
        how = {"outcome": outcome, "status": status, "headers": dict(headers or {}), "reason": reason}
        return self._record(asked, retrieved_at, answer_id=answer_id, size_bytes=size, **how)

    def note(
        self,
        asked: Asked,
        *,
        retrieved_at: str,
        outcome: str,
        reason: str = "",
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        same_as: Retrieval | None = None,
    ) -> Retrieval:
        """Record a retrieval that brought no body.

        Args:
            asked: what was asked, without secrets.
            retrieved_at: its end, ISO 8601 with an offset.
            outcome: `failed`, `skipped`, or `unchanged` where the source says that `same_as` still holds.
            reason: why, in a sentence without secrets.
            status: HTTP status, where one came.
            headers: those that matter.
            same_as: the retrieval whose answer is still the source's.
        """
        answer = {} if same_as is None else {"answer_id": same_as.answer_id, "size_bytes": same_as.size_bytes}
        how = {"outcome": outcome, "status": status, "headers": dict(headers or {}), "reason": reason}
        return self._record(asked, retrieved_at, **how, **answer)

    def in_use(self, source_id: str) -> list[Retrieval]:
        """The newest good, unchanged or accepted retrieval of each request, oldest first: what a rebuild reads."""
        names = self._names(source_id)
        newest = {found["request_id"]: name for name, found in _records(names) if found["outcome"] in IN_USE}
        if newest:
            return [self._read(name) for name in sorted(newest.values())]
        return self._first_version(names)[-1:]

    def current(self, source_id: str) -> Retrieval | None:
        """The newest of the retrievals in use: the answer of a source that is asked one thing only."""
        return next(reversed(self.in_use(source_id)), None)

    def quarantined(self, source_id: str) -> list[Retrieval]:
        """Retrievals held back that nobody has accepted and no later answer of the request has replaced."""
        newest = {
            found["request_id"]: (name, found["outcome"])
            for name, found in _records(self._names(source_id))
            if found["outcome"] in (*IN_USE, "quarantined")
        }
        return [self._read(name) for name, outcome in sorted(newest.values()) if outcome == "quarantined"]

    def accept(self, retrieval_id: str, *, accepted_at: str, reason: str = "") -> Retrieval:
        """Put an answer that was held back to use, by a record of its own.

        Args:
            retrieval_id: as `quarantined` tells it.
            accepted_at: now, ISO 8601 with an offset.
            reason: who says so, and why.

        Raises:
            AnswerError: no such answer waits.
        """
        for source_id in self.sources():
            for held in self.quarantined(source_id):
                if held.retrieval_id == retrieval_id:
                    facts = asdict(held) | {"retrieved_at": accepted_at, "outcome": "accepted", "reason": reason}
                    facts["retrieval_id"] = _retrieval_id(accepted_at, held.request_id)
                    return self._write(Retrieval(**facts))
        raise AnswerError(f"No answer {retrieval_id} waits to be accepted. `smart21 sources` lists those that do.")

    def body(self, source_id: str, answer_id: str) -> bytes:
        """The stored bytes.

        Raises:
            AnswerError: they are gone, or no longer what was stored.
        """
        with self.file(source_id, answer_id) as path:
            return path.read_bytes()

    @contextmanager
    def file(self, source_id: str, answer_id: str) -> Iterator[Path]:
        """A file with the stored bytes, as long as the context lasts.

        Raises:
            AnswerError: they are gone, or no longer what was stored.
        """
        name = body_name(source_id, answer_id)
        with ExitStack() as opened:
            try:
                path = opened.enter_context(self.storage.local(name))
                found = sha256_of(path)
            except OSError as error:
                raise AnswerError(f"{name}: stored answer cannot be read ({error.strerror or error})") from error
            if found != answer_id:
                raise AnswerError(f"{name}: stored answer was changed; delete this file, then refresh {source_id}")
            yield path

    def sources(self) -> list[str]:
        """Sources that were ever asked."""
        return sorted({name.split("/")[1] for name in self.storage.names(FOLDER)})

    def of(self, source_id: str, outcomes: Container[str] = OUTCOMES) -> list[Retrieval]:
        """Retrievals of a source that ended so, oldest first."""
        names = self._names(source_id)
        wanted = (name for name, found in _records(names) if found["outcome"] in outcomes)
        return self._first_version(names) + [self._read(name) for name in wanted]

    def answers(self) -> pd.DataFrame:
        """Table `raw.answer`: every answer once, by the retrieval that brought it first."""
        sources = self.sources()
        current = {used.answer_id for source_id in sources for used in self.in_use(source_id)}
        rows = [_answer_row(got) for source_id in sources for got in self.of(source_id, BROUGHT)]
        if not rows:
            return empty(contract_of("raw.answer"))
        frame = (
            pd.DataFrame(rows).sort_values(["retrieved_at", "source_id"], kind="stable").drop_duplicates("answer_id")
        )
        frame["is_current"] = frame["answer_id"].isin(current)
        return enforce(contract_of("raw.answer"), frame.sort_values(["source_id", "retrieved_at", "answer_id"]))

    def retrievals(self) -> pd.DataFrame:
        """Table `raw.retrieval`: every retrieval of every source."""
        rows = [_retrieval_row(got) for source_id in self.sources() for got in self.of(source_id)]
        if not rows:
            return empty(contract_of("raw.retrieval"))
        return enforce(contract_of("raw.retrieval"), pd.DataFrame(rows))

    def _record(self, asked: Asked, retrieved_at: str, **how: Any) -> Retrieval:
        return self._write(
            Retrieval(
                retrieval_id=_retrieval_id(retrieved_at, asked.request_id),
                source_id=asked.source_id,
                request_id=asked.request_id,
                url=asked.url,
                parameters=dict(asked.parameters),
                method=asked.method,
                request_body=asked.body,
                retrieved_at=retrieved_at,
                **how,
            )
        )

    def _write(self, retrieval: Retrieval) -> Retrieval:
        name = f"{_retrievals(retrieval.source_id)}/{retrieval.retrieval_id}.{retrieval.outcome}.json"
        if not self.storage.create(name, json.dumps(asdict(retrieval), indent=1, ensure_ascii=False).encode()):
            raise AnswerError(f"{name}: a record of this name is there already, and records are never changed")
        return retrieval

    def _names(self, source_id: str) -> list[str]:
        return self.storage.names(f"{FOLDER}/{source_id}")

    def _read(self, name: str) -> Retrieval:
        try:
            return Retrieval(**json.loads(self.storage.read(name)))
        except (OSError, ValueError, TypeError) as error:
            raise AnswerError(f"{name}: this record cannot be read ({error}); restore it from a backup") from error

    def _first_version(self, names: list[str]) -> list[Retrieval]:
        """Records of stores that held one request a source, with a record beside each body; oldest first."""
        beside = (name for name in names if name.count("/") == 2 and _FIRST_VERSION.fullmatch(name.rpartition("/")[2]))
        records = (json.loads(self.storage.read(name)) for name in beside)
        return sorted((_converted(record) for record in records), key=lambda got: (got.retrieved_at, got.retrieval_id))


def _records(names: list[str]) -> list[tuple[str, re.Match[str]]]:
    """Names of records, oldest first, and what they tell."""
    matches = ((name, _RECORD.fullmatch(name.rpartition("/")[2])) for name in names)
    return [(name, found) for name, found in matches if found is not None]


def body_name(source_id: str, answer_id: str) -> str:
    """Where a body lies in the storage."""
    return f"{FOLDER}/{source_id}/{answer_id}.body"


def _retrievals(source_id: str) -> str:
    return f"{FOLDER}/{source_id}/retrievals"


def _retrieval_id(at: str, request_id: str) -> str:
    """Time, request, and a few random digits, for two that ask the same in the same microsecond."""
    stamp = dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    return f"{stamp:%Y%m%dT%H%M%S%fZ}-{request_id}-{secrets.token_hex(4)}"


def _converted(record: dict[str, Any]) -> Retrieval:
    return Retrieval(
        retrieval_id=f"{record['retrieved_at']}-{record['answer_id'][:16]}",
        source_id=record["source_id"],
        request_id="",
        url=record["url"],
        parameters=json.loads(record["parameters"]),
        method="GET",
        request_body=None,
        retrieved_at=record["retrieved_at"],
        outcome="good",
        status=record["status"],
        headers={"Content-Type": record["media_type"]},
        reason="",
        answer_id=record["answer_id"],
        size_bytes=record["size_bytes"],
    )


def _retrieval_row(got: Retrieval) -> dict[str, Any]:
    row = vars(got) | {"parameters": _json(got.parameters), "headers": _json(got.headers)}
    return {column: row[column] for column in columns_of("raw.retrieval")}


def _answer_row(got: Retrieval) -> dict[str, Any]:
    row = vars(got) | {"parameters": _json(got.parameters), "media_type": got.media_type}
    row["lake_path"] = body_name(got.source_id, str(got.answer_id))
    return {column: row[column] for column in columns_of("raw.answer") if column != "is_current"}


def _json(facts: Mapping[str, str]) -> str:
    return _ENCODER.encode(facts)
