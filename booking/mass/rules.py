"""Pure decisions of a mass change: its period, and which free time to propose to whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...core.formats import at_local, day_start, day_text, local, local_day, moment_text, time_text
from ...core.texts import T
from ...office.infos import OfficeInfo
from ..capacity import choose_number, free_times, last_day
from ..cells import cells_of
from ..desk.times import STAFF_DAYS
from ..places import slots_of
from ..rules import Request
from ..taken_days import DayTaken

PROPOSALS = 3
LONGEST_DAYS = 92
_DAY = timedelta(days=1)

Taken = dict[int, dict[int, set[int]]]


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant until another; appointments that begin in it are concerned."""

    since: datetime
    until: datetime

    @property
    def is_sound(self) -> bool:
        return self.since < self.until and len(self.days) <= LONGEST_DAYS

    @property
    def days(self) -> list[date]:
        first, last = local_day(self.since), local_day(self.until - timedelta(seconds=1))
        return [first + _DAY * ahead for ahead in range((last - first).days + 1)]

    def minutes_on(self, day: date) -> tuple[int, int]:
        """Which local minutes of a day lie in it, from 0 to 1440."""
        begin, end = local(self.since), local(self.until)
        first = begin.hour * 60 + begin.minute if begin.date() == day else 0
        # A minute that has begun lies in it.
        ended = end.hour * 60 + end.minute + bool(end.second or end.microsecond)
        return first, ended if end.date() == day else 1440


def period_text(t: T, period: Period) -> str:
    """`Do., 26.11.2026`, `Mi., 25.11.2026, ab 09:30 Uhr`, days or moments with a dash between."""
    first, last = period.days[0], period.days[-1]
    begins, ends = period.minutes_on(first)[0], period.minutes_on(last)[1]
    if begins == 0 and ends == 1440:
        days = [day_text(day, t.language) for day in dict.fromkeys((first, last))]
        return " – ".join(days)
    if first == last and ends == 1440:
        time = time_text(period.since, t.language)
        return t("mass.from_then_on", day=day_text(first, t.language), time=time)
    return " – ".join(moment_text(each, t.language) for each in (period.since, period.until))


def whole_day(day: date) -> Period:
    return Period(day_start(day), at_local(day, 1440))


def rest_of_day(now: datetime) -> Period:
    """Today from now on."""
    return Period(now, at_local(local_day(now), 1440))


class Proposer:
    """Gives each who has to come another time the next that is free, one after the other.

    What it gave one it does not give the next. `read` tells what is taken on a day; with
    `internal`, places, lead time and horizon of the public do not count.
    """

    def __init__(
        self,
        office: OfficeInfo,
        after: datetime,
        now: datetime,
        read: Callable[[date], DayTaken],
        *,
        internal: bool,
    ) -> None:
        self._office = office
        self._after = after
        self._now = now
        self._read = read
        self._public = not internal
        self._days: dict[date, tuple[DayTaken, Taken]] = {}
        # Places are only ever taken here, so a day that was full for such a visit stays full.
        self._first: dict[tuple[frozenset[int], int], date] = {}

    def give(self, request: Request) -> datetime | None:
        """The next free start, which nobody else is given then; None when there is none."""
        visit = (request.offers, request.minutes)
        day = self._first.get(visit, local_day(self._after))
        while day <= self._last_day():
            start = self._first_on(request, day)
            if start is not None:
                self._first[visit] = day
                self._take(request, start)
                return start
            day += _DAY
        self._first[visit] = day
        return None

    def others(self, request: Request, start: datetime) -> list[datetime]:
        """Two more starts, on other days after one that was given: a choice, not a promise."""
        found: list[datetime] = []
        day = local_day(start) + _DAY
        while day <= self._last_day() and len(found) < PROPOSALS - 1:
            other = self._first_on(request, day)
            if other is not None:
                found.append(other)
            day += _DAY
        return found

    def _last_day(self) -> date:
        if self._public:
            return last_day(self._office, self._now)
        return local_day(self._after) + _DAY * STAFF_DAYS

    def _on(self, day: date) -> tuple[DayTaken, Taken]:
        if day not in self._days:
            state = self._read(day)
            taken = {
                pool: {cell: set(numbers) for cell, numbers in cells.items()}
                for pool, cells in state.taken.items()
            }
            self._days[day] = (state, taken)
        return self._days[day]

    def _first_on(self, request: Request, day: date) -> datetime | None:
        state, taken = self._on(day)
        times = free_times(
            state.plan,
            taken,
            request.pools,
            request.minutes,
            self._now,
            public=self._public,
            offers=request.offers,
        )
        return next((time.start for time in times if time.start >= self._after), None)

    def _take(self, request: Request, start: datetime) -> None:
        state, taken = self._on(local_day(start))
        for pool, cell in slots_of(request.pools, cells_of(start, request.minutes)):
            numbers = taken.setdefault(pool, {}).setdefault(cell, set())
            sizes = state.plan.size(pool, cell, self._now)
            number = choose_number(sizes, numbers, public=self._public)
            if number is not None:
                numbers.add(number)


def proposals_for(
    proposer: Proposer, wanted: Sequence[Request], *, choice: bool
) -> list[tuple[datetime, ...]]:
    """One start for each in this order, with `choice` up to three; none where nothing is free."""
    found: list[tuple[datetime, ...]] = []
    for request in wanted:
        start = proposer.give(request)
        if start is None:
            found.append(())
        else:
            found.append((start, *(proposer.others(request, start) if choice else ())))
    return found
