"""The lake: the tables, one Parquet file each or one a partition.

Put here: reading and writing of tables.
Not here: stored answers (`answers.py`), the published file (`publish.py`), what a table must look like (`contracts`).

A table's file is named by its hash, and a small pointer beside it names the file. The pointer is replaced in one step,
so that a reader never sees half of a table, and damage is found by the hash.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from warehouse.contracts import contract_of, enforce
from warehouse.storage import Storage

PARTITION = "edition_id"
"""Column by which partitioned tables are split."""

TABLES = "tables"
Found = TypeVar("Found")


class LakeError(Exception):
    """Something that should lie in the lake does not, or is damaged."""


@dataclass(frozen=True)
class Lake:
    """The tables in a storage."""

    storage: Storage

    def write(self, table: str, frame: pd.DataFrame, partitions: Sequence[str] | None = None) -> int:
        """Check a table against its contract and replace its file, or the files of its partitions.

        Args:
            table: schema.table.
            frame: the rows; of a partitioned table those of all the partitions given.
            partitions: values of the column PARTITION; each becomes a file, also where it has no rows.

        Returns:
            Size of the files in bytes.

        Raises:
            ContractError: the rows break the contract; nothing is written.
        """
        checked = enforce(contract_of(table), frame)
        if partitions is None:
            return self._put(_pointer(table), checked)
        return sum(self._put(_pointer(table, key), checked[checked[PARTITION] == key]) for key in partitions)

    def read(self, table: str, partitions: Sequence[str] | None = None) -> pd.DataFrame:
        """Rows of a table.

        Args:
            table: schema.table.
            partitions: which partitions; all of a partitioned table when left out.

        Raises:
            LakeError: the table was never written, or is damaged.
        """
        parts = self._each(table, lambda about: self._body(table, about), partitions)
        return pd.concat([pd.read_parquet(io.BytesIO(part)) for part in parts], ignore_index=True)

    def has(self, table: str) -> bool:
        """Whether a table was ever written."""
        return bool(self._pointers(table))

    def rows(self, table: str) -> int:
        """How many rows a table has; told by its pointers.

        Raises:
            LakeError: the table was never written.
        """
        return sum(self._each(table, lambda about: int(about["rows"])))

    def intact(self, table: str) -> dict[str, str]:
        """Hash of the file of each partition, or of the one file under the name ""; of those that lie here whole."""

        def whole(about: dict[str, Any]) -> str:
            self._body(table, about)
            return str(about["sha256"])

        found = {}
        for pointer, about in self._pointers(table).items():
            key = "" if pointer == _pointer(table) else Path(pointer).stem
            with suppress(LakeError):
                found[key] = self._follow(table, pointer, about, whole)
        return found

    @contextmanager
    def local(self, table: str) -> Iterator[list[Path]]:
        """Parquet files of a table on this machine, whole and undamaged, as long as the context lasts.

        Raises:
            LakeError: the table was never written, or is damaged.
        """
        with ExitStack() as stack:
            paths = []
            for about in self._each(table, lambda about: about):
                paths.append(stack.enter_context(self.storage.local(about["file"])))
                _check(table, about, paths[-1].read_bytes())
            yield paths

    def orphans(self) -> list[str]:
        """Files of tables that no pointer names: what killed writers left."""
        names = self.storage.names(TABLES)
        pointers = [name for name in names if name.endswith(".json")]
        used = {self._file(name) for name in pointers} | set(pointers)
        return [name for name in names if name not in used]

    def _put(self, pointer: str, rows: pd.DataFrame) -> int:
        buffer = io.BytesIO()
        rows.to_parquet(buffer, index=False, compression="zstd")
        body = buffer.getvalue()
        digest = hashlib.sha256(body).hexdigest()
        file = f"{pointer.removesuffix('.json')}.{digest[:16]}.parquet"
        old = self._file(pointer)
        if file == old and self.storage.exists(file) and self.storage.read(file) == body:
            return len(body)
        # No wait for the disk: a table that a power cut tore is found by its hash and made again.
        self.storage.write(file, body, is_durable=False)
        about = {"file": file, "sha256": digest, "rows": len(rows), "size_bytes": len(body)}
        self.storage.write(pointer, json.dumps(about).encode(), is_durable=False)
        if old and old != file:
            self.storage.delete(old)
        return len(body)

    def _file(self, pointer: str) -> str:
        """The file that a pointer names; empty where it names none."""
        return str((self._says(pointer) or {}).get("file", ""))

    def _pointers(self, table: str, partitions: Sequence[str] | None = None) -> dict[str, dict[str, Any] | None]:
        """What the pointers of a table say, by their names, as `_says`; of the whole table, or of its partitions."""
        whole = _pointer(table)
        if partitions is not None:
            names = [_pointer(table, key) for key in partitions]
        elif (said := self._says(whole)) is not None:  # read at once: in an object store looking is a question too
            return {whole: said}
        else:
            names = [name for name in self.storage.names(whole.removesuffix(".json")) if name.endswith(".json")]
        return {name: self._says(name) for name in names}

    def _says(self, pointer: str) -> dict[str, Any] | None:
        """What a pointer says: an empty answer when it is damaged, none when there is no such pointer."""
        try:
            about = json.loads(self.storage.read(pointer))
        except FileNotFoundError:
            return None
        except ValueError:
            return {}
        return about if isinstance(about, dict) and about.keys() >= {"file", "sha256", "rows"} else {}

    def _each(
        self, table: str, use: Callable[[dict[str, Any]], Found], partitions: Sequence[str] | None = None
    ) -> list[Found]:
        """Use what each pointer of a table names."""
        pointers = self._pointers(table, partitions)
        if not pointers:
            raise _absent(table)
        return [self._follow(table, pointer, about, use) for pointer, about in pointers.items()]

    def _follow(
        self, table: str, pointer: str, about: dict[str, Any] | None, use: Callable[[dict[str, Any]], Found]
    ) -> Found:
        """Use what a pointer names; a writer may have replaced it since it was read, hence a second look."""
        try:
            return use(_sound(table, pointer, about))
        except FileNotFoundError:
            about = self._says(pointer)
        try:
            return use(_sound(table, pointer, about))
        except FileNotFoundError as error:
            raise _absent(table) from error

    def _body(self, table: str, about: dict[str, Any]) -> bytes:
        body = self.storage.read(about["file"])
        _check(table, about, body)
        return body


_REMEDY = "`smart21 run --all` makes every table again."


def _check(table: str, about: dict[str, Any], body: bytes) -> None:
    if hashlib.sha256(body).hexdigest() != about["sha256"]:
        raise LakeError(f"{table}: {about['file']} in the lake is damaged: its sha256 differs. {_REMEDY}")


def _sound(table: str, pointer: str, about: dict[str, Any] | None) -> dict[str, Any]:
    if about is None:
        raise _absent(table)
    if not about:
        raise LakeError(f"{table}: {pointer} in the lake is damaged. {_REMEDY}")
    return about


def _absent(table: str) -> LakeError:
    return LakeError(f"{table} is not in the lake; run `smart21 run` first")


def _pointer(table: str, partition: str | None = None) -> str:
    schema, name = table.split(".")
    return f"{TABLES}/{schema}/{name}/{partition}.json" if partition else f"{TABLES}/{schema}/{name}.json"
