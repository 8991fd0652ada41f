"""Files are replaced whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jobs
import pytest

from warehouse.files import discard, finish, is_halfway, replacing, replacing_together


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


def test_files_are_replaced_together_or_a_failure_leaves_all_of_them(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("old")
    with pytest.raises(FileNotFoundError), replacing_together(tmp_path, ["a.yml", "b.yml"]) as drafts:
        drafts["a.yml"].write_text("new")  # and b.yml is never written
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.yml": "old", "b.yml": "old"}
    with replacing_together(tmp_path, ["a.yml", "c.yml"]) as drafts:
        for draft in drafts.values():
            draft.write_text("new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.yml": "new", "b.yml": "old", "c.yml": "new",
    }  # fmt: skip


@pytest.mark.parametrize(("moment", "new"), [(0, 0), (1, 0), (2, 1), (3, 2)])
def test_a_kill_between_two_files_is_seen_and_finished(
    tmp_path: Path, child: Callable[..., Any], moment: int, new: int
) -> None:
    names = ("a.yml", "b.yml", "c.yml")
    for name in names:
        (tmp_path / name).write_text("old")
    process, pipe = child(jobs.replace_and_die, tmp_path, moment)
    assert pipe.recv() == "killed"
    process.join()
    assert [(tmp_path / name).read_text() for name in names].count("new") == new
    assert is_halfway(tmp_path) == (moment > 0)  # the first renaming is the one that decides
    assert len(finish(tmp_path)) == (3 - new if moment else 0)
    assert {(tmp_path / name).read_text() for name in names} == {"new" if moment else "old"}
    assert not is_halfway(tmp_path)
    assert finish(tmp_path) == []


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
