"""How fast an indicator has been seen to improve: the evidence that bounds realistic changes.

Put here: the fastest sustained improvement among the areas of an edition.
Not here: what follows for a community (`improve.py`).

Change is measured on the scale that an indicator is scored on: differences between linear goalposts, ratios between
logarithmic ones. A pace is thus so many score points a year, and speaks for every level of the indicator.
"""

import numpy as np
import pandas as pd

from pipelines.scoring.improve import sustained_change
from pipelines.standing import free_scores
from warehouse.registry import Registry
from warehouse.registry.models import Edition

_NAMES = {
    "change": "pace", "area_id": "pace_area", "area_level": "pace_level", "source_id": "pace_source",
    "start": "pace_start", "end": "pace_end", "figures": "pace_figures",
}  # fmt: skip
PACE = tuple(_NAMES.values())
NUMBERS = ("pace", "pace_start", "pace_end", "pace_figures")
_SERIES = ["area_id", "area_level", "is_proxy", "indicator_id", "class_id", "source_id"]

Groups = dict[tuple[str, str], str]


def comparability(registry: Registry) -> Groups:
    """The group of comparable classes by indicator and class."""
    return {(entry.id, item.id): item.group for entry in registry.indicators for item in entry.classes}


def fastest(candidate: pd.DataFrame, observation: pd.DataFrame, edition: Edition, registry: Registry) -> pd.DataFrame:
    """The fastest sustained improvement of each indicator within an edition's window.

    A series is one area's figures of one indicator, class and source. The areas are the communities that the edition
    shows, and their countries.

    Args:
        candidate: table `mart.candidate` of the edition; every value that an area has is in it.
        observation: table `core.observation`, for their areas and sources.
        edition: whose window counts.
        registry: goalposts and classes.

    Returns:
        Columns `indicator_id`, `group` and PACE: one row for each group of comparable classes that improved somewhere.
    """
    window = edition.window
    rows = candidate[(candidate["basis"] == "with_proxies") & candidate["year"].between(window.start, window.end)]
    rows = rows.drop_duplicates(["observation_id", "indicator_id"])
    about = observation.set_index("observation_id")[["area_id", "source_id"]]
    free = free_scores(rows["value"].to_numpy()[None, :], [registry.indicator[code] for code in rows["indicator_id"]])[
        0
    ]
    rows = rows.join(about, on="observation_id")[~np.isnan(free)]
    series = rows.groupby(_SERIES).ngroup()
    found = sustained_change(series.to_numpy(), rows["year"].to_numpy(), free[~np.isnan(free)])
    found = found[found["change"] > 0]
    best = found.join(rows[_SERIES].assign(series=series).drop_duplicates("series").set_index("series"))
    groups = comparability(registry)
    best["group"] = [groups[case] for case in zip(best["indicator_id"], best["class_id"], strict=True)]
    best = best.sort_values(["change", *_SERIES], ascending=[False] + [True] * len(_SERIES))
    return best.drop_duplicates(["indicator_id", "group"]).rename(columns=_NAMES)[["indicator_id", "group", *PACE]]
