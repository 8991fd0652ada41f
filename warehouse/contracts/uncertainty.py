"""Contracts of the uncertainty of ranks.

Put here: intervals, distributions, pairs and sensitivity.
Not here: the scores themselves (`mart.py`).
"""

import pandera.pandas as pa

from warehouse.contracts.base import Contract, NullableInteger
from warehouse.contracts.mart import BASES


class RankInterval(Contract):
    """Where a community's score and rank lie when every assumption is varied at once."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    is_ranked: bool = pa.Field(description="counts in the ranks; reference regions have scores only")
    score: float = pa.Field(ge=0, le=100, nullable=True, description="score by the framework's own method")
    score_p5: float = pa.Field(ge=0, le=100, nullable=True, description="5 % of the draws score lower")
    score_median: float = pa.Field(ge=0, le=100, nullable=True, description="median of the draws")
    score_p95: float = pa.Field(ge=0, le=100, nullable=True, description="5 % of the draws score higher")
    rank: NullableInteger = pa.Field(ge=1, nullable=True, description="rank by the framework's own method")
    rank_p5: float = pa.Field(ge=1, nullable=True, description="5 % of the draws rank better")
    rank_median: float = pa.Field(ge=1, nullable=True, description="median rank of the draws")
    rank_p95: float = pa.Field(ge=1, nullable=True, description="5 % of the draws rank worse")
    top_share: float = pa.Field(ge=0, le=1, nullable=True, description="share of the draws in the Top7")
    draws_scored: int = pa.Field(ge=0, description="draws in which it has a score")
    draws: int = pa.Field(ge=1, description="draws made")
    draws_failed: int = pa.Field(ge=0, description="draws that failed; they count nowhere else")
    seed: int = pa.Field(description="seed of the draws")

    class Config(Contract.Config):
        """Table."""

        name = "mart.rank_interval"
        unique = ["edition_id", "framework_id", "basis", "community_id"]


class RankShare(Contract):
    """How often a community takes a rank."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    rank: int = pa.Field(ge=1, description="rank")
    share: float = pa.Field(ge=0, le=1, description="share of the draws in which it has a rank")

    class Config(Contract.Config):
        """Table."""

        name = "mart.rank_share"
        unique = ["edition_id", "framework_id", "basis", "community_id", "rank"]


class Pairwise(Contract):
    """How likely one community is ahead of another."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    community_id: str = pa.Field(description="community")
    other_id: str = pa.Field(description="the other community")
    ahead: float = pa.Field(
        ge=0, le=1, description="share of the draws that score both in which it is ahead; ties half"
    )

    class Config(Contract.Config):
        """Table."""

        name = "mart.pairwise"
        unique = ["edition_id", "framework_id", "basis", "community_id", "other_id"]


class Sensitivity(Contract):
    """How much of the variance of a rank an assumption accounts for."""

    edition_id: str = pa.Field(description="edition")
    framework_id: str = pa.Field(description="framework")
    basis: str = pa.Field(isin=BASES, description="own-area values only, or with permitted proxies")
    output: str = pa.Field(description="mean_rank_shift, or the community whose rank it is")
    assumption: str = pa.Field(description="assumption")
    first_order: float = pa.Field(
        nullable=True, description="share of the variance due to it alone; empty: no variance"
    )
    first_low: float = pa.Field(nullable=True, description="2.5 % bootstrap bound")
    first_high: float = pa.Field(nullable=True, description="97.5 % bootstrap bound")
    total: float = pa.Field(nullable=True, description="share due to it alone and together with others")
    total_low: float = pa.Field(nullable=True, description="2.5 % bootstrap bound")
    total_high: float = pa.Field(nullable=True, description="97.5 % bootstrap bound")
    base_draws: int = pa.Field(ge=2, description="base draws of the design")
    used: int = pa.Field(ge=0, description="base draws in which the output exists")

    class Config(Contract.Config):
        """Table."""

        name = "mart.sensitivity"
        unique = ["edition_id", "framework_id", "basis", "output", "assumption"]
