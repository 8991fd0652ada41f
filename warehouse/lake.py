"""The lake: one Parquet file per table.

Put here: reading and writing of tables.
Not here: stored answers (`answers.py`), the published file (`publish.py`), what a table must look like (`contracts`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from warehouse.contracts import contract_of, enforce
from warehouse.files import replacing

PARTITION = "edition_id"
"""Column by which partitioned tables are split."""


class LakeError(Exception):
    """Something that should lie in the lake does not."""


@dataclass(frozen=True)
class Lake:
    """The tables in one local folder."""

    root: Path

    def write(self, table: str, frame: pd.DataFrame, partitions: Sequence[str] | None = None) -> None:
        """Check a table against its contract and replace its file, or the files of its partitions.

        Args:
            table: schema.table.
            frame: the rows; of a partitioned table those of all the partitions given.
            partitions: values of the column PARTITION; each becomes a file, also where it has no rows.

        Raises:
            ContractError: the rows break the contract; nothing is written.
        """
        checked = enforce(contract_of(table), frame)
        for key in [None] if partitions is None else partitions:
            with replacing(self.path(table, key)) as draft:
                rows = checked if key is None else checked[checked[PARTITION] == key]
                rows.to_parquet(draft, index=False, compression="zstd")

    def read(self, table: str, partitions: list[str] | None = None) -> pd.DataFrame:
        """Rows of a table.

        Args:
            table: schema.table.
            partitions: which partitions; all of a partitioned table when left out.

        Raises:
            LakeError: the table was never written.
        """
        paths = self.files(table) if partitions is None else [self.path(table, key) for key in partitions]
        if not paths or not all(path.is_file() for path in paths):
            raise LakeError(f"{table} is not in the lake; run `smart21 run` first")
        return pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True)

    def files(self, table: str) -> list[Path]:
        """Parquet files of a table, one a partition."""
        whole = self.path(table)
        return [whole] if whole.is_file() else sorted(whole.with_suffix("").glob("[!.]*.parquet"))

    def path(self, table: str, partition: str | None = None) -> Path:
        """File of a table or of one partition of it."""
        schema, name = table.split(".")
        folder = self.root / "tables" / schema
        return folder / name / f"{partition}.parquet" if partition else folder / f"{name}.parquet"
