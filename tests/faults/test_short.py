"""Every script of faults in its short form; the long form is `python tests/faults/run.py --long`."""

from importlib import import_module
from pathlib import Path

import pytest
from run import SCRIPTS
from tally import Tally


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_fault_is_survived(name: str, tmp_path: Path) -> None:
    tally = Tally(name, tmp_path)
    import_module(name).survive(tally)
    assert tally.tried or tally.skipped
    assert not tally.failed, tally.tell()
    if not tally.tried:
        pytest.skip("; ".join(tally.skipped))
