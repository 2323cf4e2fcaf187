"""Taking and freeing places inside a command. Which ones, `capacity.py` decides.

The caller holds the office's lock; the primary key of `place` guards what the lock does not.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from ..core.errors import DomainError
from ..core.formats import iso_text
from ..core.tx import Tx
from ..office.infos import OfficeInfo
from . import place_store, store
from .capacity import choose_number
from .day_plan import DayPlan
from .days import next_free_starts
from .events import HoldExpired
from .place_store import PlaceKey
from .rules import Request

Slot = tuple[int, int]
"""A pool and a cell in which one place is wanted."""
Choice = tuple[PlaceKey, int]
"""A place and the total number of places there are beside it."""

ATTEMPTS = 5
ALTERNATIVES = 5


def slots_of(pools: Sequence[int], cells: range) -> list[Slot]:
    """One place in each pool in each cell; in one order for all, so that takers never deadlock."""
    return [(pool, cell) for pool in sorted(pools) for cell in cells]


def choose_places(
    tx: Tx, office: OfficeInfo, plan: DayPlan, wanted: Sequence[Slot], *, public: bool
) -> list[Choice] | None:
    """A free number for each slot, after what has run out there was cleared; None if one lacks."""
    taken = _clear_and_read(tx, office, wanted)
    chosen: list[Choice] = []
    for pool, cell in wanted:
        sizes = plan.size(pool, cell, tx.now)
        number = choose_number(sizes, taken.get((pool, cell), ()), public=public)
        if number is None:
            return None
        chosen.append((PlaceKey(pool, cell, number), sizes.total))
    return chosen


def take_places(
    tx: Tx,
    office: OfficeInfo,
    plan: DayPlan,
    chosen: Sequence[Choice],
    *,
    appointment_id: int,
    until: datetime | None,
    public: bool,
) -> bool:
    """Take the chosen places; where somebody was faster, choose again a few times.

    False when there is nothing left; then nothing of it is taken.
    """
    wanted = [(place.pool_id, place.cell) for place, _ in chosen]
    attempt: Sequence[Choice] | None = chosen
    for _ in range(ATTEMPTS):
        if attempt is None:
            return False
        mine = [
            (replace(place, appointment_id=appointment_id, until=until), size)
            for place, size in attempt
        ]
        if place_store.take_places(tx.conn, office.id, mine) == len(mine):
            return True
        place_store.free_places(tx.conn, office.id, [place for place, _ in mine])
        attempt = choose_places(tx, office, plan, wanted, public=public)
    return False


def expire_appointment(tx: Tx, office_id: int, appointment_id: int) -> bool:
    """End a hold that has run out and free its places; False when it has not run out."""
    booked = store.get_appointment(tx.conn, appointment_id)
    if booked is None or not store.expire(tx.conn, appointment_id, tx.now):
        return False
    place_store.free_all_places(tx.conn, appointment_id)
    tx.emit(office_id, HoldExpired(appointment_id=appointment_id, start=booked.start_at))
    return True


def give_up_hold(tx: Tx, office_id: int, appointment_id: int) -> None:
    """End a hold now, whose holder took another time. What is booked or over stays as it is."""
    store.cut_short(tx.conn, appointment_id, tx.now)
    expire_appointment(tx, office_id, appointment_id)


def refuse_taken(
    tx: Tx, office: OfficeInfo, request: Request, start: datetime, *, public: bool
) -> NoReturn:
    """Raise slot_taken with the next free starts."""
    free = next_free_starts(
        tx.conn, office, request, start, tx.now, limit=ALTERNATIVES, public=public
    )
    raise DomainError("slot_taken", 409, {"alternatives": [iso_text(start) for start in free]})


def _clear_and_read(tx: Tx, office: OfficeInfo, wanted: Sequence[Slot]) -> dict[Slot, set[int]]:
    """Pool and cell -> numbers taken."""
    taken: dict[Slot, set[int]] = {}
    for pool in dict.fromkeys(pool for pool, _ in wanted):
        cells = [cell for each, cell in wanted if each == pool]
        span = range(min(cells), max(cells) + 1)
        rows = place_store.places_in(tx.conn, office.id, pool, span)
        over = [row for row in rows if row.until is not None and row.until <= tx.now]
        for row in rows:
            if row not in over:
                taken.setdefault((pool, row.cell), set()).add(row.number)
        for holder in dict.fromkeys(row.appointment_id for row in over):
            if holder is not None:
                expire_appointment(tx, office.id, holder)
        if over:
            # Kept back after a cancellation, or for somebody who left and did not think again.
            place_store.free_run_out_places(tx.conn, office.id, pool, span, tx.now)
    return taken
