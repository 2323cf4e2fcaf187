"""Which times somebody who waits can ever be offered, by the plans of days alone. Pure.

Whoever has booked so far does not matter here: what is free, `waiting/line.py` reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from ...core.errors import DomainError
from ...core.formats import local_day
from ...office.infos import OfficeInfo
from ..capacity import last_day, plans
from ..cells import bits, cell_start, cells_for, run_starts, union
from ..day_plan import DayPlan
from ..rules import Request
from .rules import WEEK, Window, days_between, usual_window

# Three hours ahead is what most people can do; the form lets them say otherwise.
USUAL_LEAD = 180


@dataclass(frozen=True, slots=True)
class Prospects:
    """What an office can offer for a visit from now on, before the appointment one has, if any.

    `request` is None for what the public cannot book: it is never offered.
    """

    office: OfficeInfo
    request: Request | None
    now: datetime
    present: datetime | None = None

    @property
    def horizon(self) -> tuple[date, date]:
        """The days to choose from: until the appointment, or as far as one may book."""
        last = last_day(self.office, self.now) if self.present is None else local_day(self.present)
        return local_day(self.now), last

    def days(self, window: Window) -> Iterator[date]:
        """The days of a window on which an offer may ever come."""
        first = max(window.first_day, local_day(self.now))
        last = window.last_day
        if self.present is not None:
            last = min(last, local_day(self.present))
        for day in days_between(first, last):
            if day.weekday() in window.weekdays and self._is_hopeful(day, window):
                yield day

    def weekdays(self) -> list[int]:
        """The weekdays on which the office gives such appointments; 0 is Monday."""
        return sorted({day.weekday() for day in self.days(Window(*self.horizon))})

    def usual_window(self) -> Window:
        """What is proposed: from tomorrow to the day before, wider where nothing lies between."""
        first, last = usual_window(self.present, self.now, self.horizon[1])
        every = Window(*self.horizon, lead_minutes=USUAL_LEAD)
        hope = list(self.days(every))
        if hope and not any(first <= day <= last for day in hope):
            first, last = min(first, hope[0]), max(last, hope[-1])
        weekdays = frozenset(day.weekday() for day in hope) or frozenset(WEEK)
        return replace(every, first_day=first, last_day=last, weekdays=weekdays)

    def check(self, window: Window) -> None:
        """Raise invalid_window (422) for one that can never bring an offer.

        `weekdays` of its details are those that have appointments; without them the whole window
        lies outside the days to choose from.
        """
        first, last = self.horizon
        if window.last_day < first or window.first_day > last:
            raise DomainError("invalid_window", 422)
        if next(self.days(window), None) is None:
            raise DomainError("invalid_window", 422, {"weekdays": self.weekdays()})

    def _is_hopeful(self, day: date, window: Window) -> bool:
        return any(
            (self.present is None or start < self.present) and window.admits(start, self.now)
            for start in self._starts(day)
        )

    def _starts(self, day: date) -> Iterator[datetime]:
        if self.request is None:
            return
        plan = plans.plan(self.office, day)
        starts = _bookable(plan, self.request, self.now)
        lasts = cells_for(self.request.minutes)
        for mask in (plan.cells_for(self.request.offers), *_public(plan, self.request)):
            starts &= run_starts(mask, lasts)
        yield from (cell_start(plan.first + bit) for bit in bits(starts))


def _bookable(plan: DayPlan, request: Request, now: datetime) -> int:
    """Bit per cell at which it may begin; what opens only later counts, too."""
    lanes = plan.lanes_for(request.offers)
    return union(
        replace(lane, opens_at=now).bookable(plan.first, now, public=True) for lane in lanes
    )


def _public(plan: DayPlan, request: Request) -> Iterator[int]:
    """For each pool a bit per cell that has places for the public, once all are released."""
    _, sizes = plan.stages[-1]
    for pool in request.pools:
        cells = sizes.get(pool, {}).items()
        yield sum(1 << (cell - plan.first) for cell, size in cells if size.public)
