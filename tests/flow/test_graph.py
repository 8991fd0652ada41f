"""The graph that Dagster is told: assets, dependencies, checks, partitions, jobs and the schedule."""

import datetime as dt
from pathlib import Path
from urllib.parse import urlsplit

import dagster as dg
import pytest

from assets.definitions import definitions
from pipelines.registry_tables import registry_tables
from warehouse.contracts import contract_of, describe
from warehouse.registry import load_registry

REGISTRY = load_registry()
GRAPH = definitions.resolve_asset_graph()
SOURCES = {source.id for source in REGISTRY.sources}
SCORED_IN = {"2018", "2019", "2020", "2021"}
HARMONISED = {"core/observation", "core/rejected", "core/correction"}
CHOSEN = {"mart/candidate", "mart/chosen"}
SCORED = {"mart/screening", "mart/indicator_score", "mart/score", "mart/trace", "mart/benchmark"}
VARIED = {"mart/rank_interval", "mart/rank_share", "mart/pairwise", "mart/sensitivity"}
ADVISED = {"mart/gap", "mart/goal", "mart/improvement", "mart/data_gap"}
ANSWERED = {"mart/evidence_figure", "mart/evidence_support", "mart/evidence_answer"}
FOLLOWED = {"mart/target_progress", "mart/helix"}
BY_EDITION = CHOSEN | SCORED | VARIED | ADVISED | ANSWERED
MART = BY_EDITION | FOLLOWED
TABLES_OF_REGISTRY = {name.replace(".", "/") for name in registry_tables(REGISTRY)}
ASKED = {source.id for source in REGISTRY.sources if not source.is_local}
OVER_NETWORK = {f"{group}/{source}" for group in ("raw", "staging") for source in ASKED}
RAW, STAGING = {f"raw/{source}" for source in SOURCES}, {f"staging/{source}" for source in SOURCES}
GROUPS = {
    "raw": RAW,
    "staging": STAGING,
    "registry": TABLES_OF_REGISTRY,
    "core": HARMONISED,
    "mart": MART,
    "release": {"release"},
}
ASSETS = set().union(*GROUPS.values())
PACK = {"evidence_pack"}  # of files, made after the rest
CHECKS = {
    ("core/observation", "nothing_lost"),
    ("core/observation", "ranges"),
    ("core/observation", "links"),
    ("mart/chosen", "compatriots"),
    ("mart/score", "trace"),
    ("mart/score", "coverage"),
    ("mart/rank_interval", "same_scores"),
    ("mart/pairwise", "pairs"),
    ("mart/gap", "points"),
    ("mart/improvement", "bounds"),
    ("mart/evidence_figure", "figures"),
    ("mart/evidence_answer", "leads"),
    ("mart/target_progress", "actuals"),
    ("release", "opens"),
}


def _node(name: str) -> dg.AssetSpec:
    return GRAPH.get(dg.AssetKey(name.split("/")))


def _names(keys: set[dg.AssetKey]) -> set[str]:
    return {key.to_user_string() for key in keys}


def test_the_assets_are_these_in_these_groups() -> None:
    found: dict[str, set[str]] = {}
    for key in GRAPH.get_all_asset_keys():
        found.setdefault(GRAPH.get(key).group_name, set()).add(key.to_user_string())
    assert found == GROUPS | {"pack": PACK}


@pytest.mark.parametrize(
    ("assets", "needed"),
    [
        (HARMONISED, STAGING),
        (CHOSEN, {"core/observation"}),
        (SCORED, {"mart/chosen", "core/observation"}),
        (VARIED, {"mart/candidate", "mart/chosen", "mart/screening", "mart/score"}),
        (ADVISED, {"core/observation", "mart/screening", "mart/indicator_score", "mart/score", *CHOSEN}),
        (
            ANSWERED,
            {"core/observation", "mart/candidate", "core/document", "core/initiative", "core/initiative_support"}
            | {"core/initiative_document", "core/recognition", "core/recognition_support"}
            | {"core/post", "core/post_support"},
        ),
        (FOLLOWED, {"core/observation", "core/community_target", "core/initiative", "core/initiative_partner"}),
        ({"release"}, ASSETS - RAW - {"release"}),
        (PACK, {"release"}),
        (RAW | TABLES_OF_REGISTRY, set()),
    ],
    ids=["harmonised", "chosen", "scored", "varied", "advised", "answered", "followed", "release", "pack", "first"],
)
def test_dependencies(assets: set[str], needed: set[str]) -> None:
    assert {name: _names(_node(name).parent_keys) for name in assets} == dict.fromkeys(assets, needed)


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_staging_depends_on_its_own_answer(source: str) -> None:
    assert _names(_node(f"staging/{source}").parent_keys) == {f"raw/{source}"}


def test_the_checks_are_these_and_all_block() -> None:
    keys = GRAPH.asset_check_keys
    assert {(key.asset_key.to_user_string(), key.name) for key in keys} == CHECKS
    specs = [GRAPH.get_check_spec(key) for key in keys]
    assert all(spec.blocking and spec.description and spec.metadata["remedy"] for spec in specs)


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_every_asset_is_described(name: str) -> None:
    node = _node(name)
    assert node.owners == ["team:benchmark"]
    assert node.kinds
    assert len(node.description) > 20


@pytest.mark.parametrize("name", sorted(ASSETS - RAW - {"release"}))
def test_every_table_shows_the_columns_of_its_contract(name: str) -> None:
    shown = _node(name).metadata["dagster/column_schema"].columns
    contract = describe(contract_of(name.replace("/", ".")))
    assert [(c.name, c.type, c.constraints.nullable) for c in shown] == [
        (c.name, c.type, c.is_nullable) for c in contract
    ]
    assert all(column.description for column in shown)


@pytest.mark.parametrize("name", ["raw/world_bank", "staging/world_bank", "mart/score", "release"])
def test_every_asset_leads_to_its_code(name: str) -> None:
    references = _node(name).metadata["dagster/code_references"].code_references
    *declared, function = references
    line = Path(function.file_path).read_text(encoding="utf-8").splitlines()[function.line_number - 1]
    assert line.strip().startswith(("@dg.asset", "@dg.multi_asset"))
    assert [Path(one.file_path) for one in declared] == (
        [REGISTRY.root / "sources" / "world_bank.yml"] if "world_bank" in name else []
    )


def test_the_published_file_is_stale_a_day_after_the_weekly_run() -> None:
    assert _node("release").freshness_policy.fail_window.to_timedelta() == dt.timedelta(days=8)


def test_editions_are_the_partitions_of_the_mart_and_2019_comes_first() -> None:
    partitions = {name: _node(name).partitions_def for name in ASSETS}
    keys = {name: found.get_partition_keys() for name, found in partitions.items() if found and name not in RAW}
    assert keys == dict.fromkeys(BY_EDITION, keys["mart/score"])
    assert keys["mart/score"][0] == "2019"
    assert set(keys["mart/score"]) == SCORED_IN


def test_sources_that_are_asked_by_year_share_the_years() -> None:
    by_year = {f"raw/{source.id}": source.years for source in REGISTRY.sources if source.years}
    partitions = {name: _node(name).partitions_def for name in RAW if _node(name).partitions_def}
    assert partitions.keys() == by_year.keys()
    (years,) = {tuple(found.get_partition_keys()) for found in partitions.values()}
    assert years == tuple(
        str(year)
        for year in range(min(span.first for span in by_year.values()), max(span.last for span in by_year.values()) + 1)
    )


@pytest.mark.parametrize("source", sorted(ASKED))
def test_an_asked_source_waits_for_its_host_and_tells_its_age(source: str) -> None:
    entry, node = REGISTRY.source[source], _node(f"raw/{source}")
    definition = definitions.resolve_assets_def(node.key)
    assert definition.op.pool == urlsplit(entry.calls[0].url).hostname
    assert definition.op.retry_policy.max_retries == 2
    assert node.freshness_policy.warn_window.to_timedelta().days == entry.rhythm_days


def test_the_default_run_covers_the_complete_editions_that_have_figures() -> None:
    assert all(REGISTRY.edition[key].is_complete for key in SCORED_IN)


@pytest.mark.parametrize(
    ("job", "assets"),
    [("refresh", RAW), ("rebuild", ASSETS - RAW), ("benchmark", ASSETS - OVER_NETWORK), ("evidence", PACK)],
    ids=["refresh", "rebuild", "benchmark", "evidence"],  # a set's own order differs between processes
)
def test_jobs(job: str, assets: set[str]) -> None:
    made = definitions.resolve_job_def(job)
    assert _names(made.asset_layer.executable_asset_keys) == assets
    assert made.description
    assert made.executor_def is dg.in_process_executor
    assert made.tags["dagster/retry_on_asset_or_op_failure"] == "false"
    assert (int(made.tags["dagster/max_retries"]), int(made.tags["dagster/max_runtime"])) >= (2, 3600)


def test_there_are_no_other_jobs() -> None:
    jobs = definitions.resolve_all_job_defs()
    assert {job.name for job in jobs} - {"__ASSET_JOB"} == {"refresh", "rebuild", "benchmark", "evidence"}


def test_the_weekly_schedule_asks_for_one_run_of_all_editions() -> None:
    schedule = definitions.resolve_schedule_def("weekly")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 5 * * 1", "Asia/Ho_Chi_Minh")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    monday = dt.datetime.fromisoformat("2026-01-05T05:00:00+07:00")
    with dg.build_schedule_context(scheduled_execution_time=monday) as context:
        (request,) = schedule.evaluate_tick(context).run_requests
    partitions = definitions.resolve_job_def(schedule.job_name).partitions_def
    covered = dg.PartitionKeyRange(
        request.tags["dagster/asset_partition_range_start"], request.tags["dagster/asset_partition_range_end"]
    )
    assert set(partitions.get_partition_keys_in_range(covered)) == SCORED_IN
