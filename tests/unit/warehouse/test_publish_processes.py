"""Publishing among other processes: readers, careless writers, full disks, kills."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import jobs
import pytest
from small_lake import STAGING, audit, lake_of

from warehouse.home import Home
from warehouse.publish import PublishError, publish
from warehouse.query import ask
from warehouse.releases import releases

Start = Callable[..., Any]
WHOLE = """
SELECT release_id,
       (SELECT count(DISTINCT table_name) FROM audit.dictionary) AS described,
       (SELECT count(*) FROM duckdb_tables()) AS tables,
       (SELECT sum(rows) FROM audit.table_count) AS rows
FROM audit.release
"""


def hear(pipe: Any, patience: float = 60) -> Any:
    """What the child says next."""
    assert pipe.poll(patience), "the child says nothing"
    return pipe.recv()


def assert_whole(home: Home) -> None:
    """The link opens a release with every table, described and filled."""
    release_id, described, tables, rows = next(ask(home, WHOLE).itertuples(index=False, name=None))
    assert release_id == home.benchmark.resolve().stem
    assert described == tables
    assert rows == 4


def assert_no_litter(home: Home) -> None:
    known = {path.with_suffix(suffix) for path in releases(home) for suffix in (".duckdb", ".json")}
    assert [path for path in home.releases.iterdir() if path not in known] == []
    assert list(home.root.glob(".*")) == []


def test_a_reader_in_another_process_keeps_its_release(filled: Home, child: Start) -> None:
    publish(filled, lake_of(filled), audit, STAGING)
    _, reader = child(jobs.read_release, filled.benchmark)
    assert hear(reader) == "000001"
    publish(filled, lake_of(filled), audit, STAGING)
    reader.send("again")
    assert hear(reader) == "000001"
    _, later = child(jobs.read_release, filled.benchmark)
    assert hear(later) == "000002"


def test_a_careless_writer_s_log_does_not_hurt_the_next_reader(filled: Home, child: Start) -> None:
    old = publish(filled, lake_of(filled), audit, STAGING)
    writer, pipe = child(jobs.scribble, old)
    assert hear(pipe) == "written"
    log = old.with_name(old.name + ".wal")
    assert log.stat().st_size > 0, "no log lies beside the old release, so nothing is tested"
    publish(filled, lake_of(filled), audit, STAGING)
    assert_whole(filled)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    assert log.exists()
    assert_whole(filled)
    publish(filled, lake_of(filled), audit, STAGING)
    assert_whole(filled)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_no_room_for_the_file_leaves_the_old_release(filled: Home, child: Start, share: float) -> None:
    old = publish(filled, lake_of(filled), audit, STAGING)
    before = old.read_bytes()
    _, pipe = child(jobs.publish_small, filled, int(share * len(before)))
    message = hear(pipe)
    assert message.startswith(f"The new release could not be written to {filled.releases}: ")
    assert message.endswith("Make room on the disk, then run again; the release published before is untouched.")
    assert old.read_bytes() == before
    assert_whole(filled)
    assert_no_litter(filled)
    assert publish(filled, lake_of(filled), audit, STAGING).name == "000002.duckdb"


@pytest.fixture
def small_disk(filled: Home) -> Iterator[Home]:
    """A home whose releases lie on a disk of four megabytes, if this user may mount one."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(filled.releases)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no right to mount a small disk")
    yield filled
    subprocess.run(["umount", str(filled.releases)], check=True)


def test_a_full_disk_leaves_the_old_release(small_disk: Home) -> None:
    old = publish(small_disk, lake_of(small_disk), audit, STAGING)
    ballast = small_disk.releases / "ballast"
    room = os.statvfs(small_disk.releases)
    ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize - 100_000))
    with pytest.raises(PublishError, match=r"No space left .* Make room on the disk, then run again"):
        publish(small_disk, lake_of(small_disk), audit, STAGING)
    assert releases(small_disk) == [old]
    assert_whole(small_disk)
    ballast.unlink()
    assert_no_litter(small_disk)


def test_a_publisher_killed_at_any_moment_leaves_a_whole_release(filled: Home, child: Start) -> None:
    started = time.monotonic()
    publish(filled, lake_of(filled), audit, STAGING)
    once = time.monotonic() - started
    moments = random.Random(21)
    for _ in range(10):
        publisher, pipe = child(jobs.publish_on, filled)
        assert hear(pipe) == "ready"
        time.sleep(moments.uniform(0, 1.5 * once))
        os.kill(publisher.pid, signal.SIGKILL)
        publisher.join()
        assert_whole(filled)
    publish(filled, lake_of(filled), audit, STAGING)
    assert_whole(filled)
    assert_no_litter(filled)
