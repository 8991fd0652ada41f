"""The command that opens Dagster's interface: dev.

Put here: how `dagster dev` is started over this home.
Not here: a deployment's processes (`deploy/`).
"""

import os
import sys
from typing import Annotated

import typer

from assets.cli.prepare import prepare
from assets.cli.show import out


def dev(port: Annotated[int, typer.Option(help="Port on localhost.")] = 3000) -> None:
    """Open the Dagster UI on localhost.

    Example: smart21 dev --port 3001
    """
    home = prepare()
    out.print(f"Dagster opens on http://127.0.0.1:{port} (records in {home.dagster}); stop it with Ctrl+C.")
    quiet = "ignore:Function `dev_command` is superseded"  # by a command of another package, which is not installed
    command = [sys.executable, "-W", quiet, "-m", "dagster", "dev", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--module-name", "assets.definitions"]
    os.execv(sys.executable, command)  # noqa: S606 (own words only): this process has nothing more to do
