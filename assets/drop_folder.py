"""Watching the drop folder: new, changed and removed files start a run.

Put here: the sensor, what it remembers, and its report on changed files.
Not here: reading files (`pipelines/drop_folder`), other sensors (`automation.py`).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.drop_folder.check import Report, check_files
from pipelines.drop_folder.findings import LANGUAGES, shown, texts
from pipelines.drop_folder.folder import dropped_files
from warehouse.registry import Registry
from warehouse.registry.sources import DropFolder, Source

LOOK_EVERY = 60
"""Seconds. A file is whole when two looks find it of the same size and age."""

MOST_TOLD = 50
"""Findings of a file that its observation names."""


@dataclass
class Memory:
    """What the sensor knows of the folder, kept in its cursor.

    Attributes:
        seen: size and time of change of each file at the last look.
        known: of each file that a run was asked for: size, time of change, sha256.
    """

    seen: dict[str, list[int]] = field(default_factory=dict)
    known: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> "Memory":
        """The memory that a cursor holds."""
        kept = json.loads(cursor) if cursor else {}
        return cls(kept.get("seen", {}), {name: tuple(facts) for name, facts in kept.get("known", {}).items()})

    def write(self) -> str:
        """The cursor."""
        return json.dumps({"seen": self.seen, "known": self.known}, sort_keys=True)


def drop_folder_sensors(registry: Registry, range_tags: Mapping[str, str]) -> list[dg.SensorDefinition]:
    """A sensor for each source that is a drop folder; off until somebody turns it on.

    Args:
        registry: the sources.
        range_tags: make the run cover all editions.
    """
    return [
        _sensor(registry, source, range_tags) for source in registry.sources if isinstance(source.reader, DropFolder)
    ]


def _sensor(registry: Registry, source: Source, range_tags: Mapping[str, str]) -> dg.SensorDefinition:
    @dg.sensor(name=f"{source.id}_dropped", job_name="benchmark", minimum_interval_seconds=LOOK_EVERY)
    def dropped(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        """Read the folder and publish when its files are others than before and nobody is still writing them."""
        memory, files = Memory.read(context.cursor), dropped_files(source)
        waiting = look(memory, files)
        if waiting:
            context.update_cursor(memory.write())
            return dg.SkipReason(f"Not whole yet, or new at this look: {', '.join(map(shown, waiting))}.")
        changed, removed = learn(memory, files)
        if not changed and not removed:
            context.update_cursor(memory.write())
            return dg.SkipReason("The files are those of the last run.")
        reports = check_files(changed, source, registry, dt.datetime.now(dt.UTC).year)
        return dg.SensorResult(
            run_requests=[dg.RunRequest(tags=dict(range_tags))],
            asset_events=[_observation(source, report) for report in reports],
            cursor=memory.write(),
        )

    return dropped


def look(memory: Memory, files: Iterable[Path]) -> list[str]:
    """Remember sizes and times of the files; the names of those that the last look found otherwise."""
    now = {path.name: list(facts) for path in files if (facts := _facts(path))}
    waiting = sorted(name for name, facts in now.items() if memory.seen.get(name) != facts)
    memory.seen = now
    return waiting


def learn(memory: Memory, files: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Remember what is in the files.

    Returns:
        Files whose content is new, and names of those that are gone.
    """
    before, memory.known, changed = memory.known, {}, []
    for path in files:
        facts = _facts(path)
        if facts is None:
            continue
        old = before.get(path.name)
        sha256 = old[2] if old and old[:2] == facts else _sha256(path)
        memory.known[path.name] = (*facts, sha256)
        if old is None or old[2] != sha256:
            changed.append(path)
    return changed, sorted(set(before) - set(memory.known))


def _facts(path: Path) -> tuple[int, int] | None:
    """Size and time of change; nothing for a file that went away meanwhile."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def _sha256(path: Path) -> str:
    """Hash of a file; empty where it cannot be read, which the run then says."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _observation(source: Source, report: Report) -> dg.AssetObservation:
    facts: dict[str, Any] = {f"report ({code})": dg.MetadataValue.md(_markdown(report, code)) for code in LANGUAGES}
    facts |= {"file": shown(report.file), "rows accepted": len(report.figures), "rows refused": report.refused}
    return dg.AssetObservation(asset_key=["raw", source.id], metadata=facts)


def _markdown(report: Report, language: str) -> str:
    """The findings as a table."""
    names = texts()["report"]
    header = [names[column][language] for column in ("place", "weight", "what", "remedy")]
    rows = [
        [str(one.place), names["weights"][one.weight][language], one.what(language), one.remedy(language)]
        for one in report.findings[:MOST_TOLD]
    ]
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """A text that cannot end its cell of the table."""
    return text.replace("|", "/").replace("\n", " ")
