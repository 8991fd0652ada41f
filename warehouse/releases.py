"""Numbered releases: which there are, which one is in use, and moving between them.

Put here: manifests, the pointer to the release in use, going back, pruning, and the copy in an object store.
Not here: building a release (`publish.py`), asking one (`query.py`), comparing two (`compare.py`).

On disk the pointer is the link `benchmark.duckdb`; in an object store it is the object `current.json`. Where
SMART21_RELEASES names a store, the folder of releases is this machine's copy of it.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warehouse.files import discard, replacing, sha256_of, sync
from warehouse.home import Home
from warehouse.storage import Storage, open_storage

KEEP = 10
"""Releases that stay."""

POINTER = "current.json"
_NUMBER = re.compile(r"\d{6}")


class ReleaseError(Exception):
    """A release is not there, or is not what its manifest says; says what to do."""


def releases(home: Home) -> list[Path]:
    """Releases on this machine, oldest first."""
    return sorted(path for path in home.releases.glob("*.duckdb") if _NUMBER.fullmatch(path.stem))


def shelf(home: Home) -> Storage | None:
    """The object store that holds the releases for all machines, where one is named."""
    return open_storage(home.shelf) if home.shelf else None


def in_use(home: Home) -> str | None:
    """Number of the release that readers get; nothing before the first.

    Where there is a shelf, it decides, and what it names is brought to this machine.

    Raises:
        ReleaseError: what the shelf names is not there, or came damaged.
    """
    store = shelf(home)
    if store is not None and store.exists(POINTER):
        release_id = str(json.loads(store.read(POINTER))["release_id"])
        if not home.benchmark.exists() or home.benchmark.resolve().stem != release_id:
            _bring(home, store, release_id)
            _link(home, release_id)
        return release_id
    return home.benchmark.resolve().stem if home.benchmark.exists() else None


def known(home: Home) -> list[str]:
    """Numbers of the releases on this machine and on the shelf, oldest first."""
    return _numbers(home, {".duckdb"})


def next_number(home: Home) -> str:
    """The first number that no release has or had: where its file was removed, its manifest tells."""
    return f"{int(max(_numbers(home, {'.duckdb', '.json'}), default='0')) + 1:06d}"


def _numbers(home: Home, suffixes: set[str]) -> list[str]:
    store = shelf(home)
    paths = [*home.releases.glob("*"), *map(Path, store.names("releases") if store else ())]
    return sorted({path.stem for path in paths if path.suffix in suffixes and _NUMBER.fullmatch(path.stem)})


def manifest(home: Home, release_id: str) -> dict[str, Any]:
    """What is known of a release without opening it.

    Raises:
        ReleaseError: there is no such release.
    """
    path = home.releases / f"{release_id}.json"
    if path.is_file():
        return dict(json.loads(path.read_text(encoding="utf-8")))
    store = shelf(home)
    if store is not None and store.exists(f"releases/{release_id}.json"):
        return dict(json.loads(store.read(f"releases/{release_id}.json")))
    file = home.releases / f"{release_id}.duckdb"
    if file.is_file():  # written before releases had a manifest
        return {"release_id": release_id, "size_bytes": file.stat().st_size}
    raise ReleaseError(f"There is no release {release_id}. `smart21 releases list` shows those there are.")


def put(home: Home, draft: Path, about: dict[str, Any]) -> Path:
    """Give a finished file its number and make it the one in use.

    Args:
        home: where.
        draft: the file, named by its number.
        about: its manifest; size and sha256 of the file are added.

    Raises:
        ReleaseError: another machine took the number meanwhile; nothing changed.
        OSError: disk or store did not take it; what was in use still is.
    """
    release_id, target = draft.stem, home.releases / draft.name
    digest = sha256_of(draft)
    text = json.dumps(about | {"size_bytes": draft.stat().st_size, "sha256": digest}, indent=1, ensure_ascii=False)
    store = shelf(home)
    if store is not None and not store.create(f"releases/{draft.name}", draft.read_bytes()):
        raise ReleaseError(f"Another machine published {release_id} in the same moment. Run again.")
    with replacing(target.with_suffix(".json")) as file:
        file.write_text(text, encoding="utf-8")
        sync(file)
        draft.chmod(0o444)
        draft.replace(target)  # before its manifest: what has one is whole
    sync(home.releases)
    if store is not None:
        store.write(f"releases/{release_id}.json", text.encode())
    point(home, release_id)
    return target


def point(home: Home, release_id: str) -> None:
    """Let readers have a release from now on, in one step, so that none ever misses it."""
    if store := shelf(home):
        store.write(POINTER, json.dumps({"release_id": release_id}).encode())
    _link(home, release_id)


def roll_back(home: Home, release_id: str) -> None:
    """Let readers have an earlier release again; the later ones stay, and the next run publishes after the newest.

    Raises:
        ReleaseError: there is no such release, or it is damaged; what was in use still is.
    """
    path, about = locate(home, release_id), manifest(home, release_id)
    if "sha256" in about and sha256_of(path) != about["sha256"]:
        raise ReleaseError(f"{path} is not what was published: its sha256 differs. Choose another release.")
    point(home, release_id)


def prune(home: Home, keep: int = KEEP) -> list[str]:
    """Remove the oldest releases; the one in use always stays.

    Returns:
        Numbers of the releases that were removed.
    """
    used, store = in_use(home), shelf(home)
    old = [number for number in known(home)[:-keep] if number != used]
    for number in old:
        if store is not None:
            # The manifest goes last: what has one is whole.
            store.delete(f"releases/{number}.duckdb")
            store.delete(f"releases/{number}.json")
        for suffix in (".duckdb", ".duckdb.wal", ".json"):
            discard(home.releases / f"{number}{suffix}")
    return old


def locate(home: Home, release_id: str) -> Path:
    """File of a release on this machine, brought from the shelf where it lies only there.

    Raises:
        ReleaseError: there is no such release, or only its manifest is left.
    """
    manifest(home, release_id)
    path = home.releases / f"{release_id}.duckdb"
    if (store := shelf(home)) is not None:
        _bring(home, store, release_id)
    if not path.is_file():
        raise ReleaseError(f"The file of release {release_id} is gone; only its manifest is left.")
    return path


def _link(home: Home, release_id: str) -> None:
    with replacing(home.benchmark) as draft:
        draft.symlink_to((home.releases / f"{release_id}.duckdb").relative_to(home.benchmark.parent))
    sync(home.benchmark.parent)


def _bring(home: Home, store: Storage, release_id: str) -> None:
    """Copy a release from the shelf to this machine, unless it is here."""
    target = home.releases / f"{release_id}.duckdb"
    if target.is_file():
        return
    with _named(release_id):
        about = json.loads(store.read(f"releases/{release_id}.json"))
        body = store.read(f"releases/{release_id}.duckdb")
    if sha256_of(body) != about["sha256"]:
        raise ReleaseError(f"Release {release_id} came damaged from {home.shelf}: its sha256 differs. Try again.")
    for path, content in ((target.with_suffix(".json"), json.dumps(about, indent=1).encode()), (target, body)):
        with replacing(path) as draft:
            draft.write_bytes(content)
            sync(draft)
    target.chmod(0o444)


@contextmanager
def _named(release_id: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ReleaseError(f"Release {release_id} is not on the shelf any more. Roll back to another one.") from error
