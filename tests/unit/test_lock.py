"""The lock file fixes every package by its hashes, and is that of pyproject.toml."""

import subprocess
import sys
import tomllib
from pathlib import Path
from shutil import which

import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGES = tomllib.loads((CHECKOUT / "uv.lock").read_text(encoding="utf-8"))["package"]
UV = which("uv") or which("uv", path=str(Path(sys.executable).parent))


def test_every_file_of_every_package_has_a_hash() -> None:
    foreign = [package for package in PACKAGES if "editable" not in package["source"]]
    assert len(foreign) > 100
    for package in foreign:
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
        assert files, f"{package['name']} has no file"
        assert all(file.get("hash", "").startswith("sha256:") for file in files), f"{package['name']} has no hash"


def test_packages_come_from_one_index_alone() -> None:
    places = {place for package in PACKAGES for place in package["source"].items() if place != ("editable", ".")}
    assert len(places) == 1
    assert {kind for kind, _ in places} == {"registry"}


@pytest.mark.skipif(UV is None, reason="uv is not installed")
def test_the_lock_is_that_of_the_project() -> None:
    done = subprocess.run([UV, "lock", "--check", "--offline"], cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
