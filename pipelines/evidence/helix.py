"""Who takes part in each initiative, and which of the three houses is missing.

Put here: table `mart.helix`.
Not here: the initiatives themselves (`register.py`).
"""

import pandas as pd

from warehouse.contracts import columns_of
from warehouse.contracts.evidence import HOUSES

THREE_HOUSES = HOUSES[:3]
"""Government, business and schools: the Triple Helix; the community stands outside them."""


def helix(initiative: pd.DataFrame, partner: pd.DataFrame) -> pd.DataFrame:
    """Partners by house of every initiative, also of those whose documents name none.

    Args:
        initiative: table `core.initiative`.
        partner: table `core.initiative_partner`.

    Returns:
        Table `mart.helix`.
    """
    counts = pd.crosstab(partner["initiative_id"], partner["role"])
    counts = counts.reindex(index=initiative["initiative_id"], columns=list(HOUSES), fill_value=0)
    missing = [", ".join(house for house in THREE_HOUSES if not row[house]) for row in counts.to_dict("records")]
    about = initiative[["initiative_id", "community_id", "scope_id"]].reset_index(drop=True)
    counted = counts.reset_index(drop=True).astype("int64")
    return pd.concat([about, counted], axis=1).assign(missing=missing)[columns_of("mart.helix")]
