"""Files are replaced whole or not at all."""

import os
from pathlib import Path

import pytest

from warehouse.files import discard, replacing


def test_the_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    for text in ("one", "two"):
        with replacing(path) as draft:
            draft.write_text(text)
    assert path.read_text() == "two"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_content_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    with pytest.raises(ZeroDivisionError), replacing(path) as draft:
        draft.write_text(f"tw{1 // 0}" if draft.write_text("tw") else "")
    assert path.read_text() == "one"
    assert list(tmp_path.iterdir()) == [path]


def test_the_draft_of_a_killed_process_with_our_number_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "link"
    path.with_name(f".link.{os.getpid()}").symlink_to("nowhere")
    with replacing(path) as draft:
        draft.symlink_to("somewhere")
    assert path.readlink() == Path("somewhere")


def test_discard_takes_files_links_and_folders_and_minds_no_absence(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    (kept / "inner").mkdir(parents=True)
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(kept)
    for name in ("folder", "file", "link", "absent"):
        discard(tmp_path / name)
    assert list(tmp_path.iterdir()) == [kept]
    assert (kept / "inner").is_dir()
