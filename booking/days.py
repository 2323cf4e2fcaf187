"""What is free on which day: reads for calendars and for the next free times.

`TakenDays` keeps what it read between requests. It is never stale: it compares the office's event
number inside the same read, reads changed days again, and believes nothing past the end of a hold.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from ..core.formats import local_day
from ..core.models import EventRow, EventSequence
from ..office.infos import OfficeInfo
from . import place_store
from .capacity import (
    FreeTime,
    free_mask,
    free_starts,
    free_times,
    last_day,
    plans,
)
from .cells import cells_for
from .day_plan import DayPlan
from .place_store import PlaceKey
from .rules import Request

# Everything that gives or takes a place, or makes one certain. An extended hold only ends later,
# and then the day is read again anyhow.
_CHANGES = (
    "AppointmentHeld",
    "AppointmentConfirmed",
    "AppointmentMoved",
    "AppointmentCancelled",
    "HoldExpired",
)
_MANY_EVENTS = 1_000

_SEQ = select(col(EventSequence.seq)).where(col(EventSequence.office_id) == bindparam("office_id"))
_SINCE = (
    select(col(EventRow.data))
    .where(
        col(EventRow.office_id) == bindparam("office_id"),
        col(EventRow.seq) > bindparam("seq"),
        col(EventRow.type).in_(_CHANGES),
    )
    .limit(_MANY_EVENTS + 1)
)


@dataclass
class DayTaken:
    """What is taken on a day, and until when that may be believed."""

    plan: DayPlan
    taken: dict[int, dict[int, set[int]]]
    until: datetime | None
    masks: dict[int, int] = field(default_factory=dict[int, int])

    def is_good(self, plan: DayPlan, now: datetime) -> bool:
        return self.plan is plan and (self.until is None or now < self.until)

    def free(self, pool: int, now: datetime) -> int:
        """Bit per cell that is free to the public, at any instant at which this is good."""
        if pool not in self.masks:
            self.masks[pool] = free_mask(self.plan, self.taken, pool, now)
        return self.masks[pool]


def read_day(conn: Connection, office: OfficeInfo, plan: DayPlan, now: datetime) -> DayTaken:
    """Read one day from the table; rows that have run out are left out."""
    taken: dict[int, dict[int, set[int]]] = {}
    until = plan.next_release(now)
    for pool in office.pools if plan.length else ():
        numbers: dict[int, set[int]] = {}
        for row in place_store.places_in(conn, office.id, pool.id, plan.cells):
            if row.until is not None and row.until <= now:
                continue
            numbers.setdefault(row.cell, set()).add(row.number)
            if row.until is not None:
                until = min(until or row.until, row.until)
        taken[pool.id] = numbers
    return DayTaken(plan, taken, until)


@dataclass
class _OfficeDays:
    lock: Lock = field(default_factory=Lock)
    seq: int = -1
    days: dict[date, DayTaken] = field(default_factory=dict[date, DayTaken])


class TakenDays:
    """What is taken on the days of all offices, for the readers of one process."""

    def __init__(self) -> None:
        self._offices: dict[int, _OfficeDays] = {}

    def days(
        self, conn: Connection, office: OfficeInfo, days: Iterable[date], now: datetime
    ) -> dict[date, DayTaken]:
        """The state of these days as this read transaction sees it, or newer."""
        kept = self._offices.setdefault(office.id, _OfficeDays())
        with kept.lock:
            seq = conn.execute(_SEQ, {"office_id": office.id}).scalar() or 0
            if seq > kept.seq:
                _forget_changed(conn, office.id, kept)
                kept.seq = seq
            return {day: self._day(conn, office, day, now, kept, seq) for day in days}

    def _day(
        self,
        conn: Connection,
        office: OfficeInfo,
        day: date,
        now: datetime,
        kept: _OfficeDays,
        seq: int,
    ) -> DayTaken:
        plan = plans.plan(office, day)
        known = kept.days.get(day)
        if known is not None and known.is_good(plan, now):
            return known
        found = read_day(conn, office, plan, now)
        # A reader whose transaction began before the newest event must not pass on what it sees.
        if seq == kept.seq:
            kept.days[day] = found
        return found


def _forget_changed(conn: Connection, office_id: int, kept: _OfficeDays) -> None:
    rows = conn.scalars(_SINCE, {"office_id": office_id, "seq": kept.seq}).all()
    if kept.seq < 0 or len(rows) > _MANY_EVENTS:
        kept.days.clear()
        return
    for data in rows:
        content = json.loads(data)
        for name in ("start", "previous_start"):
            if name in content:
                kept.days.pop(local_day(datetime.fromisoformat(content[name])), None)


def free_days(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    request: Request,
    days: Sequence[date],
    now: datetime,
) -> list[tuple[date, int]]:
    """How many starts the public can still book on each of these days."""
    today, last = local_day(now), last_day(office, now)
    wanted = [day for day in days if today <= day <= last]
    states = known.days(conn, office, wanted, now)
    counts = {day: _count(state, request, now) for day, state in states.items()}
    return [(day, counts.get(day, 0)) for day in days]


def _count(state: DayTaken, request: Request, now: datetime) -> int:
    masks = (state.free(pool, now) for pool in request.pools)
    cells = cells_for(request.minutes)
    return free_starts(state.plan, request.offers, masks, cells, now).bit_count()


def free_times_on(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    request: Request,
    days: Sequence[date],
    now: datetime,
    own: Sequence[PlaceKey] = (),
) -> dict[date, tuple[FreeTime, ...]]:
    """The starts the public can still book on these days; in a move with `own` places as free."""
    today, last = local_day(now), last_day(office, now)
    wanted = [day for day in days if today <= day <= last]
    states = known.days(conn, office, wanted, now)
    return {
        day: free_times(
            state.plan,
            _without(state.taken, own),
            request.pools,
            request.minutes,
            now,
            public=True,
            offers=request.offers,
        )
        for day, state in states.items()
    } | {day: () for day in days if day not in states}


def _without(
    taken: dict[int, dict[int, set[int]]], own: Sequence[PlaceKey]
) -> dict[int, dict[int, set[int]]]:
    """The same without one's own places; what is kept for others stays as it is."""
    if not own:
        return taken
    mine = {(place.pool_id, place.cell): place.number for place in own}
    return {
        pool: {cell: numbers - {mine.get((pool, cell), 0)} for cell, numbers in cells.items()}
        for pool, cells in taken.items()
    }


def earliest_start(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    request: Request,
    now: datetime,
    own: Sequence[PlaceKey] = (),
) -> datetime | None:
    """The first start the public can book, if there is one up to the horizon."""
    for day in _days_from(local_day(now), last_day(office, now)):
        times = free_times_on(conn, known, office, request, [day], now, own)[day]
        if times:
            return times[0].start
    return None


def next_free_starts(
    conn: Connection,
    office: OfficeInfo,
    request: Request,
    after: datetime,
    now: datetime,
    *,
    limit: int,
    public: bool = True,
) -> list[datetime]:
    """Up to `limit` free starts from an instant on, read afresh: for use inside a command."""
    found: list[datetime] = []
    for day in _days_from(local_day(after), last_day(office, now)):
        state = read_day(conn, office, plans.plan(office, day), now)
        times = free_times(
            state.plan,
            state.taken,
            request.pools,
            request.minutes,
            now,
            public=public,
            offers=request.offers,
        )
        found += [time.start for time in times if time.start >= after]
        if len(found) >= limit:
            break
    return found[:limit]


def _days_from(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)
