"""The one description of how an index is made: which steps, with which parameters. It does none of them.

A `Method` is written as YAML, in any subset of its steps; a step that is left out is not done. The order is
always denominate, impute, screen, treat, normalise, aggregate; each works on the table of the one before.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.scoring.errors import MethodError
from pipelines.scoring.tree import Tree

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Years = Literal["year", "all"]


class Part(BaseModel):
    """A frozen part of a method: unknown keys and numbers that are not finite are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Denominate(Part):
    """Relate each indicator to the column which its metadata names as its Denominator.

    Attributes:
        operator: how: `divide` (figure * ScaleFactor / denominator), `multiply`, `add` or `subtract`.
    """

    operator: Literal["divide", "multiply", "add", "subtract"] = "divide"


class Impute(Part):
    """Estimate missing figures.

    Attributes:
        method: `mean` and `median` of the indicator's other figures; `regression` by all indicators
            (EM, joint normal); `latest`, `constant` and `linear` from the same unit's other years.
        group: take the mean or median within the groups of this column.
        by: `column`: from other units; `row`: from the unit's other indicators, on a common scale.
        level: of `row` and `regression`: use only the indicators under the same code of this level.
        normalise_first: of `row`: bring the indicators to 0-1 by direction before, and back after.
        max_age: of `latest`: how many years back at most.
        ends: of `constant` and `linear`: beyond the first and the last figure `hold` it, or leave it
            `missing`.
        over: of `mean`, `median` and `regression`: each `year` by itself, or `all` years together.
    """

    method: Literal["none", "mean", "median", "regression", "latest", "constant", "linear"] = "mean"
    group: str | None = None
    by: Literal["column", "row"] = "column"
    level: Annotated[int, Field(ge=2)] | None = None
    normalise_first: bool = True
    max_age: Annotated[float, Field(gt=0)] | None = None
    ends: Literal["hold", "missing"] = "hold"
    over: Years = "year"

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.by == "row" and (self.method not in ("none", "mean", "median") or self.group):
            raise ValueError("by: row goes with method mean or median, and without group")
        if self.group and self.method not in ("mean", "median"):
            raise ValueError("group goes with method mean or median")
        if self.level is not None and self.by != "row" and self.method != "regression":
            raise ValueError("level goes with by: row, or with regression")
        if self.max_age is not None and self.method != "latest":
            raise ValueError("max_age goes with method latest")
        return self


class Screen(Part):
    """Leave out units with too few figures.

    Attributes:
        min_availability: the least share of indicators present.
        min_nonzero: the least share of the present figures that are not zero.
        count_imputed: count imputed figures as present, as the order of the steps has it.
        include: units kept whatever their figures.
        exclude: units left out whatever their figures.
    """

    min_availability: Share | None = None
    min_nonzero: Share | None = None
    count_imputed: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _together(self) -> Self:
        if both := set(self.include) & set(self.exclude):
            raise ValueError(f"{', '.join(sorted(both))}: in include and in exclude")
        return self


Fallback = Literal["none", "log_shifted", "log_mirrored", "log_plus_one", "log_gii", "log", "boxcox"]


class Treatment(Part):
    """What is done to an indicator whose figures fail the test for outliers.

    Attributes:
        max_winsorised: how many figures at most are moved to the next one; null for as many as it takes.
        skewness: the test is passed below this absolute skewness,
        kurtosis: or below this excess kurtosis (both sample-corrected).
        fallback: the transformation when winsorising is not enough.
        boxcox_lambda: the exponent of `boxcox`; by maximum likelihood when left out.
        combine: transform the winsorised figures, not the original ones.
        force: winsorise `max_winsorised` figures whatever the test says.
    """

    max_winsorised: Count | None = 5
    skewness: Positive = 2.0
    kurtosis: Positive = 3.5
    fallback: Fallback = "log_shifted"
    boxcox_lambda: float | None = None
    combine: bool = False
    force: bool = False


class Treat(Treatment):
    """Treat outliers of every indicator.

    Attributes:
        overrides: by indicator code, another treatment; or null for none.
        over: test and treat each `year` by itself, or `all` years together.
    """

    overrides: dict[str, Treatment | None] = {}
    over: Years = "year"


class Normalisation(Part):
    """A common scale, see `pipelines.scoring.normalise`.

    Attributes:
        method: the scale.
        lower, upper: of `minmax`: the scores of the worst and the best figure (0 and 100); of `scaled`: the
            figures, times direction, that score 0 and `scale`.
        scale: of `goalposts` and `scaled`: the score of the upper end.
        mean, sd: of `zscore`.
        truncate: of `goalposts`: hold scores within 0 and `scale`.
        unit: of `distance_to_reference`: the reference unit.
        cap: of `distance_to_reference` and `distance_to_target`: no score above 1.
        from_meta: of `minmax`, `scaled` and `zscore`: read the parameters of each indicator from the
            metadata (minmax_lower, minmax_upper, scaled_lower, scaled_upper, zscore_mean, zscore_sd).
    """

    method: Literal[
        "minmax",
        "goalposts",
        "zscore",
        "scaled",
        "rank",
        "borda",
        "percentile_rank",
        "fraction_of_max",
        "distance_to_reference",
        "distance_to_max",
        "distance_to_target",
        "none",
    ] = "minmax"
    lower: float = 0.0
    upper: float = 100.0
    scale: Positive = 100.0
    mean: float = 0.0
    sd: Positive = 1.0
    truncate: bool = True
    unit: str | None = None
    cap: bool = False
    from_meta: bool = False

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.lower >= self.upper:
            raise ValueError(f"lower {self.lower:g} is not below upper {self.upper:g}")
        if self.method == "distance_to_reference" and not self.unit:
            raise ValueError("distance_to_reference needs unit, the code of the reference unit")
        if self.from_meta and self.method not in ("minmax", "scaled", "zscore"):
            raise ValueError("from_meta goes with minmax, scaled and zscore")
        return self


class Normalise(Normalisation):
    """Bring every indicator to a common scale.

    Attributes:
        overrides: by indicator code, another scale.
        over: draw the scale from `all` years together, so that years compare, or from each `year`.
    """

    overrides: dict[str, Normalisation] = {}
    over: Years = "all"


class Aggregation(Part):
    """How the children of a node become its score, see `pipelines.scoring.means`.

    Attributes:
        method: the mean or the outranking used.
        p: the order of the power mean.
        order_weights: of `owa`: the weight of each place, from the best to the worst.
        penalty: of `mazziotta_pareto`: negative where more is better.
        min_share: the least share of children present, by number; below it the score is missing.
        min_coverage: the least share of the weight of the indicators below that is present.
    """

    method: Literal[
        "arithmetic",
        "geometric",
        "harmonic",
        "power",
        "median",
        "owa",
        "copeland",
        "noncompensatory",
        "mazziotta_pareto",
    ] = "arithmetic"
    p: float | None = None
    order_weights: tuple[Annotated[float, Field(ge=0)], ...] | None = None
    penalty: Literal["negative", "positive"] = "negative"
    min_share: Share = 0.0
    min_coverage: Share = 0.0

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.method == "power") != (self.p is not None):
            raise ValueError("p goes with power, and power with p")
        if (self.method == "owa") != (self.order_weights is not None):
            raise ValueError("order_weights goes with owa, and owa with order_weights")
        return self


class LevelAggregation(Aggregation):
    """The aggregation of a level.

    Attributes:
        branches: by code of an aggregate of this level, another aggregation.
    """

    branches: dict[str, Aggregation] = {}


class Method(Part):
    """How an index is made. The steps run in the order of the attributes; None: the step is not done.

    Attributes:
        denominate: `true`, or its operator.
        impute, screen, treat, normalise: the steps.
        aggregate: one aggregation for all levels, or one a level from the bottom; none when empty.
    """

    denominate: Denominate | None = None
    impute: Impute | None = None
    screen: Screen | None = None
    treat: Treat | None = None
    normalise: Normalise | None = None
    aggregate: tuple[LevelAggregation, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        """`denominate: true` and `false`, `treat:` with nothing after it, one aggregation without a list."""
        if not isinstance(data, dict):
            return data
        full = dict(data)
        if isinstance(full.get("denominate"), bool):
            full["denominate"] = {} if full["denominate"] else None
        if isinstance(full.get("aggregate"), dict):
            full["aggregate"] = [full["aggregate"]]
        if full.get("aggregate", ()) is None:
            full["aggregate"] = ()
        return full

    @classmethod
    def from_yaml(cls, text: str) -> "Method":
        """Read a method.

        Raises:
            MethodError: the text is not YAML or not a method; says where.
        """
        try:
            data = yaml.safe_load(text)
            return cls.model_validate({} if data is None else data)
        except yaml.YAMLError as error:
            advice = "Write it as in the documentation."
            raise MethodError("method", f"it is not YAML: {' '.join(str(error).split())}", advice) from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the whole"
            problem = f"{place}: {first['msg'].removeprefix('Value error, ')}"
            raise MethodError("method", problem, "Correct or remove it.") from error

    def to_yaml(self) -> str:
        """The whole method, defaults filled in."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)

    @property
    def digest(self) -> str:
        """SHA-256 of the method with its defaults, the same for every spelling of it."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def rules(self, tree: Tree) -> list[Aggregation]:
        """The aggregation of each node of a tree, in the order of `tree.nodes`.

        Raises:
            MethodError: the levels do not match the tree's, or a branch is not one of its level.
        """
        levels = self._levels(tree)
        rules: list[Aggregation] = []
        for node in tree.nodes:
            rule = levels[int(tree.level[tree.position[node]])]
            rules.append(rule.branches.get(node, rule))
        _check_branches(tree, levels)
        return rules

    def _levels(self, tree: Tree) -> dict[int, LevelAggregation]:
        present = sorted({int(tree.level[tree.position[node]]) for node in tree.nodes})
        given = self.aggregate * len(present) if len(self.aggregate) == 1 else self.aggregate
        if len(given) != len(present):
            problem = f"{len(given)} aggregations for {len(present)} levels of aggregates"
            raise MethodError("aggregate", problem, "Give one for all, or one a level from the bottom.")
        return dict(zip(present, given, strict=True))


def _check_branches(tree: Tree, levels: dict[int, LevelAggregation]) -> None:
    named = {branch for rule in levels.values() for branch in rule.branches}
    if unknown := named - set(tree.nodes):
        code = sorted(unknown)[0]
        raise MethodError("aggregate", "no such branch", f"Name one of {_some(tree.nodes)}.", code=code)
    for level, rule in levels.items():
        for branch in rule.branches:
            at = int(tree.level[tree.position[branch]])
            if at != level and branch not in levels[at].branches:
                problem = f"the branch is named at level {level} but stands at level {at}"
                raise MethodError("aggregate", problem, "Name it at its own level.", code=branch)


def _some(codes: Sequence[str], most: int = 8) -> str:
    return ", ".join(codes[:most]) + (" and so on" if len(codes) > most else "")
