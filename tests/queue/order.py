"""What must be true of a waiting room after every step, whatever was pressed.

Said here once more from the tables, not through the rules that the commands go by.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Protocol

from sqlalchemy import text

from aufruf.core.formats import day_start, local_day
from aufruf.display.board import Board
from aufruf.office.directory import CounterInfo, OfficeInfo
from aufruf.queue.state import OfficeState, TicketNow
from aufruf.queue.store import load_office_state
from tests.queue.room import Room
from tests.queue.test_calling import rows

BUSY = ("called", "serving")
WAITS = ("waiting", "parked")
OVER = ("finished", "no_show", "cancelled", "expired")
APPOINTMENT = {
    "finished": "attended",
    "no_show": "no_show",
    "cancelled": "cancelled",
    "expired": "cancelled",
}
URGENT = timedelta(minutes=30)

STRETCHES = "SELECT ticket_id, counter_id FROM ticket_step WHERE ended_at IS NULL"
LAST_CALLS = (
    "SELECT t.id, c.counter_id, c.withdrawn FROM ticket t JOIN call c ON c.id ="
    " (SELECT max(id) FROM call WHERE ticket_id = t.id)"
    " WHERE t.status = 'called' AND t.reminded_at IS NULL"
)
FOLLOWED = (
    "SELECT t.status, a.status FROM ticket t JOIN appointment a ON a.id = t.appointment_id"
    " WHERE t.status <> 'expired' OR a.status <> 'cancelled'"
)


class Business(Protocol):
    """An office as far as the order of calling needs it."""

    @property
    def head_start_minutes(self) -> int: ...
    @property
    def grace_minutes(self) -> int: ...
    @property
    def counters(self) -> Collection[CounterInfo]: ...


def states_of(room: Room) -> Mapping[int, OfficeState]:
    """Both offices of the house, now."""
    now = room.clock.now()

    def read(office: OfficeInfo) -> OfficeState:
        return room.database.read_now(load_office_state, office.id, local_day(now), now)

    return {office.id: read(office) for office in (room.house.office, room.house.registry)}


def check_order(room: Room, states: Mapping[int, OfficeState], issued: int) -> None:
    """`issued` counts all tickets that were ever given out today: nobody may be lost."""
    tickets = [ticket for state in states.values() for ticket in state.tickets]
    assert len(tickets) == issued
    check_numbers(tickets)
    for ticket in tickets:
        check_ticket(ticket, room.house.directory.office(ticket.office_id))
    busy = {(one.id, one.counter_id) for one in tickets if one.status in BUSY}
    assert len({counter for _, counter in busy}) == len(busy)
    serving = [(one.id, one.counter_id) for one in tickets if one.status == "serving"]
    assert sorted(rows(room, STRETCHES)) == sorted(serving)
    called = [(one.id, one.counter_id, False) for one in tickets if is_awaited(one)]
    assert sorted(rows(room, LAST_CALLS)) == sorted(called)
    for ticket_is, appointment_is in rows(room, FOLLOWED):
        assert appointment_is == APPOINTMENT.get(str(ticket_is), "checked_in")


def check_numbers(tickets: Collection[TicketNow]) -> None:
    """Different, also from one office to the other; drawn ones without a hole."""
    numbers = [(one.letter, one.serial) for one in tickets]
    assert len(set(numbers)) == len(numbers)
    for letter in {one.letter for one in tickets if not one.paper}:
        serials = sorted(one.serial for one in tickets if one.letter == letter)
        assert serials == list(range(1, len(serials) + 1))


def check_ticket(ticket: TicketNow, office: Business) -> None:
    """At a counter or not, with something to do or nothing, and nowhere it cannot be called."""
    here = {counter.id: counter for counter in office.counters}
    assert (ticket.finished_at is not None) == (ticket.status in OVER)
    assert bool(ticket.offers) == (ticket.status != "finished")
    if ticket.status in BUSY:
        assert ticket.counter_id in here
        assert (ticket.started_at is not None) == (ticket.status == "serving")
        assert ticket.calls >= 1
    if ticket.status in WAITS:
        left = (ticket.counter_id, ticket.calls, ticket.called_at, ticket.last_call_at)
        assert (*left, ticket.started_at) == (None, 0, None, None, None)
        assert ticket.discard_id is None
        kept = ticket.reserved_counter_id
        able = here.values() if kept is None else [here[kept]]
        assert any(can_do(counter, ticket) for counter in able)
        check_rank(ticket, office)


def check_rank(ticket: TicketNow, office: Business) -> None:
    """P2: everybody stands where drawing puts them, or an appointment's start less the head start,
    or the check-in of who came too late; urgency is the one other reason."""
    rank = ticket.rank + URGENT if ticket.priority else ticket.rank
    start = ticket.appointment_start
    if start is None:
        assert rank == ticket.drawn_at
    else:
        own = start - timedelta(minutes=office.head_start_minutes)
        too_late = start + timedelta(minutes=office.grace_minutes)
        assert rank in {own, ticket.drawn_at} or rank > too_late


def check_shown(board: Board, states: Mapping[int, OfficeState]) -> None:
    """A call stands on the board exactly while its ticket is at a counter."""
    tickets = {one.id: one for state in states.values() for one in state.tickets}
    for call in board.calls:
        ticket = tickets[call.ticket_id]
        if call.state != "silent" and (ticket.status == "serving" or is_awaited(ticket)):
            assert call.state == ticket.status
        elif ticket.status != "called":  # one that nobody came to may have left the screens
            assert call.state not in BUSY


def check_next(state: OfficeState, counter: CounterInfo, called: TicketNow | None) -> None:
    """P1: of all who could be called there, the smallest rank, then the smallest number.

    `state` is what was before.
    """
    only = state.counter(counter.id).offers
    able = [
        one
        for one in state.tickets
        if one.status == "waiting"
        and (one.not_before is None or one.not_before <= state.now)
        and one.reserved_counter_id in {None, counter.id}
        and (only is None or one.offers <= only)
        and can_do(counter, one)
    ]
    first = min(able, key=lambda one: (one.rank, one.letter, one.serial), default=None)
    assert (first and first.id) == (called and called.id)


def check_evening(room: Room) -> None:
    """After the end of the day: every ticket is over, every appointment too, no counter open."""
    open_tickets = "SELECT letter, serial, status FROM ticket WHERE status NOT IN " + str(OVER)
    assert rows(room, open_tickets) == []
    assert rows(room, "SELECT id FROM counter_sitting WHERE until IS NULL") == []
    assert rows(room, "SELECT counter_id FROM counter_state WHERE state <> 'closed'") == []
    assert rows(room, STRETCHES) == []
    for ticket_is, appointment_is in rows(room, FOLLOWED):
        assert appointment_is == APPOINTMENT[str(ticket_is)]
    today = day_start(local_day(room.clock.now()))
    missed = text("SELECT id FROM appointment WHERE start_at < :today AND status = 'confirmed'")
    values = {"today": today}
    assert room.database.read_now(lambda conn: conn.execute(missed, values).all()) == []


def can_do(counter: CounterInfo, ticket: TicketNow) -> bool:
    return ticket.offers <= counter.offers and (counter.accessible or not ticket.step_free)


def is_awaited(ticket: TicketNow) -> bool:
    """Called, and nobody was asked yet why that takes so long."""
    return ticket.status == "called" and ticket.reminded_at is None
