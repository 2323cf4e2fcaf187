"""Token buckets: so many tries, then one every while; bounded however many keys come."""

from dataclasses import dataclass

from aufruf.core.limits import Buckets


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
