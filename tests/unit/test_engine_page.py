"""What docs/engine.md names exists."""

import importlib
import re
from pathlib import Path

import pytest

from pipelines.index.analysis_tables import ANALYSES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("|")]
FEATURES = re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`", " ".join(row[-1] for row in ROWS if len(row) == 3))


@pytest.mark.parametrize("name", sorted({name for name in FEATURES if not name.endswith((".csv", ".json", ".py"))}))
def test_function_exists(name):
    path, _, function = name.rpartition(".")
    ring = "pipelines" if path.startswith("index") else "pipelines.scoring"
    assert callable(getattr(importlib.import_module(f"{ring}.{path}"), function))


@pytest.mark.parametrize("test", sorted(set(re.findall(r"`(test_defect_\w+)`", PAGE))))
def test_test_exists(test):
    pages = (ROOT / "tests" / "unit" / "scoring").rglob("test_known_defects.py")
    assert any(f"def {test}(" in page.read_text(encoding="utf-8") for page in pages)


def test_every_defect_and_every_file_is_listed():
    numbers = [int(row[0]) for row in ROWS if row[0].strip().isdigit()]
    assert numbers == list(range(1, 22))
    assert all(f"`{name}.csv`" in PAGE for name in ANALYSES)
