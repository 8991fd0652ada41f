"""The program itself, as a hash: what was made by another one may come out differently now.

Put here: which files make up the program, and the versions of what it counts with.
Not here: what a run (`inputs.py`) or a staging table (`staging.py`) is made from besides.
"""

import hashlib
import json
import os
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from warehouse.files import sha256_of

ROOT = Path(__file__).parents[1]
PROGRAM = {"assets": (".py",), "pipelines": (".py", ".yml", ".po"), "warehouse": (".py", ".sql")}
"""Endings of the program's files, by ring."""

MADE_BY_RUNS = {"__pycache__", "lake", "releases", "exports", "dagster"}
"""Folders that are no part of the program, though a home folder in the checkout has them beside it."""

LIBRARIES = ("duckdb", "numpy", "pandas", "pyarrow", "scipy")
"""What the last digits of a score, or the bytes of a table, may hang on."""


def digest(*parts: str) -> str:
    """Hash of some texts, in their order."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def program() -> str:
    """Hash of the program's files, and of the versions of what it counts with."""
    said = [f"{path.relative_to(ROOT).as_posix()} {sha256_of(path)}" for path in sorted(_program_files())]
    return digest(platform.python_version(), *(f"{name} {version(name)}" for name in LIBRARIES), *said)


def _program_files() -> Iterator[Path]:
    """All that makes tables; not the registry's own files, which `Registry.sha256` stands for wherever they lie."""
    for ring, endings in PROGRAM.items():
        for folder, inner, names in os.walk(ROOT / ring):
            inner[:] = [name for name in inner if name not in MADE_BY_RUNS]
            yield from (Path(folder, name) for name in names if name.endswith(endings))
