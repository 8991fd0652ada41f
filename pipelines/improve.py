"""The way up: what holds each community back, and the smallest set of realistic changes that reaches a rank.

Put here: tables `mart.gap`, `mart.goal` and `mart.improvement`, and the call that makes all advice of an edition.
Not here: the arithmetic (`scoring/improve.py`), figures that are missing (`data_gap.py`).

One community changes, all others stay where they are. A change is counted only where the community has a figure of its
own area: a wider area's is not its to change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.data_gap import data_gaps
from pipelines.pace import NUMBERS, PACE, Groups, comparability, fastest
from pipelines.score import scored_frameworks
from pipelines.scoring.improve import SmallestSets, place, quantile, reach, smallest_sets, value_at
from pipelines.standing import Columns, Standing, free_scores, rows_of, standing
from warehouse.contracts import columns_of
from warehouse.contracts.advice import COUNTED
from warehouse.contracts.mart import BASES
from warehouse.registry import Registry
from warehouse.registry.models import Edition, Indicator

YEARS = 3
"""Years given to a change: between two applications of a community that comes back."""

TOP = 7
"""ICF's shortlist."""

ADVICE = ("gap", "goal", "improvement", "data_gap")
"""Tables of the mart."""

SCALE = ("direction", "goalpost_lower", "goalpost_upper", "goalpost_scale")
"""What turns a score back into a value."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Advice:
    """Advice for one edition.

    Attributes:
        gap: table `mart.gap`.
        goal: table `mart.goal`.
        improvement: table `mart.improvement`.
        data_gap: table `mart.data_gap`.
    """

    gap: pd.DataFrame
    goal: pd.DataFrame
    improvement: pd.DataFrame
    data_gap: pd.DataFrame


def advise(
    tables: Mapping[str, pd.DataFrame],
    observation: pd.DataFrame,
    members: pd.DataFrame,
    edition: Edition,
    registry: Registry,
) -> Advice:
    """Work out all advice for an edition, in both readings.

    Args:
        tables: `candidate`, `chosen`, `screening` and `indicator_score` of the edition.
        observation: table `core.observation`.
        members: table `core.edition_member` of the edition.
        edition: which.
        registry: frameworks, methods, indicators.
    """
    paces = fastest(tables["candidate"], observation, edition, registry)
    groups = comparability(registry)
    parts: dict[str, list[Columns]] = {name: [] for name in ADVICE}
    for framework in scored_frameworks(registry):
        for basis in BASES:
            here = standing(tables["indicator_score"], tables["screening"], members, framework, registry, basis)
            gap = gaps(here, _of_chosen(paces, tables["chosen"], groups, here))
            is_assessed = ~np.isnan(here.now)
            goal, improvement = way_up(
                rows_of(gap, gap["is_assessed"]),
                here.now[is_assessed],
                here.rivals[is_assessed],
                np.array(here.communities, dtype=object),
            )
            for name, part in zip(ADVICE, (gap, goal, improvement, data_gaps(here)), strict=True):
                parts[name].append(part)
    return Advice(**{name: _table(name, part, edition) for name, part in parts.items()})


def _table(name: str, parts: list[Columns], edition: Edition) -> pd.DataFrame:
    """Parts below each other, with the columns of the contract."""
    columns = [column for column in columns_of(f"mart.{name}") if column != "edition_id"]
    table = pd.DataFrame({column: np.concatenate([part[column] for part in parts]) for column in columns})
    table.insert(0, "edition_id", edition.id)
    return table


def _of_chosen(paces: pd.DataFrame, chosen: pd.DataFrame, groups: Groups, here: Standing) -> Columns:
    """[leaves] the pace of the comparable classes that were chosen: columns PACE."""
    used = chosen[chosen["basis"] == here.basis].drop_duplicates("indicator_id")
    group = {code: groups[code, item] for code, item in zip(used["indicator_id"], used["class_id"], strict=True)}
    cases = pd.MultiIndex.from_tuples([(leaf, group[leaf]) for leaf in here.tree.leaves])
    found = paces.set_index(["indicator_id", "group"]).reindex(cases)
    return {name: found[name].to_numpy(dtype=float if name in NUMBERS else object) for name in PACE}


def gaps(here: Standing, pace: Columns) -> Columns:
    """Table `mart.gap` of one framework and reading, without its edition, and with `is_assessed` and SCALE.

    Args:
        here: where the communities stand.
        pace: [leaves] columns PACE.
    """
    total, weight = here.result
    missing = np.isnan(here.value)
    score, peers = here.leaf, _peers(here)
    of_leaf = pace | _scale(here.indicators)
    return with_reach(
        here.long(
            figure=np.select([missing, here.is_proxy], ["missing", "stand_in"], "own_area").astype(object),
            is_assessed=np.repeat(~np.isnan(total)[:, None], weight.shape[1], axis=1),
            value=here.value,
            score=score,
            free_score=free_scores(here.value, here.indicators),
            weight=weight,
            points=weight * np.nan_to_num(score),
            loss=weight * (100 - score),
            worth=here.line[1],
            value_to_median=here.value - peers["peer_median_value"],
            value_to_best=here.value - peers["best_value"],
            score_to_median=score - peers["peer_median_score"],
            score_to_best=score - peers["best_score"],
            **peers,
            **{name: np.tile(column, len(here.communities)) for name, column in of_leaf.items()},
        ),
        YEARS,
    )


def _scale(indicators: list[Indicator]) -> Columns:
    """[leaves] goalposts, named as in `core.indicator`."""
    posts = [entry.goalposts for entry in indicators if entry.goalposts]
    direction = [entry.direction for entry in indicators]
    columns = direction, [p.lower for p in posts], [p.upper for p in posts], [p.scale for p in posts]
    return {name: np.array(column) for name, column in zip(SCALE, columns, strict=True)}


def _peers(here: Standing) -> Columns:
    """[communities, leaves] of what the other ranked members have."""
    values = here.of_peers(here.value)
    directed = np.where(np.isnan(values), -np.inf, values * here.sign[None, :, None])
    best = directed.argmax(axis=2)
    known = np.isfinite(directed.max(axis=2))
    median = quantile(values, 0.5)
    best_value = np.take_along_axis(values, best[:, :, None], axis=2)[:, :, 0]
    return {
        "peers": (~np.isnan(values)).sum(axis=2),
        "peer_median_value": median,
        "peer_median_score": here.score(median),
        "best_peer": np.where(known, np.array(here.communities, dtype=object)[best], None),
        "best_value": best_value,
        "best_score": here.score(best_value),
    }


def with_reach(gap: Columns, years: int) -> Columns:
    """Add how far each indicator could realistically go in so many years, and what ends it.

    Args:
        gap: columns of `mart.gap` up to `pace`, and `is_assessed` and SCALE.
        years: given to a change.
    """
    score, free, best, pace = (gap[name] for name in ("score", "free_score", "best_score", "pace"))
    limits = {
        "missing": gap["figure"] == "missing",
        "stand_in": gap["figure"] == "stand_in",
        "not_assessed": ~gap["is_assessed"],
        "at_best": ~(score < np.fmin(best, 100.0)),
        "no_pace": np.isnan(pace) | np.isnan(free),
        "pace": free + pace * years < best,
        "goalpost": best >= 100.0,
    }
    limit = np.select(list(limits.values()), list(limits), "best_peer").astype(object)
    bound = np.where(np.isin(limit, COUNTED), reach(score, free, best, pace, years), np.nan)
    return gap | {
        "years": np.full(len(score), years),
        "limit": limit,
        "reach_score": bound,
        "reach_value": _value(gap, bound),
        "reach_points": gap["weight"] * (bound - score),
    }


def _value(gap: Columns, score: Floats) -> Floats:
    sign = np.where(gap["direction"] == "higher", 1, -1)
    return value_at(score, gap["goalpost_lower"], gap["goalpost_upper"], gap["goalpost_scale"] == "log", sign)


def way_up(gap: Columns, score: Floats, rivals: Floats, names: NDArray) -> tuple[Columns, Columns]:
    """What it takes each community to reach each rank.

    Args:
        gap: of `with_reach`; of communities that have a total, one after the other, each with the same indicators.
        score: [communities] their totals.
        rivals: [communities, rivals] totals of the other ranked members, NaN where they have none.
        names: [rivals] who they are.

    Returns:
        Tables `mart.goal` and `mart.improvement`, without their edition.
    """
    leaves = len(gap["value"]) // max(len(score), 1)
    gain = gap["reach_points"].reshape(len(score), leaves)
    needed, to_match = _ladder(rivals, names)
    rank = place(score, rivals).astype(int)
    target = np.broadcast_to(np.arange(1, needed.shape[1] + 1), needed.shape)
    is_there = rank[:, None] <= target
    need = np.where(is_there, 0.0, needed - score[:, None])
    sets = smallest_sets(gain, need)
    sums = np.cumsum(np.nan_to_num(np.take_along_axis(gain, sets.order, axis=1)), axis=1)
    brought = np.take_along_axis(np.pad(sums, [(0, 0), (1, 0)]), sets.count, axis=1) * sets.share
    after = np.minimum(score[:, None] + brought, 100.0)
    goal = {
        "target_rank": target, "is_next": target == rank[:, None] - 1,
        "score": np.broadcast_to(score[:, None], need.shape), "rank": np.broadcast_to(rank[:, None], need.shape),
        "score_needed": needed, "to_match": to_match, "points_needed": need,
        "is_there": is_there, "is_within_reach": sets.is_enough, "changes": sets.count, "share": sets.share,
        "score_reached": after, "rank_reached": place(after, rivals[:, None, :]).astype(int),
    }  # fmt: skip
    shown = (target <= (~np.isnan(rivals)).sum(axis=1, keepdims=True)) | (target <= TOP)
    unit, column = np.nonzero(shown)
    head = {name: gap[name][unit * leaves] for name in ("framework_id", "basis", "community_id", "years")}
    taken = shown[:, :, None] & (np.arange(leaves) < sets.count[:, :, None])
    return head | {name: array[unit, column] for name, array in goal.items()}, _changes(gap, sets, taken)


def _ladder(rivals: Floats, names: NDArray) -> tuple[Floats, NDArray]:
    """[communities, ranks] the total that reaches each rank from the first, at least down to TOP, and whose it is."""
    order = np.argsort(np.where(np.isnan(rivals), np.inf, -rivals), axis=1, kind="stable")
    ranks = max(rivals.shape[1], TOP)
    needed = np.full((len(rivals), ranks), np.nan)
    needed[:, : rivals.shape[1]] = np.take_along_axis(rivals, order, axis=1)
    whose = np.full(needed.shape, None, dtype=object)
    whose[:, : rivals.shape[1]] = names[order]
    whose[np.isnan(needed)] = None
    return needed, whose


def _changes(gap: Columns, sets: SmallestSets, taken: NDArray[np.bool_]) -> Columns:
    """One row a change that is taken; `taken` is [communities, goals, changes in their order]."""
    unit, goal, nth = np.nonzero(taken)
    rows = rows_of(gap, unit * taken.shape[2] + sets.order[unit, nth])
    share = sets.share[unit, goal]
    new_score = rows["score"] + share * (rows["reach_score"] - rows["score"])
    return rows | {
        "target_rank": goal + 1,
        "place": nth + 1,
        "new_score": new_score,
        "new_value": _value(rows, new_score),
        "points": share * rows["reach_points"],
    }
