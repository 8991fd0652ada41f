"""The numbered sources of a pack.

Put here: giving each stored answer and each document one number, in the order in which the pack cites them.
Not here: which facts rest on which source (`content.py`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.evidence.pack.model import Source

Facts = Mapping[str, Any]


class Citations:
    """Numbers sources as they are cited.

    Args:
        observations: facts of each figure's source, by observation_id.
        documents: facts of each document of the register, by document_id.
    """

    def __init__(self, observations: Mapping[str, Facts], documents: Mapping[str, Facts]) -> None:
        self._observations = observations
        self._documents = documents
        self._number: dict[tuple[str, ...], int] = {}
        self._locators: dict[int, list[str]] = {}
        self._facts: dict[int, Facts] = {}

    def figures(self, observation_ids: Iterable[str | None]) -> tuple[int, ...]:
        """Numbers of the sources of some figures; None stands for no figure."""
        numbers = []
        for observation_id in observation_ids:
            if observation_id is None:
                continue
            facts = self._observations[observation_id]
            number = self._cite((facts["publisher"], facts["url"], facts["answer_id"]), facts)
            if facts["locator"] not in self._locators[number]:
                self._locators[number].append(facts["locator"])
            numbers.append(number)
        return tuple(sorted(set(numbers)))

    def documents(self, document_ids: Iterable[str]) -> tuple[int, ...]:
        """Numbers of some documents of the register."""
        return tuple(sorted({self._cite((one,), self._documents[one]) for one in document_ids}))

    def sources(self) -> tuple[Source, ...]:
        """All that were cited, by number."""
        return tuple(self._source(number, facts) for number, facts in self._facts.items())

    def _cite(self, key: tuple[str, ...], facts: Facts) -> int:
        number = self._number.setdefault(key, len(self._number) + 1)
        self._facts.setdefault(number, facts)
        self._locators.setdefault(number, [])
        return number

    def _source(self, number: int, facts: Facts) -> Source:
        same = {"number": number, "publisher": facts["publisher"], "url": facts["url"]}
        if "document_id" in facts:
            told = {name: facts[name] or "" for name in ("title", "address_status", "language", "published_on")}
            nothing = {"retrieved_at": "", "answer_id": "", "locators": ()}
            return Source(kind="document", document_id=facts["document_id"], **same, **told, **nothing)
        return Source(
            kind="figure",
            title=facts["source"],
            address_status="",
            language="",
            published_on="",
            retrieved_at=facts["retrieved_at"],
            answer_id=facts["answer_id"],
            locators=tuple(self._locators[number]),
            document_id="",
            **same,
        )
