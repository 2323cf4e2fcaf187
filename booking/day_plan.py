"""The shape of a day before anybody books: places per pool and cell, and where visits may begin.

How it is laid out from the opening hours stands in `capacity.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from ..office.rules import Span
from .cells import next_cell, union


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many places a pool has in a cell."""

    public: int
    total: int


NO_PLACES = Sizes(0, 0)


PoolSizes = Mapping[int, Mapping[int, Sizes]]
"""Pool -> cell -> how many places."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What one stretch of hours offers, with a bit per cell from the plan's `first` on.

    A visit may begin at `starts` and lie in `cells`; the public may book it from `opens_at` on,
    `lead_minutes` before it begins at the latest. `offers` is None when it is for all.
    """

    starts: int
    cells: int
    lead_minutes: int
    opens_at: datetime
    offers: frozenset[int] | None

    def admits(self, offers: Collection[int]) -> bool:
        return self.offers is None or self.offers.issuperset(offers)

    def bookable(self, first: int, now: datetime, *, public: bool) -> int:
        """The starts that can still, and already, be booked."""
        if public and now < self.opens_at:
            return 0
        lead = timedelta(minutes=self.lead_minutes if public else 0)
        behind = max(0, next_cell(now + lead) - first)
        return self.starts >> behind << behind


@dataclass(frozen=True)
class DayPlan:
    """What the opening rules give one day of an office, before anybody books.

    `stages` holds the sizes and the instant from which they are so: they grow when places that
    were held back are released, so that every reader has to say when it reads.
    """

    first: int
    length: int
    stages: tuple[tuple[datetime, PoolSizes], ...]
    lanes: tuple[Lane, ...]
    spans: tuple[Span, ...] = ()

    @property
    def cells(self) -> range:
        return range(self.first, self.first + self.length)

    @cached_property
    def starts(self) -> int:
        """Bit per cell at which any visit may begin."""
        return union(lane.starts for lane in self.lanes)

    @cached_property
    def is_for_all(self) -> bool:
        """Whether all hours of the day are for all services."""
        return all(lane.offers is None for lane in self.lanes)

    def sizes_at(self, now: datetime) -> PoolSizes:
        return next(sizes for since, sizes in reversed(self.stages) if since <= now)

    def size(self, pool: int, cell: int, now: datetime) -> Sizes:
        return self.sizes_at(now).get(pool, {}).get(cell, NO_PLACES)

    def next_release(self, now: datetime) -> datetime | None:
        """When the sizes grow next."""
        return next((since for since, _ in self.stages if since > now), None)

    def lanes_for(self, offers: Collection[int]) -> list[Lane]:
        """The hours in which one may come for all these offers in one visit."""
        return [lane for lane in self.lanes if lane.admits(offers)]

    def cells_for(self, offers: Collection[int]) -> int:
        """Bit per cell that is open to all these offers."""
        return union(lane.cells for lane in self.lanes_for(offers))

    def bookable(self, offers: Collection[int], now: datetime, *, public: bool) -> int:
        """Bit per cell at which a visit for these offers may begin, whoever has booked so far."""
        lanes = self.lanes_for(offers)
        return union(lane.bookable(self.first, now, public=public) for lane in lanes)
