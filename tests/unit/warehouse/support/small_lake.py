"""A lake with every table and few rows, and the audit tables that go with it.

Put here: rows that any test of storing and publishing may start from.
Not here: scores that mean something (`tests/flow`).
"""

import hashlib
import json
from typing import Any

import pandas as pd

from warehouse.contracts import CONTRACTS, contract_of, empty
from warehouse.contracts.base import Column
from warehouse.home import Home
from warehouse.lake import Lake
from warehouse.storage import Folder

STAGING = ["staging.survey"]
TEXT = "o'neill"


def lake_of(home: Home) -> Lake:
    """The lake of a home."""
    return Lake(Folder(home.lake))


def value(column: Column, row: int) -> Any:
    """A value that the column's checks allow; of a text or a number without list, another one for each row."""
    settings: dict[str, Any] = {}
    for _, found in column.checks:
        settings |= found
    if "allowed_values" in settings:
        return next(iter(settings["allowed_values"]))
    if "pattern" in settings:
        return f"{2000 + row}"
    if column.type == "bool":
        return True
    if column.type == "string[pyarrow]":
        return f"{TEXT} {row}"
    lowest, highest = settings.get("min_value", 0), settings.get("max_value")
    number = lowest + row + 1 if highest is None else (lowest + highest) / 2
    return float(number) if column.type == "float64" else int(number)


def rows_of(columns: list[Column], count: int = 1) -> pd.DataFrame:
    """Valid rows of a contract's columns."""
    return pd.DataFrame([{column.name: value(column, row) for column in columns} for row in range(count)])


def fill(home: Home) -> None:
    """Write every table a release needs: two areas and two staged figures, the others empty."""
    lake = lake_of(home)
    for table in (*CONTRACTS, *STAGING):
        if not table.startswith("audit.") and table != "staging.figure":
            lake.write(table, empty(contract_of(table)))
    lake.write("core.area", areas())
    lake.write("staging.survey", figures())


def areas(count: int = 2, currency: str = "VND") -> pd.DataFrame:
    """Rows of core.area that all have one currency."""
    return pd.DataFrame(
        {"area_id": [f"area_{n}" for n in range(count)], "kind": "community", "name": "Phố", "country_id": "VNM"}
        | {"currency": currency}
    )


def figures() -> pd.DataFrame:
    """Two staged rows."""
    names = [name for name in empty(contract_of("staging.survey")).columns if name != "staged_id"]
    return pd.DataFrame([{"staged_id": f"a:{row}"} | dict.fromkeys(names, TEXT) for row in (2, 3)])


def audit(release_id: str) -> dict[str, pd.DataFrame]:
    """What a run tells about itself."""
    release = {"release_id": release_id, "run_id": "run", "published_at": "2026-01-01T00:00:00Z", "notice": "ours"}
    run = {"run_id": "run", "finished_at": "2026-01-01T00:00:00Z", "code_version": "1", "registry_sha256": "a"}
    run |= {"inputs_sha256": "c", "method_sha256": "b", "python_version": "3", "duckdb_version": "2", "licence": "any"}
    return {
        "audit.run": pd.DataFrame([run]),
        "audit.release": pd.DataFrame([release]),
        "audit.source_status": empty(contract_of("audit.source_status")),
        "audit.revision": empty(contract_of("audit.revision")),
    }


def forget(home: Home, table: str) -> None:
    """Let a table be gone."""
    lake_of(home).storage.delete(f"tables/{table.replace('.', '/')}.json")


def plant(home: Home, table: str, body: bytes, rows: int) -> None:
    """Put a file into the lake that no contract has seen, with a pointer that fits it."""
    storage, name = lake_of(home).storage, f"tables/{table.replace('.', '/')}"
    about = {"file": f"{name}.parquet", "sha256": hashlib.sha256(body).hexdigest(), "rows": rows}
    storage.write(about["file"], body)
    storage.write(f"{name}.json", json.dumps(about).encode())
