"""What a framework declares about how sure its ranks are.

Put here: the models of the assumptions that the uncertainty analysis varies, each with its reason.
Not here: drawing and scoring (`pipelines/uncertainty.py`).
"""

from typing import Annotated, Literal

from pydantic import Field

from warehouse.registry.entry import Entry, Quality, Text

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Alternatives(Entry):
    """One of several ways to do a step, each as likely as the others; the first is the method's own."""

    among: tuple[Text, ...] = Field(min_length=1)
    reason: Text


class Normalisation(Alternatives):
    """How values become scores."""

    among: tuple[Literal["goalposts", "minmax", "percentile_rank"], ...]


class Treatment(Alternatives):
    """What is done to extreme values before a data-driven normalisation."""

    among: tuple[Literal["none", "winsorise"], ...]


class Imputation(Alternatives):
    """What stands for a missing indicator of a community that has enough of the others."""

    among: tuple[Literal["none", "median"], ...]


class Aggregation(Alternatives):
    """How factors become the total."""

    among: tuple[Literal["arithmetic", "geometric"], ...]


class Weights(Entry):
    """Every weight lies within a share around its own, evenly."""

    spread: Share
    reason: Text


class Sources(Entry):
    """Any of the eligible values of a community's own area may speak, not only the preferred one."""

    reason: Text


class Proxies(Entry):
    """An indicator's stand-ins from wider areas are left out."""

    share_out: Share
    reason: Text


class Errors(Entry):
    """Relative standard error of a figure by its quality."""

    sizes: dict[Quality, Share]
    reason: Text


class Omission(Entry):
    """One indicator is left out."""

    share: Share = Field(description="share of the draws in which one is")
    reason: Text


class Plan(Entry):
    """All assumptions of a framework; what is left out is certain."""

    draws: int = Field(ge=2)
    sensitivity_draws: int = Field(ge=2, description="base draws of the sensitivity analysis")
    seed: int
    top: int = Field(7, ge=1, description="places whose probability is told")
    normalisation: Normalisation | None = None
    treatment: Treatment | None = None
    imputation: Imputation | None = None
    aggregation: Aggregation | None = None
    weights: Weights | None = None
    sources: Sources | None = None
    proxies: Proxies | None = None
    errors: Errors | None = None
    omission: Omission | None = None
