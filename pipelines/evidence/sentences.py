"""Draft answers in one language, of nothing but an answer's facts.

Put here: the sentences of answers, and which fact goes where.
Not here: facts (`answers.py`), what stands beside an answer (`remarks.py`), translations and the writing of numbers
(`language.py`), documents (`pack`).

A value is written only from a figure; without one the sentence says that there is none.
"""

from collections.abc import Sequence

from pipelines.evidence.language import mark, translator
from pipelines.evidence.names import Names
from pipelines.evidence.remarks import Fact, Remarks
from warehouse.contracts.evidence import SUPPORT_KINDS
from warehouse.registry import Registry
from warehouse.registry.models import Edition

MOST_NAMED = 3
"""Entries of one kind that a sentence names."""

TEXTS = ("reason", "caveat", "confidence_reason", "sentence")
Words = tuple[str, str, str, str]
"""TEXTS of one answer."""


class Draft:
    """Writes answers in one language.

    Args:
        language: one of `language.LANGUAGES`.
        registry: names of communities, countries, indicators and their classes.
    """

    def __init__(self, language: str, registry: Registry) -> None:
        self._ = translator(language)
        self._names = Names(self._, registry)
        self._remarks = Remarks(self._, self._names)
        self._of_nothing: dict[tuple[str, str], Words] = {}

    def words(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact], edition: Edition) -> Words:
        """TEXTS of an answer.

        Args:
            answer: what `answers.py` knows of it; its figure is the first of `figures`.
            figures: rows of `mart.evidence_figure`, the leading one first.
            support: rows of `mart.evidence_support` with what the entries are called.
            edition: of the answer.
        """
        key = (answer.kind, answer.community_id)
        is_nothing = not (figures or support)  # the same words for most data points, written once
        if is_nothing and key in self._of_nothing:
            return self._of_nothing[key]
        said = (
            self._remarks.reason(answer, figures, support, edition),
            self._remarks.caveat(answer, figures),
            self._remarks.confidence(answer, figures, support),
            self.sentence(answer, figures, support, edition),
        )
        if is_nothing:
            self._of_nothing[key] = said
        return said

    def sentence(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact], edition: Edition) -> str:
        """The draft answer."""
        said = []
        if figures:
            said += [self._figure(answer, figures[0], edition), *self._compared(answer, figures[0], edition)]
            said += self._also(figures[1:])
        said += self._entries(support, edition)
        return " ".join(said) or self._nothing(answer)

    def _figure(self, answer: Fact, figure: Fact, edition: Edition) -> str:
        facts = {
            "indicator": self._names.indicator[figure.indicator_id],
            "community": self._names.community[answer.community_id],
            "value": self._.quantity(figure.value, figure.unit),
            "year": figure.year,
            "publisher": figure.publisher,
        }
        if figure.state == "wider_area":
            text = mark(
                "{indicator} in {area} stood at {value} in {year} ({publisher}); "
                "of {community} itself no figure is at hand."
            )
            return self._(text, area=self._names.area(figure), **facts)
        stood = self._("{indicator} in {community} stood at {value} in {year} ({publisher}).", **facts)
        if figure.state not in {"stale", "later"}:
            return stood
        text = mark("No figure of the years {start} to {end} is at hand.")
        return f"{stood} {self._(text, start=edition.window.start, end=edition.window.end)}"

    def _compared(self, answer: Fact, figure: Fact, edition: Edition) -> list[str]:
        said = []
        if figure.is_disputed:
            low, high = (self._.quantity(value, figure.unit) for value in (figure.lowest, figure.highest))
            text = mark("Sources differ for {year}: from {low} to {high}.")
            said.append(self._(text, year=figure.year, low=low, high=high))
        if answer.rank and figure.state == "own_area":
            said.append(self._place(answer, edition))
        return said

    def _place(self, answer: Fact, edition: Edition) -> str:
        is_place = mark("Among the {count} Smart21 members of {edition} with a figure it is in place {rank}")
        would_be = mark("Among the {count} Smart21 members of {edition} with a figure it would take place {rank}")
        text = is_place if answer.is_ranked else would_be
        said = self._(text, count=answer.rank_of, edition=edition.id, rank=answer.rank)
        if answer.draws:
            text = mark(" (places {low} to {high} in nine of ten draws of the figures' errors)")
            said += self._(text, low=answer.rank_low, high=answer.rank_high)
        return said + self._("; their median is {median}.", median=self._.quantity(answer.peer_median, answer.unit))

    def _also(self, figures: Sequence[Fact]) -> list[str]:
        each = [
            f"{self._names.indicator[figure.indicator_id]} {self._.quantity(figure.value, figure.unit)} "
            f"({self._names.area(figure)}, {figure.year})"
            for figure in figures
        ]
        return [self._("Also known: {list}.", list="; ".join(each))] if each else []

    def _entries(self, support: Sequence[Fact], edition: Edition) -> list[str]:
        if counting := [entry for entry in support if entry.state == "counts"]:
            return self._counting(counting)
        others = [
            f"{self._names.entry(entry)} ({self._remarks.state(entry, edition)})"
            for entry in support
            if entry.state != "later"
        ]
        return [self._("On record, but no proof yet: {names}.", names=self._few(others))] if others else []

    def _counting(self, support: Sequence[Fact]) -> list[str]:
        names = {kind: [self._names.entry(entry) for entry in support if entry.kind == kind] for kind in SUPPORT_KINDS}
        said = []
        if initiatives := names["initiative"]:
            said.append(
                self._.plural(
                    "{names} is evidence for this.",
                    "{count} initiatives are evidence for this: {names}.",
                    len(initiatives),
                    names=self._few(initiatives),
                )
            )
        if recognitions := names["recognition"]:
            text = mark("Honours, memberships and meetings hosted: {names}.")
            said.append(self._(text, names=self._few(recognitions)))
        if posts := names["post"]:
            said.append(self._("Responsible for this: {names}.", names=self._few(posts)))
        return said

    def _few(self, names: Sequence[str]) -> str:
        listed, more = "; ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
        if more <= 0:
            return listed
        return self._.plural("{list} and one more", "{list} and {count} more", more, list=listed)

    def _nothing(self, answer: Fact) -> str:
        community = self._names.community[answer.community_id]
        if answer.kind == "statistic":
            return self._("No figure for {community} is at hand.", community=community)
        return self._("No evidence from {community} is at hand.", community=community)
