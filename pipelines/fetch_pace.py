"""How often a host is asked, by whichever of our processes.

Put here: waiting for a turn, remembering calls.
Not here: the paces (files of the sources), waiting after failures (`fetch.py`).
"""

import hashlib
import time
from pathlib import Path
from typing import cast

from requests_ratelimiter import AbstractBucket, InMemoryBucket, Limiter, Rate, RateItem, SQLiteBucket

from warehouse.registry.sources import Pace

_SHORTEST = 0.005


class NoTurnError(Exception):
    """The pace allows no call for longer than we are ready to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Turns:
    """Turns at every host, by every pace that was asked for there: the strictest decides."""

    def __init__(self, longest: float, memory: Path | None = None) -> None:
        """Remember calls.

        Args:
            longest: seconds that a call may wait for its turn.
            memory: file that all processes of this machine share; without it, each remembers its own calls.
        """
        self.waited = 0.0
        """Seconds spent waiting."""
        self._longest, self._memory = longest, memory
        self._limiters: dict[str, dict[tuple[int, int], tuple[Limiter, AbstractBucket]]] = {}

    def wait(self, host: str, pace: Pace | None) -> None:
        """Wait until the host may be asked, and count the call.

        Raises:
            NoTurnError: that takes too long.
        """
        limiters = self._limiters.setdefault(host, {})
        if pace is not None:
            rate = (pace.calls, max(1, round(1000 * pace.seconds)))
            if rate not in limiters:
                bucket = self._bucket(host, Rate(*rate))
                limiters[rate] = (Limiter(bucket), bucket)
        began = time.monotonic()
        try:
            for limiter, bucket in limiters.values():
                while not limiter.try_acquire(host, timeout=0):
                    seconds = cast(int, bucket.waiting(RateItem(host, bucket.now()))) / 1000
                    if seconds > self._longest:
                        raise NoTurnError(seconds)
                    time.sleep(max(seconds, _SHORTEST))
        finally:
            self.waited += time.monotonic() - began

    def close(self) -> None:
        """Forget calls that no file remembers."""
        for limiters in self._limiters.values():
            for limiter, _ in limiters.values():
                limiter.close()
        self._limiters.clear()

    def _bucket(self, host: str, rate: Rate) -> AbstractBucket:
        if self._memory is None:
            return InMemoryBucket([rate])
        name = hashlib.sha256(f"{host} {rate.limit} {rate.interval}".encode()).hexdigest()[:16]
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        return SQLiteBucket.init_from_file([rate], f"calls_{name}", str(self._memory), use_file_lock=True)
