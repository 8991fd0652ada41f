"""The walk through the pages of an answer."""

import pytest

from pipelines import program
from pipelines.readers.base import Page, ReaderError, Request
from pipelines.staging import made_from, walk
from warehouse.answers import Answers
from warehouse.storage import Folder


class Pages:
    """A reader of three pages."""

    def following(self, source, page):
        number = page.request.page
        return Request("city", "https://office.example", page=number + 1) if number < 3 else None


def walked(registry, answer_ids):
    source, first = registry.sources[0], Request("city", "https://office.example")
    pages = walk(source, Pages(), first, lambda request: Page(request, answer_ids[request.page - 1], b""))
    return [page.answer_id for page in pages]


def test_the_walk_ends_with_the_last_page(registry):
    assert walked(registry, "abc") == ["a", "b", "c"]


def test_a_service_that_repeats_a_page_is_refused(registry):
    with pytest.raises(ReaderError, match="city: page 3 is one that came before; the service repeats itself"):
        walked(registry, "aba")


def test_another_program_or_file_of_the_source_makes_a_staging_table_again(registry, tmp_path, monkeypatch):
    answers, source = Answers(Folder(tmp_path)), registry.sources[0]
    before = made_from(source, answers)
    assert made_from(source, answers) == before
    decimal = source.numbers.model_copy(update={"decimal": ","})
    assert made_from(source.model_copy(update={"numbers": decimal}), answers) != before
    monkeypatch.setattr("pipelines.staging.program", lambda: "another")
    assert made_from(source, answers) != before


def test_all_that_readers_use_is_part_of_the_program(monkeypatch, tmp_path):
    """A file of each kind, changed, makes another program; what only a run leaves there does not."""
    for name in ("readers/json_records.py", "printed.py", "tile_means.py", "drop_folder/texts.yml"):
        path = tmp_path / "pipelines" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
    monkeypatch.setattr(program, "ROOT", tmp_path)
    hashed = program.program.__wrapped__
    seen = {hashed()}
    for path in [path for path in tmp_path.rglob("*.*") if path.is_file()]:
        path.write_text("2")
        seen.add(hashed())
    assert len(seen) == 5
    (tmp_path / "pipelines/__pycache__").mkdir()
    (tmp_path / "pipelines/__pycache__/printed.py").write_text("3")
    assert hashed() in seen
