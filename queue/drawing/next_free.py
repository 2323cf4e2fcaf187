"""The appointment that is offered where no number is given out: looked up after the refusal, so
that nobody waits for it under the office's lock.
"""

from collections.abc import Sequence
from datetime import datetime

from ...booking.reading import earliest_times, taken_days
from ...booking.rules import Wanted, read_request
from ...core.errors import DomainError
from ...core.formats import iso_text, local_day
from ...core.ground import Ground
from ...office.directory import OfferInfo, OfficeInfo

# Refusals of a walk-in after which somebody wants to know when then.
NO_NUMBER = frozenset(
    {
        "closed_early",
        "full_today",
        "not_walk_in",
        "numbers_used_up",
        "office_closed",
        "past_cutoff",
        "tickets_used_up",
    }
)
# A start every five minutes, around the clock.
_MOST_A_DAY = 288


async def next_free(
    ground: Ground, office: OfficeInfo, wanted: Sequence[Wanted], *, today: bool = True
) -> datetime | None:
    """The earliest free appointment for this in the office, or the earliest of another day; None
    when there is none, or when the public cannot book it."""
    try:
        asked = read_request(office, wanted)
    except DomainError:
        return None
    now = ground.clock.now()
    limit = 1 if today else _MOST_A_DAY
    (found,) = await ground.database.read(
        earliest_times, taken_days(ground), [(office, asked)], now, limit
    )
    return next((one for one in found.starts if today or local_day(one) > local_day(now)), None)


async def with_next_free(
    ground: Ground, office: OfficeInfo, wanted: Sequence[Wanted], refusal: DomainError
) -> DomainError:
    """The refusal of a walk-in with `next_free`, its time or null; any other as it is."""
    if refusal.code not in NO_NUMBER:
        return refusal
    start = await next_free(ground, office, wanted, today=refusal.code != "closed_early")
    details = {**refusal.details, "next_free": None if start is None else iso_text(start)}
    return DomainError(refusal.code, refusal.status, details)


async def next_free_of_any(
    ground: Ground, office: OfficeInfo, *, today: bool = True
) -> datetime | None:
    """The same for what takes the office the shortest of all that can be booked."""
    shortest = shortest_to_book(office)
    if shortest is None:
        return None
    return await next_free(ground, office, [Wanted(shortest.service.slug)], today=today)


def shortest_to_book(office: OfficeInfo) -> OfferInfo | None:
    """What takes the office the shortest of all that the public can book."""
    bookable = [offer for offer in office.offers if offer.is_open_to_book]
    return min(bookable, key=lambda offer: offer.minutes, default=None)
