"""The processes of a deployment, started as `deploy/compose.yaml` starts them, against a real PostgreSQL.

A run happens by the clock, a killed run is tried again; code server, daemon and database are restarted.
"""

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from deployment import Deployment, wait
from postgres import programs

pytestmark = pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    it = Deployment(tmp_path_factory.mktemp("deployment"))
    try:
        for service in ("code", "webserver", "daemon"):
            it.start(service)
        wait("the daemons", it.healthy)
        wait("the code location", it.loaded)
        yield it
    finally:
        it.stop()


def worker_of(deployment: Deployment, run_id: str) -> int | None:
    """Number of the process that executes a run, which it tells in its log."""
    events = "... on EventConnection { events { ... on MessageEvent { message } } }"
    query = f"query($id: ID!) {{ logsForRun(runId: $id) {{ {events} }} }}"
    found = deployment.ask(query, id=run_id)["logsForRun"]["events"]
    said = " ".join(event.get("message", "") for event in found)
    told = re.search(r"Executing steps in process \(pid: (\d+)\)", said)
    return int(told[1]) if told else None


def test_a_scheduled_run_that_is_killed_is_tried_again_and_publishes(deployment: Deployment) -> None:
    assert deployment.schedule("start") == "ScheduleStateResult"
    first = wait("the clock's run", lambda: [run for run in deployment.runs() if run["status"] == "STARTED"])[0]
    assert first["tags"]["dagster/schedule_name"] == "weekly"
    assert deployment.schedule("stop") == "ScheduleStateResult"
    worker = wait("its process", lambda: worker_of(deployment, first["runId"]))
    os.kill(worker, signal.SIGKILL)

    def again() -> list[dict[str, Any]]:
        wanted = [run for run in deployment.runs() if run["tags"].get("dagster/parent_run_id") == first["runId"]]
        return [run for run in wanted if run["status"] == "SUCCESS"]

    (second,) = wait("the second attempt", again)
    states = {run["runId"]: run["status"] for run in deployment.runs()}
    assert states[first["runId"]] == "FAILURE"
    assert second["tags"]["dagster/retry_number"] == "1"
    assert deployment.home.benchmark.resolve().stem == "000001"


def test_code_server_daemon_and_database_may_be_restarted(deployment: Deployment) -> None:
    deployment.kill("code")
    deployment.kill("daemon")
    deployment.postgres.stop()
    deployment.postgres.start()
    deployment.start("code")
    deployment.start("daemon")
    wait("the daemons after the restart", deployment.healthy)
    wait("the code location after the restart", deployment.loaded)


def test_a_webserver_that_only_shows_starts_nothing(deployment: Deployment) -> None:
    deployment.kill("webserver")
    deployment.start("webserver", "--read-only")
    wait("the code location, to be read", deployment.loaded)
    assert deployment.schedule("start") == "UnauthorizedError"
