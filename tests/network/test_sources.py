"""Every source asked once, for real.

    pytest -m network

Keys are taken from the environment; a source whose key is missing is skipped. Sources that are asked by year are asked
for their last but one, which every office has published.
"""

from collections.abc import Callable

import pandas as pd
import pytest

from pipelines.fetch import Client, Limits
from pipelines.refresh import Refreshed, refresh
from warehouse.answers import Answers
from warehouse.registry import load_registry
from warehouse.registry.sources import Source

pytestmark = pytest.mark.network

ASKED = sorted(
    (source for source in load_registry().sources if source.calls), key=lambda source: source.reader.kind == "tiles"
)
"""Map tiles last, for they need the outlines of another source."""

PATIENCE = Limits(connect=10, read=60, total=300, tries=2, backoff=0.5, longest_wait=10, breaker=1)
"""Somebody waits for the matrix: a service that does not answer is told so, not asked for an hour."""


@pytest.mark.parametrize("source", ASKED, ids=lambda source: source.id)
def test_source_answers(source: Source, live_answers: Answers, tried: Callable[[Refreshed], None]) -> None:
    years = [source.years.last - 1] if source.years else []
    with Client(PATIENCE) as client:
        refreshed = refresh(source, client, live_answers, _no_revisions, years=years)
    tried(refreshed)
    if refreshed.status == "skipped":
        pytest.skip(refreshed.error)
    assert refreshed.status in ("good", "unchanged"), refreshed.error
    assert refreshed.rows > 0


def _no_revisions(found: pd.DataFrame) -> None:
    """A first answer differs from nothing."""
    assert found.empty
