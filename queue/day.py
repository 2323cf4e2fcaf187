"""The end of the day: what is left of it is closed by the system, and said so in the events."""

from dataclasses import replace
from datetime import timedelta

from ..booking import services as booking
from ..booking.forgetting import KEPT
from ..core.formats import day_start, local_day
from ..core.tx import Tx
from . import changes, day_store, store
from .counter.steps import take_step
from .events import CounterChanged, TicketExpired, TicketFinished, TicketMissed
from .forecasting.outlook import forget_counters
from .seats import store as seats
from .state import TicketNow, closed

_DAY = timedelta(days=1)


def close_day(tx: Tx, *, office_id: int) -> int:
    """Close what earlier days of the office left open; returns how many tickets that were.

    Waiting and parked tickets expire, counted as not served; called ones are no-shows; those in
    service are finished, marked as closed by the system and kept out of the learned durations.
    Nothing stays kept for a counter, and no counter stays open. Appointments nobody came for become
    no-shows. However many days nobody was there to do it, once is enough; run again it changes
    nothing.
    """
    left = store.load_unfinished(tx.conn, office_id, local_day(tx.now))
    for ticket in left:
        _close(tx, ticket)
    close_counters(tx, office_id=office_id)
    booking.mark_missed(tx, office_id=office_id)
    return len(left)


def close_counters(tx: Tx, *, office_id: int) -> int:
    """Close counters that were left open over night; returns how many.

    Nobody sat there longer than to the midnight after they were opened.
    """
    left = day_store.find_left_open(tx.conn, office_id, day_start(local_day(tx.now)))
    for counter_id, label, since in left:
        midnight = day_start(local_day(since) + _DAY)
        seats.end_sitting(tx.conn, counter_id, midnight)
        changes.save_counter(tx.conn, closed(counter_id, midnight))
        changes.forget_step(tx.conn, counter_id)
        tx.emit(office_id, CounterChanged(counter_id=counter_id, counter=label, state="closed"))
    if left:
        forget_counters(tx)
    return len(left)


def forget_remarks(tx: Tx, *, office_id: int) -> int:
    """Delete what was said to the counter two days after it; returns how often.

    Remark and answers of an appointment stand in its ticket too. Run by the job; repeated it
    changes nothing.
    """
    return changes.forget_remarks(tx.conn, office_id, tx.now - KEPT)


def _close(tx: Tx, ticket: TicketNow) -> None:
    """Over since the midnight after its day, however much later somebody was there to say so."""
    changed = replace(
        ticket,
        finished_at=day_start(ticket.day + _DAY),
        closed_by_system=True,
        reserved_counter_id=None,
        not_before=None,
    )
    take_step(tx, "close_day", ticket, changed)
    changes.withdraw_calls(tx.conn, ticket.id)
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
