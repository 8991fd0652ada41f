"""Files in an object store, by fsspec.

Put here: what an object store does otherwise than a folder: whole objects only, and answers that fail for a while.
Not here: which files there are (`lake.py`, `answers.py`, `releases.py`).

An object appears whole or not at all, so that nothing needs a draft and a rename. Credentials and the endpoint come
from the environment that the store's own library reads (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL), never from an address.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import fsspec
import tenacity

from warehouse.storage import holds

Found = TypeVar("Found")

PATIENCE = 180.0
"""Seconds to wait for a store that refuses for a while."""

_OPTIONS = {"s3": {"max_concurrency": 1}}
"""By kind of address. Our objects are small; more at once would ask for the size of each before reading it."""

_FINAL = (FileNotFoundError, PermissionError, FileExistsError, IsADirectoryError)


class StoreError(OSError):
    """The object store did not do what was asked; says which object and what to do."""


@dataclass(frozen=True)
class ObjectStore:
    """A prefix of an object store, such as s3://bucket/smart21/lake."""

    url: str
    patience: float = PATIENCE

    @cached_property
    def _place(self) -> tuple[Any, str]:
        options = _OPTIONS.get(self.url.partition("://")[0], {})
        try:
            # A listing that is kept would hide what others wrote.
            filesystem, path = fsspec.url_to_fs(self.url, use_listings_cache=False, **options)
        except (ImportError, ValueError) as error:
            raise StoreError(f"{self.url}: no library for this kind of address: {error}") from error
        return filesystem, path.rstrip("/")

    def read(self, name: str) -> bytes:
        """See `Storage`."""
        return bytes(self._ask("read", name, lambda store, path: store.cat_file(path)))

    def write(self, name: str, body: bytes | Path, *, is_durable: bool = True) -> None:
        """See `Storage`."""
        self._put(name, body, "overwrite")

    def create(self, name: str, body: bytes | Path) -> bool:
        """See `Storage`."""
        try:
            self._put(name, body, "create")
        except FileExistsError:
            # Also when an answer was lost and the second attempt met what the first had written.
            return self._holds(name, body)
        except OSError as error:
            if _is_taken(error):
                return self._holds(name, body)
            raise
        return True

    def _put(self, name: str, body: bytes | Path, mode: str) -> None:
        if isinstance(body, Path):
            self._ask("written", name, lambda store, path: store.put_file(str(body), path, mode=mode))
        else:
            self._ask("written", name, lambda store, path: store.pipe_file(path, body, mode=mode))

    def _holds(self, name: str, body: bytes | Path) -> bool:
        with self.local(name) as path:
            return holds(path, body)

    def names(self, prefix: str) -> list[str]:
        """See `Storage`."""
        root = self._place[1]
        try:
            found = self._ask("listed", prefix, lambda store, path: store.find(path))
        except FileNotFoundError:
            return []
        return sorted(path.removeprefix(f"{root}/") for path in found)

    def exists(self, name: str) -> bool:
        """See `Storage`."""
        return bool(self._ask("looked for", name, lambda store, path: store.isfile(path)))

    def delete(self, name: str) -> None:
        """See `Storage`."""
        try:
            self._ask("removed", name, lambda store, path: store.rm_file(path))
        except FileNotFoundError:
            return

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """See `Storage`."""
        with tempfile.TemporaryDirectory(prefix="smart21-") as folder:
            path = Path(folder, Path(name).name)
            self._ask("read", name, lambda store, found: store.get_file(found, str(path)))
            yield path

    def _ask(self, what: str, name: str, question: Callable[[Any, str], Found]) -> Found:
        """Ask the store, again and again while it fails in a way that may pass."""
        store, root = self._place
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_pass),
            wait=tenacity.wait_exponential_jitter(multiplier=0.5, max=10),
            stop=tenacity.stop_after_delay(self.patience),
            reraise=True,
        )
        try:
            return again(question, store, f"{root}/{name}")
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{self.url}/{name} is not there") from error
        except _FINAL:
            raise
        except OSError as error:
            if _is_taken(error):
                raise
            raise StoreError(
                f"{self.url}/{name} could not be {what}: {error}. Check the store and its credentials, then run again."
            ) from error


def _is_taken(error: BaseException) -> bool:
    """Whether a conditional write was refused: there is such an object, or another writer was faster."""
    code = getattr(getattr(error, "__cause__", None), "response", {}).get("Error", {}).get("Code", "")
    return code in {"PreconditionFailed", "ConditionalRequestConflict"}


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, OSError) and not isinstance(error, _FINAL) and not _is_taken(error)
