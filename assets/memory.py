"""What each step's tables were made from, so that a run makes again only what would come out differently.

Put here: the steps of a job, what is remembered of each, and which of them are to be made next.
Not here: running them (`assets/cli/remake.py`), the hashes of inputs (`pipelines/inputs.py`).

For each step, and each edition of a partitioned one, three hashes lie in the lake (`memory/<step>.json`): of the
program and the part of the registry that it reads, of the tables that it reads, and of the tables that it made. All
three must still be so. Hence a step above may be made again and give the same rows: what lies below it then stays. A
table that is gone or damaged has no hash, and a step that was killed, or whose check failed, is not remembered.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

from pipelines.inputs import fingerprint, offered, rules, stored, whole_release
from pipelines.licence import Licence
from pipelines.program import digest, program
from warehouse.answers import AnswerError, Answers
from warehouse.home import Home
from warehouse.lake import Lake
from warehouse.registry import Registry
from warehouse.storage import open_storage

FOLDER = "memory"
WHOLE = ""
"""The one part of a step without partitions."""

NOT_MADE_FROM = {"score": {dg.AssetKey(["core", "observation"])}}
"""Tables that only a step's check reads, and that what it makes does not hang on."""


@dataclass(frozen=True)
class Step:
    """A step of a job.

    Attributes:
        name: as Dagster has it.
        keys: assets that it makes.
        reads: assets that these are made from.
        parts: editions, or WHOLE alone.
        above: steps of the job that make what it reads.
    """

    name: str
    keys: tuple[dg.AssetKey, ...]
    reads: tuple[dg.AssetKey, ...]
    parts: tuple[str, ...]
    above: frozenset[str]

    @property
    def is_partitioned(self) -> bool:
        """Whether it makes each edition by itself."""
        return self.parts != (WHOLE,)


@dataclass(frozen=True)
class Stale:
    """Why a step must be made again.

    Attributes:
        parts: which of it.
        is_certain: whatever the steps above it give, and all of it.
    """

    parts: tuple[str, ...]
    is_certain: bool


def steps_of(definitions: dg.Definitions, job: str) -> list[Step]:
    """The steps of a job, each after those that it rests on."""
    nodes = {node.name for node in definitions.resolve_job_def(job).nodes}
    made = [one for one in definitions.resolve_asset_graph().assets_defs if one.node_def.name in nodes]
    maker = {key: one.node_def.name for one in made for key in one.keys}
    found = {}
    for one in made:
        name = one.node_def.name
        reads = sorted(set(one.dependency_keys) - NOT_MADE_FROM.get(name, set()))
        parts = one.partitions_def.get_partition_keys() if one.partitions_def else [WHOLE]
        above = frozenset(maker[key] for key in reads if key in maker)
        found[name] = Step(name, tuple(sorted(one.keys)), tuple(reads), tuple(parts), above)
    order = TopologicalSorter({name: sorted(found[name].above) for name in sorted(found)})
    return [found[name] for name in order.static_order()]


def next_steps(steps: Iterable[Step], stale: Mapping[str, Stale]) -> list[Step]:
    """Those to be made now: nothing above them is still to be made, or is made whole just before them in any case.

    Args:
        steps: in order.
        stale: by name, those that must be made again as things stand.
    """
    waiting: set[str] = set()
    now: list[Step] = []
    whole: set[str] = set()
    for step in steps:
        mine, above = stale.get(step.name), step.above & waiting
        if mine and (not above or (mine.is_certain and above <= whole)):
            now.append(step)
            whole |= {step.name} if mine.parts == step.parts else set()
        if mine or above:
            waiting.add(step.name)
    return now


class Memory:
    """What is remembered of the steps of one lake, against what is so now."""

    def __init__(self, home: Home, registry: Registry, licence: Licence) -> None:
        self.home, self.registry, self.licence = home, registry, licence
        self.storage = open_storage(home.lake_address)
        self.lake, self.answers = Lake(self.storage), Answers(self.storage)
        self._tables: dict[str, dict[str, str]] = {}
        self._sources: dict[str, str] = {}

    def stale(self, step: Step) -> Stale | None:
        """Whether a step must be made again; nothing when its tables are what they would be."""
        if step.keys[0].path[0] == "raw" and self._is_new(step.keys[0].path[1]):
            return Stale(step.parts, is_certain=True)
        kept, now = self._read(step), {part: self._state(step, part) for part in step.parts}
        parts = tuple(part for part in step.parts if kept.get(part) != now[part])
        if not parts:
            return None
        certain = [part for part in parts if not _differs_above_alone(kept.get(part), now[part])]
        return Stale(parts, len(certain) == len(step.parts))

    def keep(self, step: Step, parts: Iterable[str]) -> None:
        """Remember what parts of a step were just made from."""
        for key in (*step.keys, *step.reads):  # `harmonise` also makes tables of sources that it reads
            self._tables.pop(".".join(key.path), None)
            self._sources.pop(key.path[-1], None)
        kept = self._read(step) | {part: self._state(step, part) for part in parts}
        self.storage.write(_name(step), json.dumps(kept, indent=1).encode(), is_durable=False)

    def _is_new(self, source_id: str) -> bool:
        """Whether a source's local files are others than those that were stored."""
        try:
            return self._stored(source_id) != offered(self.registry, self.registry.source[source_id], self.answers)
        except AnswerError:  # the step says so
            return True

    def _read(self, step: Step) -> dict[str, Any]:
        try:
            return dict(json.loads(self.storage.read(_name(step))))
        except (OSError, ValueError, TypeError):  # never made, or torn by a power cut
            return {}

    def _state(self, step: Step, part: str) -> dict[str, str]:
        return {
            "rules": digest(program(), *self._rules(step)),
            "read": digest(*(self._hash(key, part) for key in step.reads)),
            "made": digest(*(self._hash(key, part) for key in step.keys)),
        }

    def _rules(self, step: Step) -> tuple[str, ...]:
        """The part of the registry, and of what was asked for, that a step reads."""
        group = step.keys[0].path[0]
        if group == "release":
            told = fingerprint(self.registry, self.answers, self.licence, lambda source, _: self._stored(source.id))
            return (told,)
        if group in {"raw", "staging"}:
            return (self.registry.source[step.keys[0].path[1]].model_dump_json(),)
        if step.name == "registry":
            return (rules(self.registry), self.registry.evidence.model_dump_json())
        if step.name == "harmonise":
            return (rules(self.registry), self.licence)
        return (rules(self.registry),)

    def _hash(self, key: dg.AssetKey, part: str) -> str:
        """Of what an asset is now: of the part where it has this part, else of all of it."""
        group, name = key.path[0], key.path[-1]
        if group == "release":
            return str(whole_release(self.home).get("sha256", ""))
        if group == "raw":
            return self._stored(name)
        found = self._intact(".".join(key.path))
        rows = found.get(part) or json.dumps(found, sort_keys=True)
        if group == "staging" and not self.registry.source[name].is_local:  # no step of its own sees to its answers
            return digest(self._stored(name), rows)
        return rows

    def _intact(self, table: str) -> dict[str, str]:
        if table not in self._tables:
            self._tables[table] = self.lake.intact(table)
        return self._tables[table]

    def _stored(self, source_id: str) -> str:
        if source_id not in self._sources:
            try:
                self._sources[source_id] = stored(self.registry.source[source_id], self.answers)
            except AnswerError as error:  # the step that reads it says so
                self._sources[source_id] = str(error)
        return self._sources[source_id]


def _differs_above_alone(kept: Mapping[str, str] | None, now: Mapping[str, str]) -> bool:
    """Whether only what a step reads is other than it was: the steps above it may yet set that right."""
    return kept is not None and kept.get("rules") == now["rules"] and kept.get("made") == now["made"]


def _name(step: Step) -> str:
    return f"{FOLDER}/{step.name}.json"
