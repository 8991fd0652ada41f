"""Assumptions about the method: a part of it is one of several."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from pipelines.scoring.assumption import AssumptionError, Choice, first_problem
from pipelines.scoring.data import IndexData
from pipelines.scoring.method import Method
from pipelines.scoring.tree import Tree

_STEP = "assumptions"


class Alternatives(Choice):
    """One part of the method is one of several.

    Attributes:
        part: the path of the part: `normalise`, `normalise.method`, `treat.max_winsorised`, `aggregate`.
        values: the alternatives, as in a method; a mapping gives them names.
        level: of `aggregate`: change the aggregation of this level only.
    """

    kind: Literal["alternatives"]
    part: Annotated[str, Field(pattern=r"^[a-z_]+(\.[A-Za-z0-9_]+)*$")]
    values: dict[str, Any] = Field(min_length=1)
    level: Annotated[int, Field(ge=2)] | None = None
    changes: ClassVar = "method"

    @field_validator("values", mode="before")
    @classmethod
    def _named(cls, values: Any) -> Any:
        if not isinstance(values, list):
            return values
        names = [str(_plain_name(value)) for value in values]
        if len(set(names)) < len(names):
            raise ValueError("two alternatives have one name; write them as a mapping from name to value")
        return dict(zip(names, values, strict=True))

    @model_validator(mode="after")
    def _level_of_aggregate(self) -> Self:
        if self.level is not None and self.part.split(".")[0] != "aggregate":
            raise ValueError("level goes with part: aggregate")
        return self

    def names(self, data: IndexData) -> tuple[str, ...]:
        """The names of the alternatives."""
        return tuple(self.values)

    def check(self, method: Method, data: IndexData) -> None:
        """Try each alternative by itself."""
        super().check(method, data)
        for i in range(len(self.values)):
            changed = self.change_method(method, i, data)
            if changed.aggregate:
                changed.rules(data.tree)

    def change_method(self, method: Method, choice: int, data: IndexData) -> Method:
        """Put an alternative in its place.

        Raises:
            AssumptionError: the path or the value is not one of a method.
        """
        name, value = list(self.values.items())[choice]
        spec = method.model_dump()
        first, *rest = self.part.split(".")
        if first == "aggregate":
            spec["aggregate"] = self._aggregation(method, rest, value, data.tree)
        else:
            spec[first] = _put(spec.get(first), rest, value)
        try:
            return Method.model_validate(spec)
        except ValidationError as error:
            problem = f"alternative {name} of {self.part}: {first_problem(error)}"
            raise AssumptionError(_STEP, problem, "Write part and values as in a method.") from error

    def _aggregation(self, method: Method, path: list[str], value: Any, tree: Tree) -> Any:
        if not path and isinstance(value, list | tuple):
            return value
        levels = sorted({int(tree.level[tree.position[node]]) for node in tree.nodes})
        if self.level is not None and self.level not in levels:
            shown = ", ".join(map(str, levels))
            raise AssumptionError(_STEP, f"no aggregates at level {self.level}", f"The levels are {shown}.")
        rules = [rule.model_dump() for rule in method.aggregate] or [{}]
        if self.level is not None and len(rules) == 1:
            rules *= len(levels)
        at = range(len(rules)) if self.level is None else [levels.index(self.level)]
        return [_put(rule, path, value) if i in at else rule for i, rule in enumerate(rules)]


def _plain_name(value: Any) -> Any:
    return value.get("method", value) if isinstance(value, Mapping) else value


def _put(spec: Any, path: list[str], value: Any) -> Any:
    """The mapping with a value at the end of a path."""
    if not path:
        return value
    inner = dict(spec) if isinstance(spec, Mapping) else {}
    inner[path[0]] = _put(inner.get(path[0]), path[1:], value)
    return inner
