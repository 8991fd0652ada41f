"""The command that looks whether everything is in order.

Put here: what can be wrong with an installation, and what to do about it.
Not here: mending it.
"""

import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Annotated

import pandas as pd
import typer

from assets.cli.show import FAILED, Stop, print_json, print_table
from warehouse.home import HomeError, find_home
from warehouse.query import NotPublishedError, QueryError, ask
from warehouse.registry import RegistryError, load_registry
from warehouse.releases import releases

LEAST_SPACE = 200 * 2**20
"""Bytes that a run with its new release needs at most."""


def _registry() -> str:
    registry = load_registry()
    counts = f"{len(registry.communities)} communities, {len(registry.indicators)} indicators"
    return f"{counts}, {len(registry.editions)} editions, {len(registry.frameworks)} frameworks"


def _home() -> str:
    home = find_home()
    home.prepare()
    free = shutil.disk_usage(home.root).free
    if free < LEAST_SPACE:
        raise HomeError(f"{home.root}: only {free // 2**20} MiB free; a run needs {LEAST_SPACE // 2**20}.")
    return f"{home.root}, {free // 2**30} GiB free"


def _published() -> str:
    home = find_home()
    told = ask(home, "SELECT release_id, published_at FROM audit.release").iloc[0]
    return f"release {told['release_id']} of {told['published_at']}; {len(releases(home))} kept"


def _figures() -> str:
    lost = ask(
        find_home(), "SELECT sum(staged - observations - rejected) AS lost, sum(staged) AS n FROM audit.source_status"
    )
    if lost["lost"].iloc[0]:
        raise HomeError(f"{lost['lost'].iloc[0]} staged values are neither observations nor rejections. Run again.")
    return f"{int(lost['n'].iloc[0])} staged values, none lost"


def _versions() -> str:
    return ", ".join(
        [f"Python {platform.python_version()}", *(f"{n} {version(n)}" for n in ("dagster", "duckdb", "pandas"))]
    )


CHECKS: dict[str, Callable[[], str]] = {
    "versions": _versions,
    "registry": _registry,
    "home": _home,
    "published": _published,
    "figures": _figures,
}


def _findings() -> Iterator[dict[str, object]]:
    for name, look in CHECKS.items():
        try:
            yield {"what": name, "ok": True, "finding": look()}
        except (RegistryError, HomeError, NotPublishedError, QueryError) as error:
            yield {"what": name, "ok": False, "finding": str(error)}


def doctor(json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False) -> None:
    """Look whether registry, folders and the published file are in order.

    Example: smart21 doctor
    """
    findings = pd.DataFrame(_findings())
    if json:
        print_json(findings)
    else:
        print_table(findings)
    if not findings["ok"].all():
        raise Stop("Something is not in order; see above.", FAILED)
