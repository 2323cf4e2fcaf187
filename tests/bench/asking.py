"""What citizens and clerks of the bench ask for, as requests of the interface."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

from aufruf.core.formats import at_local
from tests.bench.crowd import Citizen, request
from tests.bench.town import SERVICES, START, Desk, Town

API = "/api/v1"
# Public holidays on weekdays within what can be booked.
HOLIDAYS = {date(2026, 12, 25), date(2027, 1, 1)}
OPENS, CLOSES, SLOT_MINUTES = 8 * 60, 18 * 60, 15
CONTACT = {"name": "Amira Kaya", "email": "amira@beispiel.example"}


def draw(town: Town, desk: Desk, service: str = "ausweis") -> bytes:
    """A kiosk draws a ticket, as it does: with a key against double prints."""
    return request(
        "POST",
        f"{API}/offices/{desk.slug}/tickets",
        {"services": [{"slug": service}], "language": "de"},
        authorization=f"Bearer {town.tokens[desk.kiosk]}",
        idempotency_key=str(uuid4()),
    )


def draws(town: Town, desk: Desk, number: int) -> Iterator[bytes]:
    """So many draws, for one service after the other."""
    names = list(SERVICES)
    return (draw(town, desk, names[nth % len(names)]) for nth in range(number))


def press(town: Town, counter: str, step: str = "next") -> bytes:
    """A clerk presses a button: `next`, or `tickets/7/put-back`."""
    token = town.counter_token(counter)
    return request("POST", f"{API}/counters/{counter}/{step}", {}, authorization=f"Bearer {token}")


def book(desk: Desk, start: datetime, *, contact: bool = True) -> bytes:
    """A citizen takes a time, at once with name and address or without."""
    body: dict[str, object] = {
        "start": start.isoformat(),
        "services": [{"slug": "ausweis", "count": 1}],
        "language": "de",
    }
    return request(
        "POST",
        f"{API}/offices/{desk.slug}/appointments",
        {**body, "contact": CONTACT} if contact else body,
        idempotency_key=str(uuid4()),
    )


def book_in_two_steps(desk: Desk, start: datetime) -> Citizen:
    """Hold a time, then say who comes."""
    held = (yield book(desk, start, contact=False)).json()
    yield request(
        "PUT",
        f"{API}/appointments/{held['reference']}/contact",
        CONTACT,
        authorization=f"Bearer {held['secret']}",
    )


def starts(places: int = 1) -> Iterator[datetime]:
    """The starts an office offers from the next day on, each as often as it has places.

    Ordered so that neighbours do not want the same cells: an appointment takes as long as a slot.
    """
    for ahead in count(1):
        day = START.date() + timedelta(days=ahead)
        if day.weekday() >= 5 or day in HOLIDAYS:
            continue
        for _ in range(places):
            for minute in range(OPENS, CLOSES, SLOT_MINUTES):
                yield at_local(day, minute).astimezone(UTC)
