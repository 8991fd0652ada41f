"""Read the registry's files and refuse a set that does not hold together.

Put here: reading YAML and CSV into the models, and the hash of what was read.
Not here: what one entry must look like (`models.py`), what must hold between entries (`check.py`).
"""

import csv
import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from warehouse.files import is_halfway
from warehouse.registry import check
from warehouse.registry.entry import Entry
from warehouse.registry.evidence import SECTIONS, Evidence
from warehouse.registry.models import (
    Community,
    Correction,
    Country,
    Edition,
    Framework,
    Indicator,
    Unit,
)
from warehouse.registry.sources import Source
from warehouse.registry.strict_yaml import load_strictly

HERE = Path(__file__).parent
Model = TypeVar("Model", bound=Entry)


class RegistryError(Exception):
    """The registry does not hold together; the message names file, entry and what is wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Registry:
    """Everything the registry says, checked as a set."""

    root: Path
    countries: tuple[Country, ...]
    communities: tuple[Community, ...]
    editions: tuple[Edition, ...]
    indicators: tuple[Indicator, ...]
    units: tuple[Unit, ...]
    sources: tuple[Source, ...]
    frameworks: tuple[Framework, ...]
    methods: dict[str, dict[str, Any]]
    corrections: tuple[Correction, ...]
    sha256: str
    evidence: Evidence = field(default_factory=Evidence)

    @cached_property
    def indicator(self) -> dict[str, Indicator]:
        """Indicators by id."""
        return {entry.id: entry for entry in self.indicators}

    @cached_property
    def community(self) -> dict[str, Community]:
        """Communities by id."""
        return {entry.id: entry for entry in self.communities}

    @cached_property
    def source(self) -> dict[str, Source]:
        """Sources by id."""
        return {entry.id: entry for entry in self.sources}

    @cached_property
    def edition(self) -> dict[str, Edition]:
        """Editions by id."""
        return {entry.id: entry for entry in self.editions}

    @cached_property
    def framework(self) -> dict[str, Framework]:
        """Frameworks by id."""
        return {entry.id: entry for entry in self.frameworks}


def read_yaml(path: Path) -> Any:
    """Parse one YAML file safely.

    Raises:
        RegistryError: the file is missing, not UTF-8 or not YAML; says where.
    """
    try:
        return load_strictly(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RegistryError([f"{path.name}: cannot be read as YAML in UTF-8: {error}"]) from error


def parse(model: type[Model], raw: Any, where: str) -> Model:
    """Build one entry.

    Raises:
        RegistryError: naming the file, the entry and each wrong key.
    """
    name = (raw.get("id") or raw.get("text")) if isinstance(raw, dict) else None
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise RegistryError(
            f"{where}: {name or 'entry'}: {'.'.join(map(str, item['loc'])) or 'entry'}: {item['msg']}"
            for item in error.errors()
        ) from error


def _read_list(path: Path, model: type[Model]) -> tuple[Model, ...]:
    raw = read_yaml(path)
    if not isinstance(raw, list):
        raise RegistryError([f"{path.name}: expected a list of entries"])
    return _collect(lambda item: parse(model, item, path.name), raw)


def _read_evidence(folder: Path) -> Evidence:
    """The register; a section without a file is empty, and a workbook that was accepted by half is refused."""
    if is_halfway(folder):
        sentence = "accepting a workbook was interrupted, and some sections may still be the old ones"
        raise RegistryError([f"{folder.name}: {sentence}: finish with `smart21 evidence workbook finish`"])
    files = {section: folder / f"{section}.yml" for section in SECTIONS}
    entries = {name: _read_list(path, SECTIONS[name]) for name, path in files.items() if path.exists()}
    return Evidence.model_validate(entries)


def _read_folder(folder: Path, model: type[Model]) -> tuple[Model, ...]:
    def read(path: Path) -> Model:
        entry = parse(model, read_yaml(path), f"{folder.name}/{path.name}")
        if getattr(entry, "id", None) != path.stem:
            raise RegistryError([f"{folder.name}/{path.name}: id must equal the file's name"])
        return entry

    return _collect(read, sorted(folder.glob("*.yml")))


def _read_corrections(path: Path) -> tuple[Correction, ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns, rows = set(reader.fieldnames or ()), list(reader)
    except (OSError, ValueError, csv.Error) as error:
        raise RegistryError([f"{path.name}: cannot be read as CSV in UTF-8: {error}"]) from error
    if columns != set(Correction.model_fields):
        raise RegistryError([f"{path.name}: its columns must be {', '.join(Correction.model_fields)}"])
    return _collect(lambda item: parse(Correction, item[1], f"{path.name}: row {item[0]}"), enumerate(rows, start=2))


def _collect(read: Callable[[Any], Model], items: Iterable[Any]) -> tuple[Model, ...]:
    """Read all items, so that one pass names every culprit."""
    entries, problems = [], []
    for item in items:
        try:
            entries.append(read(item))
        except RegistryError as error:
            problems += error.problems
    if problems:
        raise RegistryError(problems)
    return tuple(entries)


def _sha256(root: Path) -> str:
    """Hash of every registry file but the programs, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".yml", ".csv"}:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def registry_root() -> Path:
    """Folder of the registry: SMART21_REGISTRY, or the one shipped with the program."""
    return Path(os.environ.get("SMART21_REGISTRY") or HERE)


def load_registry(root: Path | None = None) -> Registry:
    """Read and check the registry.

    Args:
        root: its folder; by default `registry_root`.

    Raises:
        RegistryError: with one line a problem.
    """
    root = root or registry_root()
    registry = Registry(
        root=root,
        countries=_read_list(root / "countries.yml", Country),
        communities=_read_list(root / "communities.yml", Community),
        editions=_read_list(root / "editions.yml", Edition),
        indicators=_read_list(root / "indicators.yml", Indicator),
        units=_read_list(root / "units.yml", Unit),
        sources=_read_folder(root / "sources", Source),
        frameworks=_read_folder(root / "frameworks", Framework),
        methods={path.stem: read_yaml(path) for path in sorted((root / "methods").glob("*.yml"))},
        corrections=_read_corrections(root / "corrections.csv"),
        sha256=_sha256(root),
        evidence=_read_evidence(root / "evidence"),
    )
    if problems := check.problems(registry):
        raise RegistryError(problems)
    return registry
