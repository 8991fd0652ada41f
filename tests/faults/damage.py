"""Files that changed behind the program's back: a table, a release, a stored answer, a manifest.

What is damaged is found by its hash and named; what can be made again is made again; what cannot is refused, and
readers keep the release they have.
"""

import json
from pathlib import Path

import nursery
from base import base, copy
from installation import Installation
from small import change
from tally import Tally
from whole import seen

SHORT = {"table of figures", "stored answer"}


def survive(tally: Tally) -> None:
    """Every kind of file, in every way; in the short form two of them."""
    for name, meet in FAULTS.items():
        if not tally.is_long and name not in SHORT:
            continue
        for how, spoil in WAYS.items():
            if not tally.is_long and how != "one byte":
                continue
            with tally.fault(f"{name}: {how}"):
                installation = copy(tally.place("damage"))
                meet(installation, spoil)


# --- Ways to damage a file ------------------------------------------------------------------------------------------


def _one_byte(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0xFF
    _write(path, bytes(body))


def _cut(path: Path) -> None:
    _write(path, path.read_bytes()[: path.stat().st_size // 2])


def _emptied(path: Path) -> None:
    _write(path, b"")


def _write(path: Path, body: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(body)


WAYS = {"one byte": _one_byte, "cut short": _cut, "emptied": _emptied, "gone": Path.unlink}


# --- What it meets --------------------------------------------------------------------------------------------------


def _table(installation: Installation, spoil) -> None:
    """A table of the lake is made again by the next run."""
    (path,) = (installation.root / "lake" / "tables" / "core").glob("observation.*.parquet")
    spoil(path)
    _mended(installation)


def _pointer(installation: Installation, spoil) -> None:
    """So is the pointer that names its file."""
    spoil(installation.root / "lake" / "tables" / "core" / "observation.json")
    _mended(installation)


def _answer(installation: Installation, spoil) -> None:
    """A local file is stored again by the next run; it lies under the hash that it should have."""
    record = json.loads(next(_records(installation)).read_text(encoding="utf-8"))
    path = installation.root / "lake" / "answers" / record["source_id"] / f"{record['answer_id']}.body"
    good = path.read_bytes()
    spoil(path)
    ended = nursery.run(installation, "run", "--all")
    if ended.code == 0:
        assert path.read_bytes() == good, "the run went on with a damaged answer"
    else:
        assert path.name in "".join(ended.said.split()), ended.said
        _refused(installation, ended.err)


def _record(installation: Installation, spoil) -> None:
    """A record of the raw store cannot be made again: it is named, or missing from the book-keeping."""
    path = next(_records(installation))
    spoil(path)
    ended = nursery.run(installation, "run", "--all")
    if ended.code:
        assert path.name in "".join(ended.said.split()), ended.said
        _refused(installation, ended.err)
    else:
        assert seen(installation) == "000002"


def _release(installation: Installation, spoil) -> None:
    """A damaged release is named; the next run publishes a good one beside it."""
    spoil(installation.home.benchmark.resolve())
    asked = nursery.run(installation, "rank")
    assert "Traceback" not in asked.err, asked.err
    change(installation.registry, 1)
    ended = nursery.run(installation, "run")
    assert ended.code == 0, ended.said
    assert seen(installation) == "000002"


def _older_release(installation: Installation, spoil) -> None:
    """Nobody is led back to a damaged release."""
    change(installation.registry, 1)
    assert nursery.run(installation, "run").code == 0
    spoil(installation.home.releases / "000001.duckdb")
    ended = nursery.run(installation, "releases", "rollback", "1")
    assert ended.code == 2, ended.said
    assert "000001" in ended.said
    assert "Traceback" not in ended.err, ended.err
    assert seen(installation) == "000002"


FAULTS = {
    "table of figures": _table, "pointer of a table": _pointer, "stored answer": _answer,
    "record of an answer": _record, "release in use": _release, "older release": _older_release,
}  # fmt: skip


def _records(installation: Installation):
    return iter(sorted((installation.root / "lake" / "answers").glob("*/retrievals/*.good.json")))


def _mended(installation: Installation) -> None:
    """The next run makes what is damaged, and what a reader gets has the same rows as before."""
    before = base().count("core.observation")
    change(installation.registry, 1)
    ended = nursery.run(installation, "run")
    if ended.code:
        assert "core.observation" in ended.said, ended.said
        assert "smart21 run --all" in ended.said, ended.said
        _refused(installation, ended.err)
        ended = nursery.run(installation, "run", "--all")
    assert ended.code == 0, ended.said
    assert seen(installation) == "000002"
    assert installation.count("core.observation") == before


def _refused(installation: Installation, err: str) -> None:
    assert "Traceback" not in err, err
    assert seen(installation) == "000001"
