"""What a data engineer asks of an installation that runs for years."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from installation import Ended, Installation
from prometheus_client.parser import text_string_to_metric_families

Smart21 = Callable[..., Ended]


def gauges(text: str) -> dict[str, float]:
    """Value by name and labels, as a Prometheus server would read them."""
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_are_those_of_the_release(built: Installation, smart21: Smart21) -> None:
    told = gauges(smart21(built, "metrics").out)
    assert told["smart21_release_number"] == int(built.current)
    assert told["smart21_release_size_bytes"] == built.home.benchmark.resolve().stat().st_size
    assert told["smart21_table_rows core.observation"] == built.count("core.observation")
    assert told["smart21_rejected_rows known_error"] == built.count("core.rejected WHERE reason = 'known_error'")
    assert told["smart21_source_age_seconds binh_duong"] > 0
    assert "smart21_source_age_seconds world_bank" not in told  # never asked: no age, not an age of 0
    assert told["smart21_run_duration_seconds benchmark success"] > 0


def test_metrics_go_to_a_file_in_one_step(built: Installation, smart21: Smart21, tmp_path: Path) -> None:
    assert smart21(built, "metrics", "--out", str(tmp_path / "smart21.prom")).code == 0
    assert gauges((tmp_path / "smart21.prom").read_text())["smart21_releases"] == len(built.published)
    assert [path.name for path in tmp_path.iterdir()] == ["smart21.prom"]


def test_a_release_is_listed_and_shown(built: Installation, smart21: Smart21) -> None:
    (line,) = json.loads(smart21(built, "releases", "list", "--json").out)
    assert (line["release"], line["in_use"]) == (built.current, True)
    about = json.loads(smart21(built, "releases", "show", "1", "--json").out)
    run = built.ask("FROM audit.run").iloc[0]
    assert about["registry_sha256"] == run["registry_sha256"]
    same = json.loads(smart21(built, "releases", "diff", "1", "1", "--json").out)
    assert same == {"changed": {"registry": False, "method": False, "program": False}, "moved": [], "figures": []}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "9"), "There is no release 000009. `smart21 releases list` shows those there are."),
        (("rollback", "9"), "There is no release 000009"),
        (("diff", "1", "x"), "'x' is no number of a release"),
    ],
)
def test_a_release_that_is_not_there_is_named(
    built: Installation, smart21: Smart21, arguments: tuple[str, ...], said: str
) -> None:
    ended = smart21(built, "releases", *arguments)
    assert ended.code == 2
    assert said in ended.said


def test_vacuum_says_first_and_takes_only_what_nothing_names(
    built: Installation, smart21: Smart21, tmp_path: Path
) -> None:
    installation = built.copy(tmp_path)
    orphan = installation.home.lake / "tables/core/area.0123456789abcdef.parquet"
    orphan.write_bytes(b"left by a killed writer")
    before = {path for path in installation.root.rglob("*") if path.is_file()}
    told = json.loads(smart21(installation, "vacuum", "--json").out)
    assert told == {"files": ["tables/core/area.0123456789abcdef.parquet"], "runs": [], "releases": [], "done": False}
    assert orphan.exists()
    assert smart21(installation, "vacuum", "--yes").code == 0
    left = {path for path in installation.root.rglob("*") if path.is_file()}
    assert {path for path in before - left if "dagster" not in path.parts} == {orphan}
    assert smart21(installation, "rank").code == 0


def test_upgrade_has_nothing_to_do_and_says_so(built: Installation, smart21: Smart21, tmp_path: Path) -> None:
    ended = smart21(built.copy(tmp_path), "upgrade")
    assert (ended.code, ended.said) == (0, "Lake and releases have this version's format.")
