"""The home folder made ready for a command that builds, or that asks Dagster.

Put here: folders, Dagster's settings, and the variables that lead Dagster to them.
Not here: the lock and the run (`execute.py`). Nothing large is imported, so that `smart21 dev` opens at once.
"""

import os
from pathlib import Path

from assets.cli.show import sentences
from warehouse.home import Home, HomeError, find_home

DAGSTER_YAML = Path(__file__).parents[1] / "dagster.yaml"


def prepare() -> Home:
    """Home folder and Dagster's own folder in it, ready for use."""
    home = find_home()
    with sentences(HomeError):
        home.prepare()
    os.environ.setdefault("DAGSTER_HOME", str(home.dagster))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        settings.write_bytes(DAGSTER_YAML.read_bytes())
    return home
