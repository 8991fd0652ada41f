"""What the machine can do to a run: no permission, no room, a kill at any moment."""

import ctypes
import json
import os
import random
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from installation import PATIENCE, Ended, Installation

DROP_FROM_BOUNDING_SET, OVERRIDES = 24, (1, 2)  # PR_CAPBSET_DROP; CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
ROOM = 4 * 2**20
"""Bytes that a file may have: enough for the lake and for Dagster's records, too little for a release."""


def _obey_permissions() -> None:
    """Make root heed permissions as everybody else does."""
    if os.geteuid() == 0:
        for capability in OVERRIDES:
            ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


def _little_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


@pytest.mark.parametrize("inside", [".", "releases", "lake"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, inside: str) -> None:
    installation = Installation(tmp_path / "home")
    folder = installation.root / inside
    folder.mkdir(parents=True)
    folder.chmod(0o555)
    ended = installation.run("run", before=_obey_permissions)
    folder.chmod(0o755)
    assert ended.code == 2
    assert "cannot be written (Permission denied)" in ended.said
    assert str(folder.resolve()) in "".join(ended.err.split())
    assert "SMART21_HOME" in ended.said
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_a_full_disk_leaves_the_old_release_and_no_litter(built: Installation, tmp_path: Path) -> None:
    installation = built.copy(tmp_path)
    ended = installation.run("run", "--all", before=_little_room)
    assert ended.code == 1
    assert "could not be written" in ended.said
    assert "Make room on the disk, then run again" in ended.said
    assert "Traceback" not in ended.err
    assert installation.current == "000001"
    assert sorted(path.name for path in installation.home.releases.iterdir()) == ["000001.duckdb", "000001.json"]
    assert installation.home.benchmark.read_bytes() == built.home.benchmark.read_bytes()


def _killed(installation: Installation, step: int, seconds: float) -> str:
    """Start a run and kill it some time after a step; tells what a reader sees then."""
    process = installation.start("run", "--all")
    for _ in range(step):
        process.stderr.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    return _seen(installation)


def _seen(installation: Installation) -> str:
    """The release that a reader sees, after looking whether it is complete."""
    if not installation.home.benchmark.is_symlink():
        return ""
    counts = installation.ask("FROM audit.table_count")
    for row in counts.itertuples():
        assert installation.count(row.table_name) == row.rows
    assert list(installation.ask("FROM audit.release")["release_id"]) == [installation.current]
    return installation.current


def _live_through(installation: Installation, chance: random.Random) -> tuple[list[str], Ended]:
    """Three kills, two of them while the release is made; then a run that is left alone."""
    moments = [(chance.randrange(9), chance.uniform(0, 0.5)), (10, chance.uniform(0, 1)), (10, chance.uniform(0, 2))]
    told = [f"{step} steps and {wait:.2f} s: {_killed(installation, step, wait)!r}" for step, wait in moments]
    return told, installation.run("run")


@pytest.fixture(scope="module")
def survivors(
    built: Installation, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Installation, list[str], Ended]]:
    """Two homes, an empty one and one with a release, after kills at six random moments."""
    folders = [tmp_path_factory.mktemp("killed") for _ in range(2)]
    homes = [Installation(folders[0] / "home"), built.copy(folders[1])]
    with ThreadPoolExecutor(2) as pool:
        lives = pool.map(lambda home: _live_through(home, random.Random()), homes)
        return [(home, *life) for home, life in zip(homes, lives, strict=True)]


@pytest.mark.parametrize("which", [0, 1], ids=["from nothing", "over a release"])
def test_after_kills_the_next_run_needs_no_hand(
    survivors: list[tuple[Installation, list[str], Ended]], built: Installation, which: int
) -> None:
    installation, told, ended = survivors[which]
    assert ended.code == 0, (told, ended.err)
    assert _seen(installation) == max(installation.published), told
    assert installation.count("mart.score") == built.count("mart.score")
    hidden = [path for path in (*installation.root.glob(".*"), *installation.home.releases.glob(".*"))]
    assert hidden == [], told
    findings = json.loads(installation.run("doctor", "--json").out)
    assert all(finding["ok"] for finding in findings), findings
