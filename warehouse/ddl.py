"""SQL made from contracts: tables, checks, comments.

Put here: how a contract reads in DuckDB's SQL.
Not here: running it (`publish.py`).
"""

from collections.abc import Iterator
from typing import Any

from warehouse.contracts import Contract, describe, key_of
from warehouse.contracts.base import Column

TYPES = {
    "string[pyarrow]": "VARCHAR",
    "str": "VARCHAR",
    "float64": "DOUBLE",
    "int64": "BIGINT",
    "Int64": "BIGINT",
    "bool": "BOOLEAN",
}


def identifier(name: str) -> str:
    """A name, quoted; dots separate schema and table."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def literal(value: Any) -> str:
    """A number, or a quoted text."""
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


def sql_type(column: Column) -> str:
    """DuckDB type of a column."""
    return TYPES[column.type]


def create_table(table: str, contract: type[Contract]) -> str:
    """CREATE TABLE with types, NOT NULL, CHECK and the key."""
    lines = [f"{identifier(c.name)} {sql_type(c)}{'' if c.is_nullable else ' NOT NULL'}" for c in describe(contract)]
    lines += [f"CHECK ({check})" for column in describe(contract) for check in _checks(column)]
    if key := key_of(contract):
        lines.append(f"PRIMARY KEY ({', '.join(map(identifier, key))})")
    return f"CREATE TABLE {identifier(table)} (\n  " + ",\n  ".join(lines) + "\n)"


def comments(table: str, contract: type[Contract]) -> Iterator[str]:
    """COMMENT ON for the table and each of its columns."""
    summary = (contract.__doc__ or "").strip().splitlines()[0]
    yield f"COMMENT ON TABLE {identifier(table)} IS {literal(summary)}"
    for column in describe(contract):
        yield f"COMMENT ON COLUMN {identifier(table)}.{identifier(column.name)} IS {literal(column.description)}"


def _checks(column: Column) -> Iterator[str]:
    name = identifier(column.name)
    if sql_type(column) == "DOUBLE":
        yield f"isfinite({name})"
    for check, settings in column.checks:
        match check:
            case "isin":
                yield f"{name} IN ({', '.join(literal(value) for value in settings['allowed_values'])})"
            case "greater_than_or_equal_to":
                yield f"{name} >= {literal(settings['min_value'])}"
            case "less_than_or_equal_to":
                yield f"{name} <= {literal(settings['max_value'])}"
            case "str_matches":
                yield f"regexp_matches({name}, {literal(settings['pattern'])})"
            case _:
                raise ValueError(f"{column.name}: no SQL is known for the check {check}")
