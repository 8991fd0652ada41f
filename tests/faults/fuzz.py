"""Anything may stand in a file: whatever it is, it is read, or refused by an error that names it.

The short form damages good files by Hypothesis; the long form does so more often, and lets Atheris, where it is
installed, look for input that reaches new lines of the readers.
"""

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import hostile
import inputs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tally import Tally

LONG, SHORT = 1_000, 12
"""Examples of each kind of file."""

SECONDS = 30
"""Of Atheris, for each kind of file."""

damage = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 16), st.sampled_from(hostile.PIECES) | st.binary(max_size=12)),
    min_size=1,
    max_size=4,
)
"""Where (a share of the file), how many bytes go, and what comes instead."""


def survive(tally: Tally) -> None:
    """Each kind of file is a fault, and so is each kind of hostile content."""
    for name, (good, read) in inputs.kinds().items():
        with tally.fault(f"damage of {name}"):
            _damage(good, read, LONG if tally.is_long else SHORT)
    for name, meet in hostile.contents(is_short=not tally.is_long).items():
        with tally.fault(f"hostile content: {name}"):
            meet(tally.place("hostile"))
    if not tally.is_long:
        return
    if find_spec("atheris") is None:
        tally.skipped.append(f"Atheris is not installed; Hypothesis tried {LONG} examples of each kind of file instead")
        return
    for name in inputs.kinds():
        with tally.fault(f"Atheris on {name} for {SECONDS} s"):
            tally.facts.append(f"{name}: {_atheris(name, tally.place('corpus'))}")


def _damage(good: bytes, read: Callable[[bytes], None], examples: int) -> None:
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(damage)
    def meets(changes: list[tuple[float, int, bytes]]) -> None:
        body = bytearray(good)
        for share, length, piece in changes:
            at = int(share * len(body))
            body[at : at + length] = piece
        read(bytes(body))

    read(good)
    meets()


def _atheris(name: str, corpus: Path) -> str:
    """In a process of its own, since it ends by ending the process; tells how many inputs it tried."""
    (corpus / "good").write_bytes(inputs.kinds()[name][0])
    command = [sys.executable, str(Path(__file__).with_name("explore.py")), name, str(corpus), str(SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=corpus)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(line for line in done.stderr.splitlines()[::-1] if line.startswith("Done"))
