"""Token buckets in memory: how often the same key may try something. Bounded, per process.

Kiosks, phones of the waiting room and clerks share one address: limits are by login, device or
code; by address only very high ones, and none for the networks that the settings exempt.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil

from starlette.requests import HTTPConnection

from .errors import DomainError
from .ground import Ground, ground_of

# What one household gets of the new addresses (RFC 6177); the last 64 bits change every day.
_IPV6_PREFIX = 64


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

    def spent(self, key: str) -> int:
        """How many tries have been taken and not refilled yet."""
        missing = self._full_at.get(key, 0.0) - self._monotonic()
        return max(0, ceil(missing / self._seconds))

    def spend(self, key: str) -> None:
        """Take one try, whether there is one or not."""
        now = self._monotonic()
        self._full_at[key] = max(self._full_at.get(key, now), now) + self._seconds
        self._full_at.move_to_end(key)
        while len(self._full_at) > self._most:
            self._full_at.popitem(last=False)

    def give_back(self, key: str) -> None:
        """Undo one `spend`: what was tried did not count."""
        if key in self._full_at:
            self._full_at[key] -= self._seconds

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


def network_of(connection: HTTPConnection) -> str | None:
    """Whose tries are counted together: an IPv4 address, or the /64 of an IPv6 address.

    None when nobody is to be counted: in the demo, and for the networks the settings exempt. Which
    proxy may say where a request came from, the settings' `trusted_proxies` decides.
    """
    settings = ground_of(connection).settings
    host = connection.client.host if connection.client else ""
    return None if settings.demo else _network_of(host, settings.exempt_networks)


@lru_cache(maxsize=1024)
def _network_of(host: str, exempt: tuple[IPv4Network | IPv6Network, ...]) -> str | None:
    try:
        address = ip_address(host)
    except ValueError:  # a Unix socket whose proxy does not say for whom it asks
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in exempt):
        return None
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def require_try_from(
    connection: HTTPConnection, purpose: str, *, size: int, seconds: float
) -> None:
    """`require_try` for the network a request comes from. Meant for generous sizes."""
    network = network_of(connection)
    if network is not None:
        require_try(ground_of(connection), purpose, network, size=size, seconds=seconds)
