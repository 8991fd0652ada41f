"""The document of a pack: its cover, its front matter, and its chapters in order.

Put here: what stands before the chapters: cover, readiness and summary.
Not here: the chapters (`chapters.py`), how parts look (`docx.py`, `html.py`).
"""

from collections.abc import Collection, Iterator

from pipelines.evidence.language import Translator
from pipelines.evidence.pack.appendices import (
    about_chapter,
    helix_chapter,
    honours,
    peer_chapter,
    reference_chapter,
    source_chapter,
    target_chapter,
)
from pipelines.evidence.pack.blocks import (
    Block,
    Column,
    Cover,
    Document,
    Heading,
    Items,
    Picture,
    Run,
    Table,
    Tile,
    Tiles,
    body,
    line,
)
from pipelines.evidence.pack.chapters import factor_chapter
from pipelines.evidence.pack.model import Factor, Gap, Pack
from pipelines.evidence.pack.words import word

CHAPTERS = (helix_chapter, target_chapter, peer_chapter, reference_chapter, source_chapter, about_chapter)
"""Chapters after those of the factors, in their order."""

KEPT, LATE = ("met", "on_track"), ("behind", "missed")
"""States of a target that is kept so far, and of one that is not."""

SHOWN = 10
"""Gaps that the front matter names; the sheet and the file of gaps have all."""


def write_document(pack: Pack, translate: Translator, pictures: Collection[str]) -> Document:
    """The document that tells a pack.

    Args:
        pack: content.
        translate: its language.
        pictures: names of the pictures there are.
    """
    _, cover = translate, pack.cover
    blocks: list[Block] = [*_readiness(pack, _, pictures), *_summary(pack, _, pictures)]
    for factor in pack.factors:
        blocks += factor_chapter(pack, factor, _, pictures)
    for chapter in CHAPTERS:
        blocks += chapter(pack, _)
    title = _("{community}: evidence for {framework}", community=cover.community, framework=cover.framework)
    return Document(
        language=_.code,
        title=title,
        description=cover.notice,
        contents=_("Contents"),
        page=_("Page"),
        footer=f"{cover.community} · {cover.framework} · {cover.edition_id}",
        cover=_cover(pack, _),
        blocks=tuple(blocks),
    )


def _cover(pack: Pack, _: Translator) -> Cover:
    cover = pack.cover
    keyed = _(
        "Answers are keyed by the framework's published data points and by what other sources connect with it. "
        "Nothing here is a question of an application form."
    )
    return Cover(
        kicker=_("Evidence pack"),
        title=cover.community,
        subtitle=_("{framework} · edition of {edition}", framework=cover.framework, edition=cover.edition_id),
        facts=(
            (_("Country"), cover.country),
            (
                _("Release"),
                _("{release}, published {moment}", release=cover.release_id, moment=_.moment(cover.published_at)),
            ),
            (_("Code version"), cover.code_version),
            (_("Method"), cover.method_sha256[:16]),
        ),
        notices=(cover.notice, cover.framework_notice, keyed),
    )


def _readiness(pack: Pack, _: Translator, pictures: Collection[str]) -> Iterator[Block]:
    """How far the framework is answered, what is missing, and what of it would matter most."""
    yield Heading(_("Readiness"), "readiness")
    if _is_empty(pack):
        nothing = _(
            "There is no evidence for {community} in the edition of {edition}: no figure, no initiative, no target. "
            "What the framework asks for is listed below.",
            community=pack.cover.community,
            edition=pack.cover.edition_id,
        )
        yield body(nothing, look="notice")
    if pack.answers:
        yield from _counts(pack, _)
        if "coverage" in pictures:
            told = _("Data points answered, answered in part and without evidence, by factor.")
            yield Picture("coverage", told)
        yield _by_factor(pack.factors, _)
        yield from _stale(pack, _)
    elif pack.initiatives or pack.targets:
        yield from _programme_counts(pack, _)
        yield _by_scope(pack, _)
    yield from _what_matters(pack, _)


def _is_empty(pack: Pack) -> bool:
    answered = any(answer.status != "missing" for answer in pack.answers)
    return not (answered or pack.figures or pack.initiatives or pack.targets)


def _counts(pack: Pack, _: Translator) -> Iterator[Block]:
    status = [answer.status for answer in pack.answers]
    stale = sum(answer.is_stale for answer in pack.answers)
    yield body(
        _(
            "{answered} of {count} data points are answered, {partial} in part; for {missing} there is no evidence.",
            answered=_.number(status.count("answered")),
            count=_.number(len(status)),
            partial=_.number(status.count("partial")),
            missing=_.number(status.count("missing")),
        ),
        look="lead",
    )
    yield Tiles(
        (
            Tile(_.number(status.count("answered")), _("answered"), "answered"),
            Tile(_.number(status.count("partial")), _("in part"), "partial"),
            Tile(_.number(status.count("missing")), _("no evidence"), "missing"),
            Tile(_.number(stale), _("out of date"), "stale" if stale else ""),
        )
    )


def _programme_counts(pack: Pack, _: Translator) -> Iterator[Block]:
    status = [target.status for target in pack.targets]
    kept = sum(one in KEPT for one in status)
    late = sum(one in LATE for one in status)
    yield body(
        _(
            "{initiatives} initiatives and {targets} targets are recorded; {kept} targets are met or on track, "
            "{late} are behind or missed, and for {open} nothing comparable is measured.",
            initiatives=_.number(len(pack.initiatives)),
            targets=_.number(len(status)),
            kept=_.number(kept),
            late=_.number(late),
            open=_.number(len(status) - kept - late),
        ),
        look="lead",
    )
    yield Tiles(
        (
            Tile(_.number(len(pack.initiatives)), _("initiatives")),
            Tile(_.number(kept), _("targets met or on track"), "answered"),
            Tile(_.number(late), _("targets behind or missed"), "stale" if late else ""),
            Tile(_.number(len(status) - kept - late), _("targets not measured"), "missing"),
        )
    )


def _by_scope(pack: Pack, _: Translator) -> Table:
    """Targets and initiatives of each scope of a programme."""
    heads = (_("Initiatives"), _("Targets"), _("Met or on track"), _("Behind or missed"), _("Not measured"))
    columns = (Column(_("Scope"), 5), *(Column(head, 2, is_number=True) for head in heads))
    rows = []
    for factor in pack.factors:
        status = [target.status for target in pack.targets if target.scope_id == factor.factor_id]
        kept = sum(one in KEPT for one in status)
        late = sum(one in LATE for one in status)
        counts = (factor.initiatives, len(status), kept, late, len(status) - kept - late)
        rows.append((line(Run(factor.factor, "strong")), *(line(_.number(count)) for count in counts)))
    return Table(columns, tuple(rows))


def _by_factor(factors: Collection[Factor], _: Translator) -> Table:
    heads = (_("Answered"), _("In part"), _("No evidence"), _("Out of date"), _("Initiatives"))
    columns = (Column(_("Factor"), 5), *(Column(head, 2, is_number=True) for head in heads))
    rows = tuple(
        (
            line(Run(factor.factor, "strong")),
            *(
                line(_.number(count))
                for count in (factor.answered, factor.partial, factor.missing, factor.stale, factor.initiatives)
            ),
        )
        for factor in factors
        if factor.data_points
    )
    return Table(columns, rows)


def _stale(pack: Pack, _: Translator) -> Iterator[Block]:
    stale = [answer for answer in pack.answers if answer.is_stale]
    if stale:
        yield Heading(_("Out of date"), "stale", 2)
        yield body(_("An application looks back on three years. These answers rest on older figures."))
        yield Items(
            tuple(
                line(
                    Run(answer.question, "strong"),
                    f" · {answer.factor} · {answer.year or ''}",
                    Run("", numbers=answer.references),
                )
                for answer in stale
            )
        )


def _what_matters(pack: Pack, _: Translator) -> Iterator[Block]:
    figures = [gap for gap in pack.gaps if gap.kind == "figure" and (gap.would_be_assessed or gap.expected_change)]
    asked = [
        gap for gap in pack.gaps if gap.kind == "missing" and gap.asked in ("confirmed_data_point", "measure_sourced")
    ]
    others = [gap for gap in pack.gaps if gap.kind in ("no_actual", "house")]
    if not (figures or asked or others):
        return
    yield Heading(_("What would matter most"), "matters", 2)
    if figures:
        yield body(_("Figures of its own area that would move its rank, were they as good as those of its peers:"))
        yield _figure_gaps(figures[:SHOWN], _)
    if asked:
        yield body(_("Data points that the framework itself names and for which there is no evidence:"))
        yield Items(tuple(line(Run(gap.name, "strong"), f" · {gap.factor}") for gap in asked[:SHOWN]))
    if others:
        yield body(_("What the programme's own record lacks:"))
        yield Items(
            tuple(line(Run(gap.name, "strong"), f" · {gap.factor} · {word(gap.kind, _)}") for gap in others[:SHOWN])
        )


def _figure_gaps(gaps: Collection[Gap], _: Translator) -> Table:
    columns = (
        Column(_("Figure"), 6),
        Column(_("Now"), 4),
        Column(_("Rank, poor figure"), 3, is_number=True),
        Column(_("Rank, middling figure"), 3, is_number=True),
        Column(_("Rank, good figure"), 3, is_number=True),
    )
    rows = tuple(
        (
            line(Run(gap.name, "strong"), Run(f" {gap.factor}", "quiet")),
            line(word(gap.state, _)),
            *(line("–" if rank is None else _.number(rank)) for rank in (gap.rank_p10, gap.rank_p50, gap.rank_p90)),
        )
        for gap in gaps
    )
    return Table(columns, rows)


def _summary(pack: Pack, _: Translator, pictures: Collection[str]) -> Iterator[Block]:
    """Where the community stands, by factor and in rank, and how it was honoured."""
    yield Heading(_("Summary"), "summary")
    yield body(_stands(pack, _), look="lead")
    shown = {
        "profile": _("Scores by factor beside the median and the best of the peers."),
        "references": _("Scores by factor beside the reference regions."),
        "ranks": _("Ranks of the edition's communities with the interval of nine in ten draws."),
        "helix": _("Initiatives by scope and house of the Triple Helix."),
    }
    for name, told in shown.items():
        if name in pictures:
            yield Picture(name, told)
    yield from honours(pack, _)


def _stands(pack: Pack, _: Translator) -> str:
    standing, cover = pack.standing, pack.cover
    if standing is None:
        return _("{community} is not on the list of {edition}, so there is no score.", **_who(pack))
    coverage = _.percent(standing.coverage)
    if standing.score is None:
        return _(
            "{community} is not assessed: figures cover {coverage} of the weight.", coverage=coverage, **_who(pack)
        )
    facts = {"score": _.number(standing.score, 1), "coverage": coverage, "own": _.percent(standing.coverage_own)}
    if standing.rank is None or standing.rank_low is None or standing.rank_high is None:
        text = _(
            "{community} scores {score} of 100 and is not ranked. Figures cover {coverage} of the weight, "
            "{own} with figures of its own area.",
            **facts,
            **_who(pack),
        )
    else:
        text = _(
            "{community} scores {score} of 100: rank {rank} of {rank_of}, and between {low} and {high} in nine of ten "
            "draws of the assumptions. Figures cover {coverage} of the weight, {own} with figures of its own area.",
            rank=_.number(standing.rank),
            rank_of=_.number(standing.rank_of),
            low=_.number(standing.rank_low),
            high=_.number(standing.rank_high),
            **facts,
            **_who(pack),
        )
    if cover.framework_kind == "programme":
        text += " " + _("These scores are of the benchmark beside the programme, which itself is not scored.")
    return text


def _who(pack: Pack) -> dict[str, str]:
    return {"community": pack.cover.community, "edition": pack.cover.edition_id}
