"""Throwing numbers away because nobody is behind them: one whose holder has left, or a range that
somebody drew for fun.

Run under the lock of the tickets' office. Undone at any time of that day, it brings back exactly
those that were taken, with their rank.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...core.errors import DomainError, invalid, not_found
from ...core.formats import local_day
from ...core.tx import Tx
from .. import store
from ..events import TicketDiscarded, TicketLeft, TicketReturned
from ..rules import HIGHEST_SERIAL, after
from ..state import TicketNow
from . import discard_store
from .steps import Desk, Taken, away, desk_of, remember, take_step, ticket_at, ticket_of_today


@dataclass(frozen=True, slots=True)
class Discard:
    """Numbers thrown away or brought back in one step."""

    id: int
    tickets: tuple[TicketNow, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(ticket.number for ticket in self.tickets)


def discard(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """The clerk says that somebody has left. The appointment, if there is one, is cancelled."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_at(tx, desk, ticket_id).id)
    after("discard", ticket.status)
    written = _take(tx, ticket, _begin(tx, desk))
    remember(tx, desk, Taken("discard", ticket, written))
    event = TicketLeft(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return written


def discard_range(tx: Tx, *, counter_id: int, letter: str, first: int, last: int) -> Discard:
    """Throw away the numbers of a letter from first to last that wait, are parked or called.

    Those already served, finished or missed stay as they are, and so does everybody with an
    appointment: nobody books one for fun. Raises nothing_to_discard (409), invalid_value (422).
    """
    if not 1 <= first <= last <= HIGHEST_SERIAL:
        raise invalid("last", "range")
    desk = desk_of(tx, counter_id)
    day = local_day(tx.now)
    found = discard_store.find_in_range(
        tx.conn, office_id=desk.office.id, day=day, letter=letter, first=first, last=last
    )
    if not found:
        raise DomainError("nothing_to_discard", 409)
    discard_id = _begin(tx, desk)
    taken: list[TicketNow] = []
    for ticket in _load(tx, found):
        taken.append(_take(tx, ticket, discard_id))
        event = TicketDiscarded(
            ticket_id=ticket.id,
            number=ticket.number,
            counter_id=desk.counter.id,
            discard_id=discard_id,
        )
        tx.emit(desk.office.id, event)
    return Discard(discard_id, tuple(taken))


def undo_discard(tx: Tx, *, counter_id: int, discard_id: int) -> Discard:
    """Bring back those of a discard that are still gone; they wait again, rank kept.

    Raises unknown_discard (404) for another office's, discard_over (409) on another day or when
    nobody is left to bring back.
    """
    desk = desk_of(tx, counter_id)
    found = discard_store.find_discard(tx.conn, discard_id)
    if found is None or found.office_id != desk.office.id:
        raise not_found("unknown_discard")
    gone = discard_store.find_gone(tx.conn, discard_id)
    if found.undone_at is not None or local_day(found.at) != local_day(tx.now) or not gone:
        raise DomainError("discard_over", 409)
    discard_store.mark_undone(tx.conn, discard_id, tx.now)
    back: list[TicketNow] = []
    for ticket in _load(tx, gone):
        waits = replace(ticket, finished_at=None, parked_reason=None, discard_id=None)
        back.append(take_step(tx, "come_back", ticket, waits))
        event = TicketReturned(ticket_id=ticket.id, number=ticket.number, counter_id=counter_id)
        tx.emit(desk.office.id, event)
    return Discard(discard_id, tuple(back))


def _begin(tx: Tx, desk: Desk) -> int:
    return discard_store.insert_discard(
        tx.conn, office_id=desk.office.id, counter_id=desk.counter.id, at=tx.now
    )


def _take(tx: Tx, ticket: TicketNow, discard_id: int) -> TicketNow:
    gone = replace(away(ticket), finished_at=tx.now, discard_id=discard_id)
    return take_step(tx, "discard", ticket, gone)


def _load(tx: Tx, ids: Iterable[int]) -> Iterable[TicketNow]:
    for ticket_id in ids:
        ticket = store.find_ticket(tx.conn, ticket_id)
        if ticket is not None:
            yield ticket
