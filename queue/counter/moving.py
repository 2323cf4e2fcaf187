"""Commands that set a ticket aside and take it up again; sending somebody on is in
`transferring.py`, what the holder says on the phone in `holder/commands.py`.

Run under the lock of the ticket's office. A step that does not fit the ticket's state raises
wrong_state (409), a foreign ticket unknown_ticket (404).
"""

from collections.abc import Collection
from dataclasses import replace

from ...booking.rules import Wanted
from ...core.tx import Tx
from ..events import TicketParked, TicketResumed
from ..state import TicketNow
from .rendered import check_left, read_done, told
from .steps import Taken, away, desk_of, remember, take_step, ticket_at, ticket_of_today


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
