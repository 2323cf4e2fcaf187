"""What anybody may know of an office at one moment: open, how full, numbers, the next appointment.

Pure, from the live picture; how it is said stands in `words.py`, how often it is asked for in
`kept.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ...core.formats import local_day
from ...office.directory import OfferInfo, OfficeInfo
from ...office.rules import closes_at, day_spans, next_opening
from ..drawing.locks import lock_of
from ..drawing.walk_in import WalkIn, day_end, nearest_of, next_walk_in, walk_in_of
from ..forecasting.ranges import Range
from ..watching.picture import OfficePicture

Hours = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Earliest:
    """The earliest free appointment, for what takes the office the shortest."""

    start: datetime
    offer: OfferInfo


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """An office as the town sees it, true at the full minute `at`.

    `waiting` are people in the house. `wait` is the range for the usual walk-in, None where no
    number is given out or nobody can say. `only` names what there are numbers for where there are
    not for everything. `opens` is set while it is closed, `closes` while it is open.
    """

    office: OfficeInfo
    at: datetime
    open: bool
    closes: datetime | None
    opens: datetime | None
    hours: Hours
    waiting: int
    wait: Range | None
    numbers: WalkIn
    never_walk_in: bool
    only: tuple[OfferInfo, ...]
    earliest: Earliest | None

    @property
    def closed_early(self) -> bool:
        return self.numbers.state == "closed_early"


def facts_of(picture: OfficePicture, now: datetime, earliest: Earliest | None) -> OfficeFacts:
    """What the picture says about the office now."""
    office, closed_at = picture.office, picture.state.closed_early_at
    early = closed_at is not None
    drawn = [one for one in office.offers if is_drawn(one)]
    each = {one.id: _numbers_for(picture, one, now) for one in drawn}
    numbers = _numbers(picture, each, now)
    closes = None if early else closes_at(office, now)
    given = tuple(one for one in drawn if each[one.id].is_open)
    return OfficeFacts(
        office=office,
        at=now.replace(second=0, microsecond=0),
        open=closes is not None,
        closes=closes,
        opens=next_opening(office, day_end(now) if early else now) if closes is None else None,
        hours=hours_of(office, now, closed_at),
        waiting=picture.public.waiting,
        wait=picture.public.wait if numbers.is_open else None,
        numbers=numbers,
        never_walk_in=not drawn,
        only=given if numbers.is_open and len(given) < len(drawn) else (),
        earliest=earliest,
    )


def is_drawn(offer: OfferInfo) -> bool:
    """Whether the public may come for it without an appointment, at some hour."""
    return offer.walk_in and not offer.online_only and not offer.staff_only


def hours_of(office: OfficeInfo, now: datetime, closed_at: datetime | None = None) -> Hours:
    """The opening hours of the day, of all modes; what follows at once is one stretch.

    `closed_at` is when it closed early that day: as if no more had been planned.
    """
    merged: list[tuple[datetime, datetime]] = []
    for span in day_spans(office, local_day(now)):
        if merged and span.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        else:
            merged.append((span.start, span.end))
    if closed_at is None:
        return tuple(merged)
    return tuple((start, min(end, closed_at)) for start, end in merged if start < closed_at)


def _numbers_for(picture: OfficePicture, offer: OfferInfo, now: datetime) -> WalkIn:
    lock = lock_of(
        picture.office, [offer.id], picture.state, lambda: picture.walk_in_waits.get(offer.id)
    )
    return walk_in_of(picture.office, now, "de", [offer.id], lock)


def _numbers(picture: OfficePicture, each: Mapping[int, WalkIn], now: datetime) -> WalkIn:
    """The best that can be said of any service; an early closing is one at any hour of the day."""
    if picture.state.closed_early_at is not None:
        return WalkIn("closed_early", next_walk_in(picture.office, day_end(now)))
    if each:
        return nearest_of(tuple(each.values()))
    is_open = closes_at(picture.office, now) is not None
    return WalkIn("appointments_only" if is_open else "closed")
