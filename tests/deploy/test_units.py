"""The units of systemd: it reads them without a complaint, and shuts the services in."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from deployment import CHECKOUT, DEPLOY

OLDEST = 252
"""Version of systemd whose `security` judges units that are not installed."""


def analyse(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True)


def is_able() -> bool:
    if shutil.which("systemd-analyze") is None:
        return False
    return int(re.search(r"\d+", analyse("--version").stdout)[0]) >= OLDEST


pytestmark = pytest.mark.skipif(not is_able(), reason=f"no systemd from version {OLDEST} on is installed")

SERVICES = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))
MOST_EXPOSED = "30"
"""Tenths of systemd's own score, which runs from 0 to 10 and calls up to 5 medium and up to 3 well shut in."""


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units with the paths of this checkout, whose programs systemd looks for."""
    folder = shutil.copytree(DEPLOY / "systemd", tmp_path_factory.mktemp("etc") / "system")
    for path in folder.glob("*.service"):
        text = path.read_text().replace("/opt/smart21/.venv/bin", str(Path(sys.executable).parent))
        path.write_text(text.replace("/opt/smart21", str(CHECKOUT)))
    return folder


def test_systemd_accepts_the_units(units: Path) -> None:
    done = analyse("verify", "--man=no", units / "smart21.target", *(units / name for name in SERVICES))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_little_of_its_machine(units: Path, service: str) -> None:
    done = analyse("security", "--offline=true", f"--threshold={MOST_EXPOSED}", units / service)
    assert done.returncode == 0, done.stdout[-300:]
