"""An older lake and older releases are brought up to date; what nothing names is found."""

import json

import pytest
from small_lake import STAGING, areas, audit, lake_of

from warehouse.answers import Answers
from warehouse.home import Home
from warehouse.publish import publish
from warehouse.query import QueryError, ask
from warehouse.releases import manifest, releases
from warehouse.storage import Folder
from warehouse.upkeep import FORMAT, FormatError, describe_releases, format_of, leftovers, settle


def old_lake(home: Home) -> Folder:
    """A lake of the first version: a table named by its table, an answer with its record beside it."""
    storage = Folder(home.lake)
    areas().to_parquet(home.lake / "area.parquet")
    storage.write("tables/core/area.parquet", (home.lake / "area.parquet").read_bytes())
    (home.lake / "area.parquet").unlink()
    answer = {
        "answer_id": "9" * 64, "source_id": "survey", "url": "https://example.org", "parameters": "{}", "status": 200,
        "retrieved_at": "2025-01-01T00:00:00+00:00", "media_type": "text/csv", "size_bytes": 1, "lake_path": "x",
    }  # fmt: skip
    storage.write(f"answers/survey/{'9' * 64}.body", b"x")
    storage.write(f"answers/survey/{'9' * 64}.json", json.dumps(answer).encode())
    return storage


def test_a_lake_of_the_first_version_is_brought_up_to_date(home: Home) -> None:
    storage, said = old_lake(home), []
    assert format_of(storage) == 1
    assert settle(home, storage, said.append)
    assert said == [f"Lake brought from format 1 to {FORMAT}; 0 releases got a manifest."]
    assert storage.names("tables") == []
    assert [one.answer_id for one in Answers(storage).in_use("survey")] == ["9" * 64]
    assert not settle(home, storage, said.append)
    assert len(said) == 1


def test_an_empty_lake_is_of_this_version(home: Home) -> None:
    storage = Folder(home.lake)
    assert not settle(home, storage, pytest.fail)
    assert format_of(storage) == FORMAT


def test_a_lake_of_a_newer_version_is_left_alone(home: Home) -> None:
    storage = old_lake(home)
    storage.write("format.json", b'{"format": 99}')
    with pytest.raises(FormatError, match=f"has format 99, this program knows up to {FORMAT}"):
        settle(home, storage, pytest.fail)
    assert storage.exists("tables/core/area.parquet")


def test_a_release_without_a_manifest_gets_one(filled: Home) -> None:
    path = publish(filled, lake_of(filled), audit, STAGING)
    about = manifest(filled, "000001")
    path.with_suffix(".json").unlink()
    assert describe_releases(filled) == 1
    assert manifest(filled, "000001") == {name: value for name, value in about.items() if name != "contracts_sha256"}
    assert describe_releases(filled) == 0


def test_a_question_that_an_older_release_cannot_answer_names_what_to_do(filled: Home) -> None:
    (path,) = [publish(filled, lake_of(filled), audit, STAGING)]
    with pytest.raises(QueryError) as of_this_version:
        ask(filled, "FROM mart.horoscope")
    assert "smart21 run" not in str(of_this_version.value)
    older = json.loads(path.with_suffix(".json").read_text()) | {"contracts_sha256": "0", "code_version": "0.0.9"}
    path.with_suffix(".json").write_text(json.dumps(older))
    with pytest.raises(QueryError, match=r"Release 000001 was written by version 0\.0\.9 .*`smart21 run` publishes"):
        ask(filled, "FROM mart.horoscope")
    assert len(releases(filled)) == 1


def test_leftovers_are_found_and_nothing_else(filled: Home) -> None:
    storage = Folder(filled.lake)
    assert leftovers(storage) == []
    storage.write("tables/core/area.0123456789abcdef.parquet", b"left by a killed writer")
    storage.write(f"answers/survey/{'7' * 64}.body", b"stored, and killed before the record")
    assert leftovers(storage) == ["tables/core/area.0123456789abcdef.parquet", f"answers/survey/{'7' * 64}.body"]
