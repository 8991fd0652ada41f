"""A run that asks its sources first, against a server that answers for all of them: what is replaced, said and kept."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from installation import Ended, Installation
from replay.server import Replay

from warehouse.registry import load_registry

REPLIES = Path(__file__).parents[1] / "replies"
REGISTRY = load_registry()
ASKED = {source.id: source for source in REGISTRY.sources if not source.is_local}
TYPED = {source.id for source in REGISTRY.sources if source.reader.kind == "figures_csv"}
SECRET = "geheim-wie-nichts"
DOWN, KEYLESS = "ibge_aggregates", "kosis"
CHOSEN = (
    "SELECT edition_id, basis, community_id, c.indicator_id, o.source_id "
    "FROM mart.chosen AS c JOIN core.observation AS o USING (observation_id)"
)
PEOPLE = "/v2/country/AUS;BRA;CAN;FRA;IND;KEN;KOR;NLD;RUS;USA;VNM/indicator/SP.POP.TOTL"


@dataclass(frozen=True)
class Refreshed:
    """What one run with --refresh left behind."""

    installation: Installation
    ended: Ended
    replay: Replay
    variables: dict[str, str]


@pytest.fixture(scope="module")
def refreshed(built: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refreshed]:
    """The built benchmark, refreshed by the real command; one source is down and one has no key."""
    folder = tmp_path_factory.mktemp("refreshed")
    with Replay() as replay:
        for replies in sorted(REPLIES.iterdir()):
            replay.load(replies)
        replay.fault("not_found", host="servicodados.ibge.gov.br")
        keys = {source.key.variable: SECRET for name, source in ASKED.items() if source.key and name != KEYLESS}
        variables = keys | {"SMART21_REPLAY": replay.address}
        installation = built.copy(folder)
        yield Refreshed(installation, installation.run("run", "--refresh", **variables), replay, variables)


def test_it_replaces_typed_figures_and_says_which(refreshed: Refreshed, built: Installation) -> None:
    assert refreshed.ended.code == 0, refreshed.ended.err
    case = ["edition_id", "basis", "community_id", "indicator_id"]
    both = refreshed.installation.ask(CHOSEN).merge(built.ask(CHOSEN), on=case, suffixes=("", "_before"))
    replaced = both[both["source_id_before"].isin(TYPED) & both["source_id"].isin(ASKED)]
    assert len(replaced) >= 200
    assert f"Chosen figures that are fetched now and were typed before: {len(replaced)}." in refreshed.ended.said
    for (source, indicator), rows in replaced.groupby(["source_id", "indicator_id"]):
        assert re.search(rf"{source} +{indicator} +{len(rows)} ", refreshed.ended.said), (source, indicator)


def test_each_source_is_told_as_it_is_done(refreshed: Refreshed) -> None:
    for name in ASKED:
        assert re.search(rf"\d+/{len(ASKED)} {name}: ", refreshed.ended.said), name
    assert "world_bank: good, " in refreshed.ended.said


def test_a_source_that_is_down_is_named_and_stops_nobody(refreshed: Refreshed) -> None:
    status = refreshed.installation.ask("FROM audit.source_status").set_index("source_id")
    assert f"{DOWN}: failed: servicodados.ibge.gov.br" in refreshed.ended.said
    assert "has no such data (status 404)" in status.loc[DOWN, "last_error"]
    assert status.loc[DOWN, "staged"] == 0
    others = status.loc[sorted(ASKED.keys() - {DOWN, KEYLESS})]
    assert (others["last_error"] == "").all()
    assert (others["staged"] > 0).all()
    assert others["retrieved_at"].notna().all()


def test_a_source_without_its_key_is_skipped_with_the_reason(refreshed: Refreshed) -> None:
    status = refreshed.installation.ask("FROM audit.source_status").set_index("source_id").loc[KEYLESS]
    assert f"{KEYLESS}: skipped: {KEYLESS} answers only to those with a key" in refreshed.ended.said
    assert status["key_variable"] in status["last_error"]
    assert (status["needs_key"], status["has_key"], status["requests"]) == (True, False, 0)
    assert all("kosis" not in question.host for question in refreshed.replay.asked)


def test_no_secret_is_written_or_said(refreshed: Refreshed) -> None:
    assert any(SECRET in str(question) for question in refreshed.replay.asked), "the keys were sent"
    assert SECRET not in refreshed.ended.out + refreshed.ended.err
    for path in refreshed.installation.root.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert SECRET.encode() not in path.read_bytes(), path


def test_every_figure_leads_to_a_stored_answer_and_a_licence(refreshed: Refreshed) -> None:
    rows = refreshed.installation.ask(
        "SELECT source_id, licence, lake_path FROM mart.figure JOIN raw.answer USING (answer_id, lake_path)"
    )
    assert set(rows["source_id"]) & set(ASKED)
    assert (rows["licence"] == rows["source_id"].map({s.id: s.licence for s in REGISTRY.sources})).all()
    assert all((refreshed.installation.home.lake / path).is_file() for path in rows["lake_path"].unique())


Cli = Callable[..., Ended]


def test_the_list_of_sources(smart21: Cli, refreshed: Refreshed) -> None:
    rows = {row["source_id"]: row for row in json.loads(smart21(refreshed.installation, "sources", "--json").out)}
    assert rows.keys() == {source.id for source in REGISTRY.sources}
    published = refreshed.installation.ask("FROM audit.source_status").set_index("source_id")
    for name, row in rows.items():
        assert (row["staged"], row["chosen"]) == tuple(published.loc[name, ["staged", "chosen"]]), name
    assert "never asked" not in smart21(refreshed.installation, "sources").out


def _times_1000(replay: Replay, entry: int = 1) -> None:
    document = json.loads((REPLIES / "world_bank" / f"{entry:02}.json").read_text("utf-8"))
    for row in document[1]:
        row["value"] = None if row["value"] is None else 1000 * row["value"]
    replay.serve(
        "api.worldbank.org", PEOPLE, {"format": "json", "date": "2010:2030", "per_page": "1000"}, json.dumps(document)
    )


@pytest.fixture(scope="module")
def held_back(refreshed: Refreshed, tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Ended]:
    """The World Bank asked again when it gives its populations in thousands of what they were."""
    installation = refreshed.installation.copy(tmp_path_factory.mktemp("held"), refreshed.installation.registry)
    _times_1000(refreshed.replay)
    return installation, installation.run("sources", "refresh", "world_bank", **refreshed.variables)


def test_a_suspicious_answer_waits_and_can_be_accepted(held_back: tuple[Installation, Ended], smart21: Cli) -> None:
    installation, ended = held_back
    assert ended.code == 0, ended.err
    assert "world_bank: quarantined" in ended.said
    assert "1,000 times what they were" in ended.said
    assert "1 answers wait" in smart21(installation, "sources").out
    shown = json.loads(smart21(installation, "sources", "show", "world_bank", "--json").out)
    assert {row["kind"] for row in shown["differences"] if row["is_suspicious"]} == {"unit", "moved"}
    before = {one["retrieval_id"] for one in shown["waiting"]}
    accepted = smart21(installation, "sources", "accept", *before)
    assert accepted.code == 0
    assert "differences from the answers in use" in accepted.out
    assert "Accepted 1 of world_bank" in accepted.out
    assert json.loads(smart21(installation, "sources", "show", "world_bank", "--json").out)["waiting"] == []
    again = smart21(installation, "sources", "accept", "world_bank")
    assert (again.code, again.out) == (2, "")
    assert "No answer of world_bank waits" in again.said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "atlantis"], "Source 'atlantis' is not known. There are: abs_census,"),
        (["refresh", "atlantis"], "Source 'atlantis' is not known."),
        (["refresh", "binh_duong"], "binh_duong lies on a disk"),
        (["accept", "../../etc/passwd"], "is no source, and no answer of this name waits"),
    ],
)
def test_mistakes_end_in_a_sentence(smart21: Cli, built: Installation, arguments: list[str], sentence: str) -> None:
    ended = smart21(built, "sources", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.said


@pytest.mark.parametrize("command", ["list", "show", "refresh", "accept"])
def test_help_has_an_example(smart21: Cli, built: Installation, command: str) -> None:
    assert f"Example: smart21 sources {command}" in smart21(built, "sources", command, "--help").said


def test_when_no_source_answers_the_command_fails_and_what_is_stored_stays(built: Installation, tmp_path: Path) -> None:
    installation = built.copy(tmp_path)
    elsewhere = {"SMART21_REPLAY": "http://127.0.0.1:9", "SMART21_TIMEOUT": "1"}
    ended = installation.run("sources", "refresh", "oecd_fua", "cbs_netherlands", **elsewhere)
    assert ended.code == 1
    assert "None of the 2 sources answered" in ended.said
    assert "refuses connections" in ended.said
    pd.testing.assert_frame_equal(installation.ask(CHOSEN), built.ask(CHOSEN))
