"""Pure decisions about places: the plan of a day, what is free in it, which number to take.

What is taken comes from `store.py`; how a single appointment is judged stands in `rules.py`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ..core.errors import DomainError
from ..core.formats import iso_text, local_day
from ..office.infos import OfficeInfo
from ..office.rules import WALK_IN, Span, day_spans
from .cells import (
    bits,
    cell_mask,
    cell_of,
    cell_start,
    cells_for,
    cells_of,
    is_cell_start,
    run_starts,
)
from .day_plan import NO_PLACES, DayPlan, Lane, PoolSizes, Sizes
from .rules import Request

Numbers = Iterable[int]
Taken = Mapping[int, Mapping[int, set[int]]]
"""Pool -> cell -> numbers that are taken."""


# Before any release.
_EVER = datetime.min.replace(tzinfo=UTC)


def plan_day(office: OfficeInfo, day: date) -> DayPlan:
    """Lay the day's spans over its cells.

    Where spans overlap the larger size counts, not the sum: an overlap, by mistake or of hours for
    different services, must not sell a counter twice.
    """
    opened = day_spans(office, day)
    spans = [span for span in opened if span.mode != WALK_IN]
    first = min((cell_of(span.start) for span in spans), default=0)
    last = max((cell_of(span.end) for span in spans), default=0)
    releases = {span.released_at for span in spans if span.held_back}
    return DayPlan(
        first,
        last - first,
        tuple((since, _sizes(spans, since)) for since in (_EVER, *sorted(releases))),
        tuple(_lane(span, first) for span in spans),
        opened,
    )


def _lane(span: Span, first: int) -> Lane:
    cells = range(cell_of(span.start), cell_of(span.end))
    begins = cell_of(span.begins)
    step = cells_for(span.slot_minutes)
    return Lane(
        starts=sum(1 << (cell - first) for cell in cells if (cell - begins) % step == 0),
        cells=cell_mask(first, cells),
        lead_minutes=span.lead_minutes,
        opens_at=span.opens_at,
        offers=span.offers,
    )


def _sizes(spans: Iterable[Span], now: datetime) -> PoolSizes:
    """The sizes that hold at an instant, until the next release."""
    sizes: dict[int, dict[int, Sizes]] = {}
    for span in spans:
        held_back = span.held_back if now < span.released_at else dict[int, int]()
        for pool, (public, total) in span.places.items():
            cells = sizes.setdefault(pool, {})
            for cell in range(cell_of(span.start), cell_of(span.end)):
                known = cells.get(cell, NO_PLACES)
                now_public = max(public - held_back.get(pool, 0), known.public)
                cells[cell] = Sizes(now_public, max(total, known.total))
    return sizes


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
    office: OfficeInfo,
    plan: DayPlan,
    visit: Request,
    start: datetime,
    now: datetime,
    *,
    public: bool,
) -> None:
    """Refuse a start that is not to be had, whoever has booked so far.

    Raises in_the_past, too_far, closed_that_day, slot_not_offered, too_soon (409). Staff book
    without lead time and horizon. Where hours are for named services, the whole visit must lie in
    such hours.
    """
    if start < now:
        raise DomainError("in_the_past", 409)
    if public and local_day(start) > last_day(office, now):
        raise DomainError("too_far", 409, {"last_day": last_day(office, now).isoformat()})
    if not plan.starts:
        raise DomainError("closed_that_day", 409)
    lanes = _lanes_at(plan, visit.offers, start)
    cells = cell_mask(plan.first, cells_of(start, visit.minutes))
    if not lanes or cells & plan.cells_for(()) & ~plan.cells_for(visit.offers):
        raise DomainError("slot_not_offered", 409)
    if public:
        _check_terms(lanes, start, now)


def _lanes_at(plan: DayPlan, offers: Collection[int], start: datetime) -> list[Lane]:
    """The hours that offer this very start for these services."""
    bit = cell_of(start) - plan.first
    if not is_cell_start(start) or bit < 0:
        return []
    return [lane for lane in plan.lanes_for(offers) if lane.starts >> bit & 1]


def _check_terms(lanes: Iterable[Lane], start: datetime, now: datetime) -> None:
    """Refuse the public what is not open yet, or too close."""
    opened = [lane for lane in lanes if lane.opens_at <= now]
    if not opened:
        opens_at = min(lane.opens_at for lane in lanes)
        raise DomainError("too_far", 409, {"opens_at": iso_text(opens_at)})
    lead = min(lane.lead_minutes for lane in opened)
    if start < now + timedelta(minutes=lead):
        raise DomainError("too_soon", 409, {"lead_minutes": lead})


def last_day(office: OfficeInfo, now: datetime) -> date:
    """The last local day of which the public may book anything."""
    ahead = {rule.horizon_days for rule in office.rules if rule.mode != WALK_IN} or {None}
    days = max(office.horizon_days if each is None else each for each in ahead)
    return local_day(now) + timedelta(days=days)


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


def free_mask(plan: DayPlan, taken: Taken, pool: int, now: datetime, *, public: bool = True) -> int:
    """Bit per cell of the day in which the pool has a free place."""
    numbers = taken.get(pool, {})
    return sum(
        1 << (cell - plan.first)
        for cell, sizes in plan.sizes_at(now).get(pool, {}).items()
        if free_places(sizes, numbers.get(cell, ()), public=public)
    )


def free_starts(
    plan: DayPlan,
    offers: Collection[int],
    masks: Iterable[int],
    cells: int,
    now: datetime,
    *,
    public: bool = True,
) -> int:
    """Bit per cell at which a visit of so many cells may begin, free in all masks throughout."""
    free = plan.bookable(offers, now, public=public)
    if not plan.is_for_all:
        free &= run_starts(plan.cells_for(offers), cells)
    for mask in masks:
        if not free:
            break
        free &= run_starts(mask, cells)
    return free


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A start that can be booked, and how many such visits fit there at once."""

    start: datetime
    free: int


def free_times(
    plan: DayPlan,
    taken: Taken,
    pools: Sequence[int],
    minutes: int,
    now: datetime,
    *,
    public: bool,
    offers: Collection[int] = (),
) -> tuple[FreeTime, ...]:
    """The bookable starts of a day for a visit that takes a place in each of the pools."""
    cells = cells_for(minutes)
    masks = (free_mask(plan, taken, pool, now, public=public) for pool in pools)
    starts = free_starts(plan, offers, masks, cells, now, public=public)
    sizes = plan.sizes_at(now)
    found: list[FreeTime] = []
    for bit in bits(starts):
        first = plan.first + bit
        fewest = min(
            free_places(sizes[pool][cell], taken.get(pool, {}).get(cell, ()), public=public)
            for pool in pools
            for cell in range(first, first + cells)
        )
        found.append(FreeTime(cell_start(first), fewest))
    return tuple(found)


def overflowing(
    sizes: Sizes, holders: Iterable[int], giving_way: Collection[int] = ()
) -> list[int]:
    """Which appointments no longer fit in a cell after a cut: who gives way, then the newest."""
    return sorted(holders, key=lambda one: (one in giving_way, one))[sizes.total :]
