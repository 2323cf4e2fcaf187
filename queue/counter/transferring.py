"""Sending somebody on, to an office's queue or to one counter; number and rank are kept.

Run under the locks of both offices. A step that does not fit the ticket's state raises wrong_state
(409), a foreign ticket unknown_ticket (404).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ...booking.rules import Wanted, read_request
from ...core.errors import DomainError, invalid
from ...core.tx import Tx
from ...office.directory import CounterInfo, OfficeInfo, current_directory
from ..events import TicketTransferred
from ..rules import after, serves
from ..state import Asked, TicketNow
from . import visit_store
from .changing import check_for_staff
from .rendered import Done, check_left, read_done, slugs, to_do, told, with_to_do
from .steps import Desk, Taken, away, desk_of, remember, take_step, ticket_at

MOST_DELAY = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Target:
    """An office's queue, or one of its counters."""

    office: OfficeInfo
    counter: CounterInfo | None

    @property
    def counter_id(self) -> int | None:
        return None if self.counter is None else self.counter.id


def transfer(
    tx: Tx,
    *,
    counter_id: int,
    ticket_id: int,
    office_id: int | None = None,
    to_counter_id: int | None = None,
    not_before: datetime | None = None,
    after_minutes: int | None = None,
    done: Collection[Wanted] = (),
    services: Collection[Wanted] = (),
) -> TicketNow:
    """Send somebody on. Exactly one target; with `not_before`, or so many minutes from now,
    nobody calls the ticket earlier.

    `done` is what was done here, with counts; `services` are to do there besides what is left: all
    done, on to the cash desk. Nothing that somebody came for is dropped on the way. Raises
    unknown_service (404), wrong_place (409) for another waiting area (the number counts only in its
    own), cannot_serve (409) when the target cannot do all that is left, wrong_state (409) for
    something done before the service began, invalid_value (422).
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    after("transfer", ticket.status)
    target = _target(tx, office_id, to_counter_id)
    so_far = read_done(desk.office, done)
    sent = replace(
        away(ticket),
        office_id=target.office.id,
        reserved_counter_id=target.counter_id,
        not_before=_begin(tx.now, not_before, after_minutes),
    )
    left = take_step(tx, "transfer", ticket, sent, done=so_far or None)
    written = replace(left, services=_services_there(tx, desk, left, target.office, services))
    visit_store.change_services(tx.conn, ticket.id, left.services, written.services)
    check_left(written)
    _check_target(desk, target, written)
    remember(tx, desk, Taken("transfer", ticket, written))
    _tell(tx, desk, target, written, so_far)
    return written


def _tell(tx: Tx, desk: Desk, target: Target, sent: TicketNow, done: Done) -> None:
    event = TicketTransferred(
        ticket_id=sent.id,
        number=sent.number,
        counter_id=desk.counter.id,
        to_office_id=target.office.id,
        to_counter_id=target.counter_id,
        not_before=sent.not_before,
        rendered=told(desk.office, done),
        services=slugs(target.office.offer(one.offer_id) for one in to_do(sent.services)),
    )
    for place in sorted({desk.office.id, target.office.id}):
        tx.emit(place, event)


def _target(tx: Tx, office_id: int | None, to_counter_id: int | None) -> Target:
    directory = current_directory(tx)
    if to_counter_id is not None and office_id is None:
        counter = directory.counter(to_counter_id)
        return Target(directory.office(counter.office_id), counter)
    if office_id is None or to_counter_id is not None:
        raise invalid("office", "one_target")
    return Target(directory.office(office_id), None)


def _begin(
    now: datetime, not_before: datetime | None, after_minutes: int | None
) -> datetime | None:
    if after_minutes is not None:
        if not_before is not None:
            raise invalid("after_minutes", "one_time")
        not_before = now + timedelta(minutes=after_minutes)
    if not_before is not None and not now < not_before <= now + MOST_DELAY:
        raise invalid("not_before", "soon")
    return not_before


def _services_there(
    tx: Tx, desk: Desk, ticket: TicketNow, office: OfficeInfo, wanted: Collection[Wanted]
) -> tuple[Asked, ...]:
    """What was done, then what is left as the other office offers it, then what is new there.

    Something left that is not done there is refused; for something else a new number is drawn.
    """
    left = [_there(tx, desk, one, office) for one in to_do(ticket.services)]
    if not wanted:
        return with_to_do(ticket.services, left)
    counts = {one.offer_id: one for one in left}
    for offer, count in read_request(office, tuple(wanted), check_for_staff).items:
        known = counts.get(offer.id)
        counts[offer.id] = Asked(offer.id, count if known is None else max(count, known.count))
    return with_to_do(ticket.services, counts.values())


def _there(tx: Tx, desk: Desk, asked: Asked, office: OfficeInfo) -> Asked:
    if office.id == desk.office.id:
        return asked
    service = current_directory(tx).offer(asked.offer_id).service
    for offer in office.offers:
        if offer.service.id == service.id:
            return replace(asked, offer_id=offer.id)
    raise DomainError("cannot_serve", 409)


def _check_target(desk: Desk, target: Target, ticket: TicketNow) -> None:
    office = target.office
    if office.area_id != desk.office.area_id:
        raise DomainError("wrong_place", 409, {"office": office.name, "street": office.street})
    able = office.counters if target.counter is None else (target.counter,)
    if not any(serves(one, ticket.offers, step_free=ticket.step_free, only=None) for one in able):
        raise DomainError("cannot_serve", 409)
