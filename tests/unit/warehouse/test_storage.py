"""A folder and an object store keep whole files under names, and behave alike."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from s3fs import S3FileSystem

from warehouse.object_store import ObjectStore, StoreError
from warehouse.storage import Folder, Storage, open_storage


@pytest.fixture(params=["folder", "object store"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return open_storage(tmp_path / "lake")
    return open_storage(request.getfixturevalue("s3_bucket") + "/lake")


def test_what_is_written_is_read(storage: Storage) -> None:
    storage.write("tables/core/area.parquet", b"one")
    storage.write("tables/core/area.parquet", b"two")
    assert storage.read("tables/core/area.parquet") == b"two"
    with storage.local("tables/core/area.parquet") as path:
        assert path.read_bytes() == b"two"
        assert path.suffix == ".parquet"


def test_names_are_sorted_and_only_those_below_the_folder(storage: Storage) -> None:
    for name in ("b/2", "b/1", "a/3", "bb/4"):
        storage.write(name, b"x")
    assert storage.names("b") == ["b/1", "b/2"]
    assert storage.names("none") == []
    assert storage.exists("b/1")
    assert not storage.exists("b")
    storage.delete("b/1")
    storage.delete("b/1")
    assert storage.names("b") == ["b/2"]


def test_a_file_is_taken_over_whole(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"one")
    assert storage.create("a", path)
    assert storage.create("a", path)
    path.write_bytes(b"two")
    assert storage.read("a") == b"one", "a copy, which no later change of the other file reaches"
    assert not storage.create("a", path)
    storage.write("a", path)
    assert storage.read("a") == b"two"


def test_drafts_and_links_to_folders_are_no_names(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "lake")
    folder.write("a/b/1", b"x")
    folder.write("a/b/.2.draft", b"x")
    (tmp_path / "lake/a/around").symlink_to(tmp_path / "lake")
    assert folder.names("a") == folder.names("") == ["a/b/1"]
    assert folder.names("a/b/1") == []


def test_a_missing_file_says_so(storage: Storage) -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        storage.read("nothing")


def test_only_one_of_two_creates_a_name(storage: Storage) -> None:
    assert storage.create("releases/000001.duckdb", b"mine")
    assert storage.create("releases/000001.duckdb", b"mine")  # the same bytes again: an answer may have been lost
    assert not storage.create("releases/000001.duckdb", b"yours")
    assert storage.read("releases/000001.duckdb") == b"mine"
    assert storage.names("releases") == ["releases/000001.duckdb"]


def test_the_address_decides() -> None:
    assert isinstance(open_storage("lake"), Folder)
    assert isinstance(open_storage("s3://bucket/lake"), ObjectStore)
    with pytest.raises(StoreError, match=r"nowhere://bucket: no library for this kind of address"):
        open_storage("nowhere://bucket").read("x")


@pytest.fixture
def unwell(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A store that answers 503 to so many requests, then with an object; the list holds how many are left."""
    left = [0]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = 503 if left[0] > 0 else 200
            left[0] -= 1
            body = b"<Error><Code>ServiceUnavailable</Code></Error>" if status == 503 else b"whole"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("MAX_ATTEMPTS", "1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(S3FileSystem, "retries", 1)
    S3FileSystem.clear_instance_cache()  # one of another test would still ask the server of that test
    yield left
    S3FileSystem.clear_instance_cache()
    server.shutdown()


def test_a_store_that_refuses_for_a_while_is_waited_for(unwell: list[int]) -> None:
    unwell[0] = 2
    assert ObjectStore("s3://bucket/while", patience=30).read("x") == b"whole"
    assert unwell[0] < 0


def test_a_store_that_refuses_for_good_is_named(unwell: list[int]) -> None:
    unwell[0] = 1000
    with pytest.raises(StoreError, match=r"s3://bucket/good/x could not be read: .*Check the store"):
        ObjectStore("s3://bucket/good", patience=0.5).read("x")
