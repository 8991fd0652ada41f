"""The walk through the pages of an answer."""

import pytest

from pipelines.readers.base import Page, ReaderError, Request
from pipelines.staging import walk


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
