"""What the tests of the raw store ask, and let other processes do.

Put here: a question, and functions that run in a child.
Not here: what must hold afterwards.
"""

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from warehouse.answers import Answers
from warehouse.storage import Folder

URL = "https://example.org/table"


@dataclass(frozen=True)
class Question:
    """What the raw store must know of a request."""

    source_id: str = "survey"
    url: str = URL
    parameters: Mapping[str, str] = field(default_factory=lambda: {"b": "1", "a": "2"})
    method: str = "GET"
    body: str | None = None

    @property
    def request_id(self) -> str:
        """The same question has the same id."""
        return hashlib.sha256(f"{self.source_id} {self.url} {self.parameters}".encode()).hexdigest()[:16]


def content(number: int) -> bytes:
    """A body of some size, another one for each number."""
    return f"{number:08}".encode() * 20_000


def keep_on(pipe: Connection, root: Path, count: int | None) -> None:
    """Keep so many answers, one after the other; without end when no count is given."""
    answers = Answers(Folder(root))
    for number in itertools.count() if count is None else range(count):
        at = f"2026-01-01T00:00:00.{number:06}+00:00"
        pipe.send(answers.keep(Question(), content(number), retrieved_at=at).answer_id)
    pipe.send("done")
