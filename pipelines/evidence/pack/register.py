"""The register's part of a pack: what was done, promised and honoured.

Put here: initiatives, targets, honours and posts as rows of the pack.
Not here: answers (`content.py`), the register itself (`warehouse/registry`).
"""

from pipelines.evidence.pack.facts import Facts, Row, grouped, picked, texts
from pipelines.evidence.pack.model import Initiative, Outcome, Post, Recognition, Target

HOUSES = ("government", "business", "school", "community")
"""Houses of the Triple Helix, and the community outside them."""


def make_initiatives(facts: Facts) -> tuple[Initiative, ...]:
    """Every initiative of the community."""
    documents = grouped(facts.rows["initiative_document"], "initiative_id", "document_id")
    data_points = grouped(facts.rows["support"], "initiative_id", "data_point")
    return tuple(
        Initiative(
            **picked(row, "initiative_id", "kind", "status"),
            **texts(row, "started", "ended", "place", "programme", "summary", "note"),
            **facts.scope(row["scope_id"]),
            **{house: _partners(facts, row["initiative_id"], house) for house in HOUSES},
            name=facts.name(row),
            missing_houses=tuple(house.strip() for house in (row["missing"] or "").split(",") if house.strip()),
            data_points=tuple(data_points[row["initiative_id"]]),
            outcomes=tuple(
                Outcome(**picked(one, "value", "year"), **texts(one, "text", "unit"))
                for one in facts.rows["outcome"]
                if one["initiative_id"] == row["initiative_id"]
            ),
            references=facts.cite.documents(documents[row["initiative_id"]]),
        )
        for row in facts.rows["initiative"]
    )


def make_targets(facts: Facts) -> tuple[Target, ...]:
    """Every promise of the community, and how far it is kept."""
    return tuple(_target(facts, row) for row in facts.rows["target"])


def make_recognitions(facts: Facts) -> tuple[Recognition, ...]:
    """Honours, memberships and hosted series, the earliest first."""
    return tuple(
        Recognition(
            **picked(row, "recognition_id", "kind"),
            **texts(row, "body", "name", "started", "ended", "note"),
            references=facts.cite.documents([row["document_id"]]),
        )
        for row in facts.rows["recognition"]
    )


def make_posts(facts: Facts) -> tuple[Post, ...]:
    """Offices that answer for a part of the programme."""
    return tuple(
        Post(
            **picked(row, "post_id", "role"),
            **texts(row, "title", "organisation", "holder", "seen_on"),
            references=facts.cite.documents([row["document_id"]]),
        )
        for row in facts.rows["post"]
    )


def _partners(facts: Facts, initiative_id: str, house: str) -> tuple[str, ...]:
    rows = facts.rows["partner"]
    return tuple(row["name"] for row in rows if (row["initiative_id"], row["role"]) == (initiative_id, house))


def _target(facts: Facts, row: Row) -> Target:
    measured = row["status"] is not None
    return Target(
        **picked(row, "target_id", "comparison", "actual", "actual_year", "gap", "expected"),
        **texts(row, "printed_value", "legal_basis", "note"),
        **facts.scope(row["scope_id"]),
        name=facts.name(row),
        target=row["target"] if measured else row["value"],
        target_year=row["target_year"] if measured else row["year"],
        unit=(row["shown_unit"] if measured else row["unit"]) or "",
        status=row["status"] or "not_measurable",
        reason=facts.words(row, "reason"),
        references=(*facts.cite.figures([row["observation_id"]]), *facts.cite.documents([row["document_id"]])),
    )
