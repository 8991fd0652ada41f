"""What the tests let another process do, so that it can be killed, starved or barred.

Put here: functions that run in a child; the test hands them its end of a pipe to tell what happened.
Not here: what must hold afterwards.
"""

import itertools
import os
import resource
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
from small_lake import STAGING, areas, audit, lake_of

from warehouse.files import replacing_together
from warehouse.home import Home, HomeError
from warehouse.publish import PublishError, publish

NOBODY = 65534


def hold_lock(pipe: Connection, home: Home) -> None:
    """Take the run lock and keep it until told to let go."""
    with home.lock(patience=0):
        pipe.send("held")
        pipe.recv()
    pipe.send("freed")


def await_lock(pipe: Connection, home: Home, patience: float) -> None:
    """Ask for the run lock; tell what is said meanwhile, and how it ends."""
    try:
        with home.lock(patience=patience, say=pipe.send):
            pipe.send("held")
    except HomeError as error:
        pipe.send(f"{type(error).__name__}: {error}")


def replace_and_die(pipe: Connection, folder: Path, moment: int) -> None:
    """Replace all files of a folder together, and be killed before the renaming with this number."""
    rename, count = os.rename, itertools.count()

    def deadly(*names: Path) -> None:
        if next(count) == moment:
            pipe.send("killed")
            os.kill(os.getpid(), signal.SIGKILL)
        rename(*names)

    os.rename = os.replace = deadly
    with replacing_together(folder, [path.name for path in folder.iterdir()]) as drafts:
        for draft in drafts.values():
            draft.write_text("new")
    pipe.send("done")


def write_on(pipe: Connection, home: Home, rows: int) -> None:
    """Replace one table again and again, in another currency each time."""
    lake = lake_of(home)
    for number in itertools.count():
        lake.write("core.area", areas(rows, f"A{number % 10}"))
        pipe.send(number)


def publish_on(pipe: Connection, home: Home) -> None:
    """Publish again and again."""
    pipe.send("ready")
    while True:
        publish(home, lake_of(home), audit, STAGING)


def publish_small(pipe: Connection, home: Home, limit: int) -> None:
    """Publish where no file may grow beyond the limit, in bytes: the system refuses as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        pipe.send(publish(home, lake_of(home), audit, STAGING).name)
    except PublishError as error:
        pipe.send(str(error))


def scribble(pipe: Connection, path: Path) -> None:
    """Open a release for writing, as careless users with enough rights do, and never close it."""
    path.chmod(0o644)
    connection = duckdb.connect(str(path))
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    connection.execute("CREATE TABLE scribble AS SELECT 1 AS line")
    pipe.send("written")
    pipe.recv()


def read_release(pipe: Connection, link: Path) -> None:
    """Open the link, and tell the release at once and again when asked."""
    with duckdb.connect(str(link), read_only=True) as connection:
        while True:
            pipe.send(connection.execute("SELECT release_id FROM audit.release").fetchall()[0][0])
            pipe.recv()


def prepare_as_nobody(pipe: Connection, home: Home) -> None:
    """Make the folders without the rights of root."""
    _drop_rights()
    try:
        home.prepare()
        pipe.send("prepared")
    except HomeError as error:
        pipe.send(str(error))


def lock_as_nobody(pipe: Connection, home: Home) -> None:
    """Take the run lock without the rights of root."""
    _drop_rights()
    await_lock(pipe, home, 0)


def _drop_rights() -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
