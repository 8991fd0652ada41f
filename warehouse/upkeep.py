"""Keep what lies on disk in order: its format, and what nothing names any more.

Put here: the format of lake and releases, bringing an older one up to date, and finding what may go.
Not here: Dagster's records (`assets/cli/upkeep.py`), pruning of releases (`releases.py`).
"""

import json
from collections.abc import Callable
from typing import Any

import duckdb

from warehouse.files import replacing, sha256_of, sync
from warehouse.home import Home
from warehouse.lake import Lake
from warehouse.releases import manifest, releases
from warehouse.storage import Storage

FORMAT = 2
"""1: a Parquet file named by its table, releases without manifest. 2: files named by their hash, releases with one."""

STAMP = "format.json"


class FormatError(Exception):
    """The lake was written by another version; says which, and what to do."""


def format_of(storage: Storage) -> int:
    """Format of a lake; that of an empty one is the newest."""
    if storage.exists(STAMP):
        return int(json.loads(storage.read(STAMP))["format"])
    return 1 if storage.names("tables") or storage.names("answers") else FORMAT


def settle(home: Home, storage: Storage, say: Callable[[str], None]) -> bool:
    """Bring lake and releases to this version's format; does nothing when they have it.

    Returns:
        Whether there was anything to do.

    Raises:
        FormatError: a newer version wrote them.
    """
    found = format_of(storage)
    if found > FORMAT:
        raise FormatError(
            f"{home.lake_address} has format {found}, this program knows up to {FORMAT}. "
            "Install the version of the program that wrote it, or a newer one."
        )
    if found < FORMAT:
        # Answers of format 1 are read as they are. Its tables are made again by the next run.
        for name in Lake(storage).orphans():
            storage.delete(name)
        described = describe_releases(home)
        say(f"Lake brought from format {found} to {FORMAT}; {described} releases got a manifest.")
    if found < FORMAT or not storage.exists(STAMP):
        storage.write(STAMP, json.dumps({"format": FORMAT}).encode())
    return found < FORMAT


def describe_releases(home: Home) -> int:
    """Write the manifest of each release that has none; tells how many.

    The file itself tells what it is. Its hash is that of today: it says what is damaged later, not before.
    """
    bare = [path for path in releases(home) if "sha256" not in manifest(home, path.stem)]
    for path in bare:
        about: dict[str, Any] = {}
        with duckdb.connect(str(path), read_only=True) as connection:
            for table in ("audit.release", "audit.run"):
                about |= connection.execute(f"FROM {table}").df().iloc[0].to_dict()  # type: ignore[arg-type]
        about |= {"size_bytes": path.stat().st_size, "sha256": sha256_of(path)}
        with replacing(path.with_suffix(".json")) as draft:
            draft.write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
            sync(draft)
    return len(bare)


def leftovers(storage: Storage) -> list[str]:
    """Files of the lake that nothing names: tables that were replaced, bodies without a record."""
    names = storage.names("answers")
    told = {json.loads(storage.read(name)).get("answer_id") for name in names if name.endswith(".json")}
    bodies = [name for name in names if name.endswith(".body")]
    return Lake(storage).orphans() + [name for name in bodies if name.rpartition("/")[2].split(".")[0] not in told]
