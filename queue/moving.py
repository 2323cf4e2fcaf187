"""Commands that move a ticket: aside, elsewhere, later, or out of the queue.

Run under the lock of the ticket's office (a transfer under both offices'). A step that does not
fit the ticket's state raises wrong_state (409), a foreign ticket unknown_ticket (404).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ..core.errors import DomainError, invalid, not_found
from ..core.tx import Tx
from ..office.directory import CounterInfo, OfficeInfo, current_directory
from . import changes, store
from .events import (
    TicketDelayed,
    TicketLeft,
    TicketParked,
    TicketResumed,
    TicketTransferred,
)
from .rules import MOST_DELAYS, after, serves
from .state import Asked, TicketNow
from .steps import Desk, desk_of, remember, take_step, ticket_at, ticket_of_today

MOST_DELAY_MINUTES = 60
MOST_TRANSFER_DELAY = timedelta(hours=4)


def park(
    tx: Tx, *, counter_id: int, ticket_id: int, reason: str | None = None, personal: bool = False
) -> TicketNow:
    """Set somebody aside, with the reason; `personal` keeps the ticket for this counter."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    aside = replace(
        ticket,
        counter_id=None,
        called_at=None,
        started_at=None,
        parked_reason=reason,
        parked_by_counter_id=desk.counter.id,
        reserved_counter_id=desk.counter.id if personal else None,
    )
    written = take_step(tx, "park", ticket, aside)
    remember(tx, desk, "park", ticket, written)
    event = TicketParked(
        ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id, personal=personal
    )
    tx.emit(desk.office.id, event)
    return written


def resume(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Let a parked ticket wait again with its rank; kept for a counter, it stays kept."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    written = take_step(tx, "resume", ticket, replace(ticket, parked_reason=None))
    remember(tx, desk, "resume", ticket, written)
    tx.emit(desk.office.id, TicketResumed(ticket_id=ticket.id, number=ticket.number))
    return written


def transfer(
    tx: Tx,
    *,
    counter_id: int,
    ticket_id: int,
    office_id: int | None = None,
    to_counter_id: int | None = None,
    not_before: datetime | None = None,
) -> TicketNow:
    """Send somebody on, to an office's queue or to one counter; number and rank are kept.

    Exactly one target. With `not_before` nobody calls the ticket earlier. Raises wrong_place (409)
    for another waiting area (the number counts only in its own), cannot_serve (409) when the
    target cannot do all that the ticket is for, invalid_value (422).
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    after("transfer", ticket.status)
    office, counter = _target(tx, office_id, to_counter_id)
    services = _services_there(tx, desk, ticket, office)
    _check_target(desk, office, counter, services, ticket)
    if not_before is not None and not tx.now < not_before <= tx.now + MOST_TRANSFER_DELAY:
        raise invalid("not_before", "soon")
    sent = replace(
        ticket,
        office_id=office.id,
        counter_id=None,
        called_at=None,
        started_at=None,
        reserved_counter_id=None if counter is None else counter.id,
        not_before=not_before,
    )
    written = take_step(tx, "transfer", ticket, sent)
    if services != ticket.services:
        changes.replace_services(tx.conn, ticket.id, services)
    remember(tx, desk, "transfer", ticket, written)
    event = TicketTransferred(
        ticket_id=ticket.id,
        number=ticket.number,
        counter_id=desk.counter.id,
        to_office_id=office.id,
        to_counter_id=None if counter is None else counter.id,
    )
    for place in sorted({desk.office.id, office.id}):
        tx.emit(place, event)
    return replace(written, services=services)


def leave(tx: Tx, *, token: str) -> TicketNow:
    """The holder goes away. Raises unknown_ticket (404)."""
    ticket = _held(tx, token)
    gone = replace(ticket, finished_at=tx.now)
    written = take_step(tx, "leave", ticket, gone)
    tx.emit(ticket.office_id, TicketLeft(ticket_id=ticket.id, number=ticket.number))
    return written


def delay(tx: Tx, *, token: str, minutes: int) -> TicketNow:
    """The holder asks for later: not called for so many minutes, rank kept, at most twice.

    Raises unknown_ticket (404), wrong_state, delay_used_up (409), invalid_value (422).
    """
    ticket = _held(tx, token)
    after("delay", ticket.status)
    if ticket.delays >= MOST_DELAYS:
        raise DomainError("delay_used_up", 409)
    if not 1 <= minutes <= MOST_DELAY_MINUTES:
        raise invalid("minutes", "count")
    begins = max(tx.now, ticket.not_before or tx.now)
    until = begins + timedelta(minutes=minutes)
    later = replace(ticket, not_before=until, delays=ticket.delays + 1)
    written = take_step(tx, "delay", ticket, later)
    event = TicketDelayed(ticket_id=ticket.id, number=ticket.number, not_before=until)
    tx.emit(ticket.office_id, event)
    return written


def _held(tx: Tx, token: str) -> TicketNow:
    ticket = store.find_by_token(tx.conn, token)
    if ticket is None:
        raise not_found("unknown_ticket")
    return ticket


def _target(
    tx: Tx, office_id: int | None, to_counter_id: int | None
) -> tuple[OfficeInfo, CounterInfo | None]:
    directory = current_directory(tx)
    if to_counter_id is not None and office_id is None:
        counter = directory.counter(to_counter_id)
        return directory.office(counter.office_id), counter
    if office_id is None or to_counter_id is not None:
        raise invalid("office", "one_target")
    return directory.office(office_id), None


def _services_there(tx: Tx, desk: Desk, ticket: TicketNow, office: OfficeInfo) -> tuple[Asked, ...]:
    """The same services as the other office offers them, or none of them: nothing that somebody
    came for is dropped on the way. For something else there a new number is drawn.
    """
    if office.id == desk.office.id:
        return ticket.services
    directory = current_directory(tx)
    there = {offer.service.id: offer.id for offer in office.offers}
    found: list[Asked] = []
    for asked in ticket.services:
        offer_id = there.get(directory.offer(asked.offer_id).service.id)
        if offer_id is None:
            raise DomainError("cannot_serve", 409)
        found.append(replace(asked, offer_id=offer_id))
    return tuple(found)


def _check_target(
    desk: Desk,
    office: OfficeInfo,
    counter: CounterInfo | None,
    services: tuple[Asked, ...],
    ticket: TicketNow,
) -> None:
    if office.area_id != desk.office.area_id:
        raise DomainError("wrong_place", 409, {"office": office.name, "street": office.street})
    offers = frozenset(asked.offer_id for asked in services)
    able = office.counters if counter is None else (counter,)
    if not any(serves(one, offers, step_free=ticket.step_free, only=None) for one in able):
        raise DomainError("cannot_serve", 409)
