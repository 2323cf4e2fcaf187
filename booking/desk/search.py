"""Finding an appointment from what somebody says on the phone: a name, a number, a day.

Names are compared here and not in the database: accents, umlauts and their spellings are forgiven,
and no second copy of a name has to be kept and deleted. An office has a few thousand appointments
to come at most; 20,000 took 0.2 s on two busy cores.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from ...core.formats import at_local, day_start, local_day
from ..guard.limits import phone_key
from ..inputs import is_in_calendar
from ..rules import read_reference
from ..store import find_appointment
from . import store as desk_store
from .store import SHOWN_STATES, Items, Listed

MOST_FOUND = 30
MOST_ON_A_DAY = 500
_LEAST_DIGITS = 4
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "a", "œ": "o"})
_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?\s?(\d{4}|\d{2})?")
_PHONE = re.compile(r"[+\d][\d ()/.-]*")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `day` when it is the list of a day, `more` when there is more than shown."""

    listed: tuple[Listed, ...]
    items: Items
    day: date | None = None
    more: bool = False


def fold(text: str) -> str:
    """A name as it is compared: `Müller`, `Mueller` and `MULLER` are the same, and so on."""
    plain = text.casefold()
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
        plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def find_at_desk(conn: Connection, office_id: int, said: str, now: datetime) -> Found:
    """The appointments of an office that fit: a reference before anything else, then day or phone,
    else all parts of a name."""
    reference = read_reference(said)
    booked = find_appointment(conn, reference) if reference else None
    if booked is not None and booked.office_id == office_id:
        return _these(conn, [booked.id])
    day = read_day(said, local_day(now))
    if day is not None:
        return day_at_desk(conn, office_id, day)
    fits = _phone_like(said) or _named_like(said)
    people = desk_store.coming_people(conn, office_id, day_start(local_day(now)))
    return _these(conn, [one for one, name, phone in people if fits(name, phone)])


def day_at_desk(conn: Connection, office_id: int, day: date) -> Found:
    """Everything of a day, cancelled ones included."""
    listed = desk_store.appointments_between(
        conn, office_id, day_start(day), at_local(day, 1440), SHOWN_STATES, MOST_ON_A_DAY
    )
    items = desk_store.services_of_these(conn, [each.id for each in listed])
    return Found(tuple(listed), items, day)


def read_day(said: str, today: date) -> date | None:
    """`26.11.`, `26.11.26` or `26.11.2026`; without a year the next such day."""
    parts = _DAY.fullmatch(said.strip())
    if parts is None:
        return None
    year = int(parts[3] or today.year)
    try:
        day = date(year + 2000 if year < 100 else year, int(parts[2]), int(parts[1]))
        day = day.replace(year=day.year + 1) if not parts[3] and day < today else day
    except ValueError:
        return None
    return day if is_in_calendar(day) else None


def _these(conn: Connection, ids: list[int]) -> Found:
    shown = ids[:MOST_FOUND]
    listed = tuple(desk_store.these_appointments(conn, shown))
    return Found(listed, desk_store.services_of_these(conn, shown), more=len(ids) > len(shown))


def _phone_like(said: str) -> Callable[[str, str | None], bool] | None:
    # What is said may be a part of a number: then it says nothing of a country.
    digits = phone_key(said).removeprefix("+49")
    if len(digits) < _LEAST_DIGITS or not _PHONE.fullmatch(said.strip()):
        return None
    return lambda _name, phone: phone is not None and digits in phone_key(phone)


def _named_like(said: str) -> Callable[[str, str | None], bool]:
    parts = fold(said).split()

    def fits(name: str, _phone: str | None) -> bool:
        folded = fold(name)
        return bool(parts) and all(part in folded for part in parts)

    return fits
