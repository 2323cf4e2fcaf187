"""The line: everybody who waits in an office, what they wish, and where something is free for them.

Only reads. Whose turn it is, `waiting/rules.py` decides; offers are made in `waiting/offers.py`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from ...core.errors import DomainError
from ...core.formats import local_day
from ...office.infos import OfficeInfo
from ..capacity import free_times, last_day, plans
from ..days import free_times_on
from ..mass.store import cleared_periods
from ..rules import Request, Wanted, check_residents, read_request
from ..taken_days import DayTaken, TakenDays, read_day
from . import store as waiting_store
from .rules import Wish, choose_start, days_between, in_fair_order
from .store import Entry


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the line: the entry, what it wishes and what the visit takes."""

    entry: Entry
    wish: Wish
    request: Request


def read_line(conn: Connection, office: OfficeInfo) -> dict[int, Waiting]:
    """Entry -> everybody who waits, as far as the office still does what they wait for."""
    if not office.waiting_list:
        return {}
    entries = waiting_store.waiting_entries(conn, office.id)
    if not entries:
        return {}
    asked = {offer.entry_id for offer in waiting_store.open_offers(conn, office.id)}
    offered = waiting_store.starts_offered(conn, office.id)
    line: dict[int, Waiting] = {}
    for entry, present in entries:
        request = request_of(office, entry)
        if request is not None:
            wish = Wish(
                entry.id,
                entry.created_at,
                entry.window,
                present,
                frozenset(offered.get(entry.id, ())),
                entry.id in asked,
            )
            line[entry.id] = Waiting(entry, wish, request)
    return line


def request_of(office: OfficeInfo, entry: Entry) -> Request | None:
    """What the visit takes; None when the office no longer does it, for them or in this way."""
    offers = {offer.id: offer for offer in office.offers}
    if any(offer not in offers for offer, _ in entry.services):
        return None
    wanted = [Wanted(offers[offer].service.slug, count) for offer, count in entry.services]
    try:
        request = read_request(office, wanted)
        check_residents(request, entry.resident_of)
    except DomainError:
        return None
    return request if all(entry.channel in each.channels for each, _ in request.items) else None


def days_to_offer(
    conn: Connection, known: TakenDays, office: OfficeInfo, now: datetime
) -> set[date]:
    """Days with something free for somebody who waits; a read, for the job."""
    line = read_line(conn, office)
    cleared = Cleared(conn, office, now)
    free: dict[tuple[Request, date], list[datetime]] = {}
    found: set[date] = set()
    for wish in in_fair_order(waiting.wish for waiting in line.values()):
        request = line[wish.entry_id].request
        days = _days_of(office, wish, now)
        unread = [day for day in days if (request, day) not in free]
        for day, times in free_times_on(conn, known, office, request, unread, now).items():
            free[request, day] = cleared.leaves([time.start for time in times], request)
        start = choose_start(wish, (s for day in days for s in free[request, day]), now)
        if start is not None:
            found.add(local_day(start))
    return found


def _days_of(office: OfficeInfo, wish: Wish, now: datetime) -> list[date]:
    if wish.is_asked:
        return []
    ends = [wish.window.last_day, last_day(office, now)]
    if wish.present is not None:
        ends.append(local_day(wish.present))
    return days_between(max(wish.window.first_day, local_day(now)), min(ends))


class Cleared:
    """The times of mass changes: whom an office sends away makes room for nobody else there.

    Until the office gives such a time back (`mass/commands.py:give_back`). Whoever looks for a time
    may still book it, if it is open; but nobody is invited.
    """

    def __init__(self, conn: Connection, office: OfficeInfo, now: datetime) -> None:
        self._periods = cleared_periods(conn, office.id, now)

    def leaves(self, starts: Iterable[datetime], request: Request) -> list[datetime]:
        """The starts of visits that lie outside."""
        lasts = timedelta(minutes=request.minutes)
        return [
            start
            for start in starts
            if not any(start < until and start + lasts > since for since, until in self._periods)
        ]


class FreshDays:
    """What is free on some days as this transaction sees it."""

    def __init__(
        self, conn: Connection, office: OfficeInfo, days: Collection[date], now: datetime
    ) -> None:
        last = last_day(office, now)
        self._conn, self._office, self._now = conn, office, now
        self._days = [day for day in sorted(days) if local_day(now) <= day <= last]
        self._read: dict[date, DayTaken] = {}
        self._cleared = Cleared(conn, office, now)

    def starts(self, waiting: Waiting) -> list[datetime]:
        """Where this visit could begin, on days that lie in its window."""
        window, request = waiting.wish.window, waiting.request
        days = [day for day in self._days if window.first_day <= day <= window.last_day]
        return [start for day in days for start in self._starts_on(day, request)]

    def forget(self, day: date) -> None:
        """Something of this day was taken."""
        self._read.pop(day, None)

    def _starts_on(self, day: date, request: Request) -> list[datetime]:
        if day not in self._read:
            plan = plans.plan(self._office, day)
            self._read[day] = read_day(self._conn, self._office, plan, self._now)
        state = self._read[day]
        times = free_times(
            state.plan,
            state.taken,
            request.pools,
            request.minutes,
            self._now,
            public=True,
            offers=request.offers,
        )
        return self._cleared.leaves([time.start for time in times], request)
