"""The commands of `deploy/README.md`, typed as they stand there: back up, restore, move to an object store, upgrade."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import object_store
import pytest
import yaml
from base import base
from deployment import DEPLOY
from installation import Ended, Installation
from postgres import Postgres, programs

from warehouse.home import Home
from warehouse.releases import in_use
from warehouse.storage import open_storage

pytestmark = pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed")

STANDS_FOR = 'sudo() { shift 3; "$@"; }; systemctl() { :; }\n'
"""What a test cannot have: another user, and services of the system."""


def commands(heading: str) -> str:
    """The commands below a heading, with the line that follows them."""
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return re.search(r"```sh\n(.*?)```", section[1], re.DOTALL)[1]


def type_in(installation: Installation, script: str, folder: Path, **variables: str) -> Ended:
    """Type commands into a shell that ends at the first one that fails."""
    path = f"{Path(sys.executable).parent}:{programs()}:{os.environ['PATH']}"
    environment = installation.environment(DAGSTER_HOME=str(installation.home.dagster), PATH=path, **variables)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], env=environment, cwd=folder, capture_output=True, text=True
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def settle_in(installation: Installation) -> None:
    """Dagster's settings, as the start of a deployment puts them into the home."""
    installation.home.dagster.mkdir(parents=True, exist_ok=True)
    (installation.home.dagster / "dagster.yaml").write_bytes((DEPLOY / "dagster.yaml").read_bytes())


def runs(url: str, folder: Path) -> set[str]:
    """The runs in Dagster's records."""
    settings = {"storage": {"postgres": {"postgres_url": url}}, "telemetry": {"enabled": False}}
    (folder / "dagster.yaml").write_text(yaml.safe_dump(settings))
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        return {run.run_id for run in instance.get_runs()}


@pytest.fixture
def databases() -> Iterator[list[Postgres]]:
    made = [Postgres.create(), Postgres.create()]
    yield made
    for one in made:
        one.remove()


def test_a_backup_restored_elsewhere_is_the_same_benchmark_and_goes_on(
    tmp_path: Path, databases: list[Postgres]
) -> None:
    before, after = databases
    old = base().copy(tmp_path)
    settle_in(old)
    assert old.run("run", "--all", SMART21_POSTGRES_URL=before.url).code == 0
    backed_up = type_in(old, commands("Back up"), tmp_path, SMART21_POSTGRES_URL=before.url)
    assert backed_up.code == 0, backed_up.said
    kept, history = old.home.benchmark.read_bytes(), runs(before.url, tmp_path)
    assert history

    new = Installation(tmp_path / "elsewhere", old.registry)
    settle_in(new)
    restored = type_in(new, commands("Restore, or move to another machine"), tmp_path, SMART21_POSTGRES_URL=after.url)
    assert restored.code == 0, restored.said
    assert new.published == ["000001", "000002", "000003"]
    assert (new.home.releases / "000002.duckdb").read_bytes() == kept
    assert new.current == "000003"
    assert new.count("mart.score") == old.count("mart.score")
    assert history < runs(after.url, tmp_path)


def test_a_home_moves_to_an_object_store(
    tmp_path: Path, s3_bucket: str, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = base().copy(tmp_path)
    places = {"SMART21_LAKE": f"{s3_bucket}/lake", "SMART21_RELEASES": f"{s3_bucket}/shelf"}
    account = object_store.ACCOUNT | {"AWS_ENDPOINT_URL": s3_endpoint}
    moved = type_in(installation, commands("Move to an object store"), tmp_path, **places, **account)
    assert moved.code == 0, moved.said
    assert "Nothing changed since release 000001" in moved.said
    here, there = open_storage(installation.home.lake), open_storage(places["SMART21_LAKE"])
    assert here.names("") == there.names("")
    monkeypatch.setenv("SMART21_RELEASES", places["SMART21_RELEASES"])
    reader = Home(tmp_path / "reader")
    reader.prepare()
    assert in_use(reader) == "000001"
    assert reader.benchmark.read_bytes() == installation.home.benchmark.read_bytes()


def test_an_upgrade_finds_the_records_and_the_lake(tmp_path: Path, databases: list[Postgres]) -> None:
    installation = base().copy(tmp_path)
    settle_in(installation)
    (installation.home.releases / "000001.json").unlink()  # as a version before releases had a manifest left it
    (installation.home.lake / "format.json").unlink()
    steps = commands("Upgrade").splitlines()
    first, last = (next(i for i, line in enumerate(steps) if word in line) for word in ("instance migrate", "restart"))
    script = "\n".join(line.replace(".venv/bin/", "") for line in steps[first : last + 1])
    done = type_in(installation, STANDS_FOR + script, tmp_path, SMART21_POSTGRES_URL=databases[0].url)
    assert done.code == 0, done.said
    assert "1 releases got a manifest" in done.said
    ended = installation.run("run", SMART21_POSTGRES_URL=databases[0].url)
    assert ended.code == 0, ended.said
    assert "Nothing changed since release 000001" in ended.said
