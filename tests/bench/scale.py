"""How much is measured: everything for the page, or just enough to see that the bench works."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Scale:
    """Counts of rounds, people and sockets. All of them bound what a measure does.

    `phone_seconds` pass between two calls on phones, which hear of their place every two seconds.
    """

    runs: int
    rounds: int
    postgres_rounds: int
    draws: int
    bookings: int
    waiting: int
    presses: int
    screens: int
    calls: int
    paintings: int
    phones: int
    phone_calls: int
    phone_seconds: float
    reconnects: int
    appointments: int
    questions: int
    kills: int
    days: int
    readings: int
    readers: int


FULL = Scale(
    runs=3,
    rounds=200,
    postgres_rounds=30,
    draws=900,
    bookings=900,
    waiting=300,
    presses=400,
    screens=100,
    calls=60,
    paintings=24,
    phones=1000,
    phone_calls=5,
    phone_seconds=2.5,
    reconnects=1000,
    appointments=20_000,
    questions=200,
    kills=10,
    days=200,
    readings=4000,
    readers=1000,
)
QUICK = Scale(
    runs=1,
    rounds=1,
    postgres_rounds=1,
    draws=30,
    bookings=24,
    waiting=20,
    presses=8,
    screens=5,
    calls=3,
    paintings=1,
    phones=16,
    phone_calls=1,
    phone_seconds=0.3,
    reconnects=20,
    appointments=100,
    questions=3,
    kills=1,
    days=1,
    readings=16,
    readers=16,
)


@dataclass(frozen=True)
class Bench:
    """What a measure is given: how much to do, and a folder of its own to do it in."""

    scale: Scale
    folder: Path
