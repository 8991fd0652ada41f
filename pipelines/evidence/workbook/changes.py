"""What a workbook would change in the register, and changing it.

Put here: comparing two registers entry by entry, and writing the sections that differ.
Not here: reading the workbook (`read.py`), the form of the files (`warehouse/registry/evidence_file.py`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from warehouse.files import replacing_together
from warehouse.registry.entry import Entry
from warehouse.registry.evidence import Evidence
from warehouse.registry.evidence_file import heading, render


@dataclass(frozen=True)
class Change:
    """One entry that would be added, changed or removed.

    Attributes:
        kind: which of the three.
        section: of the register.
        entry: its id.
        fields: what differs: name, value now, value in the workbook; of a list only the items that differ. Empty unless
            changed.
    """

    kind: Literal["added", "changed", "removed"]
    section: str
    entry: str
    fields: tuple[tuple[str, Any, Any], ...] = ()


def settle(current: Evidence, filled: Evidence) -> Evidence:
    """The workbook's register in the order of the current one, so that sorting a sheet changes nothing.

    New entries come last, in the workbook's order; an entry whose parts only changed places is the current one.
    """
    settled = {}
    for section, entries in filled:
        now = _by_id(getattr(current, section))
        order = {name: place for place, name in enumerate(now)}
        kept = [_unmoved(now.get(entry.id), entry) for entry in entries]
        settled[section] = tuple(sorted(kept, key=lambda entry: order.get(entry.id, len(order))))
    return Evidence.model_validate(settled)


def _unmoved(now: Any, entry: Any) -> Any:
    return now if now is not None and _sorted(now) == _sorted(entry) else entry


def _sorted(entry: Entry) -> dict[str, Any]:
    """Fields of an entry, its lists in one order."""
    return {name: sorted(value, key=repr) if isinstance(value, tuple) else value for name, value in entry}


def differences(current: Evidence, settled: Evidence) -> list[Change]:
    """What differs between the register and a settled workbook, section by section."""
    return [change for section, entries in settled for change in _changes(section, getattr(current, section), entries)]


def _changes(section: str, current: Iterable[Any], filled: Iterable[Any]) -> Iterator[Change]:
    before, after = _by_id(current), _by_id(filled)
    for name, entry in after.items():
        if name not in before:
            yield Change("added", section, name)
        elif entry != before[name]:
            yield Change("changed", section, name, tuple(_differing(before[name], entry)))
    for name in before:
        if name not in after:
            yield Change("removed", section, name)


def _differing(now: Any, then: Any) -> Iterator[tuple[str, Any, Any]]:
    for (name, old), (_, new) in zip(now, then, strict=True):
        if isinstance(old, tuple) and old != new:
            yield name, tuple(item for item in old if item not in new), tuple(item for item in new if item not in old)
        elif old != new:
            yield name, old, new


def _by_id(entries: Iterable[Any]) -> dict[str, Any]:
    return {entry.id: entry for entry in entries}


def accept(root: Path, current: Evidence, settled: Evidence) -> list[Path]:
    """Write the sections that differ; comments at the top of a file stay.

    Args:
        root: folder of the registry.
        current: what the files say now.
        settled: what they shall say; it has been checked with the whole registry.

    Returns:
        The files that were written: all or none. After a kill between two of them the registry is refused until the
        rest is in place, see `warehouse.files.finish`.

    Raises:
        OSError: a file cannot be written.
    """
    folder = root / "evidence"
    changed = {f"{section}.yml": new for section, new in settled if new != getattr(current, section)}
    if not changed:
        return []
    with replacing_together(folder, changed) as drafts:
        for name, entries in changed.items():
            drafts[name].write_text(render(entries, heading(folder / name)), encoding="utf-8")
    return [folder / name for name in changed]
