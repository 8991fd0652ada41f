"""Paths, permissions and the run lock."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jobs
import pytest

from warehouse.home import BusyError, Home, HomeError, find_home

Start = Callable[..., Any]


def hear(pipe: Any, patience: float = 30) -> Any:
    """What the child says next."""
    assert pipe.poll(patience), "the child says nothing"
    return pipe.recv()


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMART21_HOME", str(tmp_path / "x" / ".." / "y"))
    assert find_home().root == tmp_path / "y"
    monkeypatch.setenv("SMART21_HOME", "")
    assert (find_home().root / "home.py").is_file()


def test_prepare_makes_every_folder_and_nothing_else(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    home.prepare()
    home.prepare()
    made = {path.name for path in home.root.rglob("*")}
    assert made == {"lake", "releases", "exports", "dagster"}


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(HomeError, match=r"home cannot be written .*set SMART21_HOME"):
        Home(tmp_path / "home").prepare()


@pytest.mark.parametrize("job", [jobs.prepare_as_nobody, jobs.lock_as_nobody])
def test_a_folder_without_permission_is_named(job: Callable[..., None], child: Start, open_folder: Path) -> None:
    home = Home(open_folder / "home")
    home.prepare()
    home.root.chmod(0o555)
    _, pipe = child(job, home)
    message = hear(pipe)
    assert str(home.root) in message
    assert "cannot be written (Permission denied)" in message
    assert "set SMART21_HOME" in message


def test_the_second_run_waits_and_says_so(home: Home, child: Start) -> None:
    first, holder = child(jobs.hold_lock, home)
    assert hear(holder) == "held"
    _, waiter = child(jobs.await_lock, home, 30)
    assert hear(waiter) == f"Another run (process {first.pid}) is building the benchmark; waiting for it."
    assert not waiter.poll(0.3), "took a lock that another holds"
    holder.send("let go")
    assert hear(holder) == "freed"
    assert hear(waiter) == "held"


def test_the_second_run_refuses_when_its_patience_ends(home: Home, child: Start) -> None:
    first, holder = child(jobs.hold_lock, home)
    assert hear(holder) == "held"
    said: list[str] = []
    started = time.monotonic()
    sentence = rf"Another run \(process {first.pid}\) is building .* Try again"
    with pytest.raises(BusyError, match=sentence), home.lock(patience=0.5, say=said.append):
        pass
    assert 0.5 <= time.monotonic() - started < 5
    assert len(said) == 1
    with pytest.raises(BusyError), home.lock(patience=0):
        pass


def test_a_killed_run_frees_the_lock(home: Home, child: Start) -> None:
    first, holder = child(jobs.hold_lock, home)
    assert hear(holder) == "held"
    os.kill(first.pid, signal.SIGKILL)
    first.join()
    with home.lock(patience=0):
        assert (home.root / "run.lock").read_text() == str(os.getpid())


def test_an_error_frees_the_lock(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), home.lock(patience=0):
        raise ZeroDivisionError
    with home.lock(patience=0):
        pass


def test_who_holds_the_lock_may_take_it_again_and_frees_it_once(home: Home) -> None:
    with home.lock():
        with home.lock(patience=0):
            pass
        with home.lock(patience=0):
            pass
    with home.lock(patience=0):
        pass
