"""Which entries of the register are evidence for which data point of an edition, and whether they count.

Put here: the time and the documents of initiatives, honours, memberships and posts, held against an edition.
Not here: the register itself (`register.py`), answers (`answers.py`), partners (`helix.py`).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from warehouse.contracts import columns_of
from warehouse.contracts.evidence import SUPPORT_KINDS, SUPPORT_STATES
from warehouse.registry.models import Edition

REGISTER = (
    "core.document", "core.initiative", "core.initiative_support", "core.initiative_document",
    "core.recognition", "core.recognition_support", "core.post", "core.post_support",
)  # fmt: skip
"""Tables of the register that answers are made of."""

REACHABLE = ("original", "mirrored", "unchecked")
"""What is known of an address at which a document may be read."""

ENTRY = ["kind", "entry_id"]
NAMES = ["name", "name_vi", "body", "holder"]
"""What an entry is called, who gave it or which office it belongs to, and who holds it."""

_ABOUT = [*ENTRY, "community_id", *NAMES, "status", "started", "ended", "is_lasting"]
_LINK = [*ENTRY, "framework_id", "data_point"]


def supports(register: Mapping[str, pd.DataFrame], members: pd.DataFrame, editions: Sequence[Edition]) -> pd.DataFrame:
    """Table `mart.evidence_support`: every link of an entry to a data point, judged for every edition.

    What began after the award year is no evidence for it; what ended before the window is old evidence, and so is a
    membership that had ended; what is only planned, cannot be dated or has no document that can be read proves nothing
    yet. An honour is of the day on which it was given, a post of the day on which it was seen.

    Args:
        register: REGISTER by the name after the schema.
        members: table `core.edition_member` of the editions.
        editions: whose award years and windows count.

    Returns:
        The table's columns, and of each entry NAMES and when it began.
    """
    links = pd.concat([_named(register, kind, f"{kind}_support")[_LINK] for kind in SUPPORT_KINDS], ignore_index=True)
    links = links.merge(_entries(register), on=ENTRY).merge(_documents(register), on=ENTRY, how="left")
    years = pd.DataFrame(
        [(edition.id, edition.award_year, edition.window.start) for edition in editions],
        columns=["edition_id", "award_year", "window_start"],
    )
    rows = links.merge(members[["edition_id", "community_id"]], on="community_id").merge(years, on="edition_id")
    started, ended = (year_of(rows[name]) for name in ("started", "ended"))
    was_told = rows["first_told"] <= rows["award_year"]  # a document of that time tells it: it was there by then
    is_dated = started.notna() | ended.between(rows["window_start"], rows["award_year"]) | was_told
    tests = {
        "later": started > rows["award_year"],
        "over": ended < rows["award_year"].where(rows["is_lasting"], rows["window_start"]),
        "planned": rows["status"] == "planned",
        "undated": ~is_dated,
        "undocumented": ~rows["is_readable"].eq(True),
    }
    state = np.select(list(tests.values()), list(tests), default=SUPPORT_STATES[0])
    rows = rows.assign(state=state, publishers=rows["publishers"].fillna(0).astype("int64"))
    return rows[[*columns_of("mart.evidence_support"), *NAMES, "started"]]


def year_of(moments: pd.Series) -> pd.Series:
    """Years of moments such as 2018, 2018-08 or 2018-08-31; NaN where there is none."""
    return pd.to_numeric(moments.astype("str").str[:4], errors="coerce")


def _entries(register: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every entry with its names and its time; `is_lasting` where it is worth nothing once it has ended."""
    initiative, recognition, post = (_named(register, kind, kind) for kind in SUPPORT_KINDS)
    kind, ended = register["recognition"]["kind"], recognition["ended"]
    given = ended.where(ended.notna() | (kind != "honour"), recognition["started"])
    seen, nothing = post["seen_on"], {"name_vi": None, "status": ""}
    tables = [
        initiative.assign(body="", holder="", is_lasting=False),
        recognition.assign(**nothing, holder="", ended=given, is_lasting=kind == "membership"),
        post.assign(
            **nothing, name=post["title"], body=post["organisation"], started=seen, ended=seen, is_lasting=False
        ),
    ]
    found = pd.concat([table[_ABOUT].astype(object) for table in tables], ignore_index=True)
    return found.astype({"is_lasting": bool})


def _named(register: Mapping[str, pd.DataFrame], kind: str, table: str) -> pd.DataFrame:
    """A table of the register that is about entries of one kind, with the columns ENTRY."""
    return register[table].rename(columns={f"{kind}_id": "entry_id"}).assign(kind=kind)


def _documents(register: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """By entry: whether a document may be read, how many publishers' own addresses hold one, year of the first."""
    about = register["document"][["document_id", "publisher", "address_status", "published_on"]]
    tables = zip(SUPPORT_KINDS, ("initiative_document", "recognition", "post"), strict=True)
    named = pd.concat([_named(register, *pair)[[*ENTRY, "document_id"]] for pair in tables], ignore_index=True)
    behind = named.merge(about, on="document_id")
    is_original = behind["address_status"] == "original"
    told = behind.assign(
        is_readable=behind["address_status"].isin(REACHABLE),
        publisher=behind["publisher"].where(is_original),
        first_told=year_of(behind["published_on"]),
    ).groupby(ENTRY)
    return told.agg(
        is_readable=("is_readable", "any"), publishers=("publisher", "nunique"), first_told=("first_told", "min")
    ).reset_index()
