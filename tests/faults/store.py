"""An object store that answers 503 for a while, and the same bytes on both sides of it.

Lake and releases lie in a store that speaks S3, behind a proxy that refuses in the middle of a run. The run waits and
ends well. Tables of the lake are then the very bytes that a folder would hold, and the release that was sent is the
file on this machine.
"""

import hashlib
import os
import time

import nursery
import object_store
from base import base, copy
from installation import Installation
from proxy import Proxy
from tally import Tally
from whole import seen

from warehouse.lake import TABLES
from warehouse.storage import Storage, open_storage

LONG, SHORT = 60.0, 3.0
"""Seconds of refusal; a client gives up after three minutes."""

OF_THE_RUN = {"raw/answer", "raw/retrieval", "audit"}
"""Tables that tell times and numbers of the run itself."""


def survive(tally: Tally) -> None:
    """One run during which the store refuses."""
    with object_store.serving() as store:
        proxy = Proxy(store)
        with proxy.serving() as address:
            os.environ |= object_store.ACCOUNT | {"AWS_ENDPOINT_URL": address}
            _meet(tally, proxy, object_store.bucket(address))


def _meet(tally: Tally, proxy: Proxy, bucket: str) -> None:
    seconds, installation = LONG if tally.is_long else SHORT, copy(tally.place("store"))
    places = {"SMART21_LAKE": f"{bucket}/lake", "SMART21_RELEASES": f"{bucket}/shelf"}
    with tally.fault(f"the store answers 503 for {seconds:.0f} s of a run"):
        _refused_for_a_while(installation, proxy, places, seconds)
    tally.facts.append(f"the store refused {proxy.refused} requests")
    with tally.fault("tables of the lake: the same bytes in the folder and in the store"):
        _same_tables(tally, open_storage(places["SMART21_LAKE"]))
    with tally.fault("the release: the same bytes on this machine and in the store"):
        _same_release(installation, open_storage(places["SMART21_RELEASES"]))


def _refused_for_a_while(installation: Installation, proxy: Proxy, places: dict[str, str], seconds: float) -> None:
    command = nursery.start(installation, "run", **places)
    while "3/" not in command.err() and command.process.exitcode is None:
        time.sleep(0.1)
    proxy.refuse_for(seconds)
    ended = command.end()
    assert ended.code == 0, ended.said
    assert proxy.refused > 0, "the run did not meet the refusal"


def _same_tables(tally: Tally, store: Storage) -> None:
    folder = open_storage(base().home.lake)
    names = [name for name in folder.names(TABLES) if not any(part in name for part in OF_THE_RUN)]
    assert len(names) > 50, names
    different = [name for name in names if not store.exists(name) or store.read(name) != folder.read(name)]
    assert not different, f"{len(different)} of {len(names)} files differ: {different[:5]}"
    tally.facts.append(f"{len(names)} files of tables and pointers are the same, byte by byte")


def _same_release(installation: Installation, store: Storage) -> None:
    number = seen(installation)
    path = installation.home.releases / f"{number}.duckdb"
    sent = store.read(f"releases/{number}.duckdb")
    assert hashlib.sha256(sent).hexdigest() == hashlib.sha256(path.read_bytes()).hexdigest()
