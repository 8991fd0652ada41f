"""Reading the published file.

Put here: opening it read-only and asking it something.
Not here: building it (`publish.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import duckdb
import pandas as pd

from warehouse.contracts import contracts_digest
from warehouse.home import Home
from warehouse.releases import in_use, manifest


class NotPublishedError(Exception):
    """There is no published file yet."""


class QueryError(Exception):
    """The question cannot be answered; DuckDB's own words."""


@contextmanager
def _open(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    if in_use(home) is None:
        raise NotPublishedError(f"{home.benchmark} is not there yet. `smart21 run` builds it.")
    # Read-only and cut off from files and network: a question must not be able to do anything but ask.
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "lock_configuration": True,
    }
    connection = duckdb.connect(str(home.benchmark.resolve()), read_only=True, config=settings)
    try:
        yield connection
    finally:
        connection.close()


def ask_together(home: Home, questions: Mapping[str, tuple[str, Mapping[str, Any]]]) -> dict[str, pd.DataFrame]:
    """Rows that answer several SQL questions, all from the same release, whatever is published meanwhile.

    Args:
        home: where the published file lies.
        questions: by name, a statement with $name for each parameter, and the parameters' values.

    Raises:
        NotPublishedError: no file yet.
        QueryError: a statement is wrong, or would change something.
    """
    with _named_errors(home), _open(home) as connection:
        return {name: connection.execute(sql, dict(values)).df() for name, (sql, values) in questions.items()}


def ask(home: Home, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
    """Rows that answer a SQL question.

    Args:
        home: where the published file lies.
        sql: one statement, with ? for each parameter.
        parameters: values for the question marks.

    Raises:
        NotPublishedError: no file yet.
        QueryError: the statement is wrong, is not one, or would change something.
    """
    with _named_errors(home), _open(home) as connection:
        if len(connection.extract_statements(sql)) != 1:
            raise QueryError("Ask one SQL statement at a time.")
        return connection.execute(sql, list(parameters)).df()


def _of_another_version(home: Home) -> str:
    """What to do where the release in use was written by another version of the program; empty where it was not."""
    about = manifest(home, in_use(home) or "")
    if about.get("contracts_sha256") == contracts_digest():
        return ""
    return (
        f"\nRelease {about['release_id']} was written by version {about.get('code_version', 'unknown')} of the program "
        f"and has other tables than version {version('smart21-benchmark')}. `smart21 run` publishes one that has them."
    )


@contextmanager
def _named_errors(home: Home) -> Iterator[None]:
    try:
        yield
    except duckdb.CatalogException as error:
        raise QueryError(f"{error}{_of_another_version(home)}") from error
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
