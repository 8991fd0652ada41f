"""Contracts of advice: what holds a community back, what would move it, and which figure it lacks most.

Put here: tables that say what would happen if one thing changed while the other members stay where they are.
Not here: what is (`mart.py`).
"""

import pandera.pandas as pa

from warehouse.contracts.base import Contract, NullableInteger
from warehouse.contracts.mart import BASES
from warehouse.registry.entry import AREA_LEVELS

FIGURES = ("own_area", "stand_in", "missing")
"""What a community has for an indicator: a figure of its own area, a wider area's, or none."""

COUNTED = ("pace", "best_peer", "goalpost")
"""What ends a realistic change."""

LIMITS = (*COUNTED, "at_best", "no_pace", "stand_in", "missing", "not_assessed")
"""The same, or why no change is counted."""


class Gap(Contract):
    """What one compared indicator brings a community, what it costs it, and how far it could realistically go."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    indicator_id: str = pa.Field(description="indicator that the edition compares")
    criterion_id: str = pa.Field(description="criterion that it feeds")
    figure: str = pa.Field(isin=FIGURES, description="figure of its own area, of a wider area standing in, or none")
    value: float = pa.Field(nullable=True, description="in the indicator's unit")
    score: float = pa.Field(ge=0, le=100, nullable=True, description="this project's score, 0 to 100")
    free_score: float = pa.Field(nullable=True, description="score if it were not held within 0 and 100")
    weight: float = pa.Field(ge=0, le=1, nullable=True, description="weight in the total, among the figures present")
    points: float = pa.Field(ge=0, le=100, nullable=True, description="points it brings; they add up to the total")
    loss: float = pa.Field(ge=0, le=100, nullable=True, description="points that a score of 100 would bring more")
    worth: float = pa.Field(
        ge=0, le=1, nullable=True, description="points of the total for one more point of its score, once it is known"
    )
    peers: int = pa.Field(ge=0, description="other ranked members with a figure")
    peer_median_value: float = pa.Field(nullable=True, description="their median, in the indicator's unit")
    peer_median_score: float = pa.Field(nullable=True, description="score of that median")
    best_peer: str = pa.Field(nullable=True, description="the other ranked member with the best figure")
    best_value: float = pa.Field(nullable=True, description="its figure, in the indicator's unit")
    best_score: float = pa.Field(nullable=True, description="its score")
    value_to_median: float = pa.Field(nullable=True, description="value minus the peers' median")
    value_to_best: float = pa.Field(nullable=True, description="value minus the best peer's")
    score_to_median: float = pa.Field(nullable=True, description="score minus that of the peers' median")
    score_to_best: float = pa.Field(nullable=True, description="score minus the best peer's")
    pace: float = pa.Field(
        ge=0, nullable=True, description="fastest sustained improvement seen, score points a year; empty: none seen"
    )
    pace_area: str = pa.Field(nullable=True, description="community or country that improved so fast")
    pace_level: str = pa.Field(nullable=True, isin=list(AREA_LEVELS), description="level of the area of its figures")
    pace_source: str = pa.Field(nullable=True, description="source of its figures")
    pace_start: NullableInteger = pa.Field(nullable=True, description="first year of its figures")
    pace_end: NullableInteger = pa.Field(nullable=True, description="last year of its figures")
    pace_figures: NullableInteger = pa.Field(ge=2, nullable=True, description="years with a figure")
    years: int = pa.Field(ge=1, description="years given to a change")
    limit: str = pa.Field(isin=LIMITS, description="what ends a realistic change, or why none is counted")
    reach_value: float = pa.Field(nullable=True, description="best realistic value; empty where no change is counted")
    reach_score: float = pa.Field(ge=0, le=100, nullable=True, description="its score")
    reach_points: float = pa.Field(ge=0, le=100, nullable=True, description="points of the total that it would add")

    class Config(Contract.Config):
        """Table."""

        name = "mart.gap"
        unique = ["edition_id", "framework_id", "basis", "community_id", "indicator_id"]


class Goal(Contract):
    """What it takes to reach one rank while all others stay where they are."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community that has a total")
    target_rank: int = pa.Field(ge=1, description="rank to reach, or better; 1 is the best, 7 is the Top7")
    is_next: bool = pa.Field(description="one rank above the present one")
    score: float = pa.Field(ge=0, le=100, description="total now")
    rank: int = pa.Field(ge=1, description="rank now; of a reference region the one it would take")
    score_needed: float = pa.Field(ge=0, le=100, nullable=True, description="total that reaches it; empty: any does")
    to_match: str = pa.Field(nullable=True, description="member that has this total")
    points_needed: float = pa.Field(ge=0, le=100, description="points that are missing; 0 when it is there")
    is_there: bool = pa.Field(description="already at this rank or better")
    is_within_reach: bool = pa.Field(description="the realistic changes of all indicators suffice")
    changes: int = pa.Field(ge=0, description="fewest changes that reach it; if it is out of reach, all there are")
    share: float = pa.Field(ge=0, le=1, description="share of its possible gain that each of them has to make")
    score_reached: float = pa.Field(ge=0, le=100, description="total after these changes")
    rank_reached: int = pa.Field(ge=1, description="rank after these changes")
    years: int = pa.Field(ge=1, description="years given to a change")

    class Config(Contract.Config):
        """Table."""

        name = "mart.goal"
        unique = ["edition_id", "framework_id", "basis", "community_id", "target_rank"]


class Improvement(Contract):
    """One change of the smallest set of realistic changes that reaches a rank, or comes closest to it."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    target_rank: int = pa.Field(ge=1, description="rank to reach")
    indicator_id: str = pa.Field(description="indicator to change")
    place: int = pa.Field(ge=1, description="1 brings the most points")
    value: float = pa.Field(description="now, in the indicator's unit")
    new_value: float = pa.Field(description="after the change")
    score: float = pa.Field(ge=0, le=100, description="its score now")
    new_score: float = pa.Field(ge=0, le=100, description="its score after the change")
    points: float = pa.Field(ge=0, le=100, description="points of the total that the change adds")
    limit: str = pa.Field(isin=COUNTED, description="what ends a realistic change of it")

    class Config(Contract.Config):
        """Table."""

        name = "mart.improvement"
        unique = ["edition_id", "framework_id", "basis", "community_id", "target_rank", "indicator_id"]


class DataGap(Contract):
    """What an own-area figure that a community lacks would do to its rank, by what its peers' figures are."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    indicator_id: str = pa.Field(description="indicator that the edition compares")
    criterion_id: str = pa.Field(description="criterion that it feeds")
    figure: str = pa.Field(isin=FIGURES[1:], description="what is there now: a wider area standing in, or nothing")
    is_assessed: bool = pa.Field(description="the community has a total now")
    would_be_assessed: bool = pa.Field(description="this one figure would give a total to a community without one")
    score: float = pa.Field(ge=0, le=100, nullable=True, description="total now")
    rank: NullableInteger = pa.Field(
        ge=1, nullable=True, description="rank now; of a reference region the one it would take"
    )
    worth: float = pa.Field(ge=0, le=1, nullable=True, description="points of the total for one point of its score")
    peers: int = pa.Field(ge=0, description="other ranked members with a figure: the distribution that is assumed")
    value_p10: float = pa.Field(nullable=True, description="a poor figure: as good as the worst tenth of the peers'")
    value_p50: float = pa.Field(nullable=True, description="a middling figure: the peers' median")
    value_p90: float = pa.Field(nullable=True, description="a good figure: only a tenth of the peers' is better")
    score_p10: float = pa.Field(ge=0, le=100, nullable=True, description="total with the poor figure")
    score_p50: float = pa.Field(ge=0, le=100, nullable=True, description="total with the middling figure")
    score_p90: float = pa.Field(ge=0, le=100, nullable=True, description="total with the good figure")
    rank_p10: NullableInteger = pa.Field(ge=1, nullable=True, description="rank with the poor figure")
    rank_p50: NullableInteger = pa.Field(ge=1, nullable=True, description="rank with the middling figure")
    rank_p90: NullableInteger = pa.Field(ge=1, nullable=True, description="rank with the good figure")
    score_lowest: float = pa.Field(ge=0, le=100, nullable=True, description="total with the worst peer's figure")
    score_highest: float = pa.Field(ge=0, le=100, nullable=True, description="total with the best peer's figure")
    rank_worst: NullableInteger = pa.Field(ge=1, nullable=True, description="rank with the worst peer's figure")
    rank_best: NullableInteger = pa.Field(ge=1, nullable=True, description="rank with the best peer's figure")
    expected_change: float = pa.Field(
        ge=0, nullable=True, description="ranks it would move, up or down, on average over the peers' figures"
    )

    class Config(Contract.Config):
        """Table."""

        name = "mart.data_gap"
        unique = ["edition_id", "framework_id", "basis", "community_id", "indicator_id"]
