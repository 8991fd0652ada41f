"""A pack on disk: the same bytes again, nothing half, nothing of others lost."""

import json
import zipfile
from pathlib import Path

import pytest
from sample_pack import MADE_AT, bare, made, tables

from pipelines.evidence.language import translator
from pipelines.evidence.pack import write
from pipelines.evidence.pack.archive import write_archive
from pipelines.evidence.pack.model import Pack
from pipelines.evidence.pack.write import PackError, Written, write_pack


def _write(out: Path, **options: object) -> Written:
    return write_pack(made(bare()), translator("en"), out, MADE_AT, **options)


def _bytes(written: Written) -> dict[str, bytes]:
    return {str(file): (written.folder / file).read_bytes() for file in written.files}


def test_the_same_content_gives_the_same_bytes_but_for_the_stated_moment(
    english: tuple[Pack, Written], tmp_path: Path
) -> None:
    first = english[1]
    later = write_pack(made(tables()), translator("en"), tmp_path / "Bình Dương", "2027-01-01T00:00:00+00:00")
    assert {name for name, content in _bytes(later).items() if content != _bytes(first)[name]} == {"manifest.json"}
    earlier, now = (json.loads(_bytes(one)["manifest.json"]) for one in (first, later))
    assert now == earlier | {"made_at": "2027-01-01T00:00:00+00:00"}


def test_the_same_entries_give_the_same_archive_whenever_it_is_made(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_archive(tmp_path / name, [("b/Bình", b"1"), ("a", b"22")])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    with zipfile.ZipFile(tmp_path / "one") as archive:
        assert archive.namelist() == ["b/Bình", "a"]
        assert {about.date_time for about in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_archive_holds_everything_under_the_folders_name(english: tuple[Pack, Written]) -> None:
    written = english[1]
    with zipfile.ZipFile(written.archive) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"Bình Dương/{name}": content for name, content in _bytes(written).items()
        }


def test_an_earlier_pack_is_replaced_only_when_asked_for(tmp_path: Path) -> None:
    written = _write(tmp_path / "pack")
    (written.folder / "evidence.html").write_text("changed")
    with pytest.raises(PackError, match="is there already"):
        _write(tmp_path / "pack")
    assert (written.folder / "evidence.html").read_text() == "changed"
    again = _write(tmp_path / "pack", is_forced=True)
    assert (again.folder / "evidence.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_what_is_not_of_a_pack_is_never_lost(tmp_path: Path) -> None:
    written = _write(tmp_path / "pack")
    (written.folder / "my notes.txt").write_text("mine")
    for out, said in ((tmp_path / "pack", "holds my notes.txt, which is not of a pack"), (tmp_path, "not of a pack")):
        with pytest.raises(PackError, match=said):
            _write(out, is_forced=True)
    assert (written.folder / "my notes.txt").read_text() == "mine"
    (tmp_path / "file").touch()
    with pytest.raises(PackError, match="is not a folder"):
        _write(tmp_path / "file", is_forced=True)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    assert _write(tmp_path / "pack").archive.exists()


def test_a_pack_that_is_interrupted_leaves_no_archive_and_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "write_json", interrupt)
    with pytest.raises(KeyboardInterrupt):
        _write(tmp_path / "pack")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    before = _bytes(_write(tmp_path / "pack"))
    monkeypatch.setattr(write, "write_archive", interrupt)
    with pytest.raises(KeyboardInterrupt):
        _write(tmp_path / "pack", is_forced=True)
    assert not (tmp_path / "pack" / "evidence.zip").exists()
    assert {path.name for path in tmp_path.rglob("*.html")} == {"evidence.html"}
    assert json.loads(before["manifest.json"])["made_at"] == MADE_AT


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PackError, match=r"cannot be .*: Not a directory\. Choose another --out"):
        _write(tmp_path / "file" / "pack")
