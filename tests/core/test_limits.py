"""Token buckets: so many tries, then one every while; bounded however many keys come."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from starlette.requests import HTTPConnection

from aufruf.core.limits import Buckets, network_of
from aufruf.core.settings import Settings


@dataclass
class Seconds:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_bucket_gives_its_tries_then_one_every_while() -> None:
    seconds = Seconds()
    buckets = Buckets(3, 10.0, monotonic=seconds)
    for _ in range(3):
        assert buckets.wait_seconds("bernd") == 0
        buckets.spend("bernd")
    assert buckets.wait_seconds("bernd") == 10
    seconds.now += 10
    assert buckets.wait_seconds("bernd") == 0
    buckets.spend("bernd")
    assert buckets.wait_seconds("bernd") == 10


def test_bucket_of_another_key_is_full() -> None:
    buckets = Buckets(1, 10.0, monotonic=Seconds())
    buckets.spend("bernd")
    assert buckets.wait_seconds("carla") == 0


def test_bucket_is_full_again_after_success() -> None:
    buckets = Buckets(1, 10.0, monotonic=Seconds())
    buckets.spend("bernd")
    buckets.forget("bernd")
    assert buckets.wait_seconds("bernd") == 0


def test_buckets_forget_the_key_not_used_for_longest() -> None:
    buckets = Buckets(1, 10.0, most=100, monotonic=Seconds())
    for number in range(101):
        buckets.spend(f"key {number}")
    assert buckets.wait_seconds("key 0") == 0
    assert buckets.wait_seconds("key 1") == 10


def test_spent_tries_are_counted_until_they_are_refilled() -> None:
    seconds = Seconds()
    buckets = Buckets(3, 10.0, monotonic=seconds)
    for _ in range(5):
        buckets.spend("bernd")
    assert (buckets.spent("bernd"), buckets.spent("carla")) == (5, 0)
    seconds.now += 45
    assert buckets.spent("bernd") == 1


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("203.0.113.9", None),
        ("2001:db8:7::1", None),
        ("", None),
    ],
)
def test_tries_are_counted_by_network_but_for_the_exempt(host: str, network: str | None) -> None:
    settings = Settings(exempt_networks="203.0.113.0/24, 2001:db8:7::/48")  # pyright: ignore[reportArgumentType]
    assert network_of(_from(host, settings)) == network
    assert network_of(_from(host, Settings(demo=True))) is None


def _from(host: str, settings: Settings) -> HTTPConnection:
    app = SimpleNamespace(state=SimpleNamespace(ground=SimpleNamespace(settings=settings)))
    return HTTPConnection({"type": "http", "client": (host, 1), "app": app})
