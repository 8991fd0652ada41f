"""Everything that the README shows runs as it is written."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from installation import CHECKOUT, Ended, Installation

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall((CHECKOUT / "README.md").read_text(encoding="utf-8"))
QUESTIONS = [text for language, text in BLOCKS if language == "sql"]
READING = {"rank", "compare", "explain", "query", "doctor"}
COMMANDS = [
    words[1:]
    for language, text in BLOCKS
    if language == "sh"
    for words in (shlex.split(line, comments=True) for line in text.splitlines())
    if words[:1] == ["smart21"] and words[1] in READING
]
PROGRAMS = [text for language, text in BLOCKS if language == "python"]


def test_there_are_five_questions_and_each_way_to_ask() -> None:
    assert len(QUESTIONS) >= 5
    assert {words[0] for words in COMMANDS} == READING
    assert PROGRAMS


@pytest.mark.parametrize("question", QUESTIONS)
def test_question(built: Installation, question: str) -> None:
    rows = built.ask(question)
    assert len(rows) > 0
    assert rows.notna().any().all()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_command(smart21: Callable[..., Ended], built: Installation, words: list[str]) -> None:
    ended = smart21(built, *words)
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.out.splitlines()) > 5


@pytest.mark.parametrize("program", PROGRAMS)
def test_program(built: Installation, tmp_path: Path, program: str) -> None:
    (tmp_path / "warehouse").symlink_to(built.root)
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=built.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) > 5
