"""What every contract has, and what can be asked of one.

Put here: the base model, enforcement, and the reading of a contract by others (columns, keys, types).
Not here: any particular table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

NullableInteger: TypeAlias = pd.Int64Dtype

_EXACT = {"int64": pd.Int64Dtype(), "bool": pd.BooleanDtype()}
"""Types that are cast to quietly (1.5 to 1, "false" to True), and their likes that refuse what they cannot hold."""


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


def describe(contract: type[Contract]) -> Iterator[Column]:
    """Columns of a contract, in order."""
    for name, column in contract.to_schema().columns.items():
        checks = tuple((check.name, dict(check.statistics or {})) for check in column.checks)
        yield Column(name, str(column.dtype), bool(column.nullable), column.description or "", checks)


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
    try:
        return schema.validate(frame[list(schema.columns)].reset_index(drop=True), lazy=True)
    except SchemaErrors as error:
        raise ContractError(f"{schema.name}: {_sentences(error.failure_cases)}") from error


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
