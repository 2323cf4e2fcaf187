"""What was done of what somebody came for: pure work on a ticket's services.

A service is still to do while it belongs to no stretch of service (`Asked.step_id` is None).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from ...booking.rules import MAX_COUNT, Wanted
from ...core.errors import invalid
from ...office.directory import OfferInfo, OfficeInfo
from ..events import Rendered
from ..state import Asked, TicketNow

Done = Mapping[int, int]
"""What was done in one stretch: offer id -> for how many."""


def read_done(office: OfficeInfo, services: Collection[Wanted]) -> Done:
    """What somebody says was done, the same service named twice counted together.

    Raises unknown_service (404) for one the office does not do, invalid_value (422).
    """
    done: dict[int, int] = {}
    for wanted in services:
        offer_id = office.offer(wanted.slug).id
        done[offer_id] = done.get(offer_id, 0) + wanted.count
    if any(not 1 <= count <= MAX_COUNT for count in done.values()):
        raise invalid("services", "count")
    return done


def all_to_do(services: Iterable[Asked]) -> Done:
    """As if everything that is left had been done."""
    return {one.offer_id: one.count for one in services if one.step_id is None}


def recorded(
    services: tuple[Asked, ...], done: Done, stretch_id: int, *, over: bool
) -> tuple[Asked, ...]:
    """The services after a stretch: what was done belongs to it, then what was done besides.

    Each stretch has a row of its own for what was done in it, so that it is known how long that
    took. Done for fewer than asked, the rest is still to do. When the visit is `over`, nothing is:
    what was not done was rendered for nobody.
    """
    wanted = {one.offer_id for one in to_do(services)}
    besides = ((offer_id, count) for offer_id, count in done.items() if offer_id not in wanted)
    return (
        *(
            now_is
            for one in services
            for now_is in _recorded(one, done.get(one.offer_id, 0), stretch_id, over=over)
        ),
        *(Asked(offer_id, count, count, stretch_id) for offer_id, count in besides),
    )


def _recorded(one: Asked, count: int, stretch_id: int, *, over: bool) -> Iterable[Asked]:
    if one.step_id is not None:
        return (one,)
    if over or count >= one.count:
        return (replace(one, rendered=count, step_id=stretch_id),)
    rest = replace(one, count=one.count - count)
    return (Asked(one.offer_id, count, count, stretch_id), rest) if count else (one,)


def reopened(services: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """The services of a visit that goes on: those of its last stretch are to do again."""
    last = max((one.step_id for one in services if one.step_id is not None), default=None)
    return tuple(
        replace(one, rendered=None, step_id=None)
        if last is not None and one.step_id == last
        else one
        for one in services
    )


def with_to_do(services: tuple[Asked, ...], wanted: Iterable[Asked]) -> tuple[Asked, ...]:
    """The services with these to do instead of what was left; what was done stays."""
    new = {one.offer_id: one for one in wanted}
    kept = [
        one if one.step_id is not None else new.pop(one.offer_id)
        for one in services
        if one.step_id is not None or one.offer_id in new
    ]
    return (*kept, *new.values())


def to_do(services: Iterable[Asked]) -> tuple[Asked, ...]:
    return tuple(one for one in services if one.step_id is None)


def check_left(ticket: TicketNow) -> None:
    """Raises invalid_value (422) when there is nothing left to do: then the visit is over."""
    if not to_do(ticket.services):
        raise invalid("done", "nothing_left")


def slugs(offers: Iterable[OfferInfo]) -> tuple[str, ...]:
    return tuple(offer.service.slug for offer in offers)


def told(office: OfficeInfo, done: Done) -> tuple[Rendered, ...]:
    """What was done, as an event says it."""
    return tuple(
        Rendered(service=office.offer(offer_id).service.slug, count=count)
        for offer_id, count in done.items()
    )
