"""The end of the day: what is left of it is closed by the system, and said so in the events."""

from dataclasses import replace

from ..booking import services as booking
from ..booking.forgetting import KEPT
from ..core.formats import local_day
from ..core.tx import Tx
from . import changes, store
from .events import TicketExpired, TicketFinished, TicketMissed
from .state import TicketNow
from .steps import take_step


def close_day(tx: Tx, *, office_id: int) -> int:
    """Close what earlier days of the office left open; returns how many tickets that were.

    Waiting and parked tickets expire, counted as not served; called ones are no-shows; those in
    service are finished, marked as closed by the system and kept out of the learned durations.
    Appointments nobody came for become no-shows. Run again it changes nothing.
    """
    today = local_day(tx.now)
    left = store.load_unfinished(tx.conn, office_id, today)
    for ticket in left:
        _close(tx, ticket)
    booking.mark_missed(tx, office_id=office_id)
    return len(left)


def forget_remarks(tx: Tx, *, office_id: int) -> int:
    """Delete what was said to the counter two days after it; returns how often.

    Remark and answers of an appointment stand in its ticket too. Run by the job; repeated it
    changes nothing.
    """
    return changes.forget_remarks(tx.conn, office_id, tx.now - KEPT)


def _close(tx: Tx, ticket: TicketNow) -> None:
    changed = replace(ticket, finished_at=tx.now, closed_by_system=True, reserved_counter_id=None)
    take_step(tx, "close_day", ticket, changed)
    counter_id = ticket.counter_id or 0
    match ticket.status:
        case "called":
            event = TicketMissed(
                ticket_id=ticket.id, number=ticket.number, counter_id=counter_id, by_system=True
            )
        case "serving":
            event = TicketFinished(
                ticket_id=ticket.id, number=ticket.number, counter_id=counter_id, by_system=True
            )
        case _:
            event = TicketExpired(ticket_id=ticket.id, number=ticket.number)
    tx.emit(ticket.office_id, event)
