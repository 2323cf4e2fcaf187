"""Commands at a counter, from the call to the end of the visit.

All are run under the lock of the counter's office, by staff of that office. A step that does not
fit the ticket's state raises wrong_state (409), a foreign ticket unknown_ticket (404).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal, cast

from ..booking.rules import MAX_COUNT, Wanted
from ..core.errors import DomainError, invalid, try_again
from ..core.formats import local_day
from ..core.tx import Tx
from . import changes, store
from .events import (
    ServiceStarted,
    TicketCalled,
    TicketFinished,
    TicketMissed,
    TicketPutBack,
    TicketReturned,
)
from .rules import Why, after, explain, is_callable_at, pick_next, serves
from .state import Asked, TicketNow
from .steps import (
    Desk,
    check_free,
    desk_of,
    open_counter,
    remember,
    take_step,
    ticket_at,
    ticket_of_today,
)

# Under the office's lock the first try succeeds; without it another may be faster.
TRIES = 8
# Whoever is next is almost always among the first; reading 300 rows takes longer than the call.
HEAD_OF_LINE = 40


@dataclass(frozen=True, slots=True)
class Called:
    """A ticket with the call just made, and why it was this one."""

    ticket: TicketNow
    call_id: int
    why: Why


def call_next(tx: Tx, *, counter_id: int) -> Called | None:
    """Call the ticket that is next at this counter; None when there is nobody to call (P1).

    The ticket is claimed in one statement: no two counters are ever given the same. Raises
    counter_closed and counter_busy (409).
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
            why = explain(chosen, waiting, desk.counter, tx.now, only=only)
            return _announce(tx, desk, chosen, claimed, why)
        check_free(tx, desk)
    raise try_again()


def call_ticket(tx: Tx, *, counter_id: int, ticket_id: int, manual: bool = True) -> Called:
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
    return _announce(tx, desk, ticket, written, Why("by_hand"), manual=manual)


def recall(tx: Tx, *, counter_id: int, ticket_id: int) -> Called:
    """Call the same person once more: a call of its own that names the first."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    after("recall", ticket.status)
    first = store.find_last_call(tx.conn, ticket.id)
    written = take_step(tx, "recall", ticket, replace(ticket, calls=ticket.calls + 1))
    recall_of = None if first is None else first.id
    return Called(written, _write_call(tx, desk, written, recall_of=recall_of), Why("recalled"))


def start_service(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """The citizen came to the counter."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    written = take_step(tx, "start", ticket, replace(ticket, started_at=tx.now))
    changes.begin_step(tx.conn, ticket.id, desk.counter.id, tx.now)
    remember(tx, desk, "start", ticket, written)
    event = ServiceStarted(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return written


def finish(
    tx: Tx, *, counter_id: int, ticket_id: int, services: Collection[Wanted] | None = None
) -> TicketNow:
    """The visit is over. `services` are those rendered, with counts; None: those asked for.

    Raises unknown_service (404) for one the office does not do.
    """
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    after("finish", ticket.status)
    done = ticket.services if services is None else _read_rendered(desk, services)
    rendered = _rendered(ticket.services, done)
    written = take_step(tx, "finish", ticket, replace(ticket, finished_at=tx.now))
    changes.replace_services(tx.conn, ticket.id, rendered)
    remember(tx, desk, "finish", ticket, written)
    event = TicketFinished(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return replace(written, services=rendered)


def mark_no_show(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Nobody came to the call."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    written = take_step(tx, "no_show", ticket, replace(ticket, finished_at=tx.now))
    remember(tx, desk, "no_show", ticket, written)
    event = TicketMissed(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return written


def put_back(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Let the person wait again with the same rank; withdraws the call everywhere."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_at(tx, desk, ticket_id)
    waits = replace(ticket, counter_id=None, called_at=None, started_at=None)
    written = take_step(tx, "put_back", ticket, waits)
    remember(tx, desk, "put_back", ticket, written)
    event = TicketPutBack(ticket_id=ticket.id, number=ticket.number, counter_id=desk.counter.id)
    tx.emit(desk.office.id, event)
    return written


def return_ticket(tx: Tx, *, counter_id: int, ticket_id: int) -> TicketNow:
    """Somebody finished or missed today came (back) after all: waits again, rank kept."""
    desk = desk_of(tx, counter_id)
    ticket = ticket_of_today(tx, desk, ticket_id)
    waits = replace(
        ticket, counter_id=None, called_at=None, started_at=None, finished_at=None, not_before=None
    )
    written = take_step(tx, "return", ticket, waits)
    remember(tx, desk, "return", ticket, written)
    tx.emit(desk.office.id, TicketReturned(ticket_id=ticket.id, number=ticket.number))
    return written


def _head_of_line(tx: Tx, desk: Desk, only: frozenset[int] | None) -> tuple[TicketNow, ...]:
    """As much of the line as is needed to choose from it and to say why; seldom all of it."""
    day = local_day(tx.now)
    head = store.load_first_waiting(tx.conn, desk.office.id, day, HEAD_OF_LINE)
    callable_now = [t for t in head if is_callable_at(t, desk.counter, tx.now, only=only)]
    if len(callable_now) > 1 or len(head) < HEAD_OF_LINE:
        return head
    return store.load_waiting(tx.conn, desk.office.id, day)


def _as_called(tx: Tx, desk: Desk, ticket: TicketNow) -> TicketNow:
    return replace(
        ticket,
        counter_id=desk.counter.id,
        called_at=tx.now,
        started_at=None,
        not_before=None,
        parked_reason=None,
        calls=ticket.calls + 1,
    )


def _claimed(tx: Tx, desk: Desk, chosen: TicketNow) -> TicketNow | None:
    """The ticket, called to this counter; None when another counter was faster."""
    called = replace(_as_called(tx, desk, chosen), status=after("call", chosen.status))
    if not changes.change_ticket(tx.conn, chosen, called):
        return None
    return replace(called, version=chosen.version + 1)


def _announce(
    tx: Tx, desk: Desk, before: TicketNow, called: TicketNow, why: Why, *, manual: bool = False
) -> Called:
    remember(tx, desk, "call", before, called)
    return Called(called, _write_call(tx, desk, called, manual=manual), why)


def _write_call(
    tx: Tx, desk: Desk, called: TicketNow, *, recall_of: int | None = None, manual: bool = False
) -> int:
    call_id = changes.insert_call(tx.conn, called, at=tx.now, recall_of=recall_of)
    counter = desk.counter
    event = TicketCalled(
        ticket_id=called.id,
        number=called.number,
        call_id=call_id,
        recall_of=recall_of,
        counter_id=counter.id,
        counter=counter.label,
        word=counter.word,
        word_en=counter.word_en,
        arrow=cast(Literal["left", "right", "ahead", "up", "down", "none"], counter.arrow),
        way=counter.way,
        way_en=counter.way_en,
        manual=manual,
    )
    tx.emit(desk.office.id, event)
    return call_id


def _read_rendered(desk: Desk, services: Collection[Wanted]) -> tuple[Asked, ...]:
    """What was done, the same service named twice counted together."""
    done: dict[int, int] = {}
    for wanted in services:
        offer_id = desk.office.offer(wanted.slug).id
        done[offer_id] = done.get(offer_id, 0) + wanted.count
    if any(not 1 <= count <= MAX_COUNT for count in done.values()):
        raise invalid("services", "count")
    return tuple(Asked(offer_id, count) for offer_id, count in done.items())


def _rendered(asked: tuple[Asked, ...], done: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """What was asked for with what became of it, then what was done besides."""
    counts = {one.offer_id: one.count for one in done}
    known = {one.offer_id for one in asked}
    return (
        *(replace(one, rendered=counts.get(one.offer_id, 0)) for one in asked),
        *(replace(one, rendered=one.count) for one in done if one.offer_id not in known),
    )
