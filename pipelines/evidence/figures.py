"""Which figure speaks to an indicator for a community in an edition when an application asks, and what ails it.

Put here: the choice among figures that the benchmark uses, and those that it may not use but an applicant has.
Not here: what the benchmark uses (`pipelines/choose.py`), places among peers (`standing.py`), answers (`answers.py`).

An own-area figure that the benchmark chose comes first. An applicant may also have one that is defined unlike the
peers': it answers, before a wider area's figure that the benchmark lets stand in. Then come own-area figures from
before the window, and from after it. What the benchmark did not choose is told and never ranked.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipelines.evidence.standing import COLUMNS, error_sizes, standings
from warehouse.contracts import columns_of
from warehouse.contracts.evidence import FIGURE_STATES
from warehouse.registry import Registry
from warehouse.registry.entry import QUALITIES
from warehouse.registry.models import Edition, Framework

BASIS = "with_proxies"
"""Reading whose choices count: own-area figures come first in it as well."""

SURE = 2.0
"""Two figures disagree when they are further apart than this many standard errors of their difference."""

CASE = ["edition_id", "community_id", "indicator_id"]
_TOLD = ["area_name", "source_id", "publisher", "url", "answer_id"]


def context_candidates(
    observation: pd.DataFrame, members: pd.DataFrame, editions: Sequence[Edition], registry: Registry
) -> pd.DataFrame:
    """Own-area figures that data points ask for and no score compares, such as population, with a verdict on each.

    No comparability and no wider area plays a part here: the better grade comes first, then the nearer year.

    Args:
        observation: table `core.observation`.
        members: table `core.edition_member` of the editions.
        editions: whose windows count.
        registry: indicators without a direction that feed a data point; sources.

    Returns:
        Columns as `mart.candidate`, in one reading.
    """
    asked = {code for framework in registry.frameworks for point in framework.data_points for code in point.indicators}
    context = [entry.id for entry in registry.indicators if entry.id in asked and entry.direction == "none"]
    own = observation[observation["indicator_id"].isin(context) & ~observation["is_proxy"]]
    pool = members.merge(own, left_on="community_id", right_on="area_id").merge(_years(editions), on="edition_id")
    is_outside = ~pool["year"].between(pool["window_start"], pool["window_end"])
    pool = pool.assign(
        _quality=pool["quality"].map(_place(QUALITIES)),
        _distance=(pool["year"] - pool["award_year"]).abs(),
        _source=pool["source_id"].map({source.id: source.rank for source in registry.sources}),
        _outside=is_outside,
    ).sort_values([*CASE, "_outside", "_quality", "_distance", "_source", "observation_id"])
    verdict = np.select([pool["_outside"], pool.duplicated(CASE)], ["outside_window", "not_preferred"], "chosen")
    made = pool.assign(basis=BASIS, verdict=verdict, denominator_id=None)
    return made[columns_of("mart.candidate")].reset_index(drop=True)


def _years(editions: Sequence[Edition]) -> pd.DataFrame:
    rows = [(edition.id, edition.award_year, edition.window.start, edition.window.end) for edition in editions]
    return pd.DataFrame(rows, columns=["edition_id", "award_year", "window_start", "window_end"])


def _place(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def figures_of(
    candidate: pd.DataFrame,
    observation: pd.DataFrame,
    members: pd.DataFrame,
    editions: Sequence[Edition],
    framework: Framework,
    registry: Registry,
) -> pd.DataFrame:
    """The figure of every community and indicator of a framework's data points, with its place among the peers.

    Args:
        candidate: table `mart.candidate` of the editions in the reading BASIS, and `context_candidates`.
        observation: table `core.observation`.
        members: table `core.edition_member` of the editions.
        editions: which.
        framework: whose data points, errors and draws count.
        registry: indicators, countries.

    Returns:
        Columns of `mart.evidence_figure` but framework, data point and place; one row a CASE.
    """
    asked = {code for point in framework.data_points for code in point.indicators}
    pool = candidate[candidate["indicator_id"].isin(asked)]
    picked = _picked(pool, editions)
    chosen = picked[picked["verdict"] == "chosen"]
    placed = [
        standings(
            chosen[chosen["edition_id"] == edition.id],
            members[members["edition_id"] == edition.id],
            framework,
            registry,
        ).assign(edition_id=edition.id)
        for edition in editions
    ]
    found = picked.merge(pd.concat(placed, ignore_index=True), on=CASE, how="left")
    found = found.merge(observation[["observation_id", *_TOLD]], on="observation_id")
    found = found.merge(_disputes(pool, found, error_sizes(framework)), on=CASE, how="left")
    for name, fallback in (("lowest", found["value"]), ("highest", found["value"]), ("is_disputed", False)):
        found[name] = found[name].where(found[name].notna(), fallback)
    integers = {name: "Int64" for name in COLUMNS if name.startswith("rank") or name in {"draws", "peer_proxies"}}
    units = {entry.id: entry.unit for entry in registry.indicators}
    return found.astype(integers | {"is_disputed": bool}).assign(unit=found["indicator_id"].map(units))


def _picked(pool: pd.DataFrame, editions: Sequence[Edition]) -> pd.DataFrame:
    """The figure that comes first for each case, with its state and age."""
    pool = pool.merge(_years(editions), on="edition_id")
    is_own, verdict = ~pool["is_proxy"], pool["verdict"]
    is_late = pool["year"] > pool["window_end"]
    is_too_old = verdict.isin(["outside_window", "too_old"]) & ~is_late
    state = np.select(
        [
            (verdict == "chosen") & is_own,
            (verdict == "other_comparability_group") & is_own,
            verdict == "chosen",
            is_too_old & is_own,
            is_late & is_own,
        ],
        FIGURE_STATES,
        default="",
    )
    age = pool["award_year"] - pool["year"]
    told = pool.assign(
        state=state,
        age=age,
        is_stale=pool["year"] < pool["window_start"],
        _state=pd.Series(state).map(_place(FIGURE_STATES)),
        _quality=pool["quality"].map(_place(QUALITIES)),
        _distance=age.abs(),
    )[state != ""]
    order = [*CASE, "_state", "_distance", "_quality", "observation_id"]
    return told.sort_values(order).drop_duplicates(CASE).drop(columns=["_state", "_quality", "_distance"])


def _disputes(pool: pd.DataFrame, picked: pd.DataFrame, sizes: Mapping[str, float]) -> pd.DataFrame:
    """Of own-area figures, the range of those of the same year and class, and whether errors alone explain it."""
    own = picked.loc[~picked["is_proxy"], [*CASE, "class_id", "year", "value", "quality"]]
    rivals = pool.loc[~pool["is_proxy"], [*CASE, "class_id", "year", "value", "quality"]]
    both = own.merge(rivals, on=[*CASE, "class_id", "year"], suffixes=("", "_other"))
    error, other = (
        both[quality].map(sizes).fillna(0.0).astype(float) * both[value].abs()
        for quality, value in (("quality", "value"), ("quality_other", "value_other"))
    )
    apart = (both["value"] - both["value_other"]).abs() > SURE * np.hypot(error, other)
    facts = both.assign(apart=apart).groupby(CASE)
    return facts.agg(
        lowest=("value_other", "min"), highest=("value_other", "max"), is_disputed=("apart", "any")
    ).reset_index()
