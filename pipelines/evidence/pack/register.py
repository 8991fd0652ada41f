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
    data_points = _supported(facts, "initiative")
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
    data_points = _supported(facts, "recognition")
    return tuple(
        Recognition(
            **picked(row, "recognition_id", "kind"),
            **{name: facts.translate.registry(row[name]) for name in ("body", "name")},
            **texts(row, "started", "ended", "note"),
            data_points=tuple(data_points[row["recognition_id"]]),
            references=facts.cite.documents([row["document_id"]]),
        )
        for row in facts.rows["recognition"]
    )


def make_posts(facts: Facts) -> tuple[Post, ...]:
    """Offices that answer for a part of the programme."""
    data_points = _supported(facts, "post")
    return tuple(
        Post(
            **picked(row, "post_id", "role"),
            **{name: facts.translate.registry(row[name]) for name in ("title", "organisation")},
            **texts(row, "holder", "seen_on"),
            data_points=tuple(data_points[row["post_id"]]),
            references=facts.cite.documents([row["document_id"]]),
        )
        for row in facts.rows["post"]
    )


def entry_name(facts: Facts, kind: str, row: Row) -> str:
    """What an initiative, an honour or a post is called."""
    if kind == "initiative":
        return facts.name(row)
    name = facts.translate.registry(row["name" if kind == "recognition" else "title"])
    return f"{name}, {facts.translate.registry(row['body' if kind == 'recognition' else 'organisation'])}"


def entry_documents(facts: Facts) -> dict[tuple[str, str], list[str]]:
    """Documents behind each entry, by kind and id."""
    behind: dict[tuple[str, str], list[str]] = {}
    for row in facts.rows["initiative_document"]:
        behind.setdefault(("initiative", row["initiative_id"]), []).append(row["document_id"])
    for kind in ("recognition", "post"):
        behind |= {(kind, row[f"{kind}_id"]): [row["document_id"]] for row in facts.rows[kind]}
    return behind


def _supported(facts: Facts, kind: str) -> dict[str, list[str]]:
    """Data points that each entry of a kind is evidence for in the edition."""
    counting = (row for row in facts.rows["support"] if (row["kind"], row["state"]) == (kind, "counts"))
    return grouped(counting, "entry_id", "data_point")


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
