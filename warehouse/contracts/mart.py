"""Contracts of the mart: what was chosen, scored, ranked and traced.

Put here: tables that answer questions about an edition.
Not here: figures that belong to no edition (`core.py`).
"""

import pandera.pandas as pa

from warehouse.contracts.base import Contract, NullableInteger
from warehouse.registry.entry import AREA_LEVELS, QUALITIES

BASES = ("own_area", "with_proxies")
VERDICTS = (
    "chosen",
    "not_preferred",
    "other_comparability_group",
    "would_rank_compatriots",
    "proxy_not_permitted",
    "outside_window",
    "too_old",
)


class Candidate(Contract):
    """One value that could speak for a community in an edition, and the verdict on it."""

    edition_id: str = pa.Field(description="edition")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    indicator_id: str = pa.Field(description="indicator")
    observation_id: str = pa.Field(description="figure; for a ratio the one above the line")
    denominator_id: str = pa.Field(nullable=True, description="figure below the line, for a ratio")
    class_id: str = pa.Field(description="comparability class")
    year: int = pa.Field(description="year it describes")
    value: float = pa.Field(description="in the indicator's unit")
    area_level: str = pa.Field(isin=list(AREA_LEVELS), description="level of the area it describes")
    is_proxy: bool = pa.Field(description="describes another area than the community's own")
    quality: str = pa.Field(isin=list(QUALITIES), description="how the figure came to be known")
    verdict: str = pa.Field(isin=VERDICTS, description="chosen, or why not")

    class Config(Contract.Config):
        """Table."""

        name = "mart.candidate"
        unique = ["edition_id", "basis", "community_id", "indicator_id", "observation_id"]


class Chosen(Contract):
    """The one value that speaks for a community, and why this one."""

    edition_id: str = pa.Field(description="edition")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    indicator_id: str = pa.Field(description="indicator")
    observation_id: str = pa.Field(description="figure; for a ratio the one above the line")
    denominator_id: str = pa.Field(nullable=True, description="figure below the line, for a ratio")
    class_id: str = pa.Field(description="comparability class")
    year: int = pa.Field(description="year it describes")
    value: float = pa.Field(description="in the indicator's unit")
    area_level: str = pa.Field(isin=list(AREA_LEVELS), description="level of the area it describes")
    is_proxy: bool = pa.Field(description="describes another area than the community's own")
    quality: str = pa.Field(isin=list(QUALITIES), description="how the figure came to be known")
    candidates: int = pa.Field(ge=1, description="values there were to choose from")
    value_min: float = pa.Field(description="lowest of the comparable eligible values")
    value_max: float = pa.Field(description="highest of the comparable eligible values")
    reason: str = pa.Field(description="why this one")

    class Config(Contract.Config):
        """Table."""

        name = "mart.chosen"
        unique = ["edition_id", "basis", "community_id", "indicator_id"]


class Screening(Contract):
    """Whether enough members have an indicator for it to compare them."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    indicator_id: str = pa.Field(description="indicator of the framework")
    members: int = pa.Field(ge=0, description="ranked members with a value")
    needed: int = pa.Field(ge=1, description="members that are needed")
    is_compared: bool = pa.Field(description="takes part in the scores of this edition and reading")

    class Config(Contract.Config):
        """Table."""

        name = "mart.screening"
        unique = ["edition_id", "framework_id", "basis", "indicator_id"]


class IndicatorScore(Contract):
    """The score of one indicator for one community, 0 to 100 by goalposts and direction."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    criterion_id: str = pa.Field(description="criterion that it feeds")
    indicator_id: str = pa.Field(description="indicator")
    value: float = pa.Field(description="in the indicator's unit")
    score: float = pa.Field(ge=0, le=100, description="this project's score, 0 to 100")
    is_proxy: bool = pa.Field(description="rests on a wider area")

    class Config(Contract.Config):
        """Table."""

        name = "mart.indicator_score"
        unique = ["edition_id", "framework_id", "basis", "community_id", "indicator_id"]


class Score(Contract):
    """The score of one criterion for one community; empty below the coverage rule, never 0."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    criterion_id: str = pa.Field(description="criterion; the framework's id for its total")
    community_id: str = pa.Field(description="community")
    score: float = pa.Field(ge=0, le=100, nullable=True, description="this project's score; empty: not assessed")
    coverage: float = pa.Field(ge=0, le=1, description="share of the weight below it that has a figure")
    coverage_own: float = pa.Field(ge=0, le=1, description="share of the weight that has an own-area figure")
    figures: int = pa.Field(ge=0, description="indicators with a figure")
    indicators: int = pa.Field(ge=1, description="indicators below it")
    method_hash: str = pa.Field(description="sha256 of the scoring method")

    class Config(Contract.Config):
        """Table."""

        name = "mart.score"
        unique = ["edition_id", "framework_id", "basis", "criterion_id", "community_id"]


class Benchmark(Contract):
    """Where one community stands on one criterion among its edition's peers."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    criterion_id: str = pa.Field(description="criterion; the framework's id for its total")
    community_id: str = pa.Field(description="community")
    is_ranked: bool = pa.Field(description="counts in the ranks; reference regions do not")
    score: float = pa.Field(ge=0, le=100, nullable=True, description="this project's score; empty: not assessed")
    coverage: float = pa.Field(ge=0, le=1, description="share of the weight below it that has a figure")
    rank: NullableInteger = pa.Field(ge=1, nullable=True, description="1 is best; ties share the better rank")
    rank_of: int = pa.Field(ge=0, description="peers that have a score")
    peer_median: float = pa.Field(nullable=True, description="median score of the ranked peers")
    peer_best: float = pa.Field(nullable=True, description="best score of the ranked peers")
    gap_to_median: float = pa.Field(nullable=True, description="score minus the median")
    gap_to_best: float = pa.Field(nullable=True, description="score minus the best")
    best_peer: str = pa.Field(nullable=True, description="community with the best score")

    class Config(Contract.Config):
        """Table."""

        name = "mart.benchmark"
        unique = ["edition_id", "framework_id", "basis", "criterion_id", "community_id"]


class Trace(Contract):
    """What one figure contributes to one score."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    criterion_id: str = pa.Field(description="criterion whose score it is")
    community_id: str = pa.Field(description="community")
    indicator_id: str = pa.Field(description="indicator")
    observation_id: str = pa.Field(description="figure")
    role: str = pa.Field(isin=["value", "numerator", "denominator"], description="part it plays in the indicator")
    share: float = pa.Field(ge=0, le=1, description="share of the score's weight; adds up to 1 for a score")
    points: float = pa.Field(ge=0, le=100, description="points it brings; they add up to the score")

    class Config(Contract.Config):
        """Table."""

        name = "mart.trace"
        unique = [
            "edition_id",
            "framework_id",
            "basis",
            "criterion_id",
            "community_id",
            "indicator_id",
            "role",
        ]
