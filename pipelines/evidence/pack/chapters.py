"""The chapter of a factor: what a pack's document tells of it.

Put here: its score, answers, gaps, initiatives and sources.
Not here: cover and front matter (`report.py`), what belongs to no factor (`appendices.py`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipelines.evidence.language import Translator
from pipelines.evidence.pack.blocks import Block, Column, Heading, Items, Picture, Run, Table, body, line, lines
from pipelines.evidence.pack.model import Answer, Factor, Initiative, Pack
from pipelines.evidence.pack.register import HOUSES
from pipelines.evidence.pack.words import short, word


def factor_chapter(pack: Pack, factor: Factor, _: Translator, pictures: Collection[str]) -> Iterator[Block]:
    """One factor: its score, its answers, what has no evidence, its initiatives and its sources."""
    yield Heading(factor.factor, factor.factor_id)
    if factor.is_scored:
        yield body(_score(factor, _), look="lead")
    answers = [answer for answer in pack.answers if answer.factor_id == factor.factor_id]
    told = [answer for answer in answers if answer.status != "missing"]
    behind = {name for answer in answers for name in answer.initiatives}
    states = _states(factor, pack, behind)
    listed = behind | states.keys()
    initiatives = [one for one in pack.initiatives if one.initiative_id in listed or one.scope_id == factor.factor_id]
    if not told and len(initiatives) == len(states):
        yield body(_("There is no evidence for this factor yet."), look="notice")
    picture = f"factor_{factor.factor_id}"
    if picture in pictures:
        yield Picture(picture, _("Scores of the indicators of {factor} beside the peers.", factor=factor.factor))
    if told:
        yield Heading(_("Answers"), f"{factor.factor_id}_answers", 2)
        yield _answers(told, _)
    yield from _missing(factor, [answer for answer in answers if answer.status == "missing"], _)
    if initiatives:
        yield Heading(_("Initiatives"), f"{factor.factor_id}_initiatives", 2)
        yield _initiatives(initiatives, states, _)
    yield from _cited(factor, pack, [*told, *initiatives], _)


def _states(factor: Factor, pack: Pack, behind: Collection[str]) -> dict[str, str]:
    """Why initiatives that the register links to the factor are evidence for none of its data points in the edition."""
    return {
        one.code: one.state
        for one in pack.supports
        if one.factor_id == factor.factor_id and one.kind == "initiative" and one.code not in behind
    }


def _score(factor: Factor, _: Translator) -> str:
    peers = ""
    if factor.peer_median is not None and factor.peer_best is not None:
        peers = _(
            "The peers' median is {median}, the best {best} ({peer}).",
            median=_.number(factor.peer_median, 1),
            best=_.number(factor.peer_best, 1),
            peer=factor.best_peer or "–",
        )
    if factor.score is None:
        own = _("Not assessed: figures cover {coverage} of the weight.", coverage=_.percent(factor.coverage or 0))
    else:
        own = _("Score {score} of 100.", score=_.number(factor.score, 1))
    return f"{own} {peers}".strip()


def _answers(answers: Sequence[Answer], _: Translator) -> Table:
    columns = (Column(_("Data point"), 4), Column(_("Draft answer"), 8), Column(_("Beside the peers"), 4))
    rows = tuple(
        (
            lines([Run(answer.question, "strong")], [Run(word(answer.status, _), answer.status)]),
            lines(
                [short(answer.sentence, 900), Run("", numbers=answer.references)],
                [Run(short(answer.caveat, 400), "quiet")],
                [Run(_confidence(answer, _), "quiet")],
            ),
            _standing(answer, _),
        )
        for answer in answers
    )
    return Table(columns, rows)


def _confidence(answer: Answer, _: Translator) -> str:
    told = _("Confidence: {confidence}.", confidence=word(answer.confidence, _))
    return f"{told} {short(answer.confidence_reason, 300)}".strip()


def _standing(answer: Answer, _: Translator) -> tuple[Run, ...]:
    """The figure, its year and area, and its place among the peers."""
    if answer.value is None:
        return line(_entries(answer, _))
    figure = Run(_.quantity(answer.value, answer.unit), "strong")
    about = [
        str(answer.year or ""),
        _("wider area") if answer.is_proxy else "",
        _("out of date") if answer.is_stale else "",
    ]
    rank = interval = peers = ""
    if answer.rank is not None and answer.rank_of is not None:
        rank = _("Rank {rank} of {rank_of}", rank=_.number(answer.rank), rank_of=_.number(answer.rank_of))
    if rank and answer.rank_low is not None and answer.rank_high is not None:
        interval = f" ({_.number(answer.rank_low)}–{_.number(answer.rank_high)})"
    if answer.peer_median is not None:
        peers = _("Median {median}", median=_.number(answer.peer_median))
    if answer.peer_best is not None:
        peers += " · " + _("best {best}", best=_.number(answer.peer_best))
        peers += f" ({answer.best_peer})" if answer.best_peer else ""
    return lines([figure], [Run(" · ".join(filter(None, about)), "quiet")], [rank + interval], [Run(peers, "quiet")])


def _entries(answer: Answer, _: Translator) -> str:
    """How many entries of the register are evidence for it, by kind."""
    told = []
    if count := len(answer.initiatives):
        told.append(_.plural("{count} initiative", "{count} initiatives", count))
    if count := len(answer.recognitions):
        told.append(_.plural("{count} honour or membership", "{count} honours or memberships", count))
    if count := len(answer.posts):
        told.append(_.plural("{count} post", "{count} posts", count))
    return ", ".join(told) or "–"


def _missing(factor: Factor, answers: Sequence[Answer], _: Translator) -> Iterator[Block]:
    if answers:
        yield Heading(_("No evidence yet"), f"{factor.factor_id}_missing", 2)
        yield Items(tuple(line(answer.question, Run(f" · {word(answer.asked, _)}", "quiet")) for answer in answers))


def _initiatives(initiatives: Sequence[Initiative], states: Mapping[str, str], _: Translator) -> Table:
    columns = (Column(_("Initiative"), 5), Column(_("What it brings"), 7), Column(_("Partners"), 4))
    rows = tuple(
        (
            lines(
                [Run(one.name, "strong"), Run("", numbers=one.references)],
                [Run(" · ".join(filter(None, [word(one.kind, _), word(one.status, _)])), "quiet")],
                [Run(_period(one, _), "quiet")],
                [Run(one.place, "quiet")],
                [Run(_uncounted(states.get(one.initiative_id, ""), _), "quiet")],
            ),
            lines([short(one.summary)], *([_outcome(one, place, _)] for place in range(len(one.outcomes)))),
            _partners(one, _),
        )
        for one in initiatives
    )
    return Table(columns, rows)


def _uncounted(state: str, _: Translator) -> str:
    return _("No evidence in this edition: {state}.", state=word(state, _)) if state else ""


def _period(one: Initiative, _: Translator) -> str:
    if one.started and one.ended and one.started != one.ended:
        return _("{start} to {end}", start=_.date(one.started), end=_.date(one.ended))
    if one.started and one.status == "running":
        return _("since {start}", start=_.date(one.started))
    return _.date(one.started or one.ended)


def _outcome(one: Initiative, place: int, _: Translator) -> str:
    outcome = one.outcomes[place]
    figure = "" if outcome.value is None else _.quantity(outcome.value, outcome.unit)
    about = ", ".join(filter(None, [figure, str(outcome.year or "")]))
    return "→ " + short(outcome.text, 300) + (f" ({about})" if about else "")


def _partners(one: Initiative, _: Translator) -> tuple[Run, ...]:
    """Partners by house, and the houses that have none."""
    told: list[list[Run | str]] = []
    for house in HOUSES:
        if names := ", ".join(getattr(one, house)):
            told.append([Run(f"{word(house, _)}: ", "quiet"), names])
    return lines(*told, [Run(_lacking(one, _), "quiet")])


def _lacking(one: Initiative, _: Translator) -> str:
    if not one.missing_houses:
        return ""
    return _("No partner named: {houses}", houses=", ".join(word(house, _) for house in one.missing_houses))


def _cited(factor: Factor, pack: Pack, rows: Sequence[Answer | Initiative], _: Translator) -> Iterator[Block]:
    numbers = {number for row in rows for number in row.references}
    cited: defaultdict[str, list[int]] = defaultdict(list)
    for source in pack.sources:
        if source.number in numbers:
            cited[source.publisher if source.kind == "figure" else source.title].append(source.number)
    if cited:
        yield Heading(_("Sources of this chapter"), f"{factor.factor_id}_sources", 2)
        runs: list[Run | str] = []
        for name, same in cited.items():
            runs += ["; " if runs else "", short(name, 120), Run("", numbers=tuple(same))]
        yield body(*runs, ".", look="quiet")
