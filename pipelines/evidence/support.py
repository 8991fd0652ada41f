"""Which initiatives are evidence for which data point of an edition, and whether they count.

Put here: the initiatives' time and documents held against an edition.
Not here: the register itself (`register.py`), answers (`answers.py`), partners (`helix.py`).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from warehouse.contracts import columns_of
from warehouse.contracts.evidence import SUPPORT_STATES
from warehouse.registry.models import Edition

REGISTER = ("core.document", "core.initiative", "core.initiative_support", "core.initiative_document")
"""Tables of the register that answers are made of."""

REACHABLE = ("original", "mirrored", "unchecked")
"""What is known of an address at which a document may be read."""


def supports(register: Mapping[str, pd.DataFrame], members: pd.DataFrame, editions: Sequence[Edition]) -> pd.DataFrame:
    """Table `mart.evidence_initiative`: every link of an initiative to a data point, judged for every edition.

    What started after the award year is no evidence for it; what ended before the window is old evidence; what is only
    planned, cannot be dated or has no document that can be read proves nothing yet.

    Args:
        register: REGISTER by the name after the schema.
        members: table `core.edition_member` of the editions.
        editions: whose award years and windows count.
    """
    about = register["initiative"][["initiative_id", "community_id", "status", "started", "ended"]]
    links = register["initiative_support"][["initiative_id", "framework_id", "data_point"]].merge(about)
    links = links.merge(_documents(register), on="initiative_id", how="left")
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
        "over": ended < rows["window_start"],
        "planned": rows["status"] == "planned",
        "undated": ~is_dated,
        "undocumented": ~rows["is_readable"].eq(True),
    }
    state = np.select(list(tests.values()), list(tests), default=SUPPORT_STATES[0])
    rows = rows.assign(state=state, publishers=rows["publishers"].fillna(0).astype("int64"))
    return rows[columns_of("mart.evidence_initiative")]


def year_of(moments: pd.Series) -> pd.Series:
    """Years of moments such as 2018, 2018-08 or 2018-08-31; NaN where there is none."""
    return pd.to_numeric(moments.astype("str").str[:4], errors="coerce")


def _documents(register: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """By initiative: whether a document may be read, how many publishers' own addresses hold one, year of the first."""
    about = register["document"][["document_id", "publisher", "address_status", "published_on"]]
    behind = register["initiative_document"].merge(about, on="document_id")
    found = behind["address_status"].isin(REACHABLE).groupby(behind["initiative_id"]).any()
    original = behind[behind["address_status"] == "original"].groupby("initiative_id")["publisher"].nunique()
    first = year_of(behind["published_on"]).groupby(behind["initiative_id"]).min()
    return pd.DataFrame({"is_readable": found, "publishers": original, "first_told": first}).reset_index(
        names="initiative_id"
    )
