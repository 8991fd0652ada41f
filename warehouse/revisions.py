"""The record of differences between a source's answers: added to, never changed.

Put here: adding what a comparison found, and the table of all of it.
Not here: comparing (`pipelines/revisions.py`).

Each finding is a file, `revisions/<source>/<hash of its ids>.parquet`: whoever is killed leaves whole files only, and
what is found twice is kept once.
"""

import hashlib
import io
from dataclasses import dataclass

import pandas as pd

from warehouse.contracts import contract_of, empty, enforce
from warehouse.storage import Storage

FOLDER = "revisions"
TABLE = "audit.revision"


@dataclass(frozen=True)
class Revisions:
    """The record in a storage."""

    storage: Storage

    def add(self, rows: pd.DataFrame) -> None:
        """Keep what one comparison found; nothing where it found nothing, or the same before.

        Args:
            rows: of the contract `audit.revision`, of one source.

        Raises:
            ContractError: the rows break the contract; nothing is kept.
        """
        if rows.empty:
            return
        checked = enforce(contract_of(TABLE), rows)
        digest = hashlib.sha256("\n".join(sorted(checked["revision_id"])).encode()).hexdigest()[:32]
        name = f"{FOLDER}/{checked['source_id'].iloc[0]}/{digest}.parquet"
        if not self.storage.exists(name):
            buffer = io.BytesIO()
            checked.to_parquet(buffer, index=False, compression="zstd")
            self.storage.write(name, buffer.getvalue())

    def table(self, source_id: str = "") -> pd.DataFrame:
        """Table `audit.revision`: of one source, or of all; oldest first."""
        names = self.storage.names(f"{FOLDER}/{source_id}" if source_id else FOLDER)
        parts = [pd.read_parquet(io.BytesIO(self.storage.read(name))) for name in names]
        if not parts:
            return empty(contract_of(TABLE))
        found = pd.concat(parts, ignore_index=True).sort_values(["found_at", "source_id"], kind="stable")
        return found.drop_duplicates("revision_id", ignore_index=True)
