"""What staff may give away: the next free time, days and times, with those the public may not have.

Staff are bound by neither lead time nor horizon and may take the places kept from the public. Reads
only; what the page makes of it stands in `desk/view.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from ...core.formats import local, local_day
from ...office.infos import OfficeInfo
from ..capacity import FreeTime, Taken, free_times, last_day, plans
from ..cells import cell_start
from ..place_store import PlaceKey
from ..rules import Request
from ..taken_days import DayTaken, TakenDays

DAYS_SHOWN = 8
STAFF_DAYS = 366  # how far ahead staff may book
_NOON = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DeskTime:
    """A start to give away; `internal` when only staff may."""

    start: datetime
    internal: bool


@dataclass(frozen=True, slots=True)
class DeskDay:
    """A day with hours for appointments."""

    day: date
    times: tuple[DeskTime, ...]

    @property
    def morning(self) -> tuple[DeskTime, ...]:
        return tuple(time for time in self.times if local(time.start).hour < _NOON)

    @property
    def afternoon(self) -> tuple[DeskTime, ...]:
        return tuple(time for time in self.times if local(time.start).hour >= _NOON)


@dataclass(frozen=True, slots=True)
class DeskTimes:
    """`earliest` is the first that anybody may have, else the first staff may give; `sooner` is an
    internal one before it. `earlier` and `later` are the days the strip can begin with instead."""

    earliest: DeskTime | None
    sooner: DeskTime | None
    days: tuple[DeskDay, ...]
    chosen: DeskDay | None
    earlier: date | None
    later: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Which days somebody wants to see: the first of the strip, and the one opened in it."""

    first: date | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What times are wanted for; `own` are the places of the appointment that is
    moved, `present` is its start."""

    office: OfficeInfo
    request: Request
    own: Sequence[PlaceKey] = ()
    present: datetime | None = None


def desk_times(
    conn: Connection, known: TakenDays, wish: Wish, now: datetime, shown: Shown
) -> DeskTimes:
    """The next free time and a strip of days, the chosen one with all its times."""
    earliest, sooner = next_times(conn, known, wish, now)
    today = local_day(now)
    first = max(shown.first or today, today)
    wanted = shown.day
    if wanted is None and shown.first is None and earliest is not None:
        wanted = local_day(earliest.start)
    days = _strip(wish, first)
    if wanted is not None and not (days and days[0] <= wanted <= days[-1]):
        days = _strip(wish, max(wanted, today))
    found = [
        DeskDay(day, tuple(_times_of(state, wish, now)))
        for day, state in known.days(conn, wish.office, days, now).items()
    ]
    chosen = next((each for each in found if each.day == wanted), None)
    chosen = chosen or next((each for each in found if each.times), None)
    return DeskTimes(
        earliest,
        sooner,
        tuple(found),
        chosen,
        _earlier(wish, days[0], today) if days else None,
        next(_open_days(wish, days[-1] + _DAY), None) if days else None,
    )


def next_times(
    conn: Connection, known: TakenDays, wish: Wish, now: datetime
) -> tuple[DeskTime | None, DeskTime | None]:
    """What to offer first, and an internal time before it.

    A caller needs the lead time too, and places are kept from the public for a reason: so the first
    is what everybody may have, if there is one up to the horizon.
    """
    internal: DeskTime | None = None
    for time in _coming(conn, known, wish, now):
        if not time.internal:
            return time, internal
        internal = internal or time
        if local_day(time.start) > last_day(wish.office, now):
            break
    return internal, None


def _coming(conn: Connection, known: TakenDays, wish: Wish, now: datetime) -> Iterator[DeskTime]:
    """Every free start from now on."""
    days = _open_days(wish, local_day(now))
    while look := list(islice(days, DAYS_SHOWN)):
        for state in known.days(conn, wish.office, look, now).values():
            yield from _times_of(state, wish, now)


def _times_of(state: DayTaken, wish: Wish, now: datetime) -> Iterator[DeskTime]:
    office, plan = wish.office, state.plan
    is_near = plan.length and local_day(cell_start(plan.first)) <= last_day(office, now)
    public = {time.start for time in _free(state, wish, now, public=True) if is_near}
    for time in _free(state, wish, now, public=False):
        if time.start != wish.present:
            yield DeskTime(time.start, internal=time.start not in public)


def _free(state: DayTaken, wish: Wish, now: datetime, *, public: bool) -> tuple[FreeTime, ...]:
    return free_times(
        state.plan,
        without_own(state.taken, wish.own),
        wish.request.pools,
        wish.request.minutes,
        now,
        public=public,
        offers=wish.request.offers,
    )


def without_own(taken: Taken, own: Sequence[PlaceKey]) -> Taken:
    """What is taken without the places of the appointment that is moved."""
    mine = {(place.pool_id, place.cell): place.number for place in own}
    if not mine:
        return taken
    return {
        pool: {cell: numbers - {mine.get((pool, cell), 0)} for cell, numbers in cells.items()}
        for pool, cells in taken.items()
    }


def _strip(wish: Wish, first: date) -> list[date]:
    return list(islice(_open_days(wish, first), DAYS_SHOWN))


def _earlier(wish: Wish, first: date, today: date) -> date | None:
    """Where the strip before the one from `first` on begins."""
    ahead = (first - today).days
    before = (first - _DAY * back for back in range(1, ahead + 1))
    found = list(islice((day for day in before if _is_open(wish, day)), DAYS_SHOWN))
    return found[-1] if found else None


def _open_days(wish: Wish, first: date) -> Iterator[date]:
    """Days of a year on which such a visit may begin."""
    days = (first + _DAY * ahead for ahead in range(STAFF_DAYS))
    return (day for day in days if _is_open(wish, day))


def _is_open(wish: Wish, day: date) -> bool:
    plan = plans.plan(wish.office, day)
    return any(lane.starts for lane in plan.lanes_for(wish.request.offers))
