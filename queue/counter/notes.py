"""Notes for colleagues on a ticket. They are forgotten two days after the visit, with what the
citizen said (`day.forget_remarks`).
"""

from dataclasses import replace

from ...core.errors import DomainError
from ...core.tx import Tx
from .. import changes
from ..events import TicketNoted
from ..state import TicketNow
from .steps import desk_of, ticket_of, ticket_of_today


def set_note(
    tx: Tx, *, counter_id: int, ticket_id: int, text: str | None, was: str | None
) -> TicketNow:
    """Write a note on a ticket of today, in place of the one that was seen; None: no note.

    It is no step: nothing else changes, and the last step can still be undone. Raises
    unknown_ticket (404), wrong_state, and note_changed (409, with the note there is) when a
    colleague has written another one meanwhile.
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    if ticket.note == text:
        return ticket
    if not changes.set_note(tx.conn, ticket.id, text=text, was=was):
        present = ticket_of(tx, desk, ticket_id)
        raise DomainError("note_changed", 409, {"note": present.note})
    event = TicketNoted(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return replace(ticket, note=text)
