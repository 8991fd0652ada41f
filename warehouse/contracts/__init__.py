"""Table contracts: one model a table, the one truth for its columns.

Put here: names, types, keys, ranges and descriptions of columns. From them come the check before a table is written,
the DuckDB DDL, the comments in the published file and the data dictionary.
Not here: how a table is made (`pipelines`), how it is stored (`warehouse/lake.py`, `warehouse/publish.py`).
"""

from warehouse.contracts.base import Contract, ContractError, describe, empty, enforce, key_of
from warehouse.contracts.tables import CONTRACTS, columns_of, contract_of, contracts_digest

__all__ = [
    "CONTRACTS",
    "Contract",
    "ContractError",
    "columns_of",
    "contract_of",
    "contracts_digest",
    "describe",
    "empty",
    "enforce",
    "key_of",
]
