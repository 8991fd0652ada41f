"""What a pack says, found in the tables of one release.

Put here: the pack put together, its cover, factors, answers and figures.
Not here: the questions to the release (`questions.py`), how the rows look (`report.py` and the writers).
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from pipelines.evidence.language import Translator
from pipelines.evidence.pack.facts import Facts, Row, grouped, picked, texts
from pipelines.evidence.pack.model import Answer, Cover, Factor, Figure, Initiative, Pack, Standing, Support
from pipelines.evidence.pack.peers import make_gaps, make_peers
from pipelines.evidence.pack.register import (
    entry_documents,
    entry_name,
    make_initiatives,
    make_posts,
    make_recognitions,
    make_targets,
)


def build_pack(tables: Mapping[str, pd.DataFrame], translate: Translator) -> Pack:
    """The pack that the tables of one release give; sources are numbered in the order in which it cites them.

    Args:
        tables: what `questions.collect` gives.
        translate: language of names and sentences.

    Raises:
        LookupError: the release knows no such community, framework or edition.
    """
    facts = Facts(tables, translate)
    answers = _answers(facts)
    figures = tuple(_figure(facts, row) for row in facts.rows["figure"])
    initiatives = make_initiatives(facts)
    targets = make_targets(facts)
    return Pack(
        cover=_cover(facts),
        standing=_standing(facts),
        factors=_factors(facts, answers, initiatives),
        answers=answers,
        supports=_supports(facts, answers),
        figures=figures,
        peers=make_peers(facts),
        initiatives=initiatives,
        targets=targets,
        gaps=make_gaps(facts, answers, initiatives, targets),
        recognitions=make_recognitions(facts),
        posts=make_posts(facts),
        sources=facts.cite.sources(),
    )


def _cover(facts: Facts) -> Cover:
    row, _ = facts.cover, facts.translate
    names = ("community_id", "framework_id", "edition_id", "is_member", "release_id", "published_at", "code_version")
    return Cover(
        **picked(row, *names, "method_sha256", "registry_sha256"),
        **{name: _.registry(row[name]) for name in ("country", "framework", "notice", "framework_notice")},
        community=facts.place(row["community_id"]),
        framework_kind=row["kind"],
        language=_.code,
    )


def _standing(facts: Facts) -> Standing | None:
    rows = facts.rows["standing"]
    return Standing(**rows[0]) if rows else None


def _factors(facts: Facts, answers: Sequence[Answer], initiatives: Sequence[Initiative]) -> tuple[Factor, ...]:
    scores = {row["criterion_id"]: row for row in facts.rows["benchmark"]}
    factors = []
    for factor_id in _factor_ids(facts):
        row = facts.criterion[factor_id]
        own = [answer for answer in answers if answer.factor_id == factor_id]
        if row["level"] == 0 and not own:
            continue
        score = scores.get(factor_id, {}) if row["level"] else {}
        status = [answer.status for answer in own]
        support = {one for answer in own for one in answer.initiatives}
        support |= {one.initiative_id for one in initiatives if one.scope_id == factor_id}
        factors.append(
            Factor(
                **facts.factor(factor_id),
                **{name: score.get(name) for name in ("score", "peer_median", "peer_best", "coverage")},
                is_scored=bool(score),
                best_peer=facts.place(score.get("best_peer")),
                data_points=len(own),
                answered=status.count("answered"),
                partial=status.count("partial"),
                missing=status.count("missing"),
                stale=sum(answer.is_stale for answer in own),
                initiatives=len(support),
            )
        )
    return tuple(factors)


def _factor_ids(facts: Facts) -> list[str]:
    """Factors of the pack's framework in its own order, the framework itself first."""
    own = (row for row in facts.criterion.values() if row["framework_id"] == facts.framework and row["level"] < 2)
    return [row["criterion_id"] for row in own]


def _answers(facts: Facts) -> tuple[Answer, ...]:
    """Answers by factor, and within one as the framework lists its data points."""
    order = {factor_id: place for place, factor_id in enumerate(_factor_ids(facts))}
    rows = sorted(facts.rows["answer"], key=lambda row: order[facts.factor(row["criterion_id"])["factor_id"]])
    behind = {
        "observation_id": grouped(facts.rows["answer_figure"], "data_point", "observation_id"),
        "denominator_id": grouped(facts.rows["answer_figure"], "data_point", "denominator_id"),
    }
    documents = entry_documents(facts)
    return tuple(_answer(facts, row, behind, documents) for row in rows)


def _answer(
    facts: Facts,
    row: Row,
    behind: Mapping[str, Mapping[str, list[str]]],
    documents: Mapping[tuple[str, str], list[str]],
) -> Answer:
    linked = [one for one in facts.rows["support"] if one["data_point"] == row["data_point"]]
    counting = [one for one in linked if one["state"] == "counts"]
    told = counting or [one for one in linked if one["state"] != "later"]
    observations = [one for name in ("observation_id", "denominator_id") for one in behind[name][row["data_point"]]]
    kept = picked(row, "data_point", "asked", "value", "year", "indicator_id", "age", "rank", "rank_of", "rank_low")
    kept |= picked(row, "rank_high", "peer_median", "peer_best") | texts(row, "unit", "area_name", "publisher", "url")
    words = {name: facts.words(row, name) for name in ("sentence", "reason", "caveat", "confidence_reason")}
    if row["status"] is None:
        words["sentence"] = facts.translate("Nothing is recorded for it.")
    return Answer(
        **facts.factor(row["criterion_id"]),
        **kept,
        **words,
        question=facts.translate.registry(row["question"]),
        status=row["status"] or "missing",
        indicator=facts.indicator_name(row["indicator_id"]),
        is_proxy=bool(row["is_proxy"]),
        is_stale=bool(row["is_stale"]),
        best_peer=facts.place(row["best_peer"]),
        confidence=row["confidence"] or "none",
        **{
            name: tuple(one["entry_id"] for one in counting if one["kind"] == kind)
            for name, kind in (("initiatives", "initiative"), ("recognitions", "recognition"), ("posts", "post"))
        },
        references=facts.cite.figures(observations)
        + facts.cite.documents(name for one in told for name in documents[one["kind"], one["entry_id"]]),
    )


def _supports(facts: Facts, answers: Sequence[Answer]) -> tuple[Support, ...]:
    """Every link of an entry to a data point, in the order of the answers."""
    entries = {
        (kind, row[f"{kind}_id"]): row for kind in ("initiative", "recognition", "post") for row in facts.rows[kind]
    }
    documents = entry_documents(facts)
    return tuple(
        Support(
            **{name: getattr(answer, name) for name in ("factor_id", "factor", "data_point", "question")},
            **picked(row, "kind", "state"),
            code=row["entry_id"],
            name=entry_name(facts, row["kind"], entries[row["kind"], row["entry_id"]]),
            references=facts.cite.documents(documents[row["kind"], row["entry_id"]]),
        )
        for answer in answers
        for row in facts.rows["support"]
        if row["data_point"] == answer.data_point
    )


def _figure(facts: Facts, row: Row) -> Figure:
    indicator = facts.indicator[row["indicator_id"]]
    criterion = facts.criterion.get(indicator["criterion_id"])
    same = (row["indicator_id"], row["observation_id"])
    answers = facts.rows["answer_figure"]
    told = (one["data_point"] for one in answers if (one["indicator_id"], one["observation_id"]) == same)
    kept = picked(row, "indicator_id", "value", "year", "area_name", "is_proxy", "quality", "is_chosen", "score")
    kept |= picked(row, "peer_median", "peer_median_score", "peer_best", "peer_best_score")
    return Figure(
        **facts.factor(indicator["criterion_id"] or facts.cover["lens"]),
        **kept,
        **texts(row, "printed_value", "printed_unit", "conversion", "note"),
        criterion=facts.name(criterion) if criterion else "",
        indicator=facts.name(indicator),
        unit=indicator["unit"],
        best_peer=facts.place(row["best_peer"]),
        data_points=tuple(told),
        references=facts.cite.figures((row["observation_id"], row["denominator_id"])),
    )
