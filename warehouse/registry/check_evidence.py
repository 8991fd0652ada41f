"""What must hold between the entries of the evidence register, and between them and the rest of the registry.

Put here: links, dates and promises against results; every function yields a fault that names section, entry and place.
Not here: what a single entry must look like (`evidence.py`), the rest of the registry (`check.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from warehouse.registry.evidence import (
    CommunityTarget,
    Document,
    Evidence,
    Initiative,
    Outcome,
    Post,
    Recognition,
    in_order,
)
from warehouse.registry.models import Programme

if TYPE_CHECKING:
    from warehouse.registry.load import Registry

Place = tuple[str | int, ...]
"""Keys and positions that lead from an entry to one of its values."""


class Fault(NamedTuple):
    """One broken rule, and where."""

    section: str
    entry: str
    place: Place
    sentence: str

    def __str__(self) -> str:
        """As the registry tells its problems: file, entry, place, what is wrong."""
        steps = (f"evidence/{self.section}.yml", self.entry, ".".join(map(str, self.place)), self.sentence)
        return ": ".join(filter(None, steps))


def faults(registry: Registry) -> Iterator[Fault]:
    """Every broken rule of the register."""
    evidence = registry.evidence
    for section, entries in evidence:
        yield from _twice(section, (entry.id for entry in entries))
    documents = {entry.id: entry for entry in evidence.documents}
    yield from _addresses(evidence.documents)
    yield from _houses(registry)
    links = _Links(registry, documents)
    for initiative in evidence.initiatives:
        yield from links.initiative(initiative)
        yield from _results(initiative, evidence, documents)
    for recognition in evidence.recognitions:
        yield from links.recognition(recognition)
    for target in evidence.targets:
        yield from links.target(target)
    for post in evidence.posts:
        yield from links.post(post)


def _twice(section: str, ids: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            yield Fault(section, name, ("id",), "written more than once")
        seen.add(name)


def _addresses(documents: Iterable[Document]) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for entry in documents:
        if entry.url and (owner := owners.setdefault(entry.url, entry.id)) != entry.id:
            yield Fault("documents", entry.id, ("url",), f"the address of {owner}: one address is one document")


def _houses(registry: Registry) -> Iterator[Fault]:
    """A partner stands for one house, wherever it is named."""
    houses: dict[str, str] = {}
    for framework in registry.frameworks:
        for partner in chain.from_iterable(programme.partners for programme in framework.programmes):
            houses.setdefault(partner.name, partner.role)
    for entry in registry.evidence.initiatives:
        for position, partner in enumerate(entry.partners):
            if (house := houses.setdefault(partner.name, partner.role)) != partner.role:
                sentence = f"{partner.name} is {partner.role} here and {house} elsewhere"
                yield Fault("initiatives", entry.id, ("partners", position, "role"), sentence)


def _results(entry: Initiative, evidence: Evidence, documents: dict[str, Document]) -> Iterator[Fault]:
    """A result was told after it came about, and is nothing that was only promised."""
    promised: dict[tuple[float | None, str, int | None], str] = {
        (target.value, target.unit, target.year): target.id
        for target in evidence.targets
        if target.community == entry.community and target.value is not None
    }
    for position, outcome in enumerate(entry.outcomes):
        place = ("outcomes", position)
        if name := promised.get((outcome.value, outcome.unit, outcome.year)):
            sentence = f"figure, unit and year of the target {name}: a promise is no result"
            yield Fault("initiatives", entry.id, (*place, "value"), sentence)
        told = documents.get(outcome.document)
        if told and not in_order(_year(outcome), told.published_on):
            yield Fault("initiatives", entry.id, (*place, "year"), f"{outcome.document} tells it before it happened")


def _year(outcome: Outcome) -> str | None:
    return str(outcome.year) if outcome.year else None


class _Links:
    """Looks up what an entry names."""

    def __init__(self, registry: Registry, documents: dict[str, Document]) -> None:
        self.registry = registry
        self.documents = documents
        described = [framework for framework in registry.frameworks if framework.kind == "programme"]
        self.scopes = {item.id for framework in described for item in framework.criteria}
        self.programmes: dict[str, Programme] = {
            item.id: item for framework in described for item in framework.programmes
        }
        self.points = {
            framework.id: {point.code for point in framework.data_points} for framework in registry.frameworks
        }

    def initiative(self, entry: Initiative) -> Iterator[Fault]:
        """Community, scope, programme, data points and documents."""
        yield from self._life("initiatives", entry)
        programme = self.programmes.get(entry.programme or "")
        if entry.scope and entry.scope not in self.scopes:
            yield Fault("initiatives", entry.id, ("scope",), f"{entry.scope} is no scope of a programme framework")
        if entry.programme and not programme:
            yield Fault("initiatives", entry.id, ("programme",), f"{entry.programme} is no programme")
        if entry.scope and programme and programme.criterion != entry.scope:
            sentence = f"{entry.scope} is not the scope of {programme.id}, which is {programme.criterion}"
            yield Fault("initiatives", entry.id, ("scope",), sentence)
        for position, name in enumerate(entry.documents):
            yield from self._document("initiatives", entry.id, ("documents", position), name)
        for position, outcome in enumerate(entry.outcomes):
            yield from self._document("initiatives", entry.id, ("outcomes", position, "document"), outcome.document)
        yield from self._supports("initiatives", entry)

    def recognition(self, entry: Recognition) -> Iterator[Fault]:
        """Community, document, data points, and the edition's list with its day."""
        yield from self._life("recognitions", entry)
        yield from self._document("recognitions", entry.id, ("document",), entry.document)
        yield from self._supports("recognitions", entry)
        if not entry.edition:
            return
        edition = self.registry.edition.get(entry.edition)
        if edition is None:
            yield Fault("recognitions", entry.id, ("edition",), f"{entry.edition} is no edition")
            return
        honours, told = {
            "smart21": (edition.smart21, edition.announced_on),
            "top7": (edition.top7, edition.top7_announced_on),
            "winner": (edition.winners, edition.winner_announced_on),
        }[entry.stage or "smart21"]
        if entry.community not in {honour.community for honour in honours}:
            sentence = f"{entry.community} is not on the {entry.stage} list of {entry.edition}"
            yield Fault("recognitions", entry.id, ("stage",), sentence)
        if told and told != entry.started:
            yield Fault("recognitions", entry.id, ("started",), f"editions.yml says {told}")

    def target(self, entry: CommunityTarget) -> Iterator[Fault]:
        """Community, programme with what it prints, document, indicator with its unit and class."""
        yield from self._community("targets", entry)
        yield from self._document("targets", entry.id, ("document",), entry.document)
        programme = self.programmes.get(entry.programme or "")
        if entry.programme and not programme:
            yield Fault("targets", entry.id, ("programme",), f"{entry.programme} is no programme")
        if programme and programme.target and programme.target.value != entry.printed_value:
            sentence = f"{programme.id} prints {programme.target.value!r}"
            yield Fault("targets", entry.id, ("printed_value",), sentence)
        if not entry.indicator:
            return
        indicator = self.registry.indicator.get(entry.indicator)
        if indicator is None:
            yield Fault("targets", entry.id, ("indicator",), f"{entry.indicator} is no indicator")
            return
        if entry.comparability not in {item.id for item in indicator.classes}:
            sentence = f"{entry.comparability} is no comparability class of {indicator.id}"
            yield Fault("targets", entry.id, ("comparability",), sentence)
        if entry.unit != indicator.unit:
            yield Fault("targets", entry.id, ("unit",), f"{indicator.id} is measured in {indicator.unit!r}")

    def post(self, entry: Post) -> Iterator[Fault]:
        """Community, and a document with a date."""
        yield from self._community("posts", entry)
        yield from self._document("posts", entry.id, ("document",), entry.document)
        yield from self._supports("posts", entry)
        document = self.documents.get(entry.document)
        if document and not document.published_on:
            sentence = f"{document.id} has no published_on, so nobody knows when the post was seen"
            yield Fault("posts", entry.id, ("document",), sentence)

    def _community(self, section: str, entry: Initiative | Recognition | CommunityTarget | Post) -> Iterator[Fault]:
        if entry.community not in self.registry.community:
            yield Fault(section, entry.id, ("community",), f"{entry.community} is no community")

    def _life(self, section: str, entry: Initiative | Recognition) -> Iterator[Fault]:
        """The community exists, and did when the entry began."""
        yield from self._community(section, entry)
        community = self.registry.community.get(entry.community)
        if community and community.valid_to and not in_order(entry.started, community.valid_to.isoformat()):
            yield Fault(section, entry.id, ("started",), f"{community.id} ended on {community.valid_to}")

    def _supports(self, section: str, entry: Initiative | Recognition | Post) -> Iterator[Fault]:
        for position, support in enumerate(entry.support):
            place = ("support", position)
            if support.framework not in self.points:
                yield Fault(section, entry.id, (*place, "framework"), f"{support.framework} is no framework")
            elif support.data_point not in self.points[support.framework]:
                sentence = f"{support.data_point} is no data point of {support.framework}"
                yield Fault(section, entry.id, (*place, "data_point"), sentence)

    def _document(self, section: str, entry: str, place: Place, name: str) -> Iterator[Fault]:
        if name not in self.documents:
            yield Fault(section, entry, place, f"{name} is no document")
