"""From the lake to one DuckDB file that analysts can trust.

Put here: building a new, numbered file from contracts and Parquet, and checking it.
Not here: SQL text (`ddl.py`, `views/`), numbers and the link (`releases.py`), reading a published file (`query.py`).

A published file is never changed: whoever has it open keeps a complete old release, whoever opens the link next gets a
complete new one, and a crash at any moment leaves the old one. The link, not the file, is replaced, because a
write-ahead log that a careless writer leaves beside a plain file would belong to the wrong content afterwards.
"""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from warehouse import ddl
from warehouse.contracts import CONTRACTS, contract_of, contracts_digest, describe, enforce, key_of
from warehouse.files import discard, sync
from warehouse.home import Home
from warehouse.lake import Lake, LakeError
from warehouse.releases import ReleaseError, next_number, prune, put

VIEWS = Path(__file__).parent / "views"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class PublishError(Exception):
    """The new file was not published; the old one stands. Says why and what to do."""


def publish(home: Home, lake: Lake, audit: Callable[[str], dict[str, pd.DataFrame]], staging: list[str]) -> Path:
    """Build, check and put in place a new release.

    Args:
        home: where.
        lake: what it is made from.
        audit: given the release's number, returns the audit tables by name.
        staging: names of the staging tables.

    Returns:
        The new numbered file.

    Raises:
        PublishError: nothing was published.
    """
    if home.benchmark.exists() and not home.benchmark.is_symlink():
        raise PublishError(
            f"{home.benchmark} is not the link that this program keeps there. Move it away, then run again."
        )
    with _named_errors(home):
        release_id = next_number(home)
        for leftover in (*home.releases.glob(".*"), *home.root.glob(f".{home.benchmark.name}.*")):
            discard(leftover)
        # In a folder of its own, so that DuckDB's log and spill files go with it when the build fails.
        with tempfile.TemporaryDirectory(dir=home.releases, prefix=".") as folder:
            draft = Path(folder, f"{release_id}.duckdb")
            told = audit(release_id)
            _build(draft, lake, told, staging)
            sync(draft)
            path = put(home, draft, _manifest(told))
        prune(home)
    return path


def _manifest(audit: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """What a release tells without being opened."""
    facts: dict[str, Any] = {"contracts_sha256": contracts_digest()}
    for table in ("audit.release", "audit.run"):
        facts |= {str(name): value for name, value in audit[table].iloc[0].items()}
    return facts


@contextmanager
def _named_errors(home: Home) -> Iterator[None]:
    try:
        yield
    except (LakeError, ReleaseError) as error:
        raise PublishError(str(error)) from error
    except (OSError, duckdb.Error) as error:
        raise PublishError(
            f"The new release could not be written to {home.releases}: {error}. {_remedy(error)}, then run again; "
            "the release published before is untouched."
        ) from error


def _remedy(error: OSError | duckdb.Error) -> str:
    if getattr(error, "errno", None) in _FULL or any(os.strerror(code) in str(error) for code in _FULL):
        return "Make room on the disk"
    if isinstance(error, OSError | duckdb.IOException):
        return "Check the folder's permissions and space"
    return "Correct the table that is named"


def _build(path: Path, lake: Lake, audit: dict[str, pd.DataFrame], staging: list[str]) -> None:
    with duckdb.connect(str(path)) as connection:
        for schema in ("raw", "staging", "core", "mart", "audit"):
            connection.execute(f"CREATE SCHEMA {schema}")
        # One transaction: a thousand small commits cost more than the data.
        connection.execute("BEGIN")
        tables = [*staging, *(name for name in CONTRACTS if name != "staging.figure" and not name.startswith("audit."))]
        counts = {table: _load(connection, lake, table) for table in tables}
        dictionary = pd.DataFrame(_dictionary([*tables, *(n for n in CONTRACTS if n.startswith("audit."))]))
        audit = audit | {
            "audit.table_count": pd.DataFrame({"table_name": list(counts), "rows": list(counts.values())}),
            "audit.dictionary": dictionary,
        }
        for table, frame in audit.items():
            _insert(connection, table, frame)
        for view in sorted(VIEWS.glob("*.sql")):
            connection.execute(view.read_text(encoding="utf-8"))
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")


def _create(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Make an empty table with its comments; returns its column list."""
    contract = contract_of(table)
    # One script a table: parsing costs less than a call for each of its comments.
    connection.execute(";\n".join([ddl.create_table(table, contract), *ddl.comments(table, contract)]))
    return ", ".join(ddl.identifier(column.name) for column in describe(contract))


def _load(connection: duckdb.DuckDBPyConnection, lake: Lake, table: str) -> int:
    """Fill a table from the lake and see that every row arrived."""
    columns = _create(connection, table)
    name = ddl.identifier(table)
    with lake.local(table) as paths:
        files = [str(path) for path in paths]
        connection.execute(f"INSERT INTO {name} SELECT {columns} FROM read_parquet(?)", [files])  # noqa: S608 (own names)
    (arrived,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)  # noqa: S608
    stored = lake.rows(table)
    if arrived != stored:
        raise PublishError(f"{table}: {stored} rows in the lake, {arrived} in the new file.")
    return int(arrived)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    columns = _create(connection, table)
    rows = enforce(contract_of(table), frame)
    connection.register("incoming", rows)
    connection.execute(f"INSERT INTO {ddl.identifier(table)} SELECT {columns} FROM incoming")  # noqa: S608
    connection.unregister("incoming")


def _dictionary(tables: list[str]) -> Iterator[dict[str, object]]:
    for table in tables:
        contract = contract_of(table)
        key = key_of(contract)
        for position, column in enumerate(describe(contract), start=1):
            yield {
                "table_name": table,
                "position": position,
                "column_name": column.name,
                "type": ddl.sql_type(column),
                "is_nullable": column.is_nullable,
                "is_key": column.name in key,
                "description": column.description,
            }
