"""What one run on the shipped registry leaves behind: the ranking, complete tables, and traces to stored bytes."""

import csv
import hashlib
import io
import re

import dagster as dg
import pandas as pd
import pytest
from installation import Ended, Installation

from assets.definitions import definitions
from assets.memory import steps_of
from warehouse.contracts import CONTRACTS
from warehouse.registry import load_registry

REGISTRY = load_registry()
MEMBERS = {entry.id for entry in REGISTRY.communities if entry.role == "member"}
REFERENCES = {entry.id for entry in REGISTRY.communities if entry.role == "reference"}
SOURCES = [source.id for source in REGISTRY.sources if source.reader.kind == "figures_csv"]
KEY = "edition_id, framework_id, basis, criterion_id, community_id"


def _cells(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line).strip()


def test_it_ends_well_and_prints_the_ranking(first_run: tuple[Installation, Ended]) -> None:
    installation, ended = first_run
    assert ended.code == 0, ended.err
    board = installation.ask("FROM leaderboard('2019', 'icf')")
    printed = [_cells(line) for line in ended.out.splitlines()]
    for row in board[board["rank"].notna()].itertuples():
        assert any(line.startswith(str(row.rank)) and f"{row.score:g}" in line for line in printed), row
    assert "too few figures for a score" in ended.said
    assert "reference" in ended.said
    assert "coverage" in ended.said
    assert "not ICF's" in ended.said


def test_binh_duong_alone_is_marked(first_run: tuple[Installation, Ended]) -> None:
    marked = [_cells(line) for line in first_run[1].out.splitlines() if "\x1b[1;7m" in line]
    assert len(marked) == 1
    assert "Binh Duong" in marked[0]


def test_it_tells_the_file_and_a_first_query(first_run: tuple[Installation, Ended]) -> None:
    installation, ended = first_run
    assert f"{installation.home.benchmark} (release 000001)" in ended.said
    assert 'smart21 query "from' in ended.said


def test_it_tells_each_step(first_run: tuple[Installation, Ended]) -> None:
    lines = [_cells(line) for line in first_run[1].err.splitlines()]
    steps = len(definitions.resolve_job_def("benchmark").nodes)
    assert [line.split()[0] for line in lines] == [f"{n}/{steps}" for n in range(1, steps + 1)]
    assert lines[-1].endswith("release")


def test_it_needs_no_network_and_fetches_no_extension(first_run: tuple[Installation, Ended]) -> None:
    assert not (first_run[0].root.parent / "user" / ".duckdb").exists()


@pytest.mark.parametrize("framework", ["icf", "wta"])
@pytest.mark.parametrize("basis", ["own_area", "with_proxies"])
def test_the_21_of_2019_and_the_reference_regions_are_benchmarked(
    built: Installation, framework: str, basis: str
) -> None:
    rows = built.ask(
        "SELECT community_id, is_ranked FROM mart.benchmark "
        "WHERE edition_id = '2019' AND framework_id = ? AND basis = ? AND criterion_id = framework_id",
        framework,
        basis,
    )
    assert len(MEMBERS) == 21
    assert len(REFERENCES) == 2
    assert set(rows.loc[rows["is_ranked"], "community_id"]) == MEMBERS
    assert set(rows.loc[~rows["is_ranked"], "community_id"]) == REFERENCES


def test_members_have_scores_in_both_frameworks(built: Installation) -> None:
    rows = built.ask(
        "SELECT framework_id, count(rank) AS ranked FROM mart.leaderboard "
        "WHERE edition_id = '2019' AND basis = 'with_proxies' AND is_ranked GROUP BY ALL"
    )
    assert (rows["ranked"] > 10).all()
    assert len(rows) == 2


def test_only_members_with_a_score_are_ranked(built: Installation) -> None:
    wrong = built.ask(
        "FROM mart.benchmark WHERE rank IS NOT NULL AND (NOT is_ranked OR score IS NULL) "
        "OR rank IS NULL AND is_ranked AND score IS NOT NULL"
    )
    assert wrong.empty


def test_ranks_follow_the_scores(built: Installation) -> None:
    rows = built.ask("FROM mart.benchmark WHERE rank IS NOT NULL")
    rows["score"] = rows["score"].round(9)  # the last digits of equal scores depend on the order of adding up
    groups = rows.groupby(["edition_id", "framework_id", "basis", "criterion_id"])["score"]
    expected = groups.rank(method="min", ascending=False)
    assert (rows["rank"] == expected).all()
    assert (rows["rank_of"] == groups.transform("size")).all()


def test_the_own_area_reading_knows_no_proxy(built: Installation) -> None:
    for table in ("mart.chosen", "mart.indicator_score"):
        assert built.ask(f"FROM {table} WHERE basis = 'own_area' AND is_proxy").empty
        assert not built.ask(f"FROM {table} WHERE basis = 'with_proxies' AND is_proxy").empty


def test_both_readings_have_all_editions(built: Installation) -> None:
    rows = built.ask("SELECT DISTINCT edition_id, basis FROM mart.score ORDER BY ALL")
    assert list(rows.itertuples(index=False, name=None)) == [
        (edition, basis) for edition in ("2018", "2019", "2020", "2021") for basis in ("own_area", "with_proxies")
    ]


def test_no_figure_of_a_country_ranks_compatriots(built: Installation) -> None:
    apart = built.ask(
        "SELECT edition_id, basis, indicator_id, country_id FROM mart.chosen JOIN core.community USING (community_id) "
        "GROUP BY ALL HAVING bool_or(is_proxy AND mart.chosen.area_level IN ('region', 'national')) "
        "AND count(DISTINCT value) > 1"
    )
    assert apart.empty


def test_every_score_leads_to_stored_answers(built: Installation) -> None:
    loose = built.ask(f"SELECT {KEY} FROM mart.score WHERE score IS NOT NULL EXCEPT SELECT {KEY} FROM mart.trace")
    assert loose.empty
    unexplained = built.ask(f"SELECT {KEY} FROM mart.trace EXCEPT SELECT {KEY} FROM mart.score WHERE score IS NOT NULL")
    assert unexplained.empty
    broken = built.ask(
        "FROM mart.trace LEFT JOIN core.observation USING (observation_id) LEFT JOIN raw.answer USING (answer_id) "
        "WHERE answer_id IS NULL OR lake_path IS NULL"
    )
    assert broken.empty


def test_the_points_of_a_trace_add_up_to_its_score(built: Installation) -> None:
    rows = built.ask(
        f"SELECT score, sum(points) AS points, sum(share) AS share FROM mart.score JOIN mart.trace USING ({KEY}) "
        f"GROUP BY {KEY}, score"
    )
    assert len(rows) == built.ask("SELECT count(score) AS n FROM mart.score")["n"][0]
    assert (rows["points"] - rows["score"]).abs().max() < 1e-9
    assert (rows["share"] - 1).abs().max() < 1e-9


def test_stored_answers_are_what_they_were(built: Installation) -> None:
    answers = built.ask("FROM raw.answer")
    assert sorted(answers["source_id"]) == sorted(SOURCES)
    for answer in answers.itertuples():
        body = (built.home.lake / answer.lake_path).read_bytes()
        assert hashlib.sha256(body).hexdigest() == answer.answer_id
        assert len(body) == answer.size_bytes


def test_the_row_that_a_trace_names_holds_the_printed_value(built: Installation) -> None:
    rows = built.ask(
        "SELECT DISTINCT o.*, a.lake_path FROM mart.trace JOIN core.observation o USING (observation_id) "
        "JOIN raw.answer a USING (answer_id)"
    )
    printed = ["series", "year", "value", "unit", "publisher", "url"]
    for path, named in rows.groupby("lake_path"):
        body = (built.home.lake / str(path)).read_text(encoding="utf-8-sig")
        lines = dict(enumerate(csv.DictReader(io.StringIO(body, newline="")), start=2))
        stored = pd.DataFrame([lines[int(place.removeprefix("row "))] for place in named["locator"]])
        ours = named[["series", "year", "printed_value", "printed_unit", "publisher", "url"]].set_axis(printed, axis=1)
        assert (stored["year"].str[:4].astype(int) == ours["year"].to_numpy()).all()
        pd.testing.assert_frame_equal(
            stored[printed].drop(columns="year"), ours.drop(columns="year").reset_index(drop=True), check_dtype=False
        )


@pytest.mark.parametrize("source", SOURCES)
def test_no_staged_value_is_lost(built: Installation, source: str) -> None:
    staged = set(built.ask(f"SELECT staged_id FROM staging.{source}")["staged_id"])
    observed = set(built.ask("SELECT observation_id FROM core.observation WHERE source_id = ?", source).iloc[:, 0])
    rejected = set(built.ask("SELECT staged_id FROM core.rejected WHERE source_id = ?", source).iloc[:, 0])
    assert staged == observed | rejected
    assert not observed & rejected
    assert len(staged) == len(observed) + len(rejected) > 100
    told = built.ask("SELECT staged, observations, rejected FROM audit.source_status WHERE source_id = ?", source)
    assert tuple(told.iloc[0]) == (len(staged), len(observed), len(rejected))


def test_every_rejection_has_its_reason_in_words(built: Installation) -> None:
    assert built.ask("FROM core.rejected WHERE length(reason) < 5 OR length(detail) < 10").empty


def test_every_table_view_and_column_has_a_comment(built: Installation) -> None:
    silent = built.ask(
        "SELECT table_name FROM duckdb_tables() WHERE coalesce(comment, '') = '' UNION ALL "
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = '' UNION ALL "
        "SELECT c.table_name || '.' || c.column_name FROM duckdb_columns() c JOIN duckdb_tables() t USING (table_oid) "
        "WHERE coalesce(c.comment, '') = ''"
    )
    assert silent.empty
    audit = [name for name in CONTRACTS if name.startswith("audit.")]
    assert built.count("duckdb_tables()") == built.count("audit.table_count") + len(audit)


def test_the_audit_tables_are_filled(built: Installation) -> None:
    run, release = built.ask("FROM audit.run").iloc[0], built.ask("FROM audit.release").iloc[0]
    assert run["registry_sha256"] == REGISTRY.sha256
    assert run["run_id"] == release["run_id"]
    assert release["release_id"] == "000001"
    assert "not scores of the Intelligent Community Forum" in release["notice"]
    assert len(built.ask("FROM audit.source_status WHERE answer_id IS NOT NULL")) == len(SOURCES)
    for row in built.ask("FROM audit.table_count").itertuples():
        assert built.count(row.table_name) == row.rows
    described = built.ask(
        "SELECT schema_name || '.' || table_name AS t, column_name FROM duckdb_columns() WHERE NOT internal "
        "AND table_oid IN (SELECT table_oid FROM duckdb_tables()) "
        "EXCEPT SELECT table_name, column_name FROM audit.dictionary"
    )
    assert described.empty


def test_dagster_kept_rows_bytes_seconds_and_checks(built: Installation) -> None:
    graph = definitions.resolve_asset_graph()
    with dg.DagsterInstance.from_config(str(built.home.dagster)) as instance:
        for key in [key for step in steps_of(definitions, "benchmark") for key in step.keys]:
            event = instance.get_latest_materialization_event(key)
            assert event, key
            metadata = event.asset_materialization.metadata
            assert metadata["seconds"].value >= 0
            assert metadata["size_bytes"].value > 0 or key.path[0] == "raw"
            if key.path[0] == "raw":
                assert metadata["dagster/row_count"].value == built.count(f"staging.{key.path[1]}")
            elif key.path != ["release"]:
                table = ".".join(key.path)
                assert metadata["dagster/row_count"].value == built.count(table)
                assert metadata["preview"].md_str.startswith("| ")
        observed = instance.get_latest_materialization_event(dg.AssetKey(["core", "observation"])).asset_materialization
        assert observed.metadata["rejected"].value == built.count("core.rejected")
        checks = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(graph.asset_check_keys))
        assert {key.name for key in checks} == {key.name for key in graph.asset_check_keys}
        assert all(check.event.asset_check_evaluation.passed for check in checks.values())


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("FROM leaderboard('2019', 'icf')", "community"),
        ("FROM leaderboard('2018', 'wta', reading := 'own_area')", "coverage"),
        ("FROM profile('binh_duong')", "criterion"),
        ("FROM compare('binh_duong', 'eindhoven')", "difference"),
        ("FROM compare('binh_duong', 'moscow', edition := '2019', framework := 'wta')", "criterion"),
        ("FROM explain('binh_duong', 'icf')", "url"),
        ("FROM candidates('binh_duong', 'gdp_per_head_ppp')", "verdict"),
        ("FROM gaps('binh_duong')", "indicator"),
        ("FROM mart.figure WHERE community_id = 'binh_duong'", "retrieved_at"),
    ],
)
def test_macros_and_views_answer(built: Installation, question: str, column: str) -> None:
    rows = built.ask(question)
    assert len(rows) > 2
    assert rows[column].notna().all() or column == "difference"


def test_the_leaderboard_begins_with_rank_1_and_ends_with_the_references(built: Installation) -> None:
    board = built.ask("FROM leaderboard('2019', 'icf')")
    assert board["rank"].iloc[0] == 1
    assert set(board["community_id"].tail(2)) == REFERENCES


def test_explaining_adds_up_to_the_score_that_the_profile_shows(built: Installation) -> None:
    points = built.ask("SELECT sum(points) AS p FROM explain('binh_duong', 'icf')")["p"][0]
    (score,) = built.ask("SELECT score FROM profile('binh_duong') WHERE criterion_id = 'icf'")["score"]
    assert points == pytest.approx(score, abs=0.5)  # both are rounded for reading


def test_gaps_are_indicators_without_a_chosen_value(built: Installation) -> None:
    gaps = set(built.ask("FROM gaps('binh_duong')")["indicator_id"])
    chosen = built.ask(
        "SELECT indicator_id FROM mart.chosen WHERE community_id = 'binh_duong' AND edition_id = '2019' "
        "AND basis = 'with_proxies'"
    )
    assert gaps
    assert not gaps & set(chosen["indicator_id"])


def test_the_release_cannot_be_written(built: Installation) -> None:
    assert built.home.benchmark.is_symlink()
    assert built.home.benchmark.resolve().stat().st_mode & 0o777 == 0o444
    left = [path.name for path in built.root.rglob(".*") if path.name.startswith((".benchmark", ".0", ".writable"))]
    assert left == []
