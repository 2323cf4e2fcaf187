"""Asking a counter once about a call nobody came to, or a visit that lasts unusually long."""

from dataclasses import replace

from ...core.tx import Tx
from ...office.directory import current_directory
from .. import changes
from .. import store as queue_store
from ..counter.steps import write_change
from ..events import CounterReminded
from . import store
from .rules import CALLED, SERVING, to_ask


def remind_counters(tx: Tx, *, office_id: int) -> int:
    """Ask each counter of the office that has somebody for long; returns how many were asked.

    Run by the job. A call that nobody came to leaves the screens, the number stays called until
    the counter says what became of it. Repeated it changes nothing.
    """
    office = current_directory(tx).office(office_id)
    asked = 0
    for ticket_id in store.find_lasting(tx.conn, office.id, tx.now - CALLED, tx.now - SERVING):
        ticket = queue_store.find_ticket(tx.conn, ticket_id)
        about = None if ticket is None else to_ask(ticket, office, tx.now)
        if ticket is None or about is None or ticket.counter_id is None:
            continue
        write_change(tx, ticket, replace(ticket, reminded_at=tx.now))
        if about == "called":
            changes.withdraw_calls(tx.conn, ticket.id)
        event = CounterReminded(
            ticket_id=ticket.id, number=ticket.number, counter_id=ticket.counter_id, about=about
        )
        tx.emit(office.id, event)
        asked += 1
    return asked
