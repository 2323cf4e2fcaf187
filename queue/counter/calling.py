"""Commands at a counter, from the call until somebody came or did not; how a visit ends is in
`finishing.py`.

All are run under the lock of the counter's office, by staff of that office. A step that does not
fit the ticket's state raises wrong_state (409), a foreign ticket unknown_ticket (404).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from ...core.errors import DomainError, try_again
from ...core.formats import local_day
from ...core.tx import Tx
from .. import changes, store
from ..events import ServiceStarted, TicketCalled, TicketMissed, TicketPutBack
from ..rules import (
    Why,
    after,
    calls_needed,
    explain,
    is_callable_at,
    pick_next,
    recall_wait,
    serves,
)
from ..state import TicketNow
from . import visit_store
from .steps import (
    Desk,
    Taken,
    away,
    check_free,
    desk_of,
    kept_where_open,
    open_counter,
    remember,
    take_step,
    ticket_at,
    ticket_of_today,
)

# Under the office's lock the first try succeeds; without it another may be faster.
TRIES = 8
# Whoever is next is almost always among the first; reading 300 rows takes longer than the call.
HEADS_OF_LINE = (10, 60)


@dataclass(frozen=True, slots=True)
class Called:
    """A ticket with the call just made, and why it was this one."""

    ticket: TicketNow
    call_id: int
    why: Why


def call_next(
    tx: Tx, *, counter_id: int, silent: bool = False, pressed_with: Taken | None = None
) -> Called | None:
    """Call the ticket that is next at this counter; None when there is nobody to call (P1).

    The ticket is claimed in one statement: no two counters are ever given the same. `silent`: the
    clerk fetches the person, no screen shows or speaks the number. `pressed_with` is the step that
    the same press took before. Raises counter_closed and counter_busy (409).
    """
    desk = desk_of(tx, counter_id)
    only = open_counter(tx, desk).offers
    check_free(tx, desk)
    for _ in range(TRIES):
        waiting = _head_of_line(tx, desk, only)
        chosen = pick_next(waiting, desk.counter, tx.now, only=only)
        if chosen is None:
            return None
        claimed = _claimed(tx, desk, chosen)
        if claimed is not None:
            remember(tx, desk, Taken("call", chosen, claimed), pressed_with=pressed_with)
            why = explain(chosen, waiting, desk.counter, tx.now, only=only)
            return Called(claimed, _write_call(tx, desk, claimed, silent=silent), why)
        check_free(tx, desk)
    raise try_again()


def call_ticket(
    tx: Tx, *, counter_id: int, ticket_id: int, silent: bool = False, manual: bool = True
) -> Called:
    """Call this number, out of turn. Also takes a parked ticket.

    Raises counter_closed, counter_busy, wrong_state, and cannot_serve (409) when the counter
    cannot do what the ticket is for.
    """
    desk = desk_of(tx, counter_id)
    open_counter(tx, desk)
    ticket = ticket_of_today(tx, desk, ticket_id)
    after("call", ticket.status)
    check_free(tx, desk)
    if not serves(desk.counter, ticket.offers, step_free=ticket.step_free, only=None):
        raise DomainError("cannot_serve", 409)
    written = take_step(tx, "call", ticket, _as_called(tx, desk, ticket))
    remember(tx, desk, Taken("call", ticket, written))
    call_id = _write_call(tx, desk, written, silent=silent, manual=manual)
    return Called(written, call_id, Why("by_hand"))


def recall(tx: Tx, *, counter_id: int, ticket_id: int) -> Called:
    """Call the same person once more, as before: a call of its own that names the last one.

    Raises call_too_soon (409, with the seconds to wait) before the office's time has passed.
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    after("recall", ticket.status)
    wait = recall_wait(ticket, tx.now, recall_seconds=desk.office.recall_seconds)
    if wait:
        raise DomainError("call_too_soon", 409, {"wait_seconds": wait})
    again = replace(ticket, calls=ticket.calls + 1, last_call_at=tx.now)
    written = take_step(tx, "recall", ticket, again)
    remember(tx, desk, Taken("recall", ticket, written))
    last = store.find_last_call(tx.conn, ticket.id)
    recall_of, silent = (None, False) if last is None else (last.id, last.silent)
    call_id = _write_call(tx, desk, written, recall_of=recall_of, silent=silent)
    return Called(written, call_id, Why("recalled"))


def start_service(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """The citizen came to the counter."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    begun = replace(ticket, started_at=tx.now, reminded_at=None)
    written = take_step(tx, "start", ticket, begun)
    visit_store.begin_stretch(tx.conn, ticket.id, desk.counter.id, tx.now)
    remember(tx, desk, Taken("start", ticket, written))
    event = ServiceStarted(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return written


def mark_no_show(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Nobody came, however often they were called: as often as the office wants it.

    Raises call_too_soon (409) with the calls made and needed, and the seconds left of the time
    that somebody has after the last one.
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    after("no_show", ticket.status)
    _check_patience(desk, ticket, tx.now)
    written = take_step(tx, "no_show", ticket, replace(ticket, finished_at=tx.now))
    remember(tx, desk, Taken("no_show", ticket, written))
    event = TicketMissed(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return written


def put_back(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Let the person wait again with the same rank; withdraws the call everywhere. Kept for a
    counter, the ticket stays kept unless that has closed."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    written = take_step(tx, "put_back", ticket, kept_where_open(tx, away(ticket)))
    remember(tx, desk, Taken("put_back", ticket, written))
    event = TicketPutBack(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return written


def _head_of_line(tx: Tx, desk: Desk, only: frozenset[int] | None) -> tuple[TicketNow, ...]:
    """As much of the line as is needed to choose from it and to say why; seldom all of it."""
    day = local_day(tx.now)
    for most in HEADS_OF_LINE:
        head = store.load_first_waiting(tx.conn, desk.office.id, day, most)
        callable_now = [t for t in head if is_callable_at(t, desk.counter, tx.now, only=only)]
        if len(callable_now) > 1 or len(head) < most:
            return head
    return store.load_waiting(tx.conn, desk.office.id, day)


def _as_called(tx: Tx, desk: Desk, ticket: TicketNow) -> TicketNow:
    return replace(
        ticket,
        counter_id=desk.counter.id,
        called_at=tx.now,
        last_call_at=tx.now,
        started_at=None,
        not_before=None,
        parked_reason=None,
        reminded_at=None,
        calls=1,
    )


def _claimed(tx: Tx, desk: Desk, chosen: TicketNow) -> TicketNow | None:
    """The ticket, called to this counter; None when another counter was faster."""
    called = replace(_as_called(tx, desk, chosen), status=after("call", chosen.status))
    if not changes.change_ticket(tx.conn, chosen, called):
        return None
    return replace(called, version=chosen.version + 1)


def _check_patience(desk: Desk, ticket: TicketNow, now: datetime) -> None:
    needed = desk.office.recall_limit
    wait = recall_wait(ticket, now, recall_seconds=desk.office.recall_seconds)
    if wait or calls_needed(ticket, recall_limit=needed):
        said = {"calls": ticket.calls, "needed": needed, "wait_seconds": wait}
        raise DomainError("call_too_soon", 409, said)


def _write_call(
    tx: Tx,
    desk: Desk,
    called: TicketNow,
    *,
    silent: bool,
    recall_of: int | None = None,
    manual: bool = False,
) -> int:
    """Who is not in the house is called on the telephone, never on a screen."""
    silent = silent or called.channel != "on_site"
    call_id = changes.insert_call(tx.conn, called, at=tx.now, recall_of=recall_of, silent=silent)
    counter = desk.counter
    event = TicketCalled(
        ticket_id=called.id,
        number=called.number,
        call_id=call_id,
        recall_of=recall_of,
        counter_id=counter.id,
        counter=counter.label,
        place=counter.slug,
        word=counter.word,
        word_en=counter.word_en,
        arrow=cast(Literal["left", "right", "ahead", "up", "down", "none"], counter.arrow),
        way=counter.way,
        way_en=counter.way_en,
        manual=manual,
        silent=silent,
    )
    tx.emit(desk.office.id, event)
    return call_id
