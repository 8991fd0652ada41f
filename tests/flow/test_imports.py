"""The three rings: who may import what."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import CHECKOUT

PROGRAMS = sorted(path for ring in ("assets", "pipelines", "warehouse") for path in (CHECKOUT / ring).rglob("*.py"))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


IMPORTS = {path.relative_to(CHECKOUT).as_posix(): set(_imported(path)) for path in PROGRAMS}


def _importers(package: str) -> set[str]:
    return {path for path, imported in IMPORTS.items() if package in imported}


def test_the_contracts_hold() -> None:
    ended = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert "0 broken" in ended.stdout


@pytest.mark.parametrize(
    ("package", "ring"),
    [("dagster", "assets/"), ("duckdb", "warehouse/"), ("typer", "assets/cli/"), ("rich", "assets/cli/")],
)
def test_a_package_is_imported_in_its_ring_only(package: str, ring: str) -> None:
    importers = _importers(package)
    assert importers
    assert all(path.startswith(ring) for path in importers)


def test_only_the_client_and_the_webhooks_speak_http() -> None:
    assert _importers("requests") == {"pipelines/fetch.py", "pipelines/notify.py"}
    for package in ("http", "httpx", "aiohttp"):
        assert _importers(package) == set()
    assert _importers("socket") == {"pipelines/fetch_error.py"}  # to tell a name that is not known from a refusal
    for path in _importers("urllib"):  # for reading addresses only
        assert "urllib.request" not in (CHECKOUT / path).read_text(encoding="utf-8")


def test_reading_commands_do_not_load_dagster() -> None:
    program = "import sys, assets.cli; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, check=False).returncode == 0
