"""What a run is made from, as hashes: the program, the registry and its parts, and the figures of every source.

Put here: the fingerprint of all inputs, and whether the release in use was made from just these.
Not here: which steps must be made again (`assets/memory.py`), what a staging table was made from (`staging.py`).

No machine and no order of files is in it, and no time but the year, after which no dropped figure may lie: the same
inputs have the same fingerprint everywhere.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

from pipelines.licence import Licence, usable
from pipelines.program import digest, program
from pipelines.readers import reader_of
from pipelines.readers.base import LocalReader, ReaderError
from pipelines.staging import by_request, made_from
from warehouse.answers import AnswerError, Answers
from warehouse.files import sha256_of
from warehouse.home import Home
from warehouse.registry import Registry
from warehouse.registry.sources import FiguresCsv, Source
from warehouse.releases import ReleaseError, in_use, manifest

Told = Callable[[Source, Answers], str]


def rules(registry: Registry) -> str:
    """Hash of the registry but for figures and evidence: what its entries say, not how they are written down."""
    names = sorted(field.name for field in fields(registry) if field.name not in {"root", "sha256", "evidence"})
    return digest(*(_said(getattr(registry, name)) for name in names))


def _said(entries: Any) -> str:
    if isinstance(entries, dict):  # methods
        return json.dumps(entries, default=str)
    return "\n".join(entry.model_dump_json() for entry in entries)


def stored(source: Source, answers: Answers) -> str:
    """Hash of what a staging table of a source is made from: its answers in use."""
    if not source.is_local:
        return made_from(source, answers)
    if isinstance(source.reader, FiguresCsv):
        current = answers.current(source.id)
        return _files({"": str(current.answer_id) if current else ""})
    used = by_request(answers.in_use(source.id))
    ids = {request.request_id: used.get(request.request_id) for request in reader_of(source).plan(source)}
    return _files({name: str(one.answer_id) if one else "" for name, one in ids.items()}, _this_year())


def offered(registry: Registry, source: Source, answers: Answers) -> str:
    """What `stored` will be when local files have been read as they lie now; of other sources, what it is."""
    if isinstance(source.reader, FiguresCsv):
        path = registry.root / source.reader.path
        return _files({"": _sha256(path.read_bytes)})
    reader = reader_of(source)
    if not source.is_local or not isinstance(reader, LocalReader):
        return stored(source, answers)
    ids = {request.request_id: _sha256(partial(reader.load_local, source, request)) for request in reader.plan(source)}
    return _files(ids, _this_year())


def _files(answer_ids: dict[str, str], *more: str) -> str:
    return digest(json.dumps(answer_ids, sort_keys=True), *more)


def _this_year() -> str:
    """A dropped file may not hold figures of years to come."""
    return str(dt.datetime.now(dt.UTC).year)


def _sha256(load: Callable[[], bytes]) -> str:
    """Hash of a file; empty where it cannot be read, which the run then says."""
    try:
        return hashlib.sha256(load()).hexdigest()
    except (OSError, ReaderError):
        return ""


def fingerprint(registry: Registry, answers: Answers, licence: Licence = "any", tell: Told = stored) -> str:
    """Hash of all that a release is made from.

    Args:
        registry: whole.
        answers: the raw store.
        licence: which sources may be used.
        tell: what stands for the figures of a source.
    """
    figures = {source.id: tell(source, answers) for source in usable(registry, licence).sources}
    return digest(program(), registry.sha256, licence, json.dumps(figures, sort_keys=True))


def published_from(home: Home, registry: Registry, answers: Answers, licence: Licence) -> dict[str, Any]:
    """Manifest of the release in use, where a run would make the same again; empty where it would not.

    The release must be whole, and the raw store must hold what local files say: its figures lead there.
    """
    about = whole_release(home)
    try:
        wanted = {fingerprint(registry, answers, licence, tell) for tell in (stored, partial(offered, registry))}
    except AnswerError:  # the run that follows says so
        return {}
    return about if wanted == {about.get("inputs_sha256")} else {}


def whole_release(home: Home) -> dict[str, Any]:
    """Manifest of the release in use; empty where there is none, or its file is not what was published.

    Nor is it where somebody left changes beside the file.
    """
    try:
        release_id = in_use(home)
        about = manifest(home, release_id) if release_id else {}
    except (ReleaseError, ValueError):  # gone from the shelf, or torn
        return {}
    path = home.releases / f"{release_id}.duckdb"
    is_whole = path.is_file() and not path.with_suffix(".duckdb.wal").exists()
    return about if is_whole and sha256_of(path) == about.get("sha256") else {}
