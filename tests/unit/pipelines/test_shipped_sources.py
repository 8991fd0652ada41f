"""Every source that ships reads the answers of its service, and all that it reads has a meaning."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from replay.make_replies import Replies, entries
from replay.server import Replay

from pipelines.choose import choose, comparable_values
from pipelines.fetch import Client
from pipelines.harmonise import harmonise
from pipelines.meaning import meanings, places
from pipelines.readers import figures_csv, reader_of
from pipelines.readers.base import Page, Request
from pipelines.refresh import refresh
from pipelines.staging import figures, walk
from warehouse.answers import Answers
from warehouse.home import Home
from warehouse.registry import load_registry
from warehouse.registry.sources import Source
from warehouse.storage import open_storage

REPLIES = Path(__file__).parents[2] / "replies"
REGISTRY = load_registry()
ASKED = {
    source.id: source
    for source in sorted(REGISTRY.sources, key=lambda source: source.reader.kind == "tiles")  # after their outlines
    if source.calls
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, pd.DataFrame]]:
    """What each source reads off its service, of one year where it is asked by year."""
    home = Home(tmp_path_factory.mktemp("sources") / "home")
    with pytest.MonkeyPatch.context() as patch, Replay() as server, _client(patch, home, server) as client:
        outlines = _hurried(ASKED["geoboundaries"])
        refresh(outlines, client, Answers(open_storage(home.lake_address)), lambda revisions: None)
        yield {name: _figures(_hurried(source), client) for name, source in ASKED.items()}


def _figures(source: Source, client: Client) -> pd.DataFrame:
    reader = reader_of(source)

    def page_of(request: Request) -> Page:
        body = client.fetch(request, source).body()
        page = Page(request, hashlib.sha256(body).hexdigest(), body)
        reader.check(source, page)
        return page

    planned = reader.plan(source, [2019] if source.years else [])
    return figures(source, reader, [page for first in planned for page in walk(source, reader, first, page_of)])


def _hurried(source: Source) -> Source:
    """The same source at a pace for a server on this machine."""
    assert source.pace is not None
    return source.model_copy(update={"pace": source.pace.model_copy(update={"calls": 10_000, "seconds": 1})})


def _client(patch: pytest.MonkeyPatch, home: Home, server: Replay) -> Client:
    """A client that asks the replay server, with keys for all."""
    for folder in sorted(REPLIES.iterdir()):
        server.load(folder)
    patch.setenv("SMART21_HOME", str(home.root))
    patch.setenv("SMART21_REPLAY", server.address)
    for source in ASKED.values():
        if source.key:
            patch.setenv(source.key.variable, "trial-key-0123456789")
    home.prepare()
    return Client()


def test_every_source_has_its_replies() -> None:
    assert {folder.name for folder in REPLIES.iterdir()} == set(ASKED)
    assert sum(file.stat().st_size for file in REPLIES.rglob("*")) < 600 * 1024


@pytest.mark.parametrize("name", ASKED)
def test_it_reads_its_service(name: str, read: dict[str, pd.DataFrame]) -> None:
    assert {*read[name]["source_id"]} == {name}
    assert read[name]["staged_id"].is_unique
    assert {item.code for item in ASKED[name].series} <= {*read[name]["series"]}


@pytest.mark.parametrize("name", ASKED)
def test_all_that_it_reads_has_a_meaning(name: str, read: dict[str, pd.DataFrame]) -> None:
    meaning, place = meanings(REGISTRY), places(REGISTRY)
    cases = read[name][["source_id", "series", "unit"]].drop_duplicates().itertuples(index=False)
    assert {meaning(*case).reason for case in cases} <= {"", "declined_series"}
    where = read[name][["source_id", "area"]].drop_duplicates().itertuples(index=False)
    assert all(place(*case).area_id for case in where)


def test_fetched_figures_replace_typed_ones(read: dict[str, pd.DataFrame]) -> None:
    """At least 200 of the figures chosen for the edition of 2019 come from the services, once they have answered."""
    typed = {source.id: source for source in REGISTRY.sources if source.reader.kind == "figures_csv"}
    files = [(REGISTRY.root / source.reader.path).read_bytes() for source in typed.values()]
    staged = [
        figures_csv.read(body, name, hashlib.sha256(body).hexdigest()) for name, body in zip(typed, files, strict=True)
    ]
    before, after = _chosen(staged), _chosen([*staged, *read.values()])
    both = before.to_frame("before").join(after.rename("after"), how="inner")
    replaced = both[both["before"].isin(list(typed)) & both["after"].isin(list(ASKED))]
    assert len(replaced) >= 200
    assert (replaced["after"] == "world_bank").sum() >= 200
    assert {"us_census_acs", "statcan_census_profile", "eurostat_regions", "who_air_quality"} <= {*replaced["after"]}


def _chosen(staged: list[pd.DataFrame]) -> pd.Series:
    """Source of each figure chosen for the edition of 2019, by community and indicator."""
    observation = harmonise(pd.concat(staged, ignore_index=True), REGISTRY).observation
    chosen = choose(comparable_values(observation, REGISTRY), [REGISTRY.edition["2019"]], REGISTRY).chosen
    source = observation.set_index("observation_id")["source_id"]
    own = chosen[chosen["basis"] == "with_proxies"].set_index(["community_id", "indicator_id"])
    return own["observation_id"].map(source)


def test_the_stored_replies_are_those_that_are_made() -> None:
    source = REGISTRY.source["insee_melodi"]
    for about, body in entries(source, Replies(REGISTRY)):
        stored = (REPLIES / source.id / about["file"]).read_bytes()
        assert stored == body, "run tests/support/replay/make_replies.py"
