"""Token buckets in memory: how often the same key may try something. Bounded, per process.

Kiosks, phones of the waiting room and clerks share one address: limits are by login, device or
code; by address only very high ones.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from .errors import DomainError
from .ground import Ground


class Buckets:
    """A bucket of `size` tries per key that refills one try every `seconds`.

    At most `most` keys are remembered; the one not used for longest is forgotten first, so that
    an attacker who invents keys costs memory for no more than that.
    """

    def __init__(
        self,
        size: int,
        seconds: float,
        most: int = 10_000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size = size
        self._seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait_seconds(self, key: str) -> float:
        """How long the key has to wait for its next try; 0 when it may try now."""
        missing = self._full_at.get(key, 0.0) - self._monotonic()
        return max(0.0, missing - (self._size - 1) * self._seconds)

    def spend(self, key: str) -> None:
        """Take one try, whether there is one or not."""
        now = self._monotonic()
        self._full_at[key] = max(self._full_at.get(key, now), now) + self._seconds
        self._full_at.move_to_end(key)
        while len(self._full_at) > self._most:
            self._full_at.popitem(last=False)

    def forget(self, key: str) -> None:
        """Fill the bucket again, after a success."""
        self._full_at.pop(key, None)


def buckets_of(ground: Ground, purpose: str, *, size: int, seconds: float) -> Buckets:
    """The buckets for a purpose, made on first use and kept among the ground's parts."""
    name = f"limit:{purpose}"
    kept = ground.parts.get(name)
    if not isinstance(kept, Buckets):
        kept = ground.parts[name] = Buckets(size, seconds)
    return kept


def require_try(ground: Ground, purpose: str, key: str, *, size: int, seconds: float) -> None:
    """Spend one try of `size`, refilled one every `seconds`; 429 `too_many_requests` beyond.

    In the demo there are no limits.
    """
    if ground.settings.demo:
        return
    buckets = buckets_of(ground, purpose, size=size, seconds=seconds)
    wait = buckets.wait_seconds(key)
    if wait > 0:
        raise DomainError("too_many_requests", 429, {"retry_after_seconds": int(wait) + 1})
    buckets.spend(key)
