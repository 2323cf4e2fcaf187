"""What is taken on which day, kept between requests: the memory behind calendars.

`TakenDays` is never stale: it compares the office's event number inside the same read, reads
changed days again, and believes nothing past the end of a hold.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from threading import Lock

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from ..core.formats import local_day
from ..core.models import EventRow, EventSequence
from ..office.infos import OfficeInfo
from . import place_store
from .capacity import free_mask, plans
from .day_plan import DayPlan

# Everything that gives or takes a place, or makes one certain. An extended hold only ends later,
# and then the day is read again anyhow.
_CHANGES = (
    "AppointmentHeld",
    "AppointmentConfirmed",
    "AppointmentMoved",
    "AppointmentCancelled",
    "HoldExpired",
    "OfferMade",
    "OfferEnded",
)
_MANY_EVENTS = 1_000
_WEEKEND = timedelta(days=3)

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


_cell = itemgetter(0)


@dataclass
class DayTaken:
    """What is taken on a day, and until when that may be believed."""

    plan: DayPlan
    taken: dict[int, dict[int, set[int]]]
    until: datetime | None
    masks: dict[int, int] = field(default_factory=dict[int, int])

    def is_good(self, plan: DayPlan, now: datetime) -> bool:
        return self.plan is plan and (self.until is None or now < self.until)

    def take(
        self,
        pool: int,
        certain: Sequence[tuple[int, int]],
        for_now: Sequence[tuple[int, int, datetime]],
    ) -> None:
        """Note what is taken in a pool, of many days in the order of cells (`taken_in`)."""
        numbers = self.taken.setdefault(pool, {})
        cells = self.plan.cells
        begin = bisect_left(certain, cells.start, key=_cell)
        end = bisect_left(certain, cells.stop, begin, key=_cell)
        for cell, number in certain[begin:end]:
            if cell in numbers:
                numbers[cell].add(number)
            else:
                numbers[cell] = {number}
        for cell, number, until in for_now:
            if cell in cells:
                numbers.setdefault(cell, set()).add(number)
                self.until = min(self.until or until, until)

    def free(self, pool: int, now: datetime) -> int:
        """Bit per cell that is free to the public, at any instant at which this is good."""
        if pool not in self.masks:
            self.masks[pool] = free_mask(self.plan, self.taken, pool, now)
        return self.masks[pool]


def read_day(conn: Connection, office: OfficeInfo, plan: DayPlan, now: datetime) -> DayTaken:
    """Read one day from the table; rows that have run out are left out."""
    return read_days(conn, office, [plan], now)[0]


def read_days(
    conn: Connection, office: OfficeInfo, plans: Sequence[DayPlan], now: datetime
) -> list[DayTaken]:
    """The same for several days in their order: one question for each pool and them all."""
    open_days = [plan for plan in plans if plan.length]
    found = [DayTaken(plan, {}, plan.next_release(now)) for plan in plans]
    for pool in office.pools if open_days else ():
        cells = range(open_days[0].first, open_days[-1].cells.stop)
        taken = place_store.taken_in(conn, office.id, pool.id, cells, now)
        for day in found:
            day.take(pool.id, *taken)
    return found


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
            found = {day: _known(kept, plans.plan(office, day), day, now) for day in days}
            missing = [day for day, state in found.items() if state is None]
            for run in _runs(missing):
                planned = [plans.plan(office, day) for day in run]
                fresh = dict(zip(run, read_days(conn, office, planned, now), strict=True))
                found.update(fresh)
                # A reader whose transaction began before the newest event must not pass on what
                # it sees.
                if seq == kept.seq:
                    kept.days.update(fresh)
        return {day: state for day, state in found.items() if state is not None}


def _known(kept: _OfficeDays, plan: DayPlan, day: date, now: datetime) -> DayTaken | None:
    """What is kept of a day, as far as it may still be believed."""
    known = kept.days.get(day)
    return known if known is not None and known.is_good(plan, now) else None


def _runs(days: Iterable[date]) -> Iterator[list[date]]:
    """Days that follow each other (over a weekend too), so that one question reads them."""
    run: list[date] = []
    for day in sorted(days):
        if run and day - run[-1] > _WEEKEND:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


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
