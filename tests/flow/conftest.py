"""What the tests of the whole flow share: one built benchmark to read, and the command line inside this process."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "support"))

from installation import Ended, Installation

from assets.cli import main


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Ended]:
    """The benchmark, built once by the real command from the shipped registry without network."""
    installation = Installation(tmp_path_factory.mktemp("built") / "home")
    return installation, installation.run("run", FORCE_COLOR="1")


@pytest.fixture(scope="session")
def built(first_run: tuple[Installation, Ended]) -> Installation:
    """The built benchmark. To read only: a test that changes something takes a copy."""
    installation, ended = first_run
    assert ended.code == 0, ended.err
    return installation


@pytest.fixture
def smart21(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """The command line called in this process: the same code as in its own process, without the start of Python."""

    def call(installation: Installation, *arguments: str) -> Ended:
        for name, value in (("SMART21_HOME", installation.root), ("SMART21_REGISTRY", installation.registry)):
            monkeypatch.setenv(name, str(value))
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr(sys, "argv", ["smart21", *arguments])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return call
