"""Pure decisions about places: the plan of a day, what is free in it, which number to take.

What is taken comes from `store.py`; how a single appointment is judged stands in `rules.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..core.errors import DomainError
from ..core.formats import local_day
from ..office.infos import OfficeInfo
from ..office.rules import WALK_IN, Span, day_spans
from .cells import bits, cell_of, cell_start, cells_for, is_cell_start, run_starts

Numbers = Iterable[int]
Taken = Mapping[int, Mapping[int, set[int]]]
"""Pool -> cell -> numbers that are taken."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many places a pool has in a cell."""

    public: int
    total: int


NO_PLACES = Sizes(0, 0)


@dataclass(frozen=True)
class DayPlan:
    """What the opening rules give one day of an office, before anybody books.

    `starts` has one bit for each cell from `first` on at which an appointment may begin; `leads`
    says how many minutes before such a start the public must have booked.
    """

    first: int
    length: int
    sizes: Mapping[int, Mapping[int, Sizes]]
    starts: int
    leads: Mapping[int, int]

    @property
    def cells(self) -> range:
        return range(self.first, self.first + self.length)

    def size(self, pool: int, cell: int) -> Sizes:
        return self.sizes.get(pool, {}).get(cell, NO_PLACES)

    def has_start(self, cell: int) -> bool:
        return cell >= self.first and bool(self.starts >> (cell - self.first) & 1)


def plan_day(office: OfficeInfo, day: date) -> DayPlan:
    """Lay the day's spans over its cells.

    Where spans overlap the larger size counts, not the sum: an overlap by mistake must not sell a
    counter twice.
    """
    spans = [span for span in day_spans(office, day) if span.mode != WALK_IN]
    first = min((cell_of(span.start) for span in spans), default=0)
    last = max((cell_of(span.end) for span in spans), default=0)
    sizes: dict[int, dict[int, Sizes]] = {}
    leads: dict[int, int] = {}
    for span in spans:
        _lay_sizes(span, sizes)
        for cell in range(cell_of(span.start), cell_of(span.end), cells_for(office.slot_minutes)):
            leads[cell] = min(span.lead_minutes, leads.get(cell, span.lead_minutes))
    return DayPlan(first, last - first, sizes, sum(1 << (cell - first) for cell in leads), leads)


def _lay_sizes(span: Span, sizes: dict[int, dict[int, Sizes]]) -> None:
    for pool, (public, total) in span.places.items():
        cells = sizes.setdefault(pool, {})
        for cell in range(cell_of(span.start), cell_of(span.end)):
            known = cells.get(cell, NO_PLACES)
            cells[cell] = Sizes(max(public, known.public), max(total, known.total))


class PlanCache:
    """Plans of days, kept as long as a directory holds the same record of the office.

    Writers and readers have a directory each, so a few records of one office are known at a time.
    """

    _RECORDS = 4
    _DAYS = 500

    def __init__(self) -> None:
        self._kept: dict[int, tuple[tuple[OfficeInfo, dict[date, DayPlan]], ...]] = {}

    def plan(self, office: OfficeInfo, day: date) -> DayPlan:
        days = self._days(office)
        found = days.get(day)
        if found is None:
            if len(days) >= self._DAYS:
                days.clear()
            found = days[day] = plan_day(office, day)
        return found

    def _days(self, office: OfficeInfo) -> dict[date, DayPlan]:
        known = self._kept.get(office.id, ())
        for record, days in known:
            if record is office:
                return days
        days = dict[date, DayPlan]()
        self._kept[office.id] = ((office, days), *known[: self._RECORDS - 1])
        return days


plans = PlanCache()


def check_start(
    office: OfficeInfo, plan: DayPlan, start: datetime, now: datetime, *, public: bool
) -> None:
    """Refuse a start that is not to be had, whoever has booked so far.

    Raises in_the_past, too_far, closed_that_day, slot_not_offered, too_soon (409). Staff book
    without lead time and horizon.
    """
    if start < now:
        raise DomainError("in_the_past", 409)
    if public and local_day(start) > last_day(office, now):
        raise DomainError("too_far", 409, {"last_day": last_day(office, now).isoformat()})
    if not plan.starts:
        raise DomainError("closed_that_day", 409)
    cell = cell_of(start)
    if not (is_cell_start(start) and plan.has_start(cell)):
        raise DomainError("slot_not_offered", 409)
    if public and start < now + timedelta(minutes=plan.leads[cell]):
        raise DomainError("too_soon", 409, {"lead_minutes": plan.leads[cell]})


def last_day(office: OfficeInfo, now: datetime) -> date:
    """The last local day the public may book."""
    return local_day(now) + timedelta(days=office.horizon_days)


def free_places(sizes: Sizes, numbers: Numbers, *, public: bool) -> int:
    """How many more fit. Never negative: after a cut more may be taken than there are places."""
    taken = set(numbers)
    left = sizes.total - len(taken)
    if public:
        left = min(left, sizes.public - sum(1 for number in taken if number <= sizes.public))
    return max(0, left)


def choose_number(sizes: Sizes, numbers: Numbers, *, public: bool) -> int | None:
    """The number to take in a cell: the public the lowest of its own, staff the highest of all.

    So staff use up the public's places last.
    """
    taken = set(numbers)
    if not free_places(sizes, taken, public=public):
        return None
    order = range(1, sizes.public + 1) if public else range(sizes.total, 0, -1)
    return next((number for number in order if number not in taken), None)


def free_mask(plan: DayPlan, taken: Taken, pool: int, *, public: bool = True) -> int:
    """Bit per cell of the day in which the pool has a free place."""
    numbers = taken.get(pool, {})
    return sum(
        1 << (cell - plan.first)
        for cell, sizes in plan.sizes.get(pool, {}).items()
        if free_places(sizes, numbers.get(cell, ()), public=public)
    )


def free_starts(plan: DayPlan, masks: Iterable[int], cells: int) -> int:
    """Bit per cell at which a visit of so many cells may begin, free in all masks throughout."""
    free = plan.starts
    for mask in masks:
        free &= run_starts(mask, cells)
    return free


def still_bookable(plan: DayPlan, starts: int, now: datetime, *, public: bool = True) -> int:
    """Without the starts that lie behind us, or closer than the public may book."""
    longest = max(plan.leads.values(), default=0) if public else 0
    for bit in bits(starts):
        begins = cell_start(plan.first + bit)
        if begins >= now + timedelta(minutes=longest):
            break
        if begins < now + timedelta(minutes=plan.leads[plan.first + bit] if public else 0):
            starts ^= 1 << bit
    return starts


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A start that can be booked, and how many such visits fit there at once."""

    start: datetime
    free: int


def free_times(
    plan: DayPlan, taken: Taken, pools: Sequence[int], minutes: int, now: datetime, *, public: bool
) -> tuple[FreeTime, ...]:
    """The bookable starts of a day for a visit that takes a place in each of the pools."""
    cells = cells_for(minutes)
    masks = (free_mask(plan, taken, pool, public=public) for pool in pools)
    starts = still_bookable(plan, free_starts(plan, masks, cells), now, public=public)
    found: list[FreeTime] = []
    for bit in bits(starts):
        first = plan.first + bit
        fewest = min(
            free_places(plan.size(pool, cell), taken.get(pool, {}).get(cell, ()), public=public)
            for pool in pools
            for cell in range(first, first + cells)
        )
        found.append(FreeTime(cell_start(first), fewest))
    return tuple(found)


def overflowing(sizes: Sizes, holders: Iterable[int]) -> list[int]:
    """Which appointments no longer fit in a cell after a cut: those booked last."""
    return sorted(holders)[sizes.total :]
