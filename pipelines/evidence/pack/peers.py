"""Peers beside the community, and what its evidence lacks.

Put here: scores and figures of the edition's communities, and the gaps, those that would matter most first.
Not here: answers and figures of the community itself (`content.py`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from pipelines.evidence.pack.facts import Facts, Row, picked, texts
from pipelines.evidence.pack.model import Answer, Gap, Initiative, Peer, Target

ASKED = (
    "confirmed_data_point",
    "measure_sourced",
    "confirmed_theme",
    "measure_proposed",
    "confirmed_third_party",
    "unconfirmed",
)
"""How sure it is that a framework asks for a data point, the surest first."""

_NO_FIGURE: dict[str, Any] = {"value": None, "unit": "", "year": None, "is_proxy": False, "publisher": "", "url": ""}
_NO_RANK: dict[str, Any] = {"coverage": None, "rank": None, "rank_low": None, "rank_high": None}
_NO_RANKS: dict[str, Any] = dict.fromkeys(("rank", "rank_p10", "rank_p50", "rank_p90", "expected_change"))


def make_peers(facts: Facts) -> tuple[Peer, ...]:
    """Totals and factors of every community of the edition, then its figures."""
    scores = (_score(facts, row) for row in facts.rows["peer_score"])
    figures = (_figure(facts, row) for row in facts.rows["peer_figure"])
    return (*scores, *figures)


def make_gaps(
    facts: Facts, answers: Sequence[Answer], initiatives: Sequence[Initiative], targets: Sequence[Target]
) -> tuple[Gap, ...]:
    """Figures that would move the rank, then data points, then targets and initiatives of a programme."""
    figures = (_lacking_figure(facts, row) for row in facts.rows["gap"])
    programme = _programme(facts, initiatives, targets) if facts.cover["kind"] == "programme" else ()
    return (*figures, *_data_points(answers), *programme)


def _who(facts: Facts, row: Row) -> dict[str, Any]:
    return {
        "community_id": row["community_id"],
        "community": facts.place(row["community_id"]),
        "is_own": row["community_id"] == facts.cover["community_id"],
        "is_ranked": row["is_ranked"],
    }


def _score(facts: Facts, row: Row) -> Peer:
    is_total = facts.criterion[row["criterion_id"]]["level"] == 0
    name = facts.translate("Total") if is_total else facts.factor(row["criterion_id"])["factor"]
    return Peer(
        **_who(facts, row),
        **picked(row, "score", "coverage", "rank", "rank_low", "rank_high"),
        **_NO_FIGURE,
        level="total" if is_total else "factor",
        code=row["criterion_id"],
        name=name,
    )


def _figure(facts: Facts, row: Row) -> Peer:
    indicator = facts.indicator[row["indicator_id"]]
    return Peer(
        **_who(facts, row),
        **picked(row, "score", "value", "year", "is_proxy"),
        **texts(row, "publisher", "url"),
        **_NO_RANK,
        level="indicator",
        code=row["indicator_id"],
        name=facts.name(indicator),
        unit=indicator["unit"],
    )


def _lacking_figure(facts: Facts, row: Row) -> Gap:
    return Gap(
        **facts.factor(row["criterion_id"]),
        **picked(row, *_NO_RANKS, "would_be_assessed"),
        kind="figure",
        code=row["indicator_id"],
        name=facts.indicator_name(row["indicator_id"]),
        state=row["figure"],
        asked="",
    )


def _data_points(answers: Sequence[Answer]) -> Iterable[Gap]:
    """Data points without a full, recent answer; first those that the framework is surest to ask for."""
    kinds = ("missing", "partial", "stale")
    lacking = [(answer, answer.status) for answer in answers if answer.status != "answered"]
    lacking += [(answer, "stale") for answer in answers if answer.status == "answered" and answer.is_stale]
    lacking.sort(key=lambda one: (kinds.index(one[1]), ASKED.index(one[0].asked)))
    for answer, kind in lacking:
        yield Gap(
            **_NO_RANKS,
            factor_id=answer.factor_id,
            factor=answer.factor,
            kind=kind,
            code=answer.data_point,
            name=answer.question,
            state=answer.status,
            asked=answer.asked,
            would_be_assessed=False,
        )


def _programme(facts: Facts, initiatives: Sequence[Initiative], targets: Sequence[Target]) -> Iterable[Gap]:
    """Targets that nothing is compared with, and initiatives in which a house of the Triple Helix is missing."""
    lacking = [(one.scope_id, "no_actual", one.target_id, one.name) for one in targets if one.status == "no_actual"]
    lacking += [(one.scope_id, "house", one.initiative_id, one.name) for one in initiatives if one.missing_houses]
    for scope_id, kind, code, name in lacking:
        yield Gap(
            **_NO_RANKS,
            **facts.factor(scope_id or facts.framework),
            kind=kind,
            code=code,
            name=name,
            state=kind,
            asked="",
            would_be_assessed=False,
        )
