"""Releases are numbered, described, moved between and pruned, on one machine or through an object store."""

import json
from pathlib import Path

import pytest
from small_lake import STAGING, audit, fill, lake_of

from warehouse.files import sha256_of
from warehouse.home import Home
from warehouse.publish import PublishError, publish
from warehouse.query import ask
from warehouse.releases import ReleaseError, in_use, known, manifest, prune, releases, roll_back


def told(home: Home) -> str:
    return str(ask(home, "SELECT release_id FROM audit.release")["release_id"][0])


def test_a_manifest_tells_a_release_without_opening_it(filled: Home) -> None:
    path = publish(filled, lake_of(filled), audit, STAGING)
    about = manifest(filled, "000001")
    assert about["sha256"] == sha256_of(path)
    assert about["size_bytes"] == path.stat().st_size
    assert about["release_id"] == "000001"
    run = ask(filled, "FROM audit.run").iloc[0]
    assert {name: about[name] for name in run.index} == run.to_dict()


def test_readers_go_back_and_the_next_release_goes_on(filled: Home) -> None:
    for _ in range(2):
        publish(filled, lake_of(filled), audit, STAGING)
    roll_back(filled, "000001")
    assert told(filled) == in_use(filled) == "000001"
    assert publish(filled, lake_of(filled), audit, STAGING).stem == told(filled) == "000003"


def test_the_number_of_a_release_whose_file_is_gone_is_not_given_again(filled: Home) -> None:
    publish(filled, lake_of(filled), audit, STAGING).unlink()
    assert publish(filled, lake_of(filled), audit, STAGING).stem == told(filled) == "000002"


def test_a_damaged_release_is_not_gone_back_to(filled: Home) -> None:
    first = publish(filled, lake_of(filled), audit, STAGING)
    publish(filled, lake_of(filled), audit, STAGING)
    first.chmod(0o644)
    first.write_bytes(first.read_bytes()[:-1] + b"!")
    with pytest.raises(ReleaseError, match=r"000001\.duckdb is not what was published: its sha256 differs"):
        roll_back(filled, "000001")
    assert in_use(filled) == "000002"
    with pytest.raises(ReleaseError, match="There is no release 000009"):
        roll_back(filled, "000009")


def test_the_release_in_use_is_never_pruned(filled: Home) -> None:
    for _ in range(4):
        publish(filled, lake_of(filled), audit, STAGING)
    roll_back(filled, "000001")
    assert prune(filled, 2) == ["000002"]
    assert known(filled) == ["000001", "000003", "000004"]
    assert sorted(path.name for path in filled.releases.glob("*.json")) == [f"00000{n}.json" for n in (1, 3, 4)]
    assert told(filled) == "000001"


@pytest.fixture
def shelf(s3_bucket: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SMART21_RELEASES", s3_bucket)
    return s3_bucket


def other_machine(folder: Path) -> Home:
    home = Home(folder / "other")
    home.prepare()
    fill(home)
    return home


def test_machines_share_releases_through_an_object_store(filled: Home, shelf: str, tmp_path: Path) -> None:
    path = publish(filled, lake_of(filled), audit, STAGING)
    reader = other_machine(tmp_path)
    assert told(reader) == "000001"
    copy = reader.releases / path.name
    assert copy.read_bytes() == path.read_bytes()
    assert manifest(reader, "000001") == manifest(filled, "000001")
    assert publish(reader, lake_of(reader), audit, STAGING).stem == "000002"
    assert told(filled) == "000002"
    roll_back(filled, "000001")
    assert told(reader) == "000001"
    assert prune(reader, 1) == []
    roll_back(reader, "000002")
    assert prune(reader, 1) == ["000001"]
    assert known(reader) == ["000002"]


def test_a_number_that_another_machine_took_is_not_overwritten(
    filled: Home, shelf: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(filled, lake_of(filled), audit, STAGING)
    late = other_machine(tmp_path)
    monkeypatch.setattr("warehouse.publish.next_number", lambda _: "000001")
    with pytest.raises(PublishError, match="Another machine published 000001 in the same moment"):
        publish(late, lake_of(late), lambda number: audit(number) | {}, STAGING)
    assert releases(late) == []
    assert told(late) == "000001"


def test_a_release_that_comes_damaged_is_refused(filled: Home, shelf: str, tmp_path: Path) -> None:
    from warehouse.storage import open_storage

    publish(filled, lake_of(filled), audit, STAGING)
    store, reader = open_storage(shelf), other_machine(tmp_path)
    store.write("releases/000001.duckdb", b"half")
    with pytest.raises(ReleaseError, match="came damaged"):
        in_use(reader)
    assert releases(reader) == []
    store.write("current.json", json.dumps({"release_id": "000007"}).encode())
    with pytest.raises(ReleaseError, match="not on the shelf any more"):
        in_use(reader)
