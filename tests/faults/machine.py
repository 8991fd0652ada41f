"""What a machine does to a run: a full disk, a folder that is read-only, no descriptors left, a clock set back.

After each of them the release from before is whole, the command ends in a sentence, and when the machine is well
again, the next run succeeds.
"""

import ctypes
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nursery
from base import base, copy
from installation import Ended, Installation
from small import change
from tally import Tally
from whole import seen

ROOM, ROOM_SHORT = (0, 100, 300, 600, 1_000, 1_500, 2_500, 4_000, 8_000, 12_000), (300,)
"""Free KiB of the disk: with none a run cannot begin, with ever more it fails at a later step."""

DESCRIPTORS, DESCRIPTORS_SHORT = (8, 12, 16, 20, 24, 28, 32, 40), (16,)
"""Descriptors that a process may have; a run needs some twenty."""

PLACES = (".", "lake", "releases", "dagster")
CLOCKS, CLOCKS_SHORT = ("-1y", "-1d", "-10y"), ("-1d",)
DROP_FROM_BOUNDING_SET, OVERRIDES = 24, (1, 2)  # PR_CAPBSET_DROP; CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


def survive(tally: Tally) -> None:
    """All of them."""
    _full_disks(tally)
    for place in PLACES if tally.is_long else PLACES[2:3]:
        with tally.fault(f"read-only folder: {place}"):
            _read_only(copy(tally.place("read-only")), place)
    for limit in DESCRIPTORS if tally.is_long else DESCRIPTORS_SHORT:
        with tally.fault(f"{limit} file descriptors"):
            _starve(tally, copy(tally.place("starved")), limit)
    if shutil.which("faketime") is None:
        tally.skipped.append("clock set back: the program faketime (Debian: faketime) is not installed")
        return
    for shift in CLOCKS if tally.is_long else CLOCKS_SHORT:
        with tally.fault(f"clock set back {shift}"):
            _set_back(copy(tally.place("clock")), shift)


# --- Disk ------------------------------------------------------------------------------------------------------------


def _full_disks(tally: Tally) -> None:
    for room in ROOM if tally.is_long else ROOM_SHORT:
        folder = tally.place("disk")
        try:
            with _small_disk(folder), tally.fault(f"disk with {room} KiB left"):
                _fill_up(tally, folder, room)
        except PermissionError as error:
            tally.skipped.append(f"full disk: {error}")
            return


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    """A disk in memory; its size is set later."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", folder], capture_output=True, text=True)
    if done.returncode:
        raise PermissionError(f"no right to mount a small disk: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _fill_up(tally: Tally, folder: Path, room: int) -> None:
    installation = copy(folder)
    change(installation.registry, 1)
    ballast = installation.root / "ballast"
    free = os.statvfs(folder)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free.f_bavail * free.f_frsize - room * 1024, 1))
    ended = nursery.run(installation, "run")
    if ended.code == 0:
        tally.facts.append(f"{room} KiB were enough for a run")
    else:
        _refused(ended, installation)
        tally.facts.append(f"{room} KiB: the last step told is {nursery.last_step(ended.err)}")
    ballast.unlink()
    _well_again(installation)


# --- Permission, descriptors, clock ----------------------------------------------------------------------------------


def _read_only(installation: Installation, place: str) -> None:
    change(installation.registry, 1)
    folder = installation.root / place
    folder.chmod(0o555)
    try:
        _refused(installation.run("run", before=_obey_permissions), installation)
    finally:
        folder.chmod(0o755)
    _well_again(installation)


def _obey_permissions() -> None:
    """Make root heed permissions as everybody else does."""
    if os.geteuid() == 0:
        for capability in OVERRIDES:
            ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


def _starve(tally: Tally, installation: Installation, limit: int) -> None:
    change(installation.registry, 1)
    ended = nursery.run(installation, "run", before=_Few(limit))
    if ended.code == 0:
        tally.facts.append(f"{limit} descriptors were enough for a run")
    else:
        _refused(ended, installation)
    _well_again(installation)


class _Few:
    """Leave a process so many descriptors."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.limit, self.limit))


def _set_back(installation: Installation, shift: str) -> None:
    """A run under a clock set back is a run like any other, and so is the next under the right clock."""
    change(installation.registry, 1)
    library = next(Path("/usr/lib").rglob("libfaketime.so.1"))
    ended = installation.run("run", LD_PRELOAD=str(library), FAKETIME=shift, FAKETIME_DONT_FAKE_MONOTONIC="1")
    assert ended.code == 0, ended.said
    assert seen(installation) == "000002"
    _well_again(installation)


# --- What must hold --------------------------------------------------------------------------------------------------


def _refused(ended: Ended, installation: Installation) -> None:
    """The command ended in a sentence, and readers have what they had."""
    assert ended.code in (1, 2), f"exit code {ended.code}: {ended.said}"
    assert "Traceback" not in ended.err, ended.err
    assert ended.err.strip(), "not a word"
    assert seen(installation) == "000001"
    assert installation.home.benchmark.read_bytes() == base().home.benchmark.read_bytes()


def _well_again(installation: Installation) -> None:
    before = seen(installation)
    change(installation.registry, 2)
    ended = nursery.run(installation, "run")
    assert ended.code == 0, ended.said
    assert seen(installation) > before
