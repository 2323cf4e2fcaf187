"""What happens to a counter's tickets when it is left: all but the one in service go to everybody.

Only signing out and closing leave a counter. A session that is lost or a computer that is locked
leaves everything as it is, for a colleague to take over.
"""

from dataclasses import replace

from ...core.formats import local_day
from ...core.tx import Tx
from .. import changes
from .. import store as tickets
from ..counter.calling import put_back
from ..counter.steps import desk_of, write_change
from ..events import TicketHandedOver
from . import store


def hand_over(tx: Tx, *, counter_id: int) -> int:
    """Let all counters have what this one kept; returns how many tickets.

    Who was called waits again and the call is withdrawn; who is reserved or parked for this
    counter is so no more. Ranks stay. It cannot be undone step by step.
    """
    desk = desk_of(tx, counter_id)
    handed = 0
    present = tickets.find_at_counter(tx.conn, counter_id)
    if present is not None and present.status == "called":
        put_back(tx, counter_id=counter_id, ticket_id=present.id)
        handed += 1
    kept = store.tickets_kept_for(tx.conn, desk.office.id, counter_id, local_day(tx.now))
    for ticket_id in kept:
        _free(tx, counter_id, ticket_id)
    changes.forget_step(tx.conn, counter_id)
    again = present is not None and present.id in kept
    return handed + len(kept) - again


def _free(tx: Tx, counter_id: int, ticket_id: int) -> None:
    ticket = tickets.find_ticket(tx.conn, ticket_id)
    assert ticket is not None, "read in this transaction"
    write_change(tx, ticket, replace(ticket, reserved_counter_id=None))
    event = TicketHandedOver(ticket_id=ticket.id, number=ticket.number, counter_id=counter_id)
    tx.emit(ticket.office_id, event)
