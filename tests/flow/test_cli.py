"""The command line: what it prints for people and programs, how it ends, and what it says to mistakes."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from installation import PROGRAM, Ended, Installation, registry_copy

Cli = Callable[..., Ended]
READING = {
    "rank": ["rank"],
    "compare": ["compare", "binh_duong", "eindhoven"],
    "explain": ["explain", "binh_duong", "icf_work"],
    "query": ["query", "SELECT community_id, rank FROM leaderboard('2019', 'icf')"],
    "doctor": ["doctor"],
}
HOSTILE = ["x' OR '1'='1", '"; DROP TABLE mart.score; --', "[bold]x[/bold]", "[/]", "../../etc/passwd", "%", "\x1b[31m"]


@pytest.mark.parametrize("command", [*READING, "run", "dev"])
def test_help_has_an_example(smart21: Cli, built: Installation, command: str) -> None:
    ended = smart21(built, command, "--help")
    assert ended.code == 0
    assert f"Example: smart21 {command}" in ended.said


def test_without_a_command_it_lists_them(smart21: Cli, built: Installation) -> None:
    said = smart21(built).said
    assert all(command in said for command in [*READING, "run", "dev"])


@pytest.mark.parametrize("command", READING)
def test_json_is_json_and_nothing_else(smart21: Cli, built: Installation, command: str) -> None:
    ended = smart21(built, *READING[command], "--json")
    assert (ended.code, ended.err) == (0, "")
    rows = json.loads(ended.out)
    assert len(rows) > 3
    assert all(isinstance(row, dict) for row in rows)


def test_json_says_null_where_there_is_no_score(smart21: Cli, built: Installation) -> None:
    rows = json.loads(smart21(built, "rank", "--own-area", "--json").out)
    assert {row["reading"] for row in rows} == {"own_area"}
    assert None in {row["score"] for row in rows}
    assert 0 not in {row["score"] for row in rows}


@pytest.mark.parametrize("command", READING)
def test_tables_for_people(smart21: Cli, built: Installation, command: str) -> None:
    ended = smart21(built, *READING[command])
    assert (ended.code, ended.err) == (0, "")
    assert "nan" not in ended.out.lower().split()


def test_a_ranking_says_what_it_is(smart21: Cli, built: Installation) -> None:
    for arguments, words in (
        (["rank"], ["ICF", "2019", "Binh Duong", "coverage", "reference", "not ICF's"]),
        (["rank", "--framework", "wta", "--edition", "2018"], ["WTA", "2018", "coverage"]),
        (["rank", "--own-area"], ["own-area figures only", "too few figures for a score"]),
    ):
        ended = smart21(built, *arguments)
        assert ended.code == 0
        assert all(word in ended.said for word in words), ended.said


def test_explaining_leads_down_to_publisher_and_address(smart21: Cli, built: Installation) -> None:
    ended = smart21(built, "explain", "Bình Dương", "icf")
    assert ended.code == 0
    figures = built.ask("FROM explain('binh_duong', 'icf')")
    unbroken = "".join(ended.out.split()).replace("│", "")
    for row in figures.itertuples():
        assert "".join(row.publisher.split()) in unbroken
        assert row.url in unbroken


def test_a_community_is_known_by_any_of_its_names(smart21: Cli, built: Installation) -> None:
    told = [
        smart21(built, "compare", name, "eindhoven", "--json").out
        for name in ("binh_duong", "Bình Dương", "binh duong")
    ]
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["explain", "atlantis", "icf"], "Community 'atlantis' is not known. There are: abbotsford, adelaide"),
        (["compare", "binh_duong", "atlantis"], "Community 'atlantis' is not known"),
        (["rank", "--mark", "atlantis"], "Community 'atlantis' is not known"),
        (["rank", "--edition", "1999"], "Edition '1999' is not known. There are: 2018, 2019, 2020, 2021."),
        (["rank", "--framework", "iso"], "Framework 'iso' is not known. There are: icf, wta."),
        (["explain", "binh_duong", "icf_magic"], "Criterion 'icf_magic' is not known. There are:"),
        (["compare", "binh_duong", "surat", "--edition", "2021"], "do not stand in the edition 2021 together"),
        (["query", "SELEC 1"], "syntax error"),
        (["query", "FROM mart.scor"], "scor does not exist"),
        (["query", "SELECT 1; SELECT 2"], "one SQL statement at a time"),
        (["query", ""], "one SQL statement at a time"),
        (["query", "DROP TABLE mart.score"], "read-only"),
        (["query", "INSERT INTO mart.score SELECT * FROM mart.score"], "read-only"),
        (["query", "CREATE TABLE core.mine (a INTEGER)"], "read-only"),
        (["query", "FROM read_csv('/etc/passwd')"], "disabled by configuration"),
        (["query", "FROM read_text('/etc/passwd')"], "disabled by configuration"),
        (["query", "FROM '/etc/passwd'"], "/etc/passwd"),
        (["query", "COPY mart.score TO 'stolen.csv'"], "disabled by configuration"),
        (["query", "ATTACH 'other.duckdb'"], "disabled by configuration"),
        (["query", "INSTALL httpfs"], "disabled by configuration"),
        (["query", "SET enable_external_access = true"], "locked"),
        (["compare", "binh_duong"], "Missing argument"),
        (["rank", "--edition"], "--edition"),
        (["rnak"], "No such command"),
        (["run", "--patience", "soon"], "Invalid value for '--patience'"),
    ],
)
def test_a_mistake_ends_in_a_sentence(
    smart21: Cli,
    built: Installation,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = smart21(built, *arguments)
    assert ended.code == 2
    assert sentence in ended.said
    assert ended.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_id_is_shown_as_it_is_and_finds_nothing(smart21: Cli, built: Installation, text: str) -> None:
    for arguments in (["explain", text, "icf"], ["explain", "binh_duong", text], ["rank", "--edition", text]):
        ended = smart21(built, *arguments)
        assert ended.code == 2
        assert repr(text) in ended.said
    assert built.count("mart.score") > 0


def test_a_hostile_cell_is_shown_as_it_is(smart21: Cli, built: Installation) -> None:
    ended = smart21(built, "query", "SELECT '[red]a[/red] [/]' AS \"[bold]b\", '=1+1' AS c")
    assert ended.code == 0
    assert "[red]a[/red] [/]" in ended.out
    assert "[bold]b" in ended.out


@pytest.mark.parametrize("command", ["rank", "compare", "explain", "query"])
def test_before_the_first_run_it_says_how_to_build(smart21: Cli, tmp_path: Path, command: str) -> None:
    ended = smart21(Installation(tmp_path / "home"), *READING[command])
    assert ended.code == 2
    assert "benchmark.duckdb is not there yet. `smart21 run` builds it." in ended.said


def test_doctor_finds_what_is_missing(smart21: Cli, tmp_path: Path) -> None:
    ended = smart21(Installation(tmp_path / "home"), "doctor", "--json")
    assert ended.code == 1
    found = {row["what"]: row for row in json.loads(ended.out)}
    assert {name for name, row in found.items() if not row["ok"]} == {"published", "figures"}
    assert "smart21 run" in found["published"]["finding"]


def test_doctor_names_the_culprit_of_a_broken_registry(smart21: Cli, built: Installation, tmp_path: Path) -> None:
    registry = registry_copy(tmp_path)
    (registry / "countries.yml").write_text("- {id: nowhere}\n", encoding="utf-8")
    ended = smart21(Installation(built.root, registry), "doctor")
    assert ended.code == 1
    assert "countries.yml: nowhere: id:" in ended.said


def test_a_pipe_that_closes_early_ends_quietly(built: Installation) -> None:
    question = f"{PROGRAM} query 'FROM mart.candidate' --json | head -1; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(
        ["bash", "-c", question], env=built.environment(), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "[", "")


def test_as_a_process_of_its_own(built: Installation) -> None:
    ended = built.run("query", "SELECT 42 AS answer", "--json")
    assert (ended.code, json.loads(ended.out), ended.err) == (0, [{"answer": 42}], "")
    ended = built.run("query", "SELEC 42")
    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err
