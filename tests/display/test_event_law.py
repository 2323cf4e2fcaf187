"""The event law: folding a command's events into the board gives the board the tables then have."""

from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from aufruf.booking import services as booking
from aufruf.booking.services import Contact, Wanted
from aufruf.core.errors import DomainError
from aufruf.core.events import Logged, read_event
from aufruf.core.formats import local_day
from aufruf.core.hub import LATER
from aufruf.display.board import STATUS_AFTER, Board, fold
from aufruf.display.store import AreaSnapshot, read_area
from aufruf.queue import services as queue
from aufruf.queue.closing.commands import close_early, rebook, reopen
from aufruf.queue.events import StepUndone, TicketTransferred
from aufruf.queue.reminding.commands import remind_counters
from aufruf.queue.state import TicketNow
from aufruf.queue.store import find_ticket
from tests.conftest import START
from tests.queue.room import Room

# Commands at a counter that take a ticket; those most used come more often.
STEPS: Mapping[str, Callable[..., object]] = {
    "call": queue.call_ticket,
    "recall": queue.recall,
    "start": queue.start_service,
    "finish": queue.finish,
    "no_show": queue.mark_no_show,
    "put_back": queue.put_back,
    "return": queue.return_ticket,
    "park": queue.park,
    "resume": queue.resume,
    "silent": partial(queue.call_ticket, silent=True),
    "finish_next": queue.finish_and_call_next,
    "discard": queue.discard,
    "change": partial(queue.change_services, services=[Wanted("abholung")]),
    "urgent": partial(queue.set_priority, priority=True),
    "not_urgent": partial(queue.set_priority, priority=False),
    "restore": queue.restore_place,
    "note": partial(queue.set_note, text="Bitte Formular", was=None),
}
FITTING = {
    "called": ("start", "start", "recall", "no_show", "put_back", "park", "transfer", "discard"),
    "serving": ("finish", "finish_next", "put_back", "park", "transfer", "change"),
    "waiting": ("next", "next", "silent", "call", "leave", "delay", "discard", "urgent", "join"),
    "parked": ("call", "silent", "resume", "leave"),
    "no_show": ("return", "draw"),
    "finished": ("return", "draw"),
    "cancelled": ("undo_discard", "draw"),
}
ANY = (
    "draw",
    "arrive",
    "next",
    "undo",
    "break",
    "close_early",
    "reopen",
    "forget",
    "range",
    *STEPS,
)

number = st.integers(0, 60)
# Mostly what fits the present state of some ticket, sometimes whatever there is.
command = st.tuples(
    st.sampled_from(("fitting", "fitting", "fitting", "undo", *ANY)), number, number
)
days = st.lists(command, min_size=5, max_size=40)


@dataclass
class Day:
    """Business in both offices of the room, with the board folded along."""

    room: Room
    day: date
    board: Board
    seq: dict[int, int]
    tickets: list[queue.Issued] = field(default_factory=list[queue.Issued])
    references: list[str] = field(default_factory=list[str])

    @property
    def counters(self) -> tuple[int, ...]:
        return (self.room.one, self.room.two, self.room.twelve)

    def live(self, what: str, first: int, second: int) -> None:
        """One command; one that is refused must leave no event behind."""
        if what == "fitting":
            what = self.fitting(first)
        with suppress(DomainError):
            self.obey(what, first, second)

    def fitting(self, first: int) -> str:
        """A command that some ticket could take now."""
        if len(self.tickets) < 3:
            return "draw"
        steps = FITTING[self.ticket(first).status]
        return steps[first % len(steps)]

    def ticket(self, index: int) -> TicketNow:
        found = self.room.database.read_now(find_ticket, self.tickets[index % len(self.tickets)].id)
        assert found is not None
        return found

    def obey(self, what: str, first: int, second: int) -> None:
        run, counter_id = self.room.run, self.counters[second % 3]
        match what:
            case "draw":
                office = (self.room.office_id, self.room.house.registry.id)[second % 2]
                drawn = run(
                    queue.issue_ticket,
                    office_id=office,
                    services=[Wanted("personalausweis")],
                    language="de",
                )
                self.tickets.append(drawn)
            case "arrive":
                self.arrive()
            case "next":
                run(queue.call_next, counter_id=counter_id)
            case "undo":
                run(queue.undo_step, counter_id=counter_id, offices=self.seq)
            case "break":
                run(queue.set_counter_state, counter_id=counter_id, state="break")
                run(queue.set_counter_state, counter_id=counter_id, state="open")
            case "close_early" | "reopen":
                office = (self.room.office_id, self.room.house.registry.id)[second % 2]
                run(close_early if what == "close_early" else reopen, office_id=office)
            case "forget":
                self.forget()
            case "range":
                run(queue.discard_range, counter_id=counter_id, letter="A", first=1, last=9)
            case _ if self.tickets:
                self.step(what, self.ticket(first), counter_id, second)
            case _:
                pass

    def step(self, what: str, ticket: TicketNow, counter_id: int, second: int) -> None:
        at, run = ticket.counter_id or counter_id, self.room.run
        match what:
            case "transfer":
                targets: list[dict[str, Any]] = [{"office_id": office} for office in self.seq]
                targets += [{"to_counter_id": counter} for counter in self.counters]
                target = targets[second % len(targets)]
                run(queue.transfer, counter_id=at, ticket_id=ticket.id, **target)
            case "leave":
                run(queue.leave, token=ticket.token)
            case "join":
                found = self.room.appointment_id(self.book())
                run(
                    queue.join_appointment, counter_id=at, ticket_id=ticket.id, appointment_id=found
                )
            case "undo_discard":
                run(queue.undo_discard, counter_id=at, discard_id=ticket.discard_id or 0)
            case "delay":
                run(queue.delay, token=ticket.token, minutes=10)
            case _:
                run(STEPS[what], counter_id=at, ticket_id=ticket.id)

    def take(self, step: str, ticket_id: int) -> None:
        """A step at the first counter, with this ticket where it takes one, and the law."""
        if step in STEPS:
            self.room.run(STEPS[step], counter_id=self.room.one, ticket_id=ticket_id)
        else:
            self.obey(step, 0, 0)
        self.check()

    def forget(self) -> None:
        """Nobody does anything for a while, until the counters are asked."""
        self.room.wait(minutes=12)
        for office_id in self.seq:
            self.room.run(remind_counters, office_id=office_id)

    def arrive(self) -> None:
        """Somebody with an appointment soon."""
        self.tickets.append(self.room.check_in(self.book()))

    def book(self) -> str:
        """An appointment in half an hour; its reference."""
        start = self.room.clock.now() + timedelta(minutes=30)
        held = self.room.run(
            booking.hold_slot,
            office_id=self.room.office_id,
            start=start - timedelta(minutes=start.minute % 15),
            services=(Wanted("personalausweis"),),
            language="de",
            contact=Contact("Amira", "amira@example.org", None, None),
        )
        return held.reference

    def end(self) -> None:
        """The night: the system closes what is left."""
        self.room.wait(minutes=24 * 60)
        for office_id in self.seq:
            self.room.run(queue.close_day, office_id=office_id)

    def check(self) -> None:
        """The law, whichever office is heard of first."""
        found = read(self.room, self.day)
        new = {office: self.read_new(office) for office in self.seq}
        slugs = slugs_of(self.room)
        folded: list[Board] = []
        for offices in (sorted(new), sorted(new, reverse=True)):
            board = self.board
            for logged in (one for office in offices for one in new[office]):
                board = fold(board, logged, slugs)
            folded.append(board)
        assert folded == [found.board, found.board]
        self.board, self.seq = found.board, dict(found.seq)

    def read_new(self, office_id: int) -> list[Logged]:
        """The office's events since the last look."""

        def query(conn: Connection) -> list[Logged]:
            rows = conn.execute(LATER, {"office_id": office_id, "after": self.seq[office_id]})
            return [
                Logged(office_id, row.seq, row.at, read_event(row.type, row.data)) for row in rows
            ]

        return self.room.database.read_now(query)


def slugs_of(room: Room) -> Mapping[int, str]:
    return {office.id: office.slug for office in (room.house.office, room.house.registry)}


def read(room: Room, day: date) -> AreaSnapshot:
    directory = room.house.directory
    area = directory.area(room.house.area_id)
    return room.database.read_now(read_area, directory, area, day)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(days)
def test_board_folded_is_board_read(
    new_room: Callable[[], Room], business: list[tuple[str, int, int]]
) -> None:
    room = new_room()
    with closing(room.database):
        room.run(queue.set_counter_state, counter_id=room.twelve, state="open")
        today = local_day(room.clock.now())
        start = read(room, today)
        day = Day(room, today, start.board, dict(start.seq))
        for what, first, second in business:
            room.wait(seconds=second)
            day.live(what, first, second)
            day.check()
        day.end()
        day.check()


def test_board_folded_is_board_read_of_a_transfer_and_back(room: Room) -> None:
    """Called here, sent to the other office, called there, sent back: each step by hand."""
    room.run(queue.set_counter_state, counter_id=room.twelve, state="open")
    today = local_day(room.clock.now())
    start = read(room, today)
    day = Day(room, today, start.board, dict(start.seq))
    drawn = room.draw()
    day.check()
    for counter_id, target in ((room.one, room.house.registry.id), (room.twelve, room.office_id)):
        room.call(counter_id)
        day.check()
        room.run(queue.transfer, counter_id=counter_id, ticket_id=drawn.id, office_id=target)
        day.check()
    room.run(queue.undo_step, counter_id=room.twelve, offices=day.seq)
    day.check()
    assert [call.state for call in day.board.calls] == ["called"]
    assert all(tickets == frozenset() for tickets in day.board.waiting.values())


def test_board_folded_is_board_read_after_every_kind_of_step(room: Room) -> None:
    """Chance may leave a step out; here each of them is taken, and none may be missing."""
    today = local_day(room.clock.now())
    start = read(room, today)
    day = Day(room, today, start.board, dict(start.seq))
    drawn, left, gone, _waiting = (room.draw() for _ in range(4))
    day.check()
    room.run(queue.leave, token=left.token)
    day.check()
    walk = (
        ("call", "recall", "put_back"),
        ("silent", "recall", "put_back"),
        ("silent", "undo"),
        ("silent", "start", "change", "put_back", "urgent", "note"),
        ("call", "start", "park", "resume"),
        ("call", "no_show", "return"),
        ("call", "start", "finish", "return"),
        ("call", "undo"),
        ("call", "park"),
    )
    for step in (one for steps in walk for one in steps):
        day.take(step, drawn.id)
    assert room.call(room.one).id == gone.id
    day.check()
    room.run(queue.leave, token=gone.token)
    day.check()
    more = ("call", "forget", "recall", "forget", "start", "undo", "forget", "put_back", "range")
    for step in more:
        day.take(step, drawn.id)
    thrown = room.ticket(drawn.id).discard_id or 0
    room.run(queue.undo_discard, counter_id=room.one, discard_id=thrown)
    day.check()
    day.take("close_early", drawn.id)
    assert day.board.closed_early == {room.house.office.slug}
    room.run(rebook, ticket_id=drawn.id, start=START + timedelta(days=1), name="A 001")
    day.check()
    day.take("reopen", drawn.id)
    day.end()
    day.check()
    happened = {type(event) for event in room.events()}
    assert set(STATUS_AFTER) - happened == {TicketTransferred}, "transfers stand above"
    assert StepUndone in happened
