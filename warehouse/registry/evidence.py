"""Models of the evidence register: what was done, promised and honoured, and the documents behind it.

Put here: what one entry of `evidence/` must look like by itself.
Not here: links between entries (`check_evidence.py`), figures of official statistics (`curated/`).
"""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from warehouse.registry import models
from warehouse.registry.entry import Entry, Id, Number

_MOMENT = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories that nobody sees: control characters, marks of direction, halves of characters."""


def _line(value: object) -> object:
    """Composed, trimmed text on one line; what nobody can see is refused."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value).strip()
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in _INVISIBLE:
            raise ValueError(f"character {place} is U+{ord(character):04X}, which nobody can see: remove it")
    if code := _ESCAPED.search(text):
        raise ValueError(f"holds {code[0]}, which workbooks take for the character U+{code[1].upper()}: remove it")
    return text


def _prose(value: object) -> object:
    """The same, on as many lines as it takes."""
    if not isinstance(value, str):
        return value
    lines = value.replace("\r\n", "\n").strip().split("\n")
    return "\n".join(str(_line(line)) for line in lines)


def _moment(value: object) -> object:
    """A date as far as it is known, as text."""
    if isinstance(value, dt.datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{text!r} is no date: write YYYY, YYYY-MM or YYYY-MM-DD")
    dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    return text


def _address(value: object) -> object:
    """An address that a browser opens as a page, and nothing else; empty when there is none."""
    text = str(_line(value))
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or " " in text):
        raise ValueError(f"{text[:80]!r} is no address of a page: it begins with http:// or https:// and a host")
    return text


Line = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=500)]
OptionalLine = Annotated[str, BeforeValidator(_line), Field(max_length=500)]
Prose = Annotated[str, BeforeValidator(_prose), Field(max_length=32_000)]
Moment = Annotated[str, BeforeValidator(_moment)]
Address = Annotated[str, BeforeValidator(_address), Field(max_length=2_000)]
Year = Annotated[int, Field(ge=1900, le=2100)]


def in_order(first: str | None, last: str | None) -> bool:
    """Whether one moment can lie before, or at, another, as far as both are known."""
    length = min(len(first or ""), len(last or ""))
    return length == 0 or str(first)[:length] <= str(last)[:length]


def _once(what: str, keys: Iterable[Hashable]) -> None:
    if twice := [str(key) for key, count in Counter(keys).items() if count > 1]:
        raise ValueError(f"{what} written twice: {', '.join(twice)}")


class Document(Entry):
    """Something published, on which an entry of the register rests."""

    id: Id
    title: Line = Field(description="title as printed, or what the page is about where only that is known")
    publisher: Line = Field(description="who published it")
    url: Address = Field("", description="address; empty where only the name is known")
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = Field(description="language of the text, ISO 639-1")
    published_on: Moment | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    address_status: Literal["original", "mirrored", "dead", "no_address", "unchecked"] = Field(
        description="original: the publisher's own page was read; mirrored: a copy elsewhere; dead: answers no more; "
        "no_address: only its name is known; unchecked: nobody has looked"
    )
    note: Prose = Field("", description="remark")

    @model_validator(mode="after")
    def _says_so(self) -> Self:
        if (self.url == "") != (self.address_status == "no_address"):
            raise ValueError("a document without an address says no_address, and one with an address does not")
        return self


class Partner(models.Partner):
    """A partner of an initiative, and the house of the Triple Helix that it stands for."""

    name: Line = Field(description="partner")


class Support(Entry):
    """A data point that an initiative, a recognition or a post is evidence for."""

    framework: Id = Field(description="framework")
    data_point: Line = Field(description="code of the framework's data point")
    reason: Line = Field(description="why it is evidence for it")


class Outcome(Entry):
    """A result that a document tells; never a promise."""

    text: Line = Field(description="the result in our words")
    value: Number | None = Field(None, description="figure, where there is one")
    unit: OptionalLine = Field("", description="unit of the figure")
    year: Year | None = Field(None, description="year of the result")
    document: Id = Field(description="document that tells it")

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if (self.value is None) != (self.unit == ""):
            raise ValueError("a figure has a unit, and a unit a figure")
        return self


class Initiative(Entry):
    """A laboratory, incubator, programme, event or policy of a community."""

    id: Id
    community: Id = Field(description="community")
    name: Line = Field(description="name in English")
    name_vi: Line | None = Field(None, description="name in Vietnamese, as its own documents write it")
    kind: Literal["laboratory", "incubator", "programme", "event", "policy", "infrastructure", "service", "network"] = (
        Field(description="what it is")
    )
    status: Literal["planned", "running", "ended", "unknown"] = Field(description="where the newest document leaves it")
    started: Moment | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    ended: Moment | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    place: OptionalLine = Field("", description="where; empty where not said")
    scope: Id | None = Field(None, description="scope of a programme framework, where no programme tells it")
    programme: Id | None = Field(None, description="programme that it belongs to")
    summary: Prose = Field(min_length=1, description="what it is about, in our words")
    partners: tuple[Partner, ...] = ()
    support: tuple[Support, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    documents: tuple[Id, ...] = Field(min_length=1)
    note: Prose = Field("", description="remark")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not in_order(self.started, self.ended):
            raise ValueError("it ended before it started")
        if self.status == "planned" and self.outcomes:
            raise ValueError("what is only planned has no outcome: a promise belongs among the targets")
        _once("partner", (partner.name.casefold() for partner in self.partners))
        _once("data point", ((item.framework, item.data_point) for item in self.support))
        _once("document", self.documents)
        return self


class Recognition(Entry):
    """An honour, a membership, or a series of meetings that the community was host to."""

    id: Id
    community: Id = Field(description="community")
    body: Line = Field(description="who gave it")
    name: Line = Field(description="what it is called")
    kind: Literal["honour", "membership", "hosting"] = Field(description="what it is")
    started: Moment = Field(description="YYYY, YYYY-MM or YYYY-MM-DD")
    ended: Moment | None = Field(None, description="last day or year, where it ended")
    edition: Annotated[str, Field(pattern=r"^\d{4}$")] | None = Field(None, description="ICF's award year")
    stage: Literal["smart21", "top7", "winner"] | None = Field(None, description="list of that award year")
    support: tuple[Support, ...] = ()
    document: Id = Field(description="document that tells it")
    note: Prose = Field("", description="remark")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not in_order(self.started, self.ended):
            raise ValueError("it ended before it started")
        if (self.edition is None) != (self.stage is None):
            raise ValueError("an honour of an edition names both edition and stage")
        _once("data point", ((item.framework, item.data_point) for item in self.support))
        return self


class CommunityTarget(Entry):
    """A promised value with its year and legal basis; never used as an actual."""

    id: Id
    community: Id = Field(description="community")
    programme: Id | None = Field(None, description="programme that promises it")
    name: Line = Field(description="what is promised, in English")
    name_vi: Line | None = Field(None, description="the same in Vietnamese")
    indicator: Id | None = Field(None, description="indicator that measures it, where one does")
    comparability: Id | None = Field(None, description="class of actuals that may be set beside it")
    printed_value: Line = Field(description="value as printed")
    comparison: Literal["at_least", "at_most", "reach", "event"] = Field(description="when it counts as met")
    value: Number | None = Field(None, description="figure in the indicator's unit, or in `unit`")
    unit: OptionalLine = Field("", description="unit of the figure")
    year: Year | None = Field(None, description="year by whose end it is due")
    base_value: Number | None = Field(None, description="where it started, in the same unit, where the document says")
    base_year: Year | None = Field(None, description="year of the start")
    legal_basis: OptionalLine = Field("", description="resolution, decision or plan; empty where none is named")
    document: Id = Field(description="document that tells it")
    note: Prose = Field("", description="remark")

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        if (self.comparison == "event") != (self.value is None):
            raise ValueError("an event has no figure, every other target has one")
        if (self.value is None) != (self.unit == ""):
            raise ValueError("a figure has a unit, and a unit a figure")
        if (self.indicator is None) != (self.comparability is None):
            raise ValueError("an indicator comes with the comparability class of its actuals")
        if self.indicator and self.value is None:
            raise ValueError("an indicator measures figures only")
        if (self.base_value is None) != (self.base_year is None):
            raise ValueError("a start has both a figure and a year")
        if self.base_year and self.year and self.base_year >= self.year:
            raise ValueError("it starts in or after the year in which it is due")
        return self


class Post(Entry):
    """An office that answers for a part of the programme, seen on the date of its document."""

    id: Id
    community: Id = Field(description="community")
    title: Line = Field(description="title of the post or name of the office")
    organisation: Line = Field(description="organisation")
    role: Literal["government", "business", "school", "community"] = Field(description="house it stands for")
    holder: OptionalLine = Field("", description="person named in the document; empty where none is")
    support: tuple[Support, ...] = ()
    document: Id = Field(description="document that tells it; its date is when the post was seen")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _once("data point", ((item.framework, item.data_point) for item in self.support))
        return self


class Evidence(Entry):
    """The register: everything under `evidence/`, one file a section."""

    documents: tuple[Document, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    recognitions: tuple[Recognition, ...] = ()
    targets: tuple[CommunityTarget, ...] = ()
    posts: tuple[Post, ...] = ()


SECTIONS: dict[str, type[Entry]] = {
    "documents": Document,
    "initiatives": Initiative,
    "recognitions": Recognition,
    "targets": CommunityTarget,
    "posts": Post,
}
"""Model of each section; its file is `evidence/<section>.yml`."""
