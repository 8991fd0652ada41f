"""Every contract is complete, and says the same in pandas and in DuckDB."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pandas as pd
import pytest
from small_lake import rows_of

from warehouse import ddl
from warehouse.contracts import CONTRACTS, Contract, ContractError, contract_of, describe, empty, enforce, key_of
from warehouse.contracts.base import Column
from warehouse.contracts.raw import Figure

MODELS = {**CONTRACTS, "staging.survey": Figure}


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every table in one empty DuckDB."""
    with duckdb.connect() as connection:
        for schema in ("raw", "staging", "core", "mart", "audit"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for table, contract in MODELS.items():
            connection.execute(ddl.create_table(table, contract))
        yield connection


def insert(database: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> int:
    """Insert rows and take them back; returns how many arrived."""
    name = ddl.identifier(table)
    database.register("incoming", rows)
    database.execute("BEGIN")
    try:
        database.execute(f"INSERT INTO {name} SELECT * FROM incoming")
        return database.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
    finally:
        database.execute("ROLLBACK")


def faults(contract: type[Contract]) -> dict[str, pd.DataFrame]:
    """Rows that each break one check, the key, or the rule that a value must not be missing."""
    columns = list(describe(contract))
    good = rows_of(columns)
    broken = {f"{c.name}={wrong}": good.assign(**{c.name: wrong}) for c in columns for wrong in wrongs(c)}
    filled = next(
        column.name for column in reversed(columns) if column.type == "string[pyarrow]" and not column.is_nullable
    )
    return broken | {
        f"{filled}=null": good.assign(**{filled: None}),
        "key twice": pd.concat([good, good], ignore_index=True),
    }


def wrongs(column: Column) -> list[Any]:
    """Values that each break one check of the column."""
    found: list[Any] = [float("inf")] if column.type == "float64" else []
    for check, settings in column.checks:
        match check:
            case "isin" | "str_matches":
                found.append("neither")
            case "greater_than_or_equal_to":
                found.append(settings["min_value"] - 1)
            case "less_than_or_equal_to":
                found.append(settings["max_value"] + 1)
    return found


@pytest.mark.parametrize("table", MODELS)
def test_table_and_columns_are_described(table: str) -> None:
    contract = MODELS[table]
    assert (contract.__doc__ or "").strip()
    assert key_of(contract), "no key"
    assert [column.name for column in describe(contract) if not column.description.strip()] == []
    assert {name.split(".")[0] for name in MODELS} == {"raw", "staging", "core", "mart", "audit"}


@pytest.mark.parametrize("table", MODELS)
def test_valid_rows_pass_here_and_there(table: str, database: duckdb.DuckDBPyConnection) -> None:
    contract = MODELS[table]
    assert insert(database, table, enforce(contract, rows_of(list(describe(contract))))) == 1
    assert insert(database, table, empty(contract)) == 0


@pytest.mark.parametrize("table", MODELS)
def test_duckdb_refuses_every_fault(table: str, database: duckdb.DuckDBPyConnection) -> None:
    def passes(rows: pd.DataFrame) -> bool:
        try:
            return insert(database, table, rows) > 0
        except duckdb.ConstraintException:
            return False

    assert [fault for fault, rows in faults(MODELS[table]).items() if passes(rows)] == []


@pytest.mark.parametrize("table", MODELS)
def test_the_contract_refuses_every_fault(table: str) -> None:
    finite = {fault: rows for fault, rows in faults(MODELS[table]).items() if not fault.endswith("=inf")}
    with pytest.raises(ContractError, match=f"^{MODELS[table].to_schema().name}: ") as caught:
        enforce(MODELS[table], pd.concat(finite.values(), ignore_index=True))
    told = caught.value.__cause__.failure_cases
    assert set(told["column"]) >= {fault.split("=")[0] for fault in finite} - {"key twice"}
    assert "multiple_fields_uniqueness" in set(told["check"])


def test_tables_are_found_by_name() -> None:
    assert contract_of("staging.anything") is Figure
    assert contract_of("core.area") is CONTRACTS["core.area"]
    with pytest.raises(KeyError):
        contract_of("core.nothing")
