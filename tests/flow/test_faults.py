"""What the machine can do to a run over the shipped registry: no permission, no room. More is in `tests/faults`."""

import ctypes
import os
import resource
from pathlib import Path

import pytest
from installation import Installation

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
