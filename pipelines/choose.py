"""Choose the one value that speaks for a community in an edition, and keep the reason.

Put here: which values may speak at all (window, age, area, comparability) and which of them is preferred.
Not here: making values (`harmonise.py`), scoring them (`score.py`).

Two readings are made. `own_area` knows only figures of the community's own area; `with_proxies` also lets a wider area
stand in where the indicator permits it. A national or regional figure never ranks two communities of one country
against each other: where compatriots in an edition would differ by such figures, all of them get the same national one,
and where one of them has a narrower figure, the others get none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warehouse.contracts import columns_of
from warehouse.registry import Registry
from warehouse.registry.entry import AREA_LEVELS, QUALITIES
from warehouse.registry.models import Edition, Indicator

WIDE = ("region", "national")
LEAST_MEMBERS = 7
"""An edition is scored when this many of its 21 members are known here: a third; a rank among fewer says little."""

VALUE = [
    "observation_id", "source_id", "area_id", "area_name", "area_level", "is_proxy", "indicator_id", "class_id", "year",
    "value", "quality", "denominator_id",
]  # fmt: skip
"""What a choice needs to know of a value."""

_READING = ["edition_id", "basis"]
_CASE = [*_READING, "community_id", "indicator_id"]
_ORDER = [
    "is_proxy",
    "level_order",
    "quality_order",
    "class_order",
    "distance",
    "is_later",
    "source_order",
    "observation_id",
]


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Attributes:
        candidate: table `mart.candidate`.
        chosen: table `mart.chosen`.
    """

    candidate: pd.DataFrame
    chosen: pd.DataFrame


def scored_editions(registry: Registry) -> list[Edition]:
    """Editions of the default run, the one with the most known members first.

    An edition qualifies when its list is complete and at least LEAST_MEMBERS of it are communities here.
    """
    known = {
        edition.id: sum(honour.community is not None for honour in edition.smart21)
        for edition in registry.editions
        if edition.is_complete
    }
    fit = [edition for edition in registry.editions if known.get(edition.id, 0) >= LEAST_MEMBERS]
    return sorted(fit, key=lambda edition: (-known[edition.id], edition.award_year))


def members(registry: Registry, edition: Edition) -> pd.DataFrame:
    """Communities that an edition shows: its members known here, and the reference regions.

    Returns:
        Table `core.edition_member`.
    """
    ranked = {honour.community for honour in edition.smart21}
    top7, winners = ({honour.community for honour in stage} for stage in (edition.top7, edition.winners))
    rows = [
        {
            "edition_id": edition.id,
            "community_id": entry.id,
            "is_ranked": entry.id in ranked,
            "is_top7": entry.id in top7,
            "is_winner": entry.id in winners,
        }
        for entry in registry.communities
        if entry.id in ranked or entry.role == "reference"
    ]
    return pd.DataFrame(rows, columns=columns_of("core.edition_member"))


def comparable_values(observation: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """Observations of indicators with a direction, and the ratios made of observations: what editions choose from.

    Returns:
        Columns VALUE; `denominator_id` is empty where the value is no ratio.
    """
    slim = observation[VALUE[:-1]]
    used = [entry.id for entry in registry.indicators if entry.direction != "none"]
    direct = slim[slim["indicator_id"].isin(used)].assign(denominator_id=None)
    return pd.concat([direct, derive(slim, registry)], ignore_index=True)


def choose(values: pd.DataFrame, editions: Sequence[Edition], registry: Registry) -> Choice:
    """Choose for every community and indicator of some editions, in both readings.

    All editions go through together, since tables of this size cost by the step and not by the row.

    Args:
        values: of `comparable_values`.
        editions: whose windows, award years and members count.
        registry: indicators, communities, sources.
    """
    shown = pd.concat([members(registry, edition) for edition in editions], ignore_index=True)
    pool = _pool(values, shown, editions, registry)
    pool = _with_order(pool, registry)
    pool = _judge_alone(pool, registry)
    both = pd.concat(
        [
            pool[~pool["is_proxy"]].assign(basis="own_area"),
            pool.assign(basis="with_proxies"),
        ],
        ignore_index=True,
    )
    both = _judge_comparability(both)
    both = _judge_compatriots(both)
    both = _prefer(both)
    return Choice(_candidates(both), _chosen(both))


def derive(observation: pd.DataFrame, registry: Registry, wanted: Collection[str] | None = None) -> pd.DataFrame:
    """Make ratios: one observation over another of the same area and, within the tolerance, the same year.

    A national figure is its country's, whichever community it is recorded for; two other wider areas are the same when
    they bear the same name.

    Args:
        observation: rows with the columns VALUE but the last.
        registry: indicators with a `ratio` are made.
        wanted: only these of them.

    Returns:
        Rows with the columns VALUE and the ratio's indicator and value; `observation_id` is the numerator's,
        `denominator_id` the denominator's; the class is the numerator's, the quality the worse of both.
    """
    country = {entry.id: entry.country for entry in registry.communities}
    is_national = observation["area_level"] == "national"
    is_other = observation["is_proxy"] & ~is_national
    whose = observation["area_id"].mask(is_national, observation["area_id"].replace(country))
    placed = observation.assign(whose=whose, wider=observation["area_name"].where(is_other, ""))
    ratios = [entry for entry in registry.indicators if entry.ratio and (wanted is None or entry.id in wanted)]
    made = [_ratio(placed, entry)[[*observation.columns, "denominator_id"]] for entry in ratios]
    return pd.concat(made, ignore_index=True) if made else observation.iloc[:0].assign(denominator_id=None)


def _ratio(observation: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    assert indicator.ratio is not None  # noqa: S101 (for the type checker)
    ratio = indicator.ratio
    place = ["whose", "area_level", "wider"]
    above = observation[observation["indicator_id"] == ratio.numerator]
    below = observation[(observation["indicator_id"] == ratio.denominator) & (observation["value"] > 0)]
    pairs = above.merge(
        below[[*place, "year", "value", "quality", "observation_id"]], on=place, suffixes=("", "_below")
    )
    pairs["off"] = (pairs["year"] - pairs["year_below"]).abs()
    pairs["worse"] = np.maximum(_position(pairs["quality"], QUALITIES), _position(pairs["quality_below"], QUALITIES))
    pairs = pairs[pairs["off"] <= ratio.year_tolerance]
    pairs = pairs.sort_values(["observation_id", "off", "worse", "observation_id_below"])
    best = pairs.drop_duplicates("observation_id")
    return best.assign(
        indicator_id=indicator.id,
        value=ratio.factor * best["value"] / best["value_below"],
        quality=pd.Series(QUALITIES).iloc[best["worse"]].to_numpy(),
        denominator_id=best["observation_id_below"],
    )


def _position(column: pd.Series, order: Sequence[str]) -> pd.Series:
    return column.map({name: place for place, name in enumerate(order)}).astype("int64")


def _pool(values: pd.DataFrame, shown: pd.DataFrame, editions: Sequence[Edition], registry: Registry) -> pd.DataFrame:
    """Every value that is recorded for a community or for its country, once per edition and community."""
    years = pd.DataFrame(
        [(edition.id, edition.award_year, edition.window.start, edition.window.end) for edition in editions],
        columns=["edition_id", "award_year", "window_start", "window_end"],
    )
    home = pd.DataFrame(
        [(entry.id, entry.country) for entry in registry.communities], columns=["community_id", "country_id"]
    )
    home = home.merge(shown, on="community_id").merge(years, on="edition_id")
    own = home.merge(values, left_on="community_id", right_on="area_id")
    national = home.merge(values, left_on="country_id", right_on="area_id").assign(is_proxy=True)
    return pd.concat([own, national], ignore_index=True)


def _with_order(pool: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """What decides between values: area, quality, class, year, source; lower is better."""
    group, order = {}, {}
    for entry in registry.indicators:
        for place, item in enumerate(entry.classes):
            group[entry.id, item.id] = item.group
            order[entry.id, item.id] = place
    rank = {source.id: source.rank for source in registry.sources}
    cases = list(zip(pool["indicator_id"], pool["class_id"], strict=True))
    return pool.assign(
        group=[group[case] for case in cases],
        class_order=[order[case] for case in cases],
        level_order=_position(pool["area_level"], AREA_LEVELS).where(pool["is_proxy"], 0),
        quality_order=_position(pool["quality"], QUALITIES),
        distance=(pool["year"] - pool["award_year"]).abs(),
        is_later=pool["year"] > pool["award_year"],
        source_order=pool["source_id"].map(rank),
    )


def _judge_alone(pool: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """What speaks against a value whatever the others are."""
    permitted = {(entry.id, level) for entry in registry.indicators for level in entry.proxy_levels}
    cases = zip(pool["indicator_id"], pool["area_level"], strict=True)
    may_stand_in = np.array([case in permitted for case in cases], dtype=bool)
    ages = {entry.id: entry.maximum_age for entry in registry.indicators}
    oldest = pool["award_year"] - pool["indicator_id"].map(ages).astype("int64")
    against = [
        (pool["is_proxy"] & ~may_stand_in, "proxy_not_permitted"),
        (~pool["year"].between(pool["window_start"], pool["window_end"]), "outside_window"),
        (pool["year"] < oldest, "too_old"),
    ]
    verdict = np.select([test for test, _ in against], [word for _, word in against], default="")
    return pool.assign(verdict=verdict.astype(object))


def _judge_comparability(both: pd.DataFrame) -> pd.DataFrame:
    """Keep one group of comparable classes per indicator: the one that serves most ranked members."""
    eligible = both[(both["verdict"] == "") & both["is_ranked"]]
    serves = (
        eligible.groupby([*_READING, "indicator_id", "group"])
        .agg(members=("community_id", "nunique"), first=("class_order", "min"))
        .reset_index()
        .sort_values(["members", "first"], ascending=[False, True])
        .drop_duplicates([*_READING, "indicator_id"])
    )
    kept = both.merge(serves[[*_READING, "indicator_id", "group"]].assign(is_kept=True), how="left")["is_kept"]
    other = (both["verdict"] == "") & ~kept.eq(True).to_numpy()
    return both.assign(verdict=both["verdict"].mask(other, "other_comparability_group"))


def _judge_compatriots(both: pd.DataFrame) -> pd.DataFrame:
    """Let no regional or national figure decide between two communities of one country."""
    eligible = both[both["verdict"] == ""].sort_values([*_CASE, *_ORDER])
    country = [*_READING, "indicator_id", "country_id"]
    best = eligible.drop_duplicates(_CASE)
    wide = best["is_proxy"] & best["area_level"].isin(WIDE)
    sums = best.assign(is_wide=wide).groupby(country)
    facts = sums.agg(
        peers=("community_id", "nunique"), wide=("is_wide", "sum"), values=("value", "nunique")
    ).reset_index()
    torn = facts[(facts["peers"] > 1) & (facts["wide"] > 0) & (facts["values"] > 1)]
    shared = torn[torn["wide"] == torn["peers"]]
    is_torn = _among(both, torn, country) & (both["verdict"] == "")
    is_shared = _among(both, shared, country)
    is_wide = both["is_proxy"] & both["area_level"].isin(WIDE)
    is_national = both["area_level"] == "national"
    national = both[is_torn & is_shared & is_national].merge(shared[[*country, "peers"]], on=country)
    holders = national.groupby([*country, "year", "value"])["community_id"].transform("nunique")
    common = national[holders == national["peers"]].sort_values(_ORDER)
    is_common = _among(both, common, [*country, "year", "value"]) & is_national & is_torn
    is_first = _among(both, common.drop_duplicates(country), [*country, "year", "value"]) & is_common
    verdict = both["verdict"].mask(is_torn & is_wide & ~is_common, "would_rank_compatriots")
    return both.assign(verdict=verdict.mask(is_common & ~is_first, "not_preferred"))


def _among(rows: pd.DataFrame, listed: pd.DataFrame, key: list[str]) -> pd.Series:
    """Which rows have a key that is listed."""
    return pd.Series(pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(listed[key])), index=rows.index)


def _prefer(both: pd.DataFrame) -> pd.DataFrame:
    """Choose the first in order among the eligible values of each case."""
    ordered = both.sort_values([*_CASE, *_ORDER], ignore_index=True)
    eligible = ordered["verdict"] == ""
    first = eligible & ~ordered[eligible].duplicated(_CASE).reindex(ordered.index, fill_value=True)
    verdict = ordered["verdict"].mask(eligible, "not_preferred").mask(first, "chosen")
    return ordered.assign(verdict=verdict)


def _candidates(both: pd.DataFrame) -> pd.DataFrame:
    return both[columns_of("mart.candidate")].reset_index(drop=True)


def _chosen(both: pd.DataFrame) -> pd.DataFrame:
    rivals = both[both["verdict"].isin(["chosen", "not_preferred"])].groupby(_CASE)["value"]
    facts = both.groupby(_CASE).agg(candidates=("value", "size"))
    facts = facts.assign(value_min=rivals.min(), value_max=rivals.max())
    counts = pd.crosstab([both[name] for name in _CASE], both["verdict"])
    chosen = both[both["verdict"] == "chosen"].join(facts, on=_CASE)
    chosen["reason"] = _reasons(chosen, counts)
    return chosen[columns_of("mart.chosen")]


def _reasons(chosen: pd.DataFrame, counts: pd.DataFrame) -> list[str]:
    """Why each value was chosen: what it is, and what became of the others."""
    others = counts.drop(columns="chosen", errors="ignore").reindex(pd.MultiIndex.from_frame(chosen[_CASE]))
    words = [name.replace("_", " ") for name in others.columns]
    said = []
    for row, rest in zip(chosen.itertuples(), others.to_numpy(), strict=True):
        area = f"{row.area_level} figure standing in" if row.is_proxy else "own area"
        left = ", ".join(f"{count} {word}" for word, count in zip(words, rest, strict=True) if count)
        said.append(f"{area}, {row.quality}, {row.year}" + (f"; others: {left}" if left else "; the only one"))
    return said
