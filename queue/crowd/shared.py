"""Who waits in front, read once for the draws that share a transaction.

In a crowd one draw follows another, and the line of the next is that of the last and one more.
"""

from collections.abc import Sequence
from typing import cast

from ...core.tx import Tx
from ..events import TicketIssued
from ..state import TicketNow
from .rules import Alike, with_one_more
from .store import load_alike_before

_LINES = "queue.lines"
_Line = tuple[int, Sequence[Alike]]
_NOT_READ: _Line = (-1, ())


def alike_before(tx: Tx, own: TicketNow, number: int) -> Sequence[Alike]:
    """All `number` in front of a ticket that this command wrote, counted by what they are for."""
    known = cast("dict[int, _Line]", tx.batch.setdefault(_LINES, {}))
    seq = _seq_of_draw(tx, own)
    last, before = known.get(own.office_id, _NOT_READ)
    # Every step is an event: without one in between, nothing but the last draw has happened. And
    # where as many are in front as it knew and itself, they are the same.
    unchanged = last + 1 == seq
    if not unchanged or sum(alike.number for alike in before) != number:
        before = load_alike_before(tx.conn, own, tx.now)
    if seq is not None:
        known[own.office_id] = (seq, with_one_more(before, own, tx.now))
    return before


def _seq_of_draw(tx: Tx, own: TicketNow) -> int | None:
    """The number of its event in the log of the office, if it is all that the command did there."""
    logged = [one for one in tx.emitted if one.office_id == own.office_id]
    if len(logged) != 1 or not isinstance(logged[0].event, TicketIssued):
        return None
    return logged[0].seq
