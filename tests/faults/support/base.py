"""One benchmark of the small registry, built once, for faults to be tried on copies of it.

Put here: building and copying it.
Not here: faults.
"""

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import nursery
from installation import Installation
from small import small_registry

_folder = tempfile.TemporaryDirectory(prefix="smart21-base-")


@lru_cache
def base() -> Installation:
    """To read only."""
    folder = Path(_folder.name)
    installation = Installation(folder / "home", small_registry(folder))
    ended = nursery.run(installation, "run")
    assert ended.code == 0, ended.said
    return installation


def copy(folder: Path) -> Installation:
    """A copy with a registry of its own."""
    registry = shutil.copytree(base().registry, folder / "registry")
    return base().copy(folder, registry)
