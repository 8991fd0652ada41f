"""What `make audit` says of pip-audit's list."""

import importlib.util
from pathlib import Path

PATH = Path(__file__).parents[2] / ".ci" / "audit.py"
SPEC = importlib.util.spec_from_file_location("audit", PATH)
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
HOLE = {"name": "open", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "far", "skip_reason": "not found"}


def test_a_known_hole_is_named_with_its_remedy() -> None:
    lines, has_holes = audit.verdict([SOUND, HOLE])
    assert has_holes
    assert lines == ["2 of 2 locked packages audited, known holes: 1.", "open 2.0: PYSEC-1, mended in 2.1"]


def test_what_could_not_be_looked_up_is_told() -> None:
    lines, has_holes = audit.verdict([SOUND, UNKNOWN])
    assert not has_holes
    assert lines[0].startswith("1 of 2 ")
    assert lines[1].endswith(": far.")


def test_without_the_database_nothing_is_claimed() -> None:
    assert audit.verdict([UNKNOWN]) == audit.verdict([]) == ([audit.UNREACHABLE], False)
