"""What the tests of the warehouse share: a filled lake, and other processes."""

import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from warehouse.home import Home
from warehouse.publish import publish

SUPPORT = Path(__file__).parent / "support"
sys.path.append(str(SUPPORT))

Child = tuple[BaseProcess, Connection]


@pytest.fixture(scope="session")
def nursery() -> multiprocessing.context.BaseContext:
    """Where child processes come from: a server that has imported everything, and no thread yet."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["jobs", "pytest"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))  # the server has no other way to find them
        forkserver.ensure_running()
    return context


@pytest.fixture
def child(nursery: multiprocessing.context.BaseContext) -> Iterator[Callable[..., Child]]:
    """Start a function of `jobs` in a process of its own; returns it and our end of its pipe."""
    children = []

    def start(job: Callable[..., None], *arguments: object) -> Child:
        ours, theirs = nursery.Pipe()
        process = nursery.Process(target=job, args=(theirs, *arguments), daemon=True)
        process.start()
        theirs.close()
        children.append(process)
        return process, ours

    yield start
    for process in children:
        process.kill()
        process.join()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a filled lake and one release, for tests that only read."""
    from small_lake import STAGING, audit, fill, lake_of

    home = Home(tmp_path_factory.mktemp("published"))
    home.prepare()
    fill(home)
    publish(home, lake_of(home), audit, STAGING)
    return home


@pytest.fixture
def filled(home: Home, published: Home) -> Home:
    """A home of the test's own, whose lake has every table; nothing is published."""
    shutil.copytree(published.lake, home.lake, dirs_exist_ok=True)
    return home


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)
