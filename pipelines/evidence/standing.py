"""Where a community's figure stands among the figures of an edition's peers, and how sure that is.

Put here: ranks of single figures, and their intervals under the errors of all figures.
Not here: ranks of scores (`pipelines/score.py`, `pipelines/uncertainty`), which figure it is (`figures.py`).

Each draw changes every figure by an error of its grade's size, as the uncertainty analysis of the framework does; who
shares a wider area's figure shares its error. A reference region gets the place that it would take.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.scoring.sampling import spread, unit_cube
from pipelines.scoring.tree import Tree
from pipelines.scoring.uncertainty import HIGH, LOW
from pipelines.uncertainty.figures import Figures, figures
from warehouse.registry import Registry
from warehouse.registry.models import Framework

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_PEERS = 3
"""Peers with a figure that make a comparison."""

COLUMNS = ("rank", "rank_of", "rank_low", "rank_high", "draws", "peer_median", "peer_best", "best_peer", "peer_proxies")
_SIGN = {"higher": 1.0, "lower": -1.0, "none": np.nan}


def error_sizes(framework: Framework) -> dict[str, float]:
    """Relative standard error of a figure by its grade, as the framework's uncertainty analysis has it."""
    plan = framework.uncertainty
    return {str(grade): size for grade, size in plan.errors.sizes.items()} if plan and plan.errors else {}


def standings(chosen: pd.DataFrame, members: pd.DataFrame, framework: Framework, registry: Registry) -> pd.DataFrame:
    """Place of every chosen figure of one edition among the ranked members' figures.

    Args:
        chosen: figures of one edition and reading, columns as `mart.chosen`.
        members: table `core.edition_member` of the edition.
        framework: whose errors, number of draws and seed count.
        registry: directions of indicators, countries.

    Returns:
        Columns `community_id`, `indicator_id` and COLUMNS, a row a figure.
    """
    indicators = sorted(set(chosen["indicator_id"]))
    if not indicators:
        return pd.DataFrame(columns=["community_id", "indicator_id", *COLUMNS])
    tree = Tree.build([framework.id, *indicators], [None, *[framework.id] * len(indicators)], leaves=indicators)
    country = {entry.id: entry.country for entry in registry.communities}
    communities = list(members["community_id"])
    nothing = pd.DataFrame({name: [] for name in ("community_id", "indicator_id", "value", "verdict")})
    laid = figures(chosen, nothing, communities, country, tree, error_sizes(framework))
    is_ranked = members["is_ranked"].to_numpy(dtype=bool)
    sign = np.array([_SIGN[registry.indicator[code].direction] for code in indicators])
    return _table(laid, is_ranked, sign, communities, indicators, framework)


def _table(
    laid: Figures, is_ranked: Flags, sign: Floats, communities: list[str], indicators: list[str], framework: Framework
) -> pd.DataFrame:
    peers = np.where(is_ranked[:, None], laid.value, np.nan)
    count = (~np.isnan(peers)).sum(axis=0)
    has_rank = ~np.isnan(laid.value) & (count >= LEAST_PEERS) & ~np.isnan(sign)
    row, column = np.nonzero(~np.isnan(laid.value))
    best = np.argmax(np.where(np.isnan(peers * sign), -np.inf, peers * sign), axis=0)
    names = np.array(communities, dtype=object)
    compared = has_rank.any(axis=0)
    draws, low, high = _intervals(laid, is_ranked, sign, framework)

    def only(values: NDArray, where: Flags) -> pd.Series:
        return pd.Series(np.where(where, values, np.nan)[row, column])

    every = np.ones_like(laid.value)
    return pd.DataFrame(
        {
            "community_id": names[row],
            "indicator_id": np.array(indicators, dtype=object)[column],
            "rank": only(places(laid.value, is_ranked, sign), has_rank),
            "rank_of": only(every * count, count > 0),
            "rank_low": only(low, has_rank & (draws > 0)),
            "rank_high": only(high, has_rank & (draws > 0)),
            "draws": only(every * draws, has_rank & (draws > 0)),
            "peer_median": only(every * _median(peers), count > 0),
            "peer_best": only(every * peers[best, np.arange(len(best))], compared),
            "best_peer": np.where(compared, names[best], None)[column],
            "peer_proxies": only(every * (laid.is_proxy & ~np.isnan(peers)).sum(axis=0), count > 0),
        }
    )


def places(value: Floats, is_ranked: Flags, sign: Floats) -> Floats:
    """1 more than the number of ranked members that are better; equals share a place.

    Args:
        value: [..., communities, indicators], NaN where missing.
        is_ranked: [communities] who counts.
        sign: [indicators] 1 where more is better, -1 where less is.
    """
    good = value * sign
    better = good[..., None, is_ranked, :] > good[..., :, None, :]
    return np.where(np.isnan(good), np.nan, 1.0 + better.sum(axis=-2))


def _intervals(laid: Figures, is_ranked: Flags, sign: Floats, framework: Framework) -> tuple[int, Floats, Floats]:
    """Number of draws, and the places that 5 % of them beat and 5 % fall behind."""
    plan = framework.uncertainty
    if plan is None or not laid.errors:
        return 0, laid.value, laid.value
    cube = unit_cube(plan.draws, laid.errors, plan.seed, "random")
    noise = spread(cube, "normal")[:, laid.error_of]  # -1 takes the last column, where there is no figure
    rank = np.sort(places(laid.value * (1.0 + laid.error * noise), is_ranked, sign), axis=0)
    low, high = (rank[int(np.ceil(share * len(rank))) - 1] for share in (LOW, HIGH))
    return plan.draws, low, high


def _median(x: Floats) -> Floats:
    """[columns] median of what is present; NaN where nothing is."""
    ordered = np.sort(x, axis=0)  # NaN last
    known = (~np.isnan(x)).sum(axis=0, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(known - 1, 0) // 2, axis=0)
    return ((low + np.take_along_axis(ordered, np.minimum(known // 2, len(x) - 1), axis=0)) / 2)[0]
