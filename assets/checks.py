"""What must hold before anything is published.

Put here: the blocking checks: each returns the rows that break its rule, or a sentence.
Not here: rules of single columns, which the contracts hold.
"""

from collections.abc import Mapping

import dagster as dg
import pandas as pd

from warehouse.home import find_home
from warehouse.query import NotPublishedError, QueryError, ask
from warehouse.registry import Registry

ACCEPT_FALL = "SMART21_ACCEPT_COVERAGE_FALL"
FALL_REMEDY = f"Look at core.rejected for what went missing; if it is meant, set {ACCEPT_FALL}=1 for one run."
TOLERATED_FALL = 0.01
"""One figure may go, or one in a hundred: one corrected here and there. More means that figures went missing."""


OURS = (
    "Bad figures are rejected before this check, so the program contradicts itself: report this sentence, and run the "
    "version that published last until it is mended."
)
"""What to do where a check fails that no figure and no registry can make fail."""


def check_spec(name: str, asset: list[str], description: str, remedy: str = OURS) -> dg.AssetCheckSpec:
    """A blocking check; the remedy says what to do when it fails."""
    return dg.AssetCheckSpec(
        name, asset=dg.AssetKey(asset), description=description, blocking=True, metadata={"remedy": remedy}
    )


def verdict(spec: dg.AssetCheckSpec, problem: str, **facts: object) -> dg.AssetCheckResult:
    """Result of a check: it passes when there is no problem to tell; else it says what to do as well."""
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=not problem,
        description=f"{problem.removesuffix('.')}. {spec.metadata['remedy']}" if problem else None,
        metadata={name: dg.MetadataValue.text(str(fact)) for name, fact in facts.items()},
    )


def nothing_lost(staged: int, observed: int, rejected: int) -> str:
    """Every staged value ends as an observation or as a rejection."""
    if staged == observed + rejected:
        return ""
    return f"{staged} staged values, but {observed} observations and {rejected} rejections."


def in_range(observation: pd.DataFrame, registry: Registry) -> str:
    """No observation lies outside what its indicator can be."""
    low = observation["indicator_id"].map({e.id: e.valid_min for e in registry.indicators}).astype(float)
    high = observation["indicator_id"].map({e.id: e.valid_max for e in registry.indicators}).astype(float)
    outside = observation[(observation["value"] < low) | (observation["value"] > high)]
    return named(outside["observation_id"], "outside the range of their indicator")


def linked(observation: pd.DataFrame, answers: pd.DataFrame, registry: Registry) -> str:
    """Every observation leads to a stored answer, an area, an indicator and a class."""
    areas = {entry.id for entry in registry.communities} | {entry.id for entry in registry.countries}
    classes = {(entry.id, item.id) for entry in registry.indicators for item in entry.classes}
    cases = zip(observation["indicator_id"], observation["class_id"], strict=True)
    loose = (
        ~observation["answer_id"].isin(answers["answer_id"])
        | ~observation["area_id"].isin(areas)
        | pd.Series([case not in classes for case in cases], index=observation.index, dtype=bool)
    )
    return named(observation.loc[loose, "observation_id"], "without answer, area or class")


def compatriots_apart(chosen: pd.DataFrame, registry: Registry) -> str:
    """No regional or national figure ranks two communities of one country against each other."""
    country = chosen["community_id"].map({entry.id: entry.country for entry in registry.communities})
    wide = chosen["is_proxy"] & chosen["area_level"].isin(["region", "national"])
    groups = chosen.assign(country=country, wide=wide).groupby(["edition_id", "basis", "indicator_id", "country"])
    facts = groups.agg(wide=("wide", "any"), values=("value", "nunique"))
    torn = facts[facts["wide"] & (facts["values"] > 1)].reset_index()
    return named(torn["edition_id"] + " " + torn["country"] + " " + torn["indicator_id"], "ranked by a wider area")


def traced(score: pd.DataFrame, trace: pd.DataFrame, observation: pd.DataFrame) -> str:
    """The points of a score's figures add up to it, and each of them is an observation."""
    key = ["edition_id", "framework_id", "basis", "criterion_id", "community_id"]
    sums = trace.groupby(key)[["share", "points"]].sum().reset_index()
    both = score[score["score"].notna()].merge(sums, on=key, how="left").fillna({"share": 0.0, "points": 0.0})
    off = both[((both["share"] - 1).abs() > 1e-9) | ((both["points"] - both["score"]).abs() > 1e-9)]
    unknown = trace[~trace["observation_id"].isin(observation["observation_id"])]
    return named(off["criterion_id"] + " of " + off["community_id"], "not the sum of their figures") or named(
        unknown["observation_id"], "figures of a trace that are no observation"
    )


def coverage_kept(screening: pd.DataFrame, environment: Mapping[str, str], licence: str) -> tuple[str, str]:
    """As many members have a figure as in the published release, of the indicators that it compares.

    Of those alone: an indicator compared from now on, because more members have it, is no loss to those without it.

    Args:
        screening: table `mart.screening`.
        environment: may accept a fall.
        licence: which sources were used; releases of another choice are no measure.

    Returns:
        The problem, if any; and what it was compared with.
    """
    if environment.get(ACCEPT_FALL) == "1":
        return "", f"not compared: {ACCEPT_FALL} is 1"
    question = (
        "SELECT edition_id, framework_id, basis, indicator_id, members AS before FROM mart.screening "
        "WHERE is_compared AND (SELECT licence FROM audit.run) = ?"
    )
    try:
        before = ask(find_home(), question, [licence])
    except (NotPublishedError, QueryError) as error:  # the first release, one of another shape, or one held for writing
        return "", f"not compared: {error}"
    ranking = ["edition_id", "framework_id", "basis"]
    both = screening.merge(before, on=[*ranking, "indicator_id"])
    now = both.groupby(ranking)[["members", "before"]].sum().reset_index()
    fell = now[now["before"] - now["members"] > (TOLERATED_FALL * now["before"]).clip(lower=1)]
    said = [
        f"{row.framework_id} {row.edition_id} ({row.basis}) from {row.before} figures to {row.members}"
        for row in fell.itertuples()
    ]
    return f"Coverage fell: {'; '.join(said)}" if said else "", f"{len(now)} rankings compared"


def named(names: pd.Series, what: str, most: int = 5) -> str:
    """A problem in words: how many, and the first of them; no problem when there are none."""
    return f"{len(names)} {what}: {', '.join(map(str, names.head(most)))}" if len(names) else ""
