"""Which days and times are free: for calendars, for the earliest times, and inside commands.

What is taken on a day, `taken_days.py` knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from ..core.formats import local_day
from ..office.infos import OfficeInfo
from .capacity import FreeTime, free_mask, free_starts, free_times, last_day, plans
from .cells import bits, cell_start, cells_for
from .place_store import PlaceKey
from .rules import Request
from .taken_days import DayTaken, TakenDays, read_day

# The earliest time is mostly within a week; only a full office is looked through to its horizon.
_FIRST_LOOK, _NEXT_LOOK = 7, 42


def free_days(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    request: Request,
    days: Sequence[date],
    now: datetime,
    own: Sequence[PlaceKey] = (),
) -> list[tuple[date, int]]:
    """How many starts the public can book on each day; in a move with `own` places as free."""
    states = known.days(conn, office, _bookable(office, days, now), now)
    return [
        (day, _starts(states[day], request, now, own).bit_count() if day in states else 0)
        for day in days
    ]


def free_times_on(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    request: Request,
    days: Sequence[date],
    now: datetime,
    own: Sequence[PlaceKey] = (),
) -> dict[date, tuple[FreeTime, ...]]:
    """The starts the public can book on these days; in a move with `own` places as free."""
    states = known.days(conn, office, _bookable(office, days, now), now)
    return {
        day: free_times(
            states[day].plan,
            _without(states[day], own),
            request.pools,
            request.minutes,
            now,
            public=True,
            offers=request.offers,
        )
        if day in states
        else ()
        for day in days
    }


def first_starts(
    conn: Connection,
    known: TakenDays,
    office: OfficeInfo,
    request: Request,
    now: datetime,
    own: Sequence[PlaceKey] = (),
    *,
    limit: int = 1,
) -> list[datetime]:
    """The first starts the public can book up to the horizon, in order."""
    found: list[datetime] = []
    for days in _looks(local_day(now), last_day(office, now)):
        for state in known.days(conn, office, days, now).values():
            starts = bits(_starts(state, request, now, own))
            found += [cell_start(state.plan.first + bit) for bit in starts]
            if len(found) >= limit:
                return found[:limit]
    return found


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


def _bookable(office: OfficeInfo, days: Sequence[date], now: datetime) -> list[date]:
    today, last = local_day(now), last_day(office, now)
    return [day for day in days if today <= day <= last]


def _starts(state: DayTaken, request: Request, now: datetime, own: Sequence[PlaceKey]) -> int:
    """Bit per cell of the day at which such a visit may begin."""
    if any(place.cell in state.plan.cells for place in own):
        taken = _without(state, own)
        masks = (free_mask(state.plan, taken, pool, now) for pool in request.pools)
    else:
        masks = (state.free(pool, now) for pool in request.pools)
    return free_starts(state.plan, request.offers, masks, cells_for(request.minutes), now)


def _without(state: DayTaken, own: Sequence[PlaceKey]) -> Mapping[int, Mapping[int, set[int]]]:
    """What is taken without one's own places; what is kept for others stays as it is."""
    mine = {(place.pool_id, place.cell): place.number for place in own}
    if not mine:
        return state.taken
    return {
        pool: {cell: numbers - {mine.get((pool, cell), 0)} for cell, numbers in cells.items()}
        for pool, cells in state.taken.items()
    }


def _looks(first: date, last: date) -> Iterator[list[date]]:
    """The days in portions: a short one, then long ones."""
    days = list(_days_from(first, last))
    yield days[:_FIRST_LOOK]
    for begin in range(_FIRST_LOOK, len(days), _NEXT_LOOK):
        yield days[begin : begin + _NEXT_LOOK]


def _days_from(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)
