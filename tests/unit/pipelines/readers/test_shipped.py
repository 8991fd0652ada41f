"""The sources as shipped: each has a reader, and its questions can be asked."""

from urllib.parse import urlsplit

from pipelines.readers import reader_of
from warehouse.registry import load_registry


def test_every_source_can_be_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("SMART21_HOME", str(tmp_path))
    for source in load_registry().sources:
        requests = reader_of(source).plan(source)
        assert bool(requests) == bool(source.calls), source.id
        assert len({request.request_id for request in requests}) == len(requests), source.id
        assert all(urlsplit(request.url).scheme == "https" and "{" not in request.url for request in requests), (
            source.id
        )
        assert source.key is None or all(source.key.parameter not in request.parameters for request in requests)
