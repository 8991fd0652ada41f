"""The pace of a host holds for all who ask it."""

import time
from pathlib import Path

import pytest

from pipelines.fetch_pace import NoTurnError, Turns
from warehouse.registry.sources import Pace


def pace(calls: int, seconds: float) -> Pace:
    return Pace(calls=calls, seconds=seconds, reason="a test")


def test_what_one_client_asked_another_remembers(tmp_path: Path) -> None:
    """As two processes do, which meet in the file only."""
    one, other = (Turns(0, tmp_path / "made" / "pace.sqlite") for _ in range(2))
    one.wait("a.example", pace(2, 60))
    other.wait("a.example", pace(2, 60))
    one.wait("b.example", pace(2, 60))
    for turns in (one, other, Turns(0, tmp_path / "made" / "pace.sqlite")):
        with pytest.raises(NoTurnError) as caught:
            turns.wait("a.example", pace(2, 60))
        assert 50 < caught.value.seconds <= 60
        turns.close()


def test_without_a_file_each_remembers_its_own() -> None:
    for _ in range(2):
        turns = Turns(0)
        turns.wait("a.example", pace(1, 60))
        turns.close()


def test_a_turn_comes_in_time() -> None:
    turns = Turns(1)
    began = time.monotonic()
    for _ in range(3):
        turns.wait("a.example", pace(1, 0.1))
    assert 0.2 <= time.monotonic() - began < 1
    assert 0.19 <= turns.waited < 1
    turns.close()
