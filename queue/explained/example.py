"""A small worked example of the order of calling, from an office's own settings. Pure.

It is computed by the rules that call (`queue/rules.py`), never by arithmetic of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from ...core.formats import at_local
from ...office.calling.said import STRICTLY_FIRST
from ...office.infos import OfficeInfo
from ..rules import APPOINTMENT_LETTER, rank_of_appointment, rank_of_walk_in

Kind = Literal["walk_in", "appointment", "late"]

TEN = 600
EIGHT = 480
"""The appointment is at ten; nobody in the example comes for one before eight."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a number: `came` is when it was drawn or the appointment checked in."""

    number: str
    kind: Kind
    came: datetime
    rank: datetime
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """Those who wait, in the order of calling. `strict`: appointments go before all others, so
    that what they count from says nothing."""

    people: tuple[Person, ...]
    strict: bool
    absent: bool


def example_of(office: OfficeInfo, day: date) -> Example:
    """Two without an appointment, one with, one who comes too late for theirs."""
    start = at_local(day, TEN)
    strict = office.head_start_minutes == STRICTLY_FIRST
    # Around this moment everything happens: what the appointment counts from.
    around = start - timedelta(minutes=30 if strict else office.head_start_minutes)
    checked_in = min(around + timedelta(minutes=12), start - timedelta(minutes=5))
    letter = next((o.letter for o in office.offers if o.walk_in and not o.online_only), "A")
    early, late = (around + timedelta(minutes=minutes) for minutes in (-10, 10))
    people = [
        Person(f"{letter}011", "walk_in", early, rank_of_walk_in(early)),
        Person(f"{letter}012", "walk_in", late, rank_of_walk_in(late)),
        _booked(office, 1, start, start if office.calls_absent else checked_in),
    ]
    too_late = around + timedelta(minutes=15)
    missed = too_late - timedelta(minutes=office.grace_minutes + 15)
    missed -= timedelta(minutes=missed.minute % office.slot_minutes)
    if not office.calls_absent and missed >= at_local(day, EIGHT):
        people.append(_booked(office, 2, missed, too_late))
    in_order = sorted(people, key=lambda person: (person.rank, person.number))
    return Example(tuple(in_order), strict, office.calls_absent)


def _booked(office: OfficeInfo, serial: int, start: datetime, came: datetime) -> Person:
    rank = rank_of_appointment(
        start,
        came,
        head_start_minutes=office.head_start_minutes,
        grace_minutes=office.grace_minutes,
    )
    kind: Kind = "late" if rank == came and came > start else "appointment"
    return Person(f"{APPOINTMENT_LETTER}{serial:03d}", kind, came, rank, start)
