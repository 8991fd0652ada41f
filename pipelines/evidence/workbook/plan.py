"""The sheets of the workbook, read off the models of the register.

Put here: which sheets and columns there are, what a column holds, and what can be chosen in it.
Not here: writing the sheets (`export.py`), reading them (`read.py`), Vietnamese words (`labels.yml`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo

from warehouse.registry import Registry
from warehouse.registry.entry import Entry
from warehouse.registry.evidence import SECTIONS

FIRST_ROW = 3
"""Of the entries, counted from 1: above them stand the columns' names and the Vietnamese ones."""

INSTRUCTIONS, LISTS = "instructions", "lists"
"""Sheets that hold no entries."""

STAMP = "Register at export"
"""Label of the cell, on the sheet of instructions, that says which state of the register was exported."""

_PARTS = {
    ("initiatives", "partners"): "partners",
    ("initiatives", "support"): "support",
    ("initiatives", "outcomes"): "outcomes",
    ("initiatives", "documents"): "initiative_documents",
    ("recognitions", "support"): "recognition_support",
    ("posts", "support"): "post_support",
}
_OWNERS = {"initiatives": "initiative", "recognitions": "recognition", "posts": "post"}
_LINKS = {"initiative": "initiatives", "recognition": "recognitions", "post": "posts", "document": "documents"}
_CHOSEN = ("community", "framework", "data_point", "scope", "programme", "indicator", "comparability", "edition")
_TOLD = {"id": "our id: lower-case words joined by _", "role": "house of the Triple Helix that it stands for"}
_MOMENTS = ("published_on", "started", "ended")


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: of the model's field, or of the entry that a part belongs to.
        kind: what its cells hold.
        choices: the list to choose from; a sheet's name stands for the ids on that sheet.
        is_required: whether a row is refused without it.
        description: in English.
    """

    name: str
    kind: Literal["text", "moment", "number", "year"] = "text"
    choices: str = ""
    is_required: bool = False
    description: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: the entries of a section, or one of the lists inside them.

    Attributes:
        name: of the sheet.
        section: of the register.
        part: field of the entry that the rows fill; empty for the entries themselves.
        is_plain: the part is a list of ids, not of mappings.
        columns: in order; the first of a part names the entry that it belongs to.
    """

    name: str
    section: str
    part: str
    is_plain: bool
    columns: tuple[Column, ...]


@cache
def labels() -> dict[str, Any]:
    """The workbook's words."""
    path = Path(__file__).with_name("labels.yml")
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def sheets() -> tuple[Sheet, ...]:
    """Every sheet that holds entries."""
    return tuple(_sheets())


def _sheets() -> Iterator[Sheet]:
    for section, model in SECTIONS.items():
        fields = model.model_fields
        lists = {name: get_args(field.annotation)[0] for name, field in fields.items() if _is_list(field)}
        flat = (_column(section, name, field) for name, field in fields.items() if name not in lists)
        yield Sheet(section, section, "", False, tuple(flat))
        for part, item in lists.items():
            name = _PARTS[section, part]
            is_plain = not (isinstance(item, type) and issubclass(item, Entry))
            own = [Column("document", choices="documents", is_required=True, description="document behind it")]
            if not is_plain:
                own = [_column(name, key, field) for key, field in item.model_fields.items()]
            owner = _OWNERS[section]
            above = Column(owner, choices=section, is_required=True, description=f"id on the sheet {section}")
            yield Sheet(name, section, part, is_plain, (above, *own))


def _is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is tuple


def _column(sheet: str, name: str, field: FieldInfo) -> Column:
    inner = _inner(field.annotation)
    choices = name if name in _CHOSEN else _LINKS.get(name, "")
    if get_origin(inner) is Literal:
        choices = f"{sheet}_{name}"
    kind: Literal["text", "moment", "number", "year"] = "moment" if name in _MOMENTS else "text"
    if inner in (float, int):
        kind = "number" if inner is float else "year"
    return Column(name, kind, choices, field.is_required(), field.description or _TOLD.get(name, ""))


def _inner(annotation: Any) -> Any:
    """A type without what may be missing and without its rules."""
    if get_origin(annotation) is Annotated:
        return _inner(get_args(annotation)[0])
    if type(None) in get_args(annotation):
        return _inner(next(item for item in get_args(annotation) if item is not type(None)))
    return annotation


def choices(registry: Registry) -> dict[str, list[str]]:
    """What can be chosen, by list; the ids of the workbook's own sheets are not among them."""
    described = [framework for framework in registry.frameworks if framework.kind == "programme"]
    found: dict[str, list[str]] = {
        "community": list(registry.community),
        "framework": [framework.id for framework in registry.frameworks],
        "data_point": [point.code for framework in registry.frameworks for point in framework.data_points],
        "scope": [item.id for framework in described for item in framework.criteria],
        "programme": [item.id for framework in described for item in framework.programmes],
        "indicator": list(registry.indicator),
        "comparability": sorted({item.id for entry in registry.indicators for item in entry.classes}),
        "edition": list(registry.edition),
    }
    for sheet in sheets():
        model = SECTIONS[sheet.section]
        if sheet.part and not sheet.is_plain:
            model = get_args(model.model_fields[sheet.part].annotation)[0]
        for column in sheet.columns:
            if column.choices == f"{sheet.name}_{column.name}":
                found[column.choices] = list(get_args(_inner(model.model_fields[column.name].annotation)))
    return found
