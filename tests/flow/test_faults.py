"""What the machine can do to a run over the shipped registry: no permission. All else is in `tests/faults`."""

import ctypes
import os
from pathlib import Path

import pytest
from installation import Installation

DROP_FROM_BOUNDING_SET, OVERRIDES = 24, (1, 2)  # PR_CAPBSET_DROP; CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


def _obey_permissions() -> None:
    """Make root heed permissions as everybody else does."""
    if os.geteuid() == 0:
        for capability in OVERRIDES:
            ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


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
