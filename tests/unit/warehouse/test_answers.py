"""Answers are kept as they came, records are only ever added, and what is in use is the newest good answer."""

import hashlib
import json
import os
import signal
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from answer_jobs import URL, Question, content, keep_on

from warehouse.answers import AnswerError, Answers, Retrieval, body_name
from warehouse.storage import Folder

USUAL = Question()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def answers(root: Path) -> Answers:
    return Answers(Folder(root))


def at(day: int) -> str:
    return f"2026-01-{day:02}T00:00:00+00:00"


def keep(answers: Answers, body: bytes, day: int, question: Question = USUAL, **how: str) -> Retrieval:
    return answers.keep(question, body, retrieved_at=at(day), **how)


def in_use(answers: Answers, source_id: str = "survey") -> list[bytes]:
    return [answers.body(source_id, str(used.answer_id)) for used in answers.in_use(source_id)]


def snapshot(root: Path) -> dict[Path, tuple[bytes, int]]:
    """Content and time of writing of every file."""
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()}


def test_an_answer_is_kept_under_its_hash(answers: Answers, root: Path) -> None:
    kept = keep(answers, b"a,b\n", 1)
    assert kept.answer_id == hashlib.sha256(b"a,b\n").hexdigest()
    assert answers.body("survey", kept.answer_id) == b"a,b\n"
    (row,) = answers.answers().to_dict("records")
    assert (row["url"], row["parameters"], row["size_bytes"]) == (URL, '{"a": "2", "b": "1"}', 4)
    assert (root / row["lake_path"]).read_bytes() == b"a,b\n"


def test_a_body_from_disk_is_kept_like_one_in_memory(answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "draft").write_bytes(b"A")
    assert (
        keep(answers, b"A", 1).answer_id == answers.keep(Question(), tmp_path / "draft", retrieved_at=at(2)).answer_id
    )


def test_the_same_body_is_kept_once_whatever_was_asked(answers: Answers, root: Path) -> None:
    first = keep(answers, b"A", 1)
    before = snapshot(root)
    keep(answers, b"A", 2)
    keep(answers, b"A", 3, Question(url="https://example.org/other"))
    assert before.items() <= snapshot(root).items()
    assert [path.stem for path in root.rglob("*.body")] == [first.answer_id]
    assert len(answers.answers()) == 1
    assert len(answers.retrievals()) == 3


def test_the_newest_good_answer_of_each_request_is_in_use(answers: Answers) -> None:
    other = Question(url="https://example.org/other")
    for body, day, question in [(b"A", 1, Question()), (b"X", 2, other), (b"B", 3, Question()), (b"A", 4, Question())]:
        keep(answers, body, day, question)
    assert in_use(answers) == [b"X", b"A"]
    used = answers.answers().set_index("answer_id")["is_current"]
    assert {body: used[hashlib.sha256(body).hexdigest()] for body in (b"A", b"B", b"X")} == {
        b"A": True,
        b"B": False,
        b"X": True,
    }


def test_what_brought_no_answer_leaves_the_last_one_in_use(answers: Answers) -> None:
    kept = keep(answers, b"A", 1)
    answers.note(Question(), retrieved_at=at(2), outcome="failed", reason="refused")
    answers.note(Question(), retrieved_at=at(3), outcome="skipped", reason="no key")
    assert in_use(answers) == [b"A"]
    answers.note(Question(), retrieved_at=at(4), outcome="unchanged", status=304, same_as=kept)
    assert in_use(answers) == [b"A"]
    assert answers.current("survey").retrieved_at == at(4)
    assert answers.retrievals()["outcome"].tolist() == ["good", "failed", "skipped", "unchanged"]


def test_a_suspicious_answer_waits_until_someone_accepts_it(answers: Answers, root: Path) -> None:
    keep(answers, b"A", 1)
    held = keep(answers, b"B", 2, outcome="quarantined", reason="values moved")
    before = snapshot(root)
    assert in_use(answers) == [b"A"]
    assert answers.quarantined("survey") == [held]
    answers.accept(held.retrieval_id, accepted_at=at(3), reason="checked with the office")
    assert in_use(answers) == [b"B"]
    assert answers.quarantined("survey") == []
    assert before.items() <= snapshot(root).items()
    with pytest.raises(AnswerError, match=f"No answer {held.retrieval_id} waits"):
        answers.accept(held.retrieval_id, accepted_at=at(4))


def test_a_good_answer_replaces_one_that_waits(answers: Answers) -> None:
    keep(answers, b"B", 1, outcome="quarantined", reason="values moved")
    assert in_use(answers) == []
    keep(answers, b"C", 2)
    assert answers.quarantined("survey") == []


def test_an_empty_store_has_empty_tables(answers: Answers) -> None:
    assert answers.answers().empty
    assert answers.retrievals().empty
    assert answers.current("nobody") is None


def test_an_empty_answer_is_refused(answers: Answers, root: Path) -> None:
    with pytest.raises(AnswerError, match=f"survey: the answer from {URL} is empty"):
        keep(answers, b"", 1)
    assert not root.exists()


def test_a_changed_body_is_named(answers: Answers, root: Path) -> None:
    answer_id = keep(answers, b"50", 1).answer_id
    (root / body_name("survey", answer_id)).write_bytes(b"51")
    with pytest.raises(AnswerError, match=rf"{answer_id}\.body: stored answer was changed; .* refresh survey"):
        answers.body("survey", answer_id)


def test_a_changed_body_is_mended_by_the_next_answer(answers: Answers, root: Path) -> None:
    answer_id = keep(answers, b"50", 1).answer_id
    (root / body_name("survey", answer_id)).write_bytes(b"51")
    keep(answers, b"50", 2)
    assert answers.body("survey", answer_id) == b"50"


def test_a_lost_body_is_named_and_comes_back_with_the_next_answer(answers: Answers, root: Path) -> None:
    answer_id = keep(answers, b"50", 1).answer_id
    (root / body_name("survey", answer_id)).unlink()
    with pytest.raises(AnswerError, match=rf"{answer_id}\.body: stored answer cannot be read"):
        answers.body("survey", answer_id)
    keep(answers, b"50", 2)
    assert answers.body("survey", answer_id) == b"50"


def test_a_broken_record_is_named(answers: Answers, root: Path) -> None:
    kept = keep(answers, b"50", 1)
    (record,) = root.rglob("*.json")
    record.write_text("{")
    with pytest.raises(AnswerError, match=rf"{kept.retrieval_id}\.good\.json: this record cannot be read"):
        answers.in_use("survey")


def first_version(root: Path, body: bytes, day: int) -> None:
    """Lay an answer out as the first version of the store did."""
    answer_id = hashlib.sha256(body).hexdigest()
    path = root / "answers" / "survey" / f"{answer_id}.body"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    record = {"answer_id": answer_id, "source_id": "survey", "url": URL, "parameters": "{}", "status": 200}
    record |= {"retrieved_at": at(day), "media_type": "text/csv", "size_bytes": len(body), "lake_path": "unused"}
    path.with_suffix(".json").write_text(json.dumps(record))


def test_a_store_of_the_first_version_is_read_as_it_is(answers: Answers, root: Path) -> None:
    first_version(root, b"B", 2)
    first_version(root, b"A", 1)
    before = snapshot(root)
    assert in_use(answers) == [b"B"]
    assert answers.answers()["is_current"].tolist() == [False, True]
    answers.note(Question(), retrieved_at=at(3), outcome="failed", reason="refused")
    assert in_use(answers) == [b"B"]
    keep(answers, b"C", 4)
    assert in_use(answers) == [b"C"]
    assert answers.retrievals()["outcome"].tolist() == ["good", "good", "failed", "good"]
    assert before.items() <= snapshot(root).items()


def test_a_body_without_a_record_is_no_answer_until_it_comes_again(answers: Answers, root: Path) -> None:
    """So a writer leaves the store that is killed between body and record."""
    name = body_name("survey", hashlib.sha256(b"A").hexdigest())
    answers.storage.write(name, b"A")
    before = snapshot(root)
    assert answers.current("survey") is None
    assert answers.answers().empty
    keep(answers, b"A", 1)
    assert in_use(answers) == [b"A"]
    assert before.items() <= snapshot(root).items()


def test_a_writer_killed_at_any_moment_leaves_a_whole_store(
    answers: Answers, root: Path, child: Callable[..., Any]
) -> None:
    for moment in range(5):
        writer, pipe = child(keep_on, root, None)
        for _ in range(3):
            assert pipe.poll(60), "the writer kept nothing"
            pipe.recv()
        time.sleep(0.0007 * moment)
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        assert {len(answers.body("survey", str(kept.answer_id))) for kept in answers.of("survey")} == {len(content(0))}
        assert len(in_use(answers)) == 1
    assert answers.answers()["is_current"].sum() == 1
    keep(answers, b"A", 2)
    assert in_use(answers) == [b"A"]


def test_two_processes_write_at_once(answers: Answers, root: Path, child: Callable[..., Any]) -> None:
    pipes = [child(keep_on, root, 20)[1] for _ in range(2)]
    for pipe in pipes:
        while (told := pipe.recv()) != "done":
            assert len(answers.body("survey", told)) == len(content(0))
    assert len(list(root.rglob("*.body"))) == 20
    assert len(answers.retrievals()) == 40
    assert in_use(answers) == [content(19)]
    assert not [path for path in root.rglob(".*")]


@dataclass(frozen=True)
class Counting(Folder):
    """A folder that notes what is read."""

    seen: list[str] = field(default_factory=list)

    def read(self, name: str) -> bytes:
        self.seen.append(name)
        return super().read(name)


def test_only_records_that_matter_are_read(root: Path) -> None:
    """Times, questions and outcomes are in the names: a long history costs a listing."""
    answers = Answers(storage := Counting(root))
    for day in range(1, 29):
        for question in (USUAL, Question(url=f"{URL}/2")):
            keep(answers, question.url.encode(), day, question, outcome="good" if day == 1 else "unchanged")
    for look, most in ((answers.in_use, 2), (answers.quarantined, 0), (answers.of, 56)):
        storage.seen.clear()
        look("survey")
        assert len(storage.seen) == most
    storage.seen.clear()
    assert len(answers.answers()) == 2
    assert len(storage.seen) == 4


def test_a_large_body_is_not_held_in_memory(answers: Answers, tmp_path: Path) -> None:
    path, size = tmp_path / "tiles", 64 * 2**20
    with path.open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    try:
        kept = [answers.keep(USUAL, path, retrieved_at=at(day)) for day in (1, 2)]
        with answers.file("survey", str(kept[0].answer_id)) as stored:
            assert stored.stat().st_size == kept[1].size_bytes == size
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()
