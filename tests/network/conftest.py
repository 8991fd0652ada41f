"""The matrix of live services, printed at the end of `pytest -m network`.

Put here: collecting its rows and printing them.
Not here: asking (`test_sources.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from pipelines.refresh import Refreshed
from warehouse.answers import Answers
from warehouse.home import Home
from warehouse.storage import open_storage


@dataclass(frozen=True)
class Tried:
    """How one source answered."""

    source: str
    reached: str
    status: str
    rows: int
    error: str


_MATRIX: list[Tried] = []


@pytest.fixture(scope="session")
def live_answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """A raw store of this session, in which map tiles find the outlines that came before them."""
    home = Home(tmp_path_factory.mktemp("live") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMART21_HOME", str(home.root))
        patch.delenv("SMART21_REPLAY", raising=False)
        home.prepare()
        yield Answers(open_storage(home.lake_address))


@pytest.fixture
def tried(live_answers: Answers) -> Callable[[Refreshed], None]:
    """Adds how a source answered to the matrix."""

    def add(refreshed: Refreshed) -> None:
        statuses = live_answers.retrievals().query("source_id == @refreshed.source_id")["status"].dropna()
        reached = "no" if statuses.empty else f"{int(statuses.iloc[-1])}"
        _MATRIX.append(Tried(refreshed.source_id, reached, refreshed.status, refreshed.rows, refreshed.error))

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the matrix."""
    if not _MATRIX:
        return
    terminalreporter.section("live services")
    terminalreporter.write_line(f"{'source':24}{'reached':9}{'status':12}{'rows':>7}  error")
    for row in _MATRIX:
        terminalreporter.write_line(f"{row.source:24}{row.reached:9}{row.status:12}{row.rows:>7}  {row.error[:160]}")
