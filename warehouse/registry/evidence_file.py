"""How a section of the evidence register is written down.

Put here: the one form of an entry in its file, so that a section that is read and written again is the same bytes.
Not here: reading (`load.py`), where the entries come from.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from warehouse.registry.entry import Entry
from warehouse.registry.evidence import Evidence

WIDTH = 116


def heading(path: Path) -> str:
    """The comment at the top of a file, with its line ends; empty where there is none, or no file."""
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    count = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join(lines[:count])


class _OneLine(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's safe dumper, which writes a part of an entry on one line, and a list of names likewise."""


_Dumper.add_representer(
    _OneLine, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)
)
_Dumper.add_representer(
    tuple, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)


def render(entries: Iterable[Entry], comment: str = "") -> str:
    """Entries as YAML: in order, what is left at its default left out, each part of an entry on a line of its own.

    Args:
        entries: of one section.
        comment: stands at the top, as `heading` returns it.
    """
    written = [plain(entry) for entry in entries]
    return comment + yaml.dump(
        written, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False
    )


def plain(entry: Entry) -> dict[str, Any]:
    """An entry as plain values, what is left at its default left out."""
    return dict(_fields(entry))


def _fields(entry: Entry) -> Iterator[tuple[str, Any]]:
    for name, value in entry:
        if value != type(entry).model_fields[name].default:
            yield name, _value(value)


def _value(value: Any) -> Any:
    """A value as YAML knows it; whole numbers without a point."""
    if isinstance(value, tuple) and any(isinstance(item, Entry) for item in value):
        return [_OneLine(_fields(item)) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def fingerprint(evidence: Evidence) -> str:
    """Hash of every section as it is written down, comments left out."""
    digest = hashlib.sha256()
    for section, entries in evidence:
        digest.update(f"{section}\0{render(entries)}\0".encode())
    return digest.hexdigest()
