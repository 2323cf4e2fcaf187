"""Commands that set a ticket aside, put it off, or take it out of the queue; sending somebody on is
in `transferring.py`.

Run under the lock of the ticket's office. A step that does not fit the ticket's state raises
wrong_state (409), a foreign ticket unknown_ticket (404).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from ...booking.rules import Wanted
from ...core.errors import (
    DomainError,
    invalid,
    not_found,
)
from ...core.tx import Tx
from .. import store
from ..events import (
    TicketDelayed,
    TicketLeft,
    TicketParked,
    TicketResumed,
)
from ..rules import (
    MOST_DELAYS,
    after,
)
from ..state import TicketNow
from .rendered import (
    check_left,
    read_done,
    told,
)
from .steps import (
    Taken,
    away,
    desk_of,
    remember,
    take_step,
    ticket_at,
    ticket_of_today,
)

MOST_DELAY_MINUTES = 60


def park(
    tx: Tx,
    *,
    counter_id: int,
    ticket_id: int,
    reason: str | None = None,
    personal: bool = False,
    done: Collection[Wanted] = (),
) -> TicketNow:
    """Set somebody aside, with the reason; `personal` keeps the ticket for this counter.

    `done` is what was done so far, with counts; it is not to do again. Raises unknown_service
    (404), wrong_state (409) for something done before the service began, invalid_value (422) when
    nothing would be left to do.
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    so_far = read_done(desk.office, done)
    aside = replace(
        away(ticket),
        parked_reason=reason,
        parked_by_counter_id=desk.counter.id,
        reserved_counter_id=desk.counter.id if personal else None,
    )
    written = take_step(tx, "park", ticket, aside, done=so_far or None)
    check_left(written)
    remember(tx, desk, Taken("park", ticket, written))
    event = TicketParked(
        ticket_id=ticket.id,
        number=ticket.number,
        counter_id=desk.counter.id,
        personal=personal,
        rendered=told(desk.office, so_far),
    )
    tx.emit(desk.office.id, event)
    return written


def resume(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Let a parked ticket wait again with its rank; kept for a counter, it stays kept."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    written = take_step(tx, "resume", ticket, replace(ticket, parked_reason=None))
    remember(tx, desk, Taken("resume", ticket, written))
    event = TicketResumed(ticket_id=ticket.id, number=ticket.number, counter_id=counter_id)
    tx.emit(desk.office.id, event)
    return written


def leave(tx: Tx, *, token: str) -> TicketNow:
    """The holder goes away. Raises unknown_ticket (404)."""
    ticket = _held(tx, token)
    gone = replace(ticket, finished_at=tx.now, discard_id=None)
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
