"""Draft answers and the words beside them, in one language, of nothing but an answer's facts.

Put here: the texts of answers, and which fact goes where.
Not here: facts (`answers.py`), translations and the writing of numbers (`language.py`), documents (`pack`).

A sentence that names a value is written only from a figure; without one the texts say that there is none.
"""

from collections.abc import Sequence
from typing import Any

from pipelines.evidence.language import Translator, mark, translator
from warehouse.registry import Registry
from warehouse.registry.models import Edition

Fact = Any
"""A row of one of the evidence tables, as `DataFrame.itertuples` gives it."""

Words = tuple[str, str, str, str]

MOST_NAMED = 3
"""Initiatives that a sentence names."""

GRADES = {
    "official": mark("Official figure"),
    "compiled": mark("Compiled from official figures"),
    "modelled": mark("Modelled figure"),
    "press": mark("Known from the press"),
    "unconfirmed": mark("Not confirmed by a second source"),
}
_STATES = {
    "over": mark("ended before {start}"),
    "planned": mark("only planned"),
    "undated": mark("of no known time"),
    "undocumented": mark("without a document that can be read"),
    "later": mark("began after {edition}"),
}


class Draft:
    """Writes one community's answers in one language.

    Args:
        language: one of `language.LANGUAGES`.
        registry: names of communities, countries, indicators and their classes.
    """

    def __init__(self, language: str, registry: Registry) -> None:
        self._: Translator = translator(language)
        self._registry = registry
        is_local = language == "vi"
        self._indicator = {e.id: (e.name_vi if is_local else None) or e.name for e in registry.indicators}
        # A Vietnamese reader knows Vietnamese places by their own names, and all others by their English ones.
        self._community = {
            e.id: e.local_name if is_local and e.country == "VNM" and e.local_name else e.name
            for e in registry.communities
        }
        self._country = {
            e.name: self._.locale.territories.get(e.iso2, e.name) if is_local else e.name for e in registry.countries
        }
        self._class = {(e.id, item.id): item.name for e in registry.indicators for item in e.classes}

        self._empty: dict[tuple[str, str], Words] = {}

    def words(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact], edition: Edition) -> Words:
        """Reason, caveat, reason of the confidence and sentence.

        Args:
            answer: row of `mart.evidence_answer`; its figure is the first of `figures`.
            figures: rows of `mart.evidence_figure`, the leading one first.
            support: rows of `mart.evidence_initiative` with the initiatives' names.
            edition: of the answer.
        """
        if figures or support:
            return self._words(answer, figures, support, edition)
        key = (answer.kind, answer.community_id)  # nothing is known of most, and that is said in the same words
        if key not in self._empty:
            self._empty[key] = self._words(answer, figures, support, edition)
        return self._empty[key]

    def _words(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact], edition: Edition) -> Words:
        return (
            self.reason(answer, figures, support, edition),
            self.caveat(answer, figures),
            self.confidence(answer, figures, support),
            self.sentence(answer, figures, support, edition),
        )

    # Sentences

    def sentence(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact], edition: Edition) -> str:
        """The draft answer."""
        said = []
        if figures:
            said += [self._figure(answer, figures[0], edition), *self._compared(answer, figures[0], edition)]
            said += self._also(figures[1:])
        said += self._initiatives(support, edition)
        return " ".join(said) or self._nothing(answer)

    def _figure(self, answer: Fact, figure: Fact, edition: Edition) -> str:
        facts = {
            "indicator": self._indicator[figure.indicator_id],
            "community": self._community[answer.community_id],
            "value": self._.quantity(figure.value, figure.unit),
            "year": figure.year,
            "publisher": figure.publisher,
        }
        if figure.state == "wider_area":
            text = mark(
                "{indicator} in {area} stood at {value} in {year} ({publisher}); "
                "of {community} itself no figure is at hand."
            )
            return self._(text, area=self.area(figure), **facts)
        stood = self._("{indicator} in {community} stood at {value} in {year} ({publisher}).", **facts)
        if figure.state not in {"stale", "later"}:
            return stood
        years = {"start": edition.window.start, "end": edition.window.end}
        return f"{stood} {self._('No figure of the years {start} to {end} is at hand.', **years)}"

    def _compared(self, answer: Fact, figure: Fact, edition: Edition) -> list[str]:
        said = []
        if figure.is_disputed:
            low, high = (self._.quantity(value, figure.unit) for value in (figure.lowest, figure.highest))
            text = "Sources differ for {year}: from {low} to {high}."
            said.append(self._(text, year=figure.year, low=low, high=high))
        if answer.rank and figure.state == "own_area":
            said.append(self._place(answer, edition))
        return said

    def _place(self, answer: Fact, edition: Edition) -> str:
        count, place = {"count": answer.rank_of, "edition": edition.id}, {"rank": answer.rank}
        if answer.is_ranked:
            text = "Among the {count} Smart21 members of {edition} with a figure it is in place {rank}"
        else:
            text = "Among the {count} Smart21 members of {edition} with a figure it would take place {rank}"
        said = self._(text, **count, **place)
        if answer.draws:
            range_ = {"low": answer.rank_low, "high": answer.rank_high}
            said += self._(" (places {low} to {high} in nine of ten draws of the figures' errors)", **range_)
        return said + self._("; their median is {median}.", median=self._.quantity(answer.peer_median, answer.unit))

    def _also(self, figures: Sequence[Fact]) -> list[str]:
        if not figures:
            return []
        each = "; ".join(
            f"{self._indicator[f.indicator_id]} {self._.quantity(f.value, f.unit)} ({self.area(f)}, {f.year})"
            for f in figures
        )
        return [self._("Also known: {list}.", list=each)]

    def _initiatives(self, support: Sequence[Fact], edition: Edition) -> list[str]:
        counting = [self._name(entry) for entry in support if entry.state == "counts"]
        others = [f"{self._name(entry)} ({self._state(entry.state, edition)})" for entry in support
                  if entry.state not in {"counts", "later"}]  # fmt: skip
        said = []
        if counting:
            one, many = (
                mark("{names} is evidence for this."),
                mark("{count} initiatives are evidence for this: {names}."),
            )
            said.append(self._.plural(one, many, len(counting), names=self._few(counting)))
        elif others:
            said.append(self._("On record, but no proof yet: {names}.", names=self._few(others)))
        return said

    def _few(self, names: Sequence[str]) -> str:
        listed = "; ".join(names[:MOST_NAMED])
        more = len(names) - MOST_NAMED
        return (
            listed if more <= 0 else self._.plural("{list} and one more", "{list} and {count} more", more, list=listed)
        )

    def _name(self, entry: Fact) -> str:
        local = entry.name_vi if self._.code == "vi" else None
        return str(local) if isinstance(local, str) and local else str(entry.name)

    def _state(self, state: str, edition: Edition) -> str:
        return self._(_STATES[state], start=edition.window.start, edition=edition.id)

    def _nothing(self, answer: Fact) -> str:
        community = self._community[answer.community_id]
        if answer.kind == "statistic":
            return self._("No figure for {community} is at hand.", community=community)
        return self._("No evidence from {community} is at hand.", community=community)

    # Words beside it

    def reason(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact], edition: Edition) -> str:
        """Why the answer has its status."""
        if answer.kind == "statistic":
            said = self._figures_reason(answer, figures, edition)
        else:
            said = self._support_reason(answer, support, edition)
        return " ".join(said)

    def _figures_reason(self, answer: Fact, figures: Sequence[Fact], edition: Edition) -> list[str]:
        years = {"start": edition.window.start, "end": edition.window.end}
        if not figures:
            said = [self._("There is no figure of its own area, nor one that may stand in.")]
            if answer.initiatives:
                said.append(self._("Initiatives alone do not answer it."))
            return said
        if answer.status == "answered":
            return [self._("A figure of its own area, of the years {start} to {end}.", **years)]
        why = {
            "wider_area": self._("The figure is of a wider area."),
            "stale": self._("The figure is older than {start}.", **years),
            "later": self._("The figure is later than {end}.", **years),
        }
        said = [why[figures[0].state]] if figures[0].state in why else []
        if figures[0].is_disputed:
            said.append(self._("Sources differ by more than their errors explain."))
        if answer.needs == "all" and answer.indicators > 1 and answer.answered:
            text = "{answered} of {indicators} indicators have a sound figure of its own area."
            said.append(self._(text, answered=answer.answered, indicators=answer.indicators))
        return said

    def _support_reason(self, answer: Fact, support: Sequence[Fact], edition: Edition) -> list[str]:
        if answer.initiatives:
            text = "{count} initiatives of the time of the edition, with documents."
            return [
                self._.plural("One initiative of the time of the edition, with documents.", text, answer.initiatives)
            ]
        if not support:
            return [self._("The register holds nothing for it.")]
        states = list(dict.fromkeys(entry.state for entry in support))
        told = ", ".join(self._state(state, edition) for state in states)
        return [self._("The register holds initiatives for it, but they are {states}.", states=told)]

    def caveat(self, answer: Fact, figures: Sequence[Fact]) -> str:
        """What limits the comparison with others; empty where nothing does."""
        if not figures:
            return ""
        figure, said = figures[0], []
        if figure.state == "wider_area":
            text = "It describes {area}, not {community}."
            said.append(self._(text, area=self.area(figure), community=self._community[answer.community_id]))
        if figure.state == "other_class":
            name = self._.registry(self._class[figure.indicator_id, figure.class_id])
            said.append(
                self._("Defined unlike most peers' figures ({name}), so it has no place among them.", name=name)
            )
        if figure.is_disputed:
            said.append(self._("Sources differ for its year."))
        if answer.rank and figure.peer_proxies:
            one, many = (
                mark("One peer's figure is of a wider area."),
                mark("{count} peers' figures are of wider areas."),
            )
            said.append(self._.plural(one, many, int(figure.peer_proxies)))
        elif not answer.rank and figure.state == "own_area" and answer.is_comparable:
            said.append(self._("Too few peers have a figure to compare with."))
        return " ".join(said)

    def confidence(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact]) -> str:
        """Why the answer can be trusted so far."""
        if figures:
            figure = figures[0]
            said = [self._(GRADES[figure.quality])]
            said += [self._("of a wider area")] if figure.state == "wider_area" else []
            said += [self._("outside the years asked for")] if figure.state in {"stale", "later"} else []
            said += [self._("sources differ")] if figure.is_disputed else []
            return "; ".join(said) + "."
        if not support:
            return self._("Nothing is known.")
        if not answer.publishers:
            return self._("No document was read at its publisher's own address.")
        one = mark("Documents were read at one publisher's own address.")
        many = mark("Documents were read at the own addresses of {count} publishers.")
        return self._.plural(one, many, int(answer.publishers))

    def area(self, figure: Fact) -> str:
        """Name of the area that a figure describes."""
        return self._country.get(figure.area_name, figure.area_name)
