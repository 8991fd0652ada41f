"""A pack on disk: all of it, or nothing.

Put here: the order in which the files are made, the manifest, and how a finished pack comes to its place.
Not here: the files' content (a module a format).
"""

import errno
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pipelines.evidence.language import Translator
from pipelines.evidence.pack.archive import write_archive
from pipelines.evidence.pack.data import write_data, write_json
from pipelines.evidence.pack.docx import write_docx
from pipelines.evidence.pack.html import write_html
from pipelines.evidence.pack.model import Pack
from pipelines.evidence.pack.pictures import draw
from pipelines.evidence.pack.report import write_document
from pipelines.evidence.pack.xlsx import write_xlsx
from pipelines.evidence.pack_file import CONTENT, MANIFEST
from warehouse.files import discard, replacing

ARCHIVE, FIGURES = "evidence.zip", "figures"


class PackError(Exception):
    """The pack was not written; says why and what to do."""


class Written(NamedTuple):
    """A pack on disk."""

    folder: Path
    archive: Path
    files: list[Path]
    """Everything in the folder but the archive, relative to it."""


def write_pack(
    pack: Pack,
    translate: Translator,
    out: Path,
    made_at: str,
    *,
    is_forced: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Written:
    """Write every file of a pack, then the archive of them all.

    Everything is made in a draft beside `out` and moved into place when it is complete; the archive comes last.
    The same content gives the same bytes, but for `made_at`, which only the manifest states.

    Args:
        pack: content.
        translate: its language.
        out: folder of the pack; it is not there yet, or empty, or `is_forced` and it holds an earlier pack only.
        made_at: moment of the making, ISO 8601.
        is_forced: an earlier pack may be replaced.
        say: told what is made next.

    Raises:
        PackError: something is in the way, or the disk refuses.
    """
    _refuse_to_lose(out, is_forced)
    try:
        with _draft(out) as draft:
            _fill(draft, pack, translate, made_at, say)
            _put_in_place(draft, out)
        say(ARCHIVE)
        files = _files(out)
        with replacing(out / ARCHIVE) as archive:
            write_archive(archive, ((f"{out.name}/{file}", (out / file).read_bytes()) for file in files))
    except OSError as error:
        raise PackError(f"{error.filename or out} cannot be written: {error.strerror}. {_remedy(error)}") from error
    return Written(out, out / ARCHIVE, files)


@contextmanager
def _draft(out: Path) -> Iterator[Path]:
    """An empty folder beside `out`, gone at the end; what a killed writer left of one goes first."""
    draft = out.with_name(f".{out.name}.draft")
    discard(draft)
    draft.mkdir(parents=True)
    try:
        yield draft
    finally:
        discard(draft)


def _fill(folder: Path, pack: Pack, translate: Translator, made_at: str, say: Callable[[str], None]) -> None:
    pictures = folder / FIGURES
    say(FIGURES)
    drawn = draw(pack, translate, pictures)
    document = write_document(pack, translate, drawn)
    for name, make in {
        "evidence.docx": lambda path: write_docx(path, document, pictures, pack.cover.published_at),
        "evidence.xlsx": lambda path: write_xlsx(path, pack, translate),
        "evidence.html": lambda path: write_html(path, document, pictures),
        CONTENT: lambda path: write_json(path, pack),
        "datapackage.json": lambda path: write_data(path.parent, pack, translate),
        MANIFEST: lambda path: _write_manifest(path, pack, made_at),
    }.items():
        say(name)
        make(folder / name)


def _write_manifest(path: Path, pack: Pack, made_at: str) -> None:
    """What the pack was made from and when, and the hash of every file."""
    files = {}
    for name in _files(path.parent):
        content = (path.parent / name).read_bytes()
        files[str(name)] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    manifest = {**pack.cover.model_dump(), "made_at": made_at, "files": files}
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _files(folder: Path) -> list[Path]:
    """Files of a pack by name, without the archive."""
    found = sorted(path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
    return [path for path in found if str(path) != ARCHIVE]


def _refuse_to_lose(out: Path, is_forced: bool) -> None:
    """Nothing that is there is lost but an earlier pack, and that only when asked for.

    Raises:
        PackError: something would be.
    """
    if not (out.exists() or out.is_symlink()):
        return
    if not out.is_dir() or out.is_symlink():
        raise PackError(f"{out} is not a folder. Choose another --out.")
    try:
        foreign = [path for path in _files(out) if str(path) not in _listed(out)]
    except OSError as error:
        raise PackError(f"{out} cannot be read: {error.strerror}. Choose another --out.") from error
    if foreign:
        raise PackError(f"{out} holds {foreign[0]}, which is not of a pack. Choose another --out.")
    if _files(out) and not is_forced:
        raise PackError(f"{out} is there already. --force replaces it, another --out leaves it.")


def _listed(out: Path) -> set[str]:
    """Files that the manifest of an earlier pack names; none where there is no manifest."""
    try:
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        return {*manifest["files"], MANIFEST}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()


def _put_in_place(draft: Path, out: Path) -> None:
    if not out.exists():
        draft.replace(out)
        return
    before = out.with_name(f".{out.name}.before")
    discard(before)
    out.replace(before)
    try:
        draft.replace(out)
    except OSError:
        before.replace(out)
        raise
    discard(before)


def _remedy(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return "Make room on the disk, then try again." if full else "Choose another --out."
