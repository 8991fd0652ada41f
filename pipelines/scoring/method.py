"""The one description of how an index is made: which steps, with which parameters. It does none of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """A frozen part of a method: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Aggregation(Part):
    """How the children of a node become its score.

    Attributes:
        method: the mean or the outranking used.
        p: the order of the power mean.
        order_weights: of `owa`: the weight of each place, from the best to the worst.
        penalty: of `mazziotta_pareto`: negative where more is better.
        min_share: the least share of the children that must be present, by number; below it the
            score is missing.
        min_coverage: the least share of the weight of the indicators below that must be present.
    """

    method: Literal[
        "arithmetic",
        "geometric",
        "harmonic",
        "power",
        "median",
        "owa",
        "copeland",
        "mazziotta_pareto",
    ] = "arithmetic"
    p: float | None = None
    order_weights: tuple[float, ...] | None = None
    penalty: Literal["negative", "positive"] = "negative"
    min_share: Share = 0.0
    min_coverage: Share = 0.0
