"""The pack's tables as rows of plain cells, for formats that have rows and cells.

Put here: a table's columns with heading, meaning and type, and the value of a cell.
Not here: the formats (`xlsx.py`, `data.py`).
"""

from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pipelines.evidence.pack.model import Outcome, Row

Kind = Literal["string", "integer", "number", "boolean"]
Cell = str | int | float | bool | None

_KINDS: dict[Any, Kind] = {int: "integer", float: "number", bool: "boolean"}
SEPARATOR = "; "
"""Between several values in one cell."""


@dataclass(frozen=True)
class Column:
    """A column of one of the pack's tables."""

    name: str
    title: str
    description: str
    kind: Kind
    is_code: bool


def columns_of(model: type[Row]) -> list[Column]:
    """Columns of the rows of a model, in their order."""
    return [
        Column(
            name=name,
            title=field.title or name,
            description=field.description or "",
            kind=_kind(field.annotation),
            is_code=isinstance(field.json_schema_extra, dict) and bool(field.json_schema_extra.get("is_code")),
        )
        for name, field in model.model_fields.items()
    ]


def cell(row: Row, name: str) -> Cell:
    """A value as one cell; several values are joined."""
    value: Any = getattr(row, name)
    if isinstance(value, tuple):
        return SEPARATOR.join(one.text if isinstance(one, Outcome) else str(one) for one in value)
    return value


def _kind(annotation: Any) -> Kind:
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(one for one in get_args(annotation) if one is not type(None))
    return _KINDS.get(annotation, "string")
