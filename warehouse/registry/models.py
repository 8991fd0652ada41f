"""One frozen model per kind of registry entry; unknown keys are refused.

Put here: what a single entry must look like by itself.
Not here: links between entries (`load.py` checks the set), reading of files (`load.py`).
"""

import datetime as dt
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from warehouse.registry.entry import AreaLevel, Entry, Id, Number, Text, Weight
from warehouse.registry.uncertainty import Plan


class Country(Entry):
    """A country: the widest area, and the one whose money a figure is printed in."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3")]
    name: Text
    iso2: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]


class Community(Entry):
    """A place that is benchmarked, or that a benchmarked place became."""

    id: Id
    name: Text
    local_name: Text | None = None
    aliases: tuple[Text, ...] = ()
    role: Literal["member", "reference", "successor"]
    level: AreaLevel = Field(description="what kind of area the community itself is")
    country: str = Field(description="ISO 3166-1 alpha-3")
    parent: Text | None = Field(None, description="the state, province or region around it")
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor: Id | None = None
    codes: dict[Id, Text] = Field(default_factory=dict, description="official codes by scheme")
    code_sources: tuple[Text, ...] = Field((), description="where the codes were confirmed")
    note: str = ""

    @model_validator(mode="after")
    def _ends_with_successor(self) -> Self:
        if self.successor and not self.valid_to:
            raise ValueError("a successor needs valid_to, the last day of the community itself")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self


class Honour(Entry):
    """One name on one of an edition's lists."""

    name: Text = Field(description="as ICF or the reporting page printed it")
    country: Text
    key: Text = Field(description="one spelling per place across the years")
    community: Id | None = Field(None, description="the registry's community, where it is one")
    status: Literal["confirmed", "unconfirmed", "derived_from_top7"] = "confirmed"
    source: Text


class Window(Entry):
    """The years whose figures may speak for an edition."""

    start: int
    end: int
    reason: Text

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start > self.end:
            raise ValueError("window starts after it ends")
        return self


class Edition(Entry):
    """One award year of ICF's programme: its lists, dates and evidence window."""

    id: Annotated[str, Field(pattern=r"^\d{4}$")]
    award_year: int
    announced_on: Text | None = Field(
        None,
        description="Smart21 announcement: YYYY, YYYY-MM or YYYY-MM-DD; the awarded year is another thing",
    )
    top7_announced_on: Text | None = None
    winner_announced_on: Text | None = None
    is_complete: bool = Field(description="all 21 names of the Smart21 list are known")
    completeness_note: str = ""
    window: Window
    smart21: tuple[Honour, ...] = ()
    top7: tuple[Honour, ...] = ()
    winners: tuple[Honour, ...] = ()
    date_sources: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _lists_agree(self) -> Self:
        if self.id != str(self.award_year):
            raise ValueError(f"id {self.id} is not the award year {self.award_year}")
        for stage, honours in (("Smart21", self.smart21), ("Top7", self.top7), ("winners'", self.winners)):
            counts = Counter(honour.key for honour in honours)
            if twice := [key for key, count in counts.items() if count > 1]:
                raise ValueError(f"named twice on the {stage} list: {', '.join(twice)}")
        keys = {honour.key for honour in self.smart21}
        if self.is_complete and len(keys) != 21:
            raise ValueError(f"is_complete, but the Smart21 list has {len(keys)} names")
        if stray := [honour.key for honour in self.top7 if keys and honour.key not in keys]:
            raise ValueError(f"in the Top7 but not on the Smart21 list: {', '.join(stray)}")
        return self


class Goalposts(Entry):
    """The two values that score 0 and 100, fixed so that a score moves only when the community does."""

    lower: Number
    upper: Number
    scale: Literal["linear", "log"] = "linear"
    reason: Text

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lower >= self.upper:
            raise ValueError(f"goalposts reversed: lower {self.lower} >= upper {self.upper}")
        if self.scale == "log" and self.lower <= 0:
            raise ValueError("log goalposts need lower > 0")
        return self


class ComparabilityClass(Entry):
    """One way of defining an indicator; values are compared only inside a group of classes."""

    id: Id
    name: Text
    group: Id = Field(description="classes of one group may be scored against each other")


class Ratio(Entry):
    """An indicator that is one observation over another of the same area."""

    numerator: Id
    denominator: Id
    factor: Number = Field(1.0, gt=0)
    year_tolerance: int = Field(0, ge=0, le=3, description="years the denominator may lie off")


class Indicator(Entry):
    """One quantity, defined once, in one unit."""

    id: Id
    name: Text
    name_vi: Text | None = None
    definition: Text
    unit: Text
    dimension: Id = Field(description="which printed units can become this one (units.yml)")
    direction: Literal["higher", "lower", "none"]
    goalposts: Goalposts | None = None
    valid_min: Number | None = None
    valid_max: Number | None = None
    classes: tuple[ComparabilityClass, ...]
    maximum_age: int = Field(ge=0, le=20, description="years before the award year")
    proxy_levels: tuple[AreaLevel, ...] = Field((), description="wider areas that may stand in")
    ratio: Ratio | None = None
    processing: str = ""
    source: Text = Field(description="whose definition it follows")

    @model_validator(mode="after")
    def _scorable(self) -> Self:
        if (self.direction == "none") != (self.goalposts is None):
            raise ValueError("an indicator with a direction needs goalposts, one without must have none")
        ids = [entry.id for entry in self.classes]
        if not ids or len(set(ids)) != len(ids):
            raise ValueError("classes must be named, each once")
        if self.valid_min is not None and self.valid_max is not None and self.valid_min >= self.valid_max:
            raise ValueError("valid_min must be below valid_max")
        return self


class Unit(Entry):
    """How a unit, as somebody printed it, becomes the unit of a dimension."""

    text: Annotated[str, Field(description="exactly as printed, spaces collapsed")]
    dimension: Id
    factor: Number = Field(1.0, gt=0, description="multiply the printed value by this")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    price_year: int | None = Field(None, description="the year whose prices the money is in, if not its own")
    years: int | None = Field(None, ge=1, description="the printed change runs over so many years")
    note: str = ""


class Correction(Entry):
    """A known error in a source: what, why, and since when it is believed."""

    source: Id
    series: Text
    area: Text
    year: Text
    unit: str = ""
    printed_value: Text = Field(description="the value that is expected there; another one fails the correction")
    action: Literal["reject", "replace_value", "replace_year", "set_proxy"]
    new_value: str = ""
    reason: Text
    reference: Text

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.action.startswith("replace") and not self.new_value:
            raise ValueError(f"{self.action} needs new_value")
        return self


class CriterionIndicator(Entry):
    """An indicator that feeds a criterion, with its weight among the criterion's indicators."""

    id: Id
    weight: Weight = 1.0
    data_point: Text | None = Field(None, description="the framework's own data point that it answers")


class Criterion(Entry):
    """A node of a framework's tree."""

    id: Id
    name: Text
    name_vi: Text | None = None
    former_names: tuple[Text, ...] = ()
    parent: Id = Field(description="the criterion above; the framework's id for the first level")
    weight: Weight = 1.0
    weight_reason: Text
    is_scored: bool = True
    indicators: tuple[CriterionIndicator, ...] = ()
    basis: Text = Field(description="what the criterion rests on")
    source: Text


class DataPoint(Entry):
    """Something a framework asks for: fed by statistics, or answered by evidence."""

    code: Text
    criterion: Id
    question: Text
    answer_type: Text
    unit: str = ""
    kind: Literal["statistic", "evidence"]
    indicators: tuple[Id, ...] = ()
    needs: Literal["all", "any"] = Field("all", description="answered by all of its indicators together, or by any one")
    status: Text
    source: Text
    note: str = ""

    @model_validator(mode="after")
    def _fed(self) -> Self:
        if (self.kind == "statistic") != bool(self.indicators):
            raise ValueError("a statistic names its indicators, evidence names none")
        return self


class Partner(Entry):
    """A partner of a programme and the house it stands for."""

    role: Literal["government", "business", "school", "community"]
    name: Text


class Target(Entry):
    """A promised value; never used as an actual."""

    value: Text = Field(description="as printed")
    year: Text | None = None


class Programme(Entry):
    """One programme or action of a programme framework."""

    id: Id
    criterion: Id = Field(description="the scope it belongs to")
    kind: Literal["framework", "programme", "action"]
    name: Text
    detail: str = ""
    partners: tuple[Partner, ...] = ()
    target: Target | None = None
    source: Text


class Framework(Entry):
    """A tree of criteria by which communities are judged, or a programme is described."""

    id: Id
    name: Text
    kind: Literal["scored", "programme"]
    notice: Text = Field(description="whose scores these are; printed with every export")
    is_historical: bool = False
    method: Id | None = Field(None, description="methods/<id>.yml")
    source: Text
    criteria: tuple[Criterion, ...]
    data_points: tuple[DataPoint, ...] = ()
    programmes: tuple[Programme, ...] = ()
    uncertainty: Plan | None = Field(None, description="what is varied to tell how sure the ranks are")
    counts: dict[Id, int] = Field(default_factory=dict, description="how many of a kind the publisher states")

    @model_validator(mode="after")
    def _method_where_scored(self) -> Self:
        if (self.kind == "scored") != (self.method is not None):
            raise ValueError("a scored framework names its method, a programme names none")
        return self
