"""The chapters of a pack's document that belong to no one factor.

Put here: honours, partners, targets, peers, reference regions, sources, and how the pack was made.
Not here: cover and front matter (`report.py`), factors (`chapters.py`).
"""

from collections.abc import Iterator

from pipelines.evidence.language import Translator
from pipelines.evidence.pack.blocks import Block, Column, Heading, Items, Run, Table, body, line, lines
from pipelines.evidence.pack.model import Pack, Peer, Source, Target
from pipelines.evidence.pack.register import HOUSES
from pipelines.evidence.pack.words import short, word


def honours(pack: Pack, _: Translator) -> Iterator[Block]:
    """Honours and memberships."""
    if pack.recognitions:
        yield Heading(_("Honours and memberships"), "honours", 2)
        columns = (Column(_("When"), 3), Column(_("What"), 7), Column(_("Who gave it"), 6))
        rows = tuple(
            (
                line(" – ".join(_.date(part) for part in (one.started, one.ended) if part)),
                line(Run(one.name, "strong"), Run(f" {word(one.kind, _)}", "quiet"), Run("", numbers=one.references)),
                line(one.body),
            )
            for one in pack.recognitions
        )
        yield Table(columns, rows)


def target_chapter(pack: Pack, _: Translator) -> Iterator[Block]:
    """What was promised, and how far it is kept."""
    if not pack.targets:
        return
    yield Heading(_("Targets"), "targets")
    yield body(_("A target is a promise. It is never used as a figure of what is."))
    columns = (
        Column(_("Target"), 5),
        Column(_("Promised"), 3),
        Column(_("Actual"), 3),
        Column(_("State"), 5),
    )
    yield Table(columns, tuple(_target(target, _) for target in pack.targets))


def _target(target: Target, _: Translator) -> tuple[tuple[Run, ...], ...]:
    promised = target.printed_value
    if target.target is not None:
        least = word(target.comparison, _) if target.comparison in ("at_least", "at_most") else ""
        promised = f"{least} {_.quantity(target.target, target.unit)}".strip()
    due = _("by {year}", year=target.target_year) if target.target_year else ""
    actual = "–" if target.actual is None else _.quantity(target.actual, target.unit)
    gap = _("left to do: {gap}", gap=_.quantity(target.gap, target.unit)) if target.gap else ""
    return (
        lines(
            [Run(target.name, "strong"), Run("", numbers=target.references)],
            [Run(" · ".join(filter(None, [target.scope, short(target.legal_basis, 160)])), "quiet")],
        ),
        lines([promised], [Run(due, "quiet")]),
        lines([actual], [Run(str(target.actual_year or ""), "quiet")]),
        lines(
            [Run(word(target.status, _), target.status)],
            [Run(gap, "quiet")],
            [Run(short(target.reason, 300), "quiet")],
        ),
    )


def peer_chapter(pack: Pack, _: Translator) -> Iterator[Block]:
    """Totals and factor scores of the edition's communities."""
    totals = [peer for peer in pack.peers if peer.level == "total"]
    if not totals:
        return
    factors = list(dict.fromkeys((peer.code, peer.name) for peer in pack.peers if peer.level == "factor"))
    score = {(peer.community_id, peer.code): peer.score for peer in pack.peers if peer.level == "factor"}
    yield Heading(_("Peers"), "peers")
    yield body(
        _("Scores, 0 to 100. Rank with the interval of nine in ten draws. Reference regions are not ranked."),
        look="quiet",
    )
    columns = (
        Column(_("Community"), 5),
        Column(_("Rank"), 3),
        Column(_("Total"), 2, is_number=True),
        *(Column(name, 2, is_number=True) for _code, name in factors),
    )
    rows = tuple(
        (
            line(Run(peer.community, "strong" if peer.is_own else "")),
            line(_rank(peer, _)),
            line(_points(peer.score, _)),
            *(line(_points(score.get((peer.community_id, code)), _)) for code, _name in factors),
        )
        for peer in totals
    )
    marked = next((place for place, peer in enumerate(totals) if peer.is_own), None)
    yield Table(columns, rows, marked)


def reference_chapter(pack: Pack, _: Translator) -> Iterator[Block]:
    """Figures of the community beside those of the reference regions."""
    figures = [peer for peer in pack.peers if peer.level == "indicator"]
    places = list(dict.fromkeys(peer.community for peer in figures if not (peer.is_ranked or peer.is_own)))
    own = [peer for peer in figures if peer.is_own]
    if not (places and own):
        return
    value = {(peer.community, peer.code): _measured(peer, _) for peer in figures}
    yield Heading(_("Reference regions"), "references")
    yield body(_("Figures that the edition compares; the year stands in brackets, * marks a wider area."), look="quiet")
    columns = (
        Column(_("Indicator"), 5),
        Column(pack.cover.community, 3, is_number=True),
        *(Column(place, 3, is_number=True) for place in places),
    )
    rows = tuple(
        (
            lines([Run(peer.name, "strong")], [Run(_.registry(peer.unit), "quiet")]),
            *(line(value.get((place, peer.code), "–")) for place in (peer.community, *places)),
        )
        for peer in own
    )
    yield Table(columns, rows)


def _measured(peer: Peer, _: Translator) -> str:
    value = "–" if peer.value is None else _.number(peer.value)
    return f"{value} ({peer.year}){'*' if peer.is_proxy else ''}"


def helix_chapter(pack: Pack, _: Translator) -> Iterator[Block]:
    """Partners of each initiative by house, and the houses that have none."""
    if pack.cover.framework_kind != "programme" or not pack.initiatives:
        return
    yield Heading(_("Triple Helix"), "helix")
    yield body(_("Named partners of each initiative by house. A house without one may have taken part all the same."))
    heads = (_("Government"), _("Business"), _("Schools"), _("Community"))
    columns = (
        Column(_("Initiative"), 6),
        *(Column(head, 2, is_number=True) for head in heads),
        Column(_("Missing houses"), 3),
    )
    rows = tuple(
        (
            lines([Run(one.name, "strong")], [Run(one.scope, "quiet")]),
            *(line(_.number(len(getattr(one, house)))) for house in HOUSES),
            line(", ".join(word(house, _) for house in one.missing_houses) or "–"),
        )
        for one in pack.initiatives
    )
    yield Table(columns, rows)


def _points(score: float | None, _: Translator) -> str:
    return "–" if score is None else _.number(score, 1)


def _rank(peer: Peer, _: Translator) -> str:
    if not peer.is_ranked:
        return _("reference")
    if peer.rank is None:
        return "–"
    if peer.rank_low is None or peer.rank_high is None:
        return _.number(peer.rank)
    return f"{_.number(peer.rank)} ({_.number(peer.rank_low)}–{_.number(peer.rank_high)})"


def source_chapter(pack: Pack, _: Translator) -> Iterator[Block]:
    """The numbered sources."""
    if not pack.sources:
        return
    yield Heading(_("Sources"), "sources")
    columns = (Column(_("No."), 1), Column(_("Source"), 15))
    yield Table(
        columns, tuple((line(Run(str(source.number), "source")), _source(source, _)) for source in pack.sources)
    )


def _source(source: Source, _: Translator) -> tuple[Run, ...]:
    title = Run(short(source.title, 200), "strong")
    link = Run(short(source.url, 300), url=source.url)
    if source.kind == "figure":
        where = _(
            "Stored answer {answer}, {count} places; retrieved {moment}.",
            answer=source.answer_id[:16],
            count=_.number(len(source.locators)),
            moment=_.moment(source.retrieved_at),
        )
        return lines([title, f" · {short(source.publisher, 200)}"], [link], [Run(where, "quiet")])
    about = [_.date(source.published_on), word(source.language, _), word(source.address_status, _)]
    return lines([title, f" · {short(source.publisher, 200)}"], [link], [Run(" · ".join(filter(None, about)), "quiet")])


def about_chapter(pack: Pack, _: Translator) -> Iterator[Block]:
    """What the pack was made from and how to read it."""
    cover = pack.cover
    yield Heading(_("About this pack"), "about")
    points = [
        cover.notice,
        _("Every figure, score and answer is read from release {release} of the benchmark.", release=cover.release_id),
        _("Draft answers are put together from recorded facts by fixed sentences; nothing in them is invented."),
        _("Where a figure of a wider area stands in for the community's own, this is said beside it."),
        _("Ranks stand with the interval in which nine of ten draws of the assumptions put them."),
        _("Texts that nobody has translated yet stand in the language in which they were written."),
    ]
    yield Items(tuple(line(point) for point in points))
    facts = (
        (_("Release"), cover.release_id),
        (_("Published"), _.moment(cover.published_at)),
        (_("Code version"), cover.code_version),
        (_("Method (sha256)"), cover.method_sha256),
        (_("Registry (sha256)"), cover.registry_sha256),
    )
    columns = (Column(_("Fact"), 4), Column(_("Value"), 12))
    yield Table(columns, tuple((line(name), line(value)) for name, value in facts))
    if pack.posts:
        yield Heading(_("Posts"), "posts", 2)
        told = sorted(pack.posts, key=lambda post: HOUSES.index(post.role))
        yield Items(
            tuple(
                line(
                    Run(post.title, "strong"),
                    " · ".join(["", post.organisation, *filter(None, [post.holder, _.date(post.seen_on)])]),
                    Run("", numbers=post.references),
                )
                for post in told
            )
        )
