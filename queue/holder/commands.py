"""What the holder of a ticket does on the phone: asks for later, is on the way, leaves, stays.

Run under the lock of the ticket's office, and of its appointment's (`store.find_offices_of_token`).
The token is the holder's right: unknown_ticket (404) for one that nobody has. A step that does not
fit the ticket's state raises wrong_state (409).
"""

from dataclasses import replace
from datetime import timedelta

from ...core.errors import DomainError, invalid, not_found, wrong_state
from ...core.tx import Tx
from ...office.directory import current_directory
from .. import store
from ..counter.steps import away, kept_where_open, take_step
from ..drawing.locks import is_closed_early
from ..events import (
    TicketDelayed,
    TicketLeft,
    TicketOnTheWay,
    TicketParked,
    TicketPutBack,
    TicketReturned,
)
from ..rules import MOST_DELAYS, after, is_on_the_way, stay_until
from ..state import TicketNow

MOST_DELAY_MINUTES = 60


def delay(tx: Tx, *, token: str, minutes: int, seen: int | None = None) -> TicketNow:
    """Not called for so many minutes, rank kept, at most twice.

    Somebody called already is put back first, which withdraws the call everywhere. `seen` is how
    often they had asked when the page was made: a button pressed twice asks once. Raises
    delay_used_up (409), invalid_value (422).
    """
    ticket = _held(tx, token)
    after("delay", ticket.status)
    if seen is not None and ticket.delays != seen:
        return ticket
    if ticket.delays >= MOST_DELAYS:
        raise DomainError("delay_used_up", 409)
    if not 1 <= minutes <= MOST_DELAY_MINUTES:
        raise invalid("minutes", "count")
    waits = ticket if ticket.status == "waiting" else kept_where_open(tx, away(ticket))
    until = max(tx.now, ticket.not_before or tx.now) + timedelta(minutes=minutes)
    later = replace(
        waits, not_before=until, delays=ticket.delays + 1, on_the_way_at=None, parked_reason=None
    )
    written = take_step(tx, "delay", ticket, later)
    _tell_put_back(tx, ticket)
    event = TicketDelayed(ticket_id=ticket.id, number=ticket.number, not_before=until)
    tx.emit(ticket.office_id, event)
    return written


def say_on_the_way(tx: Tx, *, token: str) -> TicketNow:
    """The counters see it; said again in the same turn it changes nothing."""
    ticket = _held(tx, token)
    after("on_the_way", ticket.status)
    if is_on_the_way(ticket):
        return ticket
    written = take_step(tx, "on_the_way", ticket, replace(ticket, on_the_way_at=tx.now))
    tx.emit(ticket.office_id, TicketOnTheWay(ticket_id=ticket.id, number=ticket.number))
    return written


def leave(tx: Tx, *, token: str) -> TicketNow:
    """The holder goes away; the appointment, if there is one, is cancelled, and its places are
    kept for as long as one may `stay` after all."""
    ticket = _held(tx, token)
    gone = replace(ticket, finished_at=tx.now, left_at=tx.now, on_the_way_at=None, discard_id=None)
    if ticket.status != "parked":
        gone = replace(gone, parked_by_counter_id=None)
    written = take_step(tx, "leave", ticket, gone)
    tx.emit(ticket.office_id, TicketLeft(ticket_id=ticket.id, number=ticket.number))
    return written


def stay(tx: Tx, *, token: str) -> TicketNow:
    """Who left thinks again within the minute: waits as before, rank kept, or is put aside as
    before. Pressed again it changes nothing. Raises wrong_state (409) later, or when others took
    the number out."""
    ticket = _held(tx, token)
    if ticket.status in {"waiting", "parked"}:
        return ticket
    until = stay_until(ticket)
    office = current_directory(tx).office(ticket.office_id)
    if until is None or tx.now >= until or is_closed_early(tx, office):
        raise wrong_state(ticket.status)
    back = replace(kept_where_open(tx, away(ticket)), finished_at=None, left_at=None)
    written = take_step(tx, _way_back(ticket), ticket, back)
    tx.emit(ticket.office_id, TicketReturned(ticket_id=ticket.id, number=ticket.number))
    _tell_aside(tx, written)
    return written


def _way_back(ticket: TicketNow) -> str:
    """`leave` keeps who put a ticket aside only while it is put aside."""
    return "stay" if ticket.parked_by_counter_id is None else "stay_aside"


def _tell_aside(tx: Tx, ticket: TicketNow) -> None:
    if ticket.status == "parked" and ticket.parked_by_counter_id is not None:
        event = TicketParked(
            ticket_id=ticket.id,
            number=ticket.number,
            counter_id=ticket.parked_by_counter_id,
            personal=ticket.reserved_counter_id is not None,
        )
        tx.emit(ticket.office_id, event)


def _tell_put_back(tx: Tx, ticket: TicketNow) -> None:
    if ticket.status == "called" and ticket.counter_id is not None:
        event = TicketPutBack(
            ticket_id=ticket.id,
            number=ticket.number,
            counter_id=ticket.counter_id,
            by_holder=True,
        )
        tx.emit(ticket.office_id, event)


def _held(tx: Tx, token: str) -> TicketNow:
    ticket = store.find_by_token(tx.conn, token)
    if ticket is None:
        raise not_found("unknown_ticket")
    return ticket
