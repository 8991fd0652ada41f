"""Asking the published file on behalf of a command.

Put here: options that several commands have, the ids that a user may mean, and the one call that asks.
Not here: any command, any printing.
"""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from assets.cli.show import Stop, sentences
from warehouse.home import find_home
from warehouse.query import NotPublishedError, QueryError, ask

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Edition = Annotated[str, typer.Option(help="Award year, such as 2019.")]
Framework = Annotated[str, typer.Option(help="icf or wta.")]
Chart = Annotated[Path | None, typer.Option(help="Also draw it: a file ending in .svg or .png.")]
OwnArea = Annotated[bool, typer.Option("--own-area", help="Only figures of the community's own area; no proxies.")]


def reading(own_area: bool) -> str:
    """Name of the reading."""
    return "own_area" if own_area else "with_proxies"


def question(sql: str, *parameters: object) -> pd.DataFrame:
    """Ask the published file; a sentence when it cannot answer."""
    with sentences(NotPublishedError, QueryError):
        return ask(find_home(), sql, parameters)


def _known(kind: str, value: str, sql: str) -> str:
    """The id that the user means, or a sentence that lists what there is."""
    ids = list(question(sql).iloc[:, 0])
    if value in ids:
        return value
    raise Stop(f"{kind} {value!r} is not known. There are: {', '.join(map(str, ids))}.")


def community_id(value: str) -> str:
    """A community by id or by any of its spellings."""
    found = question("SELECT DISTINCT community_id FROM core.community_name WHERE lower(name) = lower(?)", value)
    if len(found) == 1:
        return str(found.iloc[0, 0])
    return _known("Community", value, "SELECT DISTINCT community_id FROM core.edition_member ORDER BY 1")


def edition_id(value: str) -> str:
    """A scored edition."""
    return _known("Edition", value, "SELECT edition_id FROM core.edition WHERE is_scored ORDER BY 1")


def framework_id(value: str) -> str:
    """A scored framework."""
    return _known("Framework", value, "SELECT framework_id FROM core.framework WHERE kind = 'scored' ORDER BY 1")


def criterion_id(value: str) -> str:
    """A scored criterion."""
    return _known("Criterion", value, "SELECT DISTINCT criterion_id FROM mart.score ORDER BY 1")
