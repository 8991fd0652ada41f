"""What every contract has, and what can be asked of one.

Put here: the base model, enforcement, and the reading of a contract by others (columns, keys, types).
Not here: any particular table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

NullableInteger: TypeAlias = pd.Int64Dtype

_EXACT = {"int64": pd.Int64Dtype(), "bool": pd.BooleanDtype()}
"""Types that are cast to quietly (1.5 to 1, "false" to True), and their likes that refuse what they cannot hold."""


_PANDAS = {"string[pyarrow]": "str"}
"""What pandas calls a type where pandera's name for it makes another one."""


class Contract(pa.DataFrameModel):
    """Base of all contracts: no column more, no column less, types coerced without loss."""

    class Config:
        """Pandera's switches."""

        strict = True
        coerce = True
        ordered = True


class ContractError(ValueError):
    """A table breaks its contract; the message names table, column, rule and the first rows."""


@dataclass(frozen=True)
class Column:
    """A column as the DDL, the checks and the dictionary see it."""

    name: str
    type: str
    is_nullable: bool
    description: str
    checks: tuple[tuple[str, dict[str, Any]], ...]


@cache
def describe(contract: type[Contract]) -> tuple[Column, ...]:
    """Columns of a contract, in order."""
    return tuple(
        Column(
            name,
            str(column.dtype),
            bool(column.nullable),
            column.description or "",
            tuple((check.name, dict(check.statistics or {})) for check in column.checks),
        )
        for name, column in contract.to_schema().columns.items()
    )


@cache
def key_of(contract: type[Contract]) -> list[str]:
    """Columns whose combination names a row."""
    unique = contract.to_schema().unique
    return [unique] if isinstance(unique, str) else list(unique or [])


def empty(contract: type[Contract]) -> pd.DataFrame:
    """A table of the contract without rows."""
    return pd.DataFrame({column.name: pd.Series(dtype=column.type) for column in describe(contract)})


def enforce(contract: type[Contract], frame: pd.DataFrame) -> pd.DataFrame:
    """Check a table against its contract.

    Args:
        contract: of the table.
        frame: rows; its columns may come in any order.

    Returns:
        The rows with the contract's column order and types.

    Raises:
        ContractError: what is broken, with the first offending rows.
    """
    schema = contract.to_schema()
    if missing := [name for name in schema.columns if name not in frame.columns]:
        raise ContractError(f"{schema.name}: columns missing: {', '.join(missing)}")
    if extra := [str(name) for name in frame.columns if name not in schema.columns]:
        raise ContractError(f"{schema.name}: columns that the contract does not know: {', '.join(extra)}")
    if losses := list(_losses(contract, frame)):
        raise ContractError(f"{schema.name}: {'; '.join(losses)}")
    rows = frame[list(schema.columns)].reset_index(drop=True)
    if (typed := _quickly(contract, rows)) is not None:
        return typed
    try:
        return schema.validate(rows, lazy=True)
    except SchemaErrors as error:
        raise ContractError(f"{schema.name}: {_sentences(error.failure_cases)}") from error


def _quickly(contract: type[Contract], rows: pd.DataFrame) -> pd.DataFrame | None:
    """The rows with their types when all is well; nothing when pandera must look, which takes ten times as long."""
    columns = describe(contract)
    try:
        typed = rows.astype({column.name: _PANDAS.get(column.type, column.type) for column in columns})
    except (TypeError, ValueError):
        return None
    key = key_of(contract)
    obeys = all(_obeys(typed[column.name], column) for column in columns)
    return typed if obeys and not (key and typed.duplicated(key).any()) else None


def _obeys(values: pd.Series, column: Column) -> bool:
    """Whether a column keeps its rules; a rule that is not known here counts as broken."""
    known = values.dropna()
    if len(known) < len(values) and not column.is_nullable:
        return False
    for rule, settings in column.checks:
        match rule:
            case "isin":
                kept = known.isin(list(settings["allowed_values"]))
            case "greater_than_or_equal_to":
                kept = known >= settings["min_value"]
            case "less_than_or_equal_to":
                kept = known <= settings["max_value"]
            case "str_matches":
                kept = known.str.match(settings["pattern"])
            case _:
                return False
        if not kept.all():
            return False
    return True


def _losses(contract: type[Contract], frame: pd.DataFrame) -> Iterator[str]:
    """Columns whose values no column of the type can hold."""
    for column in describe(contract):
        values = frame[column.name]
        if column.type in _EXACT:
            try:
                empty_rows = values.astype(_EXACT[column.type]).isna().sum()
            except (TypeError, ValueError) as error:
                yield f"{column.name} cannot become {column.type} without loss ({error})"
            else:
                if empty_rows:
                    yield f"{column.name} is empty in {empty_rows} rows"
        elif column.type == "float64" and values.isin([float("inf"), float("-inf")]).any():
            yield f"{column.name} holds infinity"


def _sentences(failures: pd.DataFrame, most: int = 5) -> str:
    of_key = failures["check"] == "multiple_fields_uniqueness"
    said = []
    if of_key.any():
        rows_of_key = failures[of_key].groupby("index")
        keys = {", ".join(f"{c.column}={c.failure_case}" for c in cells.itertuples()) for _, cells in rows_of_key}
        said.append(f"the same key more than once (such as {'; '.join(sorted(keys)[:3])})")
    for (column, rule), rows in failures[~of_key].groupby(["column", "check"], dropna=False):
        cases = ", ".join(map(str, rows["failure_case"].head(3)))
        said.append(f"{column} breaks '{rule}' in {len(rows)} rows (such as {cases})")
    more = f"; and {len(said) - most} more" if len(said) > most else ""
    return "; ".join(said[:most]) + more
