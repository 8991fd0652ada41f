"""What stands beside an answer, in one language: why it has its status, what limits it, how far it can be trusted.

Put here: these texts, and which fact goes where.
Not here: the answer itself (`sentences.py`), facts (`answers.py`), translations (`language.py`).
"""

from collections.abc import Sequence
from typing import Any

from pipelines.evidence.language import Translator, mark
from pipelines.evidence.names import Names
from warehouse.registry.models import Edition

Fact = Any
"""A row of one of the evidence tables, as `rows.rows` gives it."""

GRADES = {
    "official": mark("Official figure"),
    "compiled": mark("Compiled from official figures"),
    "modelled": mark("Modelled figure"),
    "press": mark("Known from the press"),
    "unconfirmed": mark("Not confirmed by a second source"),
}
SUPPORTS = {
    "over": mark("ended before {start}"),
    "planned": mark("only planned"),
    "undated": mark("of no known time"),
    "undocumented": mark("without a document that can be read"),
    "later": mark("began after {edition}"),
}
"""Why an initiative does not count."""

OTHERS = {
    ("recognition", "over"): mark("of an earlier time"),
    ("recognition", "later"): mark("of a later time"),
    ("post", "over"): mark("last seen before {start}"),
    ("post", "later"): mark("first seen after {edition}"),
}
"""Why another entry does not count, where it is said otherwise."""


class Remarks:
    """Writes what stands beside answers.

    Args:
        translate: its language.
        names: names in that language.
    """

    def __init__(self, translate: Translator, names: Names) -> None:
        self._ = translate
        self._names = names

    def reason(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact], edition: Edition) -> str:
        """Why the answer has its status."""
        if answer.kind == "evidence":
            return self._reason_of_support(answer, support, edition)
        if figures:
            return " ".join(self._reasons_of_figures(answer, figures[0], edition))
        said = [self._("There is no figure of its own area, nor one that may stand in.")]
        said += [self._("The register alone does not answer it.")] if self._counts(answer) else []
        return " ".join(said)

    def _reasons_of_figures(self, answer: Fact, figure: Fact, edition: Edition) -> list[str]:
        start, end = edition.window.start, edition.window.end
        if answer.status == "answered":
            return [self._("A figure of its own area, of the years {start} to {end}.", start=start, end=end)]
        said = []
        match figure.state:
            case "wider_area":
                said.append(self._("The figure is of a wider area."))
            case "stale":
                said.append(self._("The figure is older than {start}.", start=start))
            case "later":
                said.append(self._("The figure is later than {end}.", end=end))
        if figure.is_disputed:
            said.append(self._("Sources differ by more than their errors explain."))
        if answer.needs == "all" and answer.indicators > 1 and answer.answered:
            text = mark("{answered} of {indicators} indicators have a sound figure of its own area.")
            said.append(self._(text, answered=answer.answered, indicators=answer.indicators))
        return said

    def _reason_of_support(self, answer: Fact, support: Sequence[Fact], edition: Edition) -> str:
        if counts := self._counts(answer):
            return self._("Of the edition's time, with documents: {entries}.", entries=", ".join(counts))
        if not support:
            return self._("The register holds nothing for it.")
        told = ", ".join(dict.fromkeys(self.state(entry, edition) for entry in support))
        return self._("The register holds entries for it, but none that counts: {states}.", states=told)

    def _counts(self, answer: Fact) -> list[str]:
        """How many entries count, by kind."""
        said = []
        if answer.initiatives:
            said.append(self._.plural("{count} initiative", "{count} initiatives", answer.initiatives))
        if answer.recognitions:
            count = answer.recognitions
            said.append(self._.plural("{count} honour or membership", "{count} honours or memberships", count))
        if answer.posts:
            said.append(self._.plural("{count} post", "{count} posts", answer.posts))
        return said

    def state(self, entry: Fact, edition: Edition) -> str:
        """Why an entry does not count."""
        text = OTHERS.get((entry.kind, entry.state)) or SUPPORTS[entry.state]
        return self._(text, start=edition.window.start, edition=edition.id)

    def caveat(self, answer: Fact, figures: Sequence[Fact]) -> str:
        """What limits the comparison with others; empty where nothing does."""
        if not figures:
            return ""
        figure, said = figures[0], []
        if figure.state == "wider_area":
            names = {"area": self._names.area(figure), "community": self._names.community[answer.community_id]}
            said.append(self._("It describes {area}, not {community}.", **names))
        if figure.state == "other_class":
            text = mark("Defined unlike most peers' figures ({name}), so it has no place among them.")
            said.append(self._(text, name=self._names.comparability(figure)))
        if figure.state in {"stale", "later"}:
            said.append(self._("It is not of the edition's years, so it has no place among the peers' figures."))
        if figure.is_disputed:
            said.append(self._("Sources differ for its year."))
        return " ".join([*said, *self._peers(answer, figure)])

    def _peers(self, answer: Fact, figure: Fact) -> list[str]:
        if answer.rank and figure.peer_proxies:
            return [
                self._.plural(
                    "One peer's figure is of a wider area.",
                    "{count} peers' figures are of wider areas.",
                    int(figure.peer_proxies),
                )
            ]
        if not answer.rank and figure.state == "own_area" and answer.is_comparable:
            return [self._("Too few peers have a figure to compare with.")]
        return []

    def confidence(self, answer: Fact, figures: Sequence[Fact], support: Sequence[Fact]) -> str:
        """Why the answer can be trusted so far."""
        if figures:
            figure = figures[0]
            said = [self._(GRADES[figure.quality])]
            said += [self._("of a wider area")] if figure.state == "wider_area" else []
            said += [self._("outside the years asked for")] if figure.state in {"stale", "later"} else []
            said += [self._("sources differ")] if figure.is_disputed else []
            return "; ".join(said) + "."
        if all(entry.state == "later" for entry in support):
            return self._("Nothing is known.")
        if not answer.publishers:
            return self._("No document was read at its publisher's own address.")
        return self._.plural(
            "Documents were read at one publisher's own address.",
            "Documents were read at the own addresses of {count} publishers.",
            int(answer.publishers),
        )
