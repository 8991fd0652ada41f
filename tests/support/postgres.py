"""A real PostgreSQL server on localhost, in a folder of its own.

Put here: finding, starting, stopping and restarting it.
Not here: what is stored there (the tests).
"""

import os
import shutil
import socket
import subprocess
import tempfile
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
    def create(cls) -> "Postgres":
        """Make a cluster and start it."""
        # Not among pytest's folders, which only their owner may enter: the server runs as another user.
        folder = Path(tempfile.mkdtemp(prefix="smart21-postgres-"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            server = cls(folder / "data", free.getsockname()[1])
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
        server._run("initdb", "--auth=trust", "--username=smart21", "--no-sync", "--pgdata", server.folder)
        server.start()
        server._run("createdb", "--host=127.0.0.1", f"--port={server.port}", "--username=smart21", "smart21")
        return server

    def remove(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self.folder.parent)

    @property
    def url(self) -> str:
        """Address with user and database."""
        return f"postgresql+psycopg2://smart21@127.0.0.1:{self.port}/smart21"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        log = self.folder.parent / "log"
        self._run("pg_ctl", "start", "--wait", "--pgdata", self.folder, "--options", options, "--log", log)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it as a crash would."""
        self._run("pg_ctl", "stop", "--wait", "--pgdata", self.folder, "--mode", mode)

    def _run(self, program: str, *arguments: object) -> None:
        folder = programs()
        assert folder is not None
        user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        # Into a file: the server that pg_ctl leaves behind would keep a pipe open for ever.
        with (self.folder.parent / "postgres.out").open("a+") as out:
            done = subprocess.run(
                [folder / program, *map(str, arguments)], cwd=self.folder.parent, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, **user,
            )  # fmt: skip
            out.seek(0)
            assert done.returncode == 0, out.read()
