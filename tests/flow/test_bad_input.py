"""Broken input, met by a whole run: a sentence that names it, or a rejection that keeps it; the old release stands."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from installation import Ended, Installation, registry_copy

Change = Callable[[str], str | bytes]
HEADER = "series,area,area_name,area_level,is_proxy,year,value,unit,quality,publisher,url,note"


def _row(**other: str) -> str:
    usual = {
        "series": "unemployment_rate", "area": "moscow", "area_name": "Moscow, test area", "area_level": "local",
        "is_proxy": "false", "year": "2018", "value": "3.1", "unit": "%", "quality": "press",
        "publisher": "A paper", "url": "https://example.org/paper", "note": "",
    }  # fmt: skip
    return ",".join((usual | other)[name] for name in HEADER.split(","))


ODD = {
    "unreadable_value": [_row(area_name="Text", value="about three")],
    "not_finite": [_row(area_name="NaN", value="NaN"), _row(area_name="Infinity", value="inf")],
    "unreadable_year": [_row(area_name="Season", year="2019/20")],
    "unknown_unit": [_row(area_name="Unit", unit="per mille of somebody")],
    "unknown_series": [_row(area_name="Series", series="happiness")],
    "unknown_area": [_row(area_name="Area", area="atlantis")],
    "bad_label": [_row(area_name="Label", is_proxy="perhaps")],
    "out_of_range": [_row(area_name="Range", value="250")],
    "did_not_exist": [
        _row(area_name="Too late", area="binh_duong", year="2026"),
        _row(area_name="Too early", area="ho_chi_minh_city", year="2019"),
    ],
    "contradiction": [_row(area_name="Twice", value="4"), _row(area_name="Twice", value="5")],
    "repeated": [_row(area_name="Again", value="4.0"), _row(area_name="Again", value="4")],
}
"""Rows by the reason for which they must be rejected; of the repeated ones the first stays."""


def _without_url(text: str) -> str:
    frame = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
    return frame.drop(columns="url").to_csv(index=False)


def _fewer_series(text: str) -> str:
    """Keep of the national series only those that the conversion of money needs."""
    header, *rows = text.splitlines(keepends=True)
    return header + "".join(row for row in rows if row.startswith(("PA.NUS.PPP", "PA.NUS.FCRF")))


@dataclass(frozen=True)
class Scenario:
    """What is broken, file by file, and what the run is told."""

    changes: dict[str, Change]
    variables: dict[str, str] = field(default_factory=dict)


SCENARIOS = {
    "registry typo": Scenario(
        {"communities.yml": lambda text: text.replace("role: reference", "role: reference\n  populaton: 1", 1)}
    ),
    "registry no yaml": Scenario({"units.yml": lambda text: text + "\n- {text: [\n"}),
    "headers and bytes": Scenario(
        {
            "curated/binh_duong.csv": lambda text: text.replace("area_name", "place", 1),
            "curated/community_statistics.csv": _without_url,
            "curated/national_series.csv": lambda text: text.replace("Australia", "Austrália", 2).encode("latin-1"),
        }
    ),
    "no tables": Scenario(
        {
            "curated/binh_duong.csv": lambda _: b"",
            "curated/community_statistics.csv": lambda _: "<!DOCTYPE html>\n<html><body>Not found</body></html>",
            "curated/national_series.csv": lambda text: text.replace(",Australia,", ",Australia, Commonwealth of,", 1),
        }
    ),
    "odd rows": Scenario(
        {
            "curated/community_statistics.csv": lambda text: (
                text + "".join(f"{row}\n" for rows in ODD.values() for row in rows)
            ),
            "curated/binh_duong.csv": lambda text: "\ufeff" + text,
        }
    ),
    "fewer figures": Scenario({"curated/national_series.csv": _fewer_series}),
    "fewer figures, accepted": Scenario(
        {"curated/national_series.csv": _fewer_series}, {"SMART21_ACCEPT_COVERAGE_FALL": "1"}
    ),
}
Outcomes = dict[str, tuple[Installation, Ended]]


def _meet(built: Installation, folder: Path, scenario: Scenario) -> tuple[Installation, Ended]:
    registry = registry_copy(folder)
    for name, change in scenario.changes.items():
        changed = change((registry / name).read_text(encoding="utf-8"))
        (registry / name).write_bytes(changed.encode() if isinstance(changed, str) else changed)
    installation = built.copy(folder, registry)
    return installation, installation.run("run", **scenario.variables)


@pytest.fixture(scope="module")
def outcomes(built: Installation, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """Each scenario, run over a copy of the built benchmark; two at a time."""
    folders = [tmp_path_factory.mktemp("bad") for _ in SCENARIOS]
    with ThreadPoolExecutor(2) as pool:
        ended = pool.map(lambda item: _meet(built, *item), zip(folders, SCENARIOS.values(), strict=True))
        return dict(zip(SCENARIOS, ended, strict=True))


@pytest.mark.parametrize(
    ("scenario", "code", "sentences"),
    [
        ("registry typo", 2, ["communities.yml: ", "populaton: Extra inputs are not permitted"]),
        ("registry no yaml", 2, ["units.yml: cannot be read as YAML", "line "]),
        (
            "headers and bytes",
            1,
            [
                "binh_duong: wrong header (missing area_name; unknown 'place')",
                "community_statistics: wrong header (missing url)",
                "national_series: line 2 is not UTF-8",
            ],
        ),
        (
            "no tables",
            1,
            [
                "binh_duong: the answer is empty",
                "community_statistics: this is a web page or XML, not data",
                "national_series: row 2 has 13 fields, not 12",
            ],
        ),
        ("fewer figures", 1, ["Coverage fell: icf 20", "core.rejected", "SMART21_ACCEPT_COVERAGE_FALL=1"]),
    ],
)
def test_a_broken_file_is_named_and_the_old_release_stands(
    outcomes: Outcomes, built: Installation, scenario: str, code: int, sentences: list[str]
) -> None:
    installation, ended = outcomes[scenario]
    assert ended.code == code, ended.err
    assert all(sentence in ended.said for sentence in sentences), ended.said
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert installation.published == ["000001"]
    assert installation.home.benchmark.read_bytes() == built.home.benchmark.read_bytes()


@pytest.mark.parametrize("scenario", ["headers and bytes", "no tables"])
def test_a_broken_file_never_becomes_the_current_answer(outcomes: Outcomes, built: Installation, scenario: str) -> None:
    stored = [
        sorted(path.name for path in (home.root / "lake" / "answers").rglob("*"))
        for home in (built, outcomes[scenario][0])
    ]
    assert stored[0] == stored[1]


def test_a_run_over_odd_rows_succeeds(outcomes: Outcomes, built: Installation) -> None:
    installation, ended = outcomes["odd rows"]
    assert ended.code == 0, ended.err
    assert installation.published == ["000001", "000002"]
    more = installation.count("staging.community_statistics") - built.count("staging.community_statistics")
    assert more == sum(map(len, ODD.values()))
    lost = installation.ask("FROM audit.source_status WHERE staged <> observations + rejected")
    assert lost.empty


@pytest.mark.parametrize("reason", ODD)
def test_an_odd_row_is_kept_with_its_reason(outcomes: Outcomes, reason: str) -> None:
    rejected = outcomes["odd rows"][0].ask(
        "SELECT detail FROM core.rejected WHERE publisher = 'A paper' AND reason = ?", reason
    )
    assert len(rejected) == len(ODD[reason]) - (reason == "repeated")
    assert rejected["detail"].str.len().min() > 10


def test_of_a_repeated_figure_one_stays(outcomes: Outcomes) -> None:
    stayed = outcomes["odd rows"][0].ask("SELECT printed_value FROM core.observation WHERE publisher = 'A paper'")
    assert list(stayed["printed_value"]) == ["4.0"]


def test_a_byte_order_mark_changes_nothing(outcomes: Outcomes, built: Installation) -> None:
    question = "SELECT series, area, year, value, unit FROM staging.binh_duong ORDER BY ALL"
    pd.testing.assert_frame_equal(outcomes["odd rows"][0].ask(question), built.ask(question))


def test_a_fall_of_coverage_can_be_accepted(outcomes: Outcomes, built: Installation) -> None:
    installation, ended = outcomes["fewer figures, accepted"]
    assert ended.code == 0, ended.err
    assert installation.current == "000002"
    mean = "SELECT avg(coverage) AS c FROM mart.score"
    assert installation.ask(mean)["c"][0] < built.ask(mean)["c"][0] - 0.05
