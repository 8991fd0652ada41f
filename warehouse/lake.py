"""The lake: stored answers that are never changed, and one Parquet file per table.

Put here: reading and writing of answers and tables.
Not here: the published file (`publish.py`), what a table must look like (`contracts`).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from warehouse.contracts import contract_of, empty, enforce
from warehouse.files import replacing, sync

PARTITION = "edition_id"
"""Column by which partitioned tables are split."""


class LakeError(Exception):
    """Something that should lie in the lake does not."""


@dataclass(frozen=True)
class Lake:
    """A lake in one local folder."""

    root: Path

    # Answers

    def store(self, source_id: str, body: bytes, *, url: str, retrieved_at: str, **about: Any) -> str:
        """Keep an answer under the hash of its body; the same body is kept once.

        Args:
            source_id: source that gave it.
            body: the bytes as they came.
            url: address without secrets.
            retrieved_at: UTC time, ISO 8601; the newest retrieval of a source is its current answer.
            about: `parameters`, `status`, `media_type`.

        Returns:
            answer_id, the sha256 of the body.

        Raises:
            LakeError: the body is empty; nothing is stored.
        """
        if not body:
            raise LakeError(f"{source_id}: the answer from {url} is empty; it is not stored")
        answer_id = hashlib.sha256(body).hexdigest()
        path = self._body(source_id, answer_id)
        current = self.current(source_id)
        if current is not None and current["answer_id"] == answer_id and path.is_file():
            return answer_id
        record = {
            "answer_id": answer_id,
            "source_id": source_id,
            "url": url,
            "parameters": json.dumps(about.get("parameters", {}), sort_keys=True),
            "status": about.get("status", 200),
            "retrieved_at": retrieved_at,
            "media_type": about.get("media_type", "text/csv"),
            "size_bytes": len(body),
            "lake_path": path.relative_to(self.root).as_posix(),
        }
        with replacing(path) as draft:
            draft.write_bytes(body)
            sync(draft)
        with replacing(path.with_suffix(".json")) as draft:
            draft.write_text(json.dumps(record, indent=1), encoding="utf-8")
            sync(draft)
        return answer_id

    def current(self, source_id: str) -> dict[str, Any] | None:
        """The newest good answer of a source, or nothing."""
        records = [json.loads(path.read_text("utf-8")) for path in self._folder(source_id).glob("*.json")]
        return max(records, key=lambda record: (record["retrieved_at"], record["answer_id"]), default=None)

    def body(self, source_id: str, answer_id: str) -> bytes:
        """The stored bytes.

        Raises:
            LakeError: they are gone, or no longer what was stored.
        """
        path = self._body(source_id, answer_id)
        try:
            body = path.read_bytes()
        except OSError as error:
            raise LakeError(f"{path}: stored answer cannot be read ({error.strerror})") from error
        if hashlib.sha256(body).hexdigest() != answer_id:
            raise LakeError(f"{path}: stored answer was changed; delete it and its .json, then refresh {source_id}")
        return body

    def answers(self) -> pd.DataFrame:
        """Table `raw.answer` of everything stored."""
        records = [json.loads(path.read_text("utf-8")) for path in sorted((self.root / "answers").glob("*/*.json"))]
        if not records:
            return empty(contract_of("raw.answer"))
        frame = pd.DataFrame(records).sort_values(["source_id", "retrieved_at", "answer_id"])
        frame["is_current"] = ~frame.duplicated("source_id", keep="last")
        return enforce(contract_of("raw.answer"), frame)

    def _folder(self, source_id: str) -> Path:
        return self.root / "answers" / source_id

    def _body(self, source_id: str, answer_id: str) -> Path:
        return self._folder(source_id) / f"{answer_id}.body"

    # Tables

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
