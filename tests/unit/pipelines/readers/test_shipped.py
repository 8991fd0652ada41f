"""The sources as shipped: each has a reader, and its questions can be asked."""

from urllib.parse import urlsplit

import pytest

from pipelines.readers import reader_of
from warehouse.registry import load_registry


@pytest.mark.parametrize("source", load_registry().sources, ids=lambda source: source.id)
def test_a_source_can_be_asked(source, tmp_path, monkeypatch):
    monkeypatch.setenv("SMART21_HOME", str(tmp_path))
    reader = reader_of(source)
    requests = reader.plan(source)
    assert bool(requests) == bool(source.calls)
    assert len({request.request_id for request in requests}) == len(requests)
    for request in requests:
        assert urlsplit(request.url).scheme == "https"
        assert "{" not in request.url
        assert source.key is None or source.key.parameter not in request.parameters
