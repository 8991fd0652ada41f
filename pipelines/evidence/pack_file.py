"""Reading a pack back: from its folder, or from its archive.

Put here: finding `evidence.json` and its manifest, and refusing what is no pack or was changed since.
Not here: writing packs (`pack/write.py`), comparing them (`diff.py`).
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from pipelines.evidence.pack.model import SCHEMA_VERSION, Pack

CONTENT, MANIFEST = "evidence.json", "manifest.json"
"""Files of a pack that say what it holds, and what it is made of."""

LARGEST = 64_000_000
"""Bytes of the largest file that is read; a pack of the shipped benchmark has less than a hundredth."""


class PackFileError(ValueError):
    """There is no pack that can be read; says where, why and what to do."""


def read_pack(path: Path) -> Pack:
    """Read a pack and check that it is what its manifest says.

    Args:
        path: folder of a pack, or its archive.

    Raises:
        PackFileError: it is no pack, is damaged or was changed, or has another structure.
    """
    try:
        manifest, content = _from_folder(path) if path.is_dir() else _from_archive(path)
    except OSError as error:
        raise PackFileError(
            f"{path} cannot be read: {error.strerror or error}. Name a pack's folder or archive."
        ) from error
    _check(path, manifest, content)
    try:
        stated = json.loads(content).get("schema_version")
        if stated != SCHEMA_VERSION:
            raise PackFileError(
                f"{path}: its structure is version {stated!s:.20}, not {SCHEMA_VERSION}. Make the pack again."
            )
        return Pack.model_validate_json(content)
    except (ValidationError, ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, PackFileError):
            raise
        raise PackFileError(f"{path}: {CONTENT} has not the structure of a pack. Make the pack again.") from error


def _check(path: Path, manifest: bytes, content: bytes) -> None:
    """See that the content has the hash that the manifest states."""
    try:
        stated = json.loads(manifest)["files"][CONTENT]["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackFileError(f"{path}: {MANIFEST} does not name {CONTENT}. Make the pack again.") from error
    if stated != hashlib.sha256(content).hexdigest():
        raise PackFileError(f"{path}: {CONTENT} was changed after the pack was made. Make the pack again.")


def _from_folder(path: Path) -> tuple[bytes, bytes]:
    def read(name: str) -> bytes:
        file = path / name
        if not file.is_file():
            raise PackFileError(f"{path} holds no {name}: it is no pack. Name a pack's folder or archive.")
        return _limited(path, name, file.stat().st_size, file.read_bytes)

    return read(MANIFEST), read(CONTENT)


def _from_archive(path: Path) -> tuple[bytes, bytes]:
    """Only the two files are read, wherever in the archive they lie; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _member(path, archive, MANIFEST), _member(path, archive, CONTENT)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise PackFileError(f"{path} is no archive that can be read. Name a pack's folder or archive.") from error


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    found = [about for about in archive.infolist() if about.filename.rsplit("/", 1)[-1] == name]
    if len(found) != 1:
        raise PackFileError(
            f"{path} holds {len(found) or 'no'} {name}: it is no pack. Name a pack's folder or archive."
        )
    return _limited(path, name, found[0].file_size, lambda: archive.read(found[0]))


def _limited(path: Path, name: str, size: int, read: Callable[[], bytes]) -> bytes:
    if size > LARGEST:
        raise PackFileError(f"{path}: {name} has {size:,} bytes, more than any pack. Name a pack's folder or archive.")
    return read()
