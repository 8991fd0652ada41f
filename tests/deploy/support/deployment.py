"""The services of `deploy/compose.yaml` as processes of this machine, against a real PostgreSQL.

Put here: starting, killing and asking them.
Not here: what must come of it (the tests).
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import requests
import yaml
from postgres import Postgres
from small import small_registry

from warehouse.home import Home

CHECKOUT = Path(__file__).parents[3]
DEPLOY = CHECKOUT / "deploy"
PATIENCE = 180


def wait(for_what: str, look: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Look again and again until there is something."""
    end, last = time.monotonic() + patience, None
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except (OSError, KeyError) as error:
            last = error
        time.sleep(0.5)
    raise AssertionError(f"waited {patience} s in vain for {for_what}; last: {last}")


class Deployment:
    """The services of the compose file as processes of this machine."""

    def __init__(self, folder: Path) -> None:
        self.home, self.registry = Home(folder / "home"), small_registry(folder)
        self.home.prepare()
        settings = yaml.safe_load((DEPLOY / "dagster.yaml").read_text())
        settings["run_monitoring"]["poll_interval_seconds"] = 2  # all else as shipped
        (self.home.dagster / "dagster.yaml").write_text(yaml.safe_dump(settings))
        self.postgres = Postgres.create()
        self.services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
        self.ports = {name: self._free_port() for name in ("3000", "4000")}
        self.processes: dict[str, subprocess.Popen] = {}
        self.logs = folder

    @staticmethod
    def _free_port() -> str:
        with socket.create_server(("127.0.0.1", 0)) as free:
            return str(free.getsockname()[1])

    def environment(self, service: str) -> dict[str, str]:
        """Variables of the compose file, with the addresses of this machine."""
        mine = {
            "SMART21_POSTGRES_URL": self.postgres.url,
            "SMART21_CODE_HOST": "127.0.0.1",
            "SMART21_CODE_PORT": self.ports["4000"],
        }
        assert set(self.services[service]["environment"]) == set(mine)
        mine |= {"SMART21_HOME": str(self.home.root), "DAGSTER_HOME": str(self.home.dagster)}
        mine |= {"SMART21_REGISTRY": str(self.registry)}  # so that a run takes seconds
        mine |= {"DAGSTER_DISABLE_TELEMETRY": "1", "SMART21_BENCHMARK_CRON": "* * * * *"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SMART21_", "DAGSTER_"))}
        return kept | mine | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def start(self, service: str, *more: str) -> None:
        """Start a service with the command that the compose file has, and more words of it."""
        places = {"0.0.0.0": "127.0.0.1", "/app/workspace.yaml": str(DEPLOY / "workspace.yaml")} | self.ports
        command = [places.get(word, word) for word in self.services[service]["command"]] + list(more)
        log = (self.logs / f"{service}.log").open("a")
        self.processes[service] = subprocess.Popen(
            command, env=self.environment(service), stdout=log, stderr=log, cwd=self.home.root
        )

    def kill(self, service: str) -> None:
        """End a service as a crash would, with what it started."""
        process = self.processes.pop(service)
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End everything."""
        for service in list(self.processes):
            self.kill(service)
        self.postgres.remove()

    def ask(self, query: str, **variables: Any) -> Any:
        """Ask the webserver by GraphQL."""
        address = f"http://127.0.0.1:{self.ports['3000']}/graphql"
        answer = requests.post(address, json={"query": query, "variables": variables}, timeout=30).json()
        if "errors" in answer:  # as after a restart of the database, whose old connections fail once
            raise ConnectionError(answer["errors"])
        return answer["data"]

    def runs(self) -> list[dict[str, Any]]:
        """Runs, newest first."""
        query = "{ runsOrError { ... on Runs { results { runId status jobName tags { key value } } } } }"
        found = self.ask(query)["runsOrError"]["results"]
        return [run | {"tags": {tag["key"]: tag["value"] for tag in run["tags"]}} for run in found]

    def healthy(self) -> bool:
        """Whether every daemon that is needed reported of late."""
        query = "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"
        found = self.ask(query)["instance"]["daemonHealth"]["allDaemonStatuses"]
        return all(one["healthy"] for one in found if one["required"])

    def loaded(self) -> bool:
        """Whether the webserver has the code location from the code server."""
        query = "{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError { __typename } } } } }"
        (entry,) = self.ask(query)["workspaceOrError"]["locationEntries"]
        return bool(entry["locationOrLoadError"]["__typename"] == "RepositoryLocation")

    def schedule(self, what: str) -> str:
        """`start` or `stop` the schedule of the benchmark; tells the kind of answer."""
        place = {"repositoryName": "__repository__", "repositoryLocationName": "smart21"}
        selector = place | {"scheduleName": "weekly"}
        if what == "start":
            query = "mutation($s: ScheduleSelector!) { startSchedule(scheduleSelector: $s) { __typename } }"
            return str(self.ask(query, s=selector)["startSchedule"]["__typename"])
        look = "query($s: ScheduleSelector!) { scheduleOrError(scheduleSelector: $s) { ... on Schedule { id } } }"
        number = self.ask(look, s=selector)["scheduleOrError"]["id"]
        query = "mutation($id: String!) { stopRunningSchedule(id: $id) { __typename } }"
        return str(self.ask(query, id=number)["stopRunningSchedule"]["__typename"])
