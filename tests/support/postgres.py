"""A real PostgreSQL server on localhost, in a folder of its own.

Put here: finding, starting, stopping and restarting it.
Not here: what is stored there (the tests).
"""

import os
import pwd
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

VERSIONS = Path("/usr/lib/postgresql")
"""Where Debian keeps the server's programs, which are not on the path."""


def programs() -> Path | None:
    """Folder of the newest server's programs; nothing where there is none."""
    found = [path.parent for path in VERSIONS.glob("*/bin/postgres")]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    on_path = shutil.which("postgres")
    return Path(on_path).parent if on_path else None


@dataclass
class Postgres:
    """One server; it keeps its data over a restart."""

    folder: Path
    port: int

    @classmethod
    def create(cls, folder: Path) -> "Postgres":
        """Make a cluster and start it."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            server = cls(folder, free.getsockname()[1])
        folder.mkdir(parents=True)
        if os.geteuid() == 0:  # the server refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            for parent in folder.parents:
                if parent.stat().st_uid == 0 and parent != Path("/"):
                    parent.chmod(parent.stat().st_mode | 0o011)
        server._run("initdb", "--auth=trust", "--username=smart21", "--no-sync", "--pgdata", folder)
        server.start()
        server._run("createdb", "--host=127.0.0.1", f"--port={server.port}", "--username=smart21", "smart21")
        return server

    @property
    def url(self) -> str:
        """Address with user and database."""
        return f"postgresql+psycopg2://smart21@127.0.0.1:{self.port}/smart21"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        log = self.folder / "log"
        self._run("pg_ctl", "start", "--wait", "--pgdata", self.folder, "--options", options, "--log", log)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it as a crash would."""
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self.folder, "--mode", mode)

    def _run(self, program: str, *arguments: object) -> None:
        folder = programs()
        assert folder is not None
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [folder / program, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL, stderr=subprocess.STDOUT, **user,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
