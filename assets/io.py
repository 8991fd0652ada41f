"""Between Dagster and the lake: one Parquet file a table, or one a partition.

Put here: the IO manager and the metadata that every asset shows.
Not here: the lake itself (`warehouse/lake.py`).
"""

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Any

import dagster as dg
import pandas as pd

from assets.lineage import column_lineage
from warehouse.answers import Answers
from warehouse.contracts import contract_of, describe
from warehouse.home import find_home
from warehouse.lake import Lake
from warehouse.revisions import Revisions
from warehouse.storage import open_storage

PREVIEW_ROWS = 5


def table_of(key: dg.AssetKey) -> str:
    """Table name of an asset: ["core", "observation"] is core.observation."""
    return ".".join(key.path)


def open_lake() -> Lake:
    """The tables."""
    return Lake(open_storage(find_home().lake_address))


def open_answers() -> Answers:
    """The raw store."""
    return Answers(open_storage(find_home().lake_address))


def open_revisions() -> Revisions:
    """The record of differences between answers."""
    return Revisions(open_storage(find_home().lake_address))


class LakeIOManager(dg.IOManager):
    """Writes an asset's rows to the lake, checked against its contract, and reads them back.

    Each table tells its rows, bytes and seconds, so that Dagster plots them over time. Seconds count from the table
    that was written before it in the run; of a step with several tables the first one bears what they share.
    """

    def __init__(self) -> None:
        self._since = perf_counter()

    def handle_output(self, context: dg.OutputContext, obj: pd.DataFrame) -> None:
        """Write rows; a partitioned asset brings all partitions of the run in one table."""
        keys = list(context.asset_partition_keys) if context.has_asset_partitions else None
        size = open_lake().write(table_of(context.asset_key), obj, keys)
        told = about(obj) | {"size_bytes": size, "seconds": round(perf_counter() - self._since, 3)}
        context.add_output_metadata(told | column_lineage(table_of(context.asset_key)))
        self._since = perf_counter()

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """Read rows: of the run's partitions, or all."""
        keys = list(context.asset_partition_keys) if context.has_asset_partitions else None
        return open_lake().read(table_of(context.asset_key), keys)


def table_ins(*tables: str) -> dict[str, dg.AssetIn]:
    """Inputs that are tables of the lake, by the name after the schema."""
    return {table.split(".")[1]: dg.AssetIn(table.split("."), input_manager_key="lake") for table in tables}


def table_outs(schema: str, names: Iterable[str]) -> dict[str, dg.AssetOut]:
    """Outputs that are tables of one schema of the lake; the schema is their group."""
    return {
        name: dg.AssetOut.from_spec(table_spec(f"{schema}.{name}", group=schema), io_manager_key="lake")
        for name in names
    }


@dg.io_manager(description="The lake; one run at a time writes to it, whoever starts the run.")  # type: ignore[arg-type]
def locked_lake(_: dg.InitResourceContext) -> Iterator[LakeIOManager]:
    """The IO manager of a run, which holds the run lock as long as the run lasts."""
    home = find_home()
    home.prepare()
    with home.lock():
        yield LakeIOManager()


def about(rows: pd.DataFrame) -> dict[str, Any]:
    """Row count and a preview of the first rows."""
    preview = rows.head(PREVIEW_ROWS).astype("str").fillna("")
    cells = [[cell[:60].replace("|", "/").replace("\n", " ") for cell in row] for row in preview.to_numpy()]
    lines = [list(preview.columns), ["---"] * len(preview.columns), *cells]
    return {
        "dagster/row_count": len(rows),
        "preview": dg.MetadataValue.md("\n".join("| " + " | ".join(line) + " |" for line in lines)),
    }


def column_schema(table: str) -> dg.TableSchema:
    """Columns of a table as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=column.type,
                description=column.description,
                constraints=dg.TableColumnConstraints(nullable=column.is_nullable),
            )
            for column in describe(contract_of(table))
        ]
    )


def table_spec(table: str, *, group: str, **more: object) -> dg.AssetSpec:
    """Specification of the asset that is a table: description, owner, kinds and columns from its contract."""
    summary = (contract_of(table).__doc__ or "").strip().splitlines()[0]
    settings = {
        "key": table.split("."),
        "description": summary,
        "group_name": group,
        "owners": ["team:benchmark"],
        "kinds": {"python", "parquet"},
        "metadata": {"dagster/column_schema": column_schema(table), "dagster/table_name": table},
    }
    return dg.AssetSpec(**(settings | more))  # type: ignore[arg-type]
