"""A day in both offices of the house, command by command, with the board folded along.

Every command of the queue can be pressed here, at three counters of two offices. After each of
them the law of events (`law.py`) and the order of the room (`tests/queue/order.py`) must hold.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aufruf.booking import services as booking
from aufruf.booking.services import Contact, Wanted
from aufruf.core.errors import DomainError
from aufruf.core.formats import local_day
from aufruf.office.infos import Channel
from aufruf.queue import services as queue
from aufruf.queue.closing.commands import close_early, let_go, put_on_list, rebook, reopen
from aufruf.queue.reminding.commands import remind_counters
from aufruf.queue.remote.admitting import admit_due
from aufruf.queue.state import TicketNow
from aufruf.queue.store import find_at_counter, find_ticket
from tests.display.law import Watched, read
from tests.queue.order import check_evening, check_next, states_of
from tests.queue.room import Room
from tests.queue.test_remote import equip
from tests.queue.test_seats import staff

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
    "park_here": partial(queue.park, reason="Foto", personal=True),
    "resume": queue.resume,
    "silent": partial(queue.call_ticket, silent=True),
    "finish_next": queue.finish_and_call_next,
    "discard": queue.discard,
    "change": partial(queue.change_services, services=[Wanted("personalausweis", 2)]),
    "urgent": partial(queue.set_priority, priority=True),
    "not_urgent": partial(queue.set_priority, priority=False),
    "restore": queue.restore_place,
    "note": partial(queue.set_note, text="Bitte Formular", was=None),
}
FITTING = {
    "called": (
        *("start", "start", "recall", "no_show", "put_back", "park", "transfer", "discard"),
        *("delay", "on_the_way"),
    ),
    "serving": (
        *("finish", "finish_next", "put_back", "park", "park_here", "transfer", "transfer"),
        *("change", "half", "cash_desk"),
    ),
    "waiting": (
        *("next", "next", "silent", "call", "leave", "delay", "discard", "urgent", "join"),
        *("restore", "not_urgent", "rebook", "let_go"),
    ),
    "parked": ("call", "silent", "resume", "leave", "rebook"),
    "no_show": ("return", "come_in", "draw"),
    "finished": ("return", "draw"),
    "cancelled": ("stay", "undo_discard", "put_on_list", "come_in", "draw"),
}
CITIZENS = ("draw", "paper", "step_free", "back_office", "arrive", "book", "come_in", "phone")
OFFICE = ("close_early", "reopen", "forget", "range", "alarm", "admit")
SEAT = ("break", "close", "some", "take_over", "sign_out")
ANY = (*CITIZENS, *OFFICE, *SEAT, "next", "undo", *STEPS)


@dataclass
class Day(Watched):
    """Business in both offices of the room."""

    tickets: list[int] = field(default_factory=list[int])
    references: list[str] = field(default_factory=list[str])

    @property
    def counters(self) -> tuple[int, ...]:
        return (self.room.one, self.room.two, self.room.twelve)

    def live(self, what: str, first: int, second: int) -> None:
        """One command; one that is refused must leave no event behind."""
        if what == "fitting":
            what = self.fitting(first, second)
        with suppress(DomainError):
            self.obey(what, first, second)

    def fitting(self, first: int, second: int) -> str:
        """A command that some ticket could take now."""
        if len(self.tickets) < 3:
            return "draw"
        steps = FITTING[self.ticket(first).status]
        return steps[(first + second) % len(steps)]

    def ticket(self, index: int) -> TicketNow:
        found = self.room.database.read_now(find_ticket, self.tickets[index % len(self.tickets)])
        assert found is not None
        return found

    def obey(self, what: str, first: int, second: int) -> None:
        counter_id, office_id = self.counters[second % 3], tuple(self.seq)[second % 2]
        if what in CITIZENS:
            self.of_citizens(what, office_id, first)
        elif what in OFFICE:
            self.of_office(what, office_id, counter_id)
        elif what in SEAT:
            self.sit(what, counter_id, first)
        elif what == "next":
            self.next(counter_id)
        elif what == "undo":
            self.room.run(queue.undo_step, counter_id=counter_id, offices=self.seq)
        elif self.tickets:
            self.step(what, self.ticket(first), counter_id, second)

    def of_citizens(self, what: str, office_id: int, first: int) -> None:
        match what:
            case "arrive":
                self.come(self.book())
            case "book":
                self.references.append(self.book())
            case "phone":
                self.book("phone")
            case "come_in":
                if self.references:
                    self.come(self.references[first % len(self.references)])
            case _:
                self.draw(what, office_id, first)

    def of_office(self, what: str, office_id: int, counter_id: int) -> None:
        run = self.room.run
        match what:
            case "close_early" | "reopen":
                run(close_early if what == "close_early" else reopen, office_id=office_id)
            case "forget":
                self.forget()
            case "admit":
                self.admit(office_id)
            case "range":
                run(queue.discard_range, counter_id=counter_id, letter="A", first=1, last=9)
            case _:
                raised = run(queue.raise_emergency, counter_id=counter_id)
                run(queue.end_emergency, emergency_id=raised.id, office_id=office_id)

    def draw(self, what: str, office_id: int, first: int) -> None:
        """At the kiosk or by a clerk: of paper, for who cannot climb stairs, for nobody present."""
        more: dict[str, Any] = {
            "draw": {},
            "paper": {"paper_serial": first + 1, "by_staff": True},
            "step_free": {"step_free": True},
            "back_office": {"channel": "back_office", "by_staff": True},
        }[what]
        wanted = [Wanted("personalausweis")]
        drawn = self.room.run(
            queue.issue_ticket, office_id=office_id, services=wanted, language="de", **more
        )
        self.tickets.append(drawn.id)

    def come(self, reference: str) -> None:
        arrived = self.room.check_in(reference)
        if arrived.id not in self.tickets:
            self.tickets.append(arrived.id)

    def admit(self, office_id: int) -> None:
        """The job: appointments by phone that have begun wait by themselves."""
        if self.room.run(admit_due, office_id=office_id):
            state = states_of(self.room)[office_id]
            known = set(self.tickets)
            self.tickets += [
                one.id for one in state.tickets if one.channel == "phone" and one.id not in known
            ]

    def next(self, counter_id: int, passed: TicketNow | None = None) -> None:
        """An automatic call, with or after a visit: whom the promise says."""
        counter = self.room.house.directory.counter(counter_id)
        before = states_of(self.room)[counter.office_id]
        if passed is None:
            called = self.room.run(queue.call_next, counter_id=counter_id)
        else:
            both = self.room.run(
                queue.finish_and_call_next, counter_id=counter_id, ticket_id=passed.id
            )
            called = both.called
        check_next(before, counter, called and called.ticket)

    def sit(self, what: str, counter_id: int, first: int) -> None:
        """Who sits there: a pause, going home, fewer services, a colleague, signing out."""
        who = staff(self.room, ("bernd", "leitung")[first % 2])
        counter = self.room.house.directory.counter(counter_id)

        def set_state(**said: Any) -> None:
            self.room.run(queue.set_counter_state, counter_id=counter_id, **said)

        match what:
            case "some":
                set_state(state="open", offers=sorted(counter.offers)[:1])
            case "take_over":
                set_state(state="open", staff_id=who, take_over=True)
            case "sign_out":
                self.room.run(queue.leave_counters, staff_id=who)
                set_state(state="open")
            case _:
                set_state(state="break" if what == "break" else "closed")
                self.check()
                set_state(state="open")

    def step(self, what: str, ticket: TicketNow, counter_id: int, second: int) -> None:
        at, run = ticket.counter_id or counter_id, self.room.run
        match what:
            case "transfer":
                self.transfer(at, ticket.id, second)
            case "half" | "cash_desk":
                self.hand_on(what, at, ticket)
            case "finish_next":
                self.next(at, passed=ticket)
            case "join":
                found = self.room.appointment_id(self.book())
                run(
                    queue.join_appointment, counter_id=at, ticket_id=ticket.id, appointment_id=found
                )
            case "undo_discard":
                run(queue.undo_discard, counter_id=at, discard_id=ticket.discard_id or 0)
            case "leave" | "stay" | "delay" | "on_the_way" | "let_go" | "put_on_list" | "rebook":
                self.without_counter(what, ticket)
            case _:
                run(STEPS[what], counter_id=at, ticket_id=ticket.id)

    def without_counter(self, what: str, ticket: TicketNow) -> None:
        """By the holder's phone, or from the list of an office that closed early."""
        run = self.room.run
        match what:
            case "leave":
                run(queue.leave, token=ticket.token)
            case "stay":
                run(queue.stay, token=ticket.token)
            case "delay":
                run(queue.delay, token=ticket.token, minutes=10)
            case "on_the_way":
                run(queue.say_on_the_way, token=ticket.token)
            case "let_go":
                run(let_go, ticket_id=ticket.id, because="declined")
            case "put_on_list":
                run(put_on_list, ticket_id=ticket.id)
            case _:
                free = quarter(self.room.clock.now() + timedelta(days=1))
                run(rebook, ticket_id=ticket.id, start=free, name=ticket.number)

    def transfer(self, counter_id: int, ticket_id: int, second: int) -> None:
        """To each office and each counter, at once or in a while."""
        targets: list[dict[str, Any]] = [{"office_id": office} for office in self.seq]
        targets += [{"to_counter_id": counter} for counter in self.counters]
        target = targets[second % len(targets)]
        if second % 4 == 0:
            target["after_minutes"] = 10
        self.room.run(queue.transfer, counter_id=counter_id, ticket_id=ticket_id, **target)

    def hand_on(self, what: str, counter_id: int, ticket: TicketNow) -> None:
        """Done here, and something more to do: in a while, or by the colleague."""
        run = self.room.run
        here: dict[str, Any] = {"counter_id": counter_id, "ticket_id": ticket.id}
        more, done = Wanted("abholung"), Wanted("personalausweis")
        if what == "half":
            run(queue.change_services, **here, services=[done, more])
            self.check()
            run(queue.park, **here, reason="Kasse", done=[done])
        else:
            run(queue.transfer, **here, office_id=self.room.office_id, done=[done], services=[more])

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

    def book(self, channel: Channel = "on_site") -> str:
        """An appointment in half an hour; its reference."""
        start = quarter(self.room.clock.now() + timedelta(minutes=30))
        held = self.room.run(
            booking.hold_slot,
            office_id=self.room.office_id,
            start=start,
            services=(Wanted("personalausweis"),),
            language="de",
            channel=channel,
            contact=Contact("Amira", "amira@example.org", "06081 1024", None),
        )
        return held.reference

    def serve_everybody(self) -> None:
        """P3: once nobody new comes, counters that keep calling serve all who wait."""
        self.room.wait(minutes=60)  # nobody put it off for longer
        for counter_id in self.counters:
            self.room.run(queue.set_counter_state, counter_id=counter_id, state="open")
        for counter_id in self.counters:
            self.finish_at(counter_id)
        for counter_id in self.counters:
            while self.room.next(counter_id) is not None:
                self.finish_at(counter_id)
        assert all(not state.waiting for state in states_of(self.room).values())

    def finish_at(self, counter_id: int) -> None:
        """Whoever is at the counter, if anybody."""
        present = self.room.database.read_now(find_at_counter, counter_id)
        if present is None:
            return
        if present.status == "called":
            self.room.run(queue.start_service, counter_id=counter_id, ticket_id=present.id)
        self.room.finish(counter_id, present.id)

    def end(self) -> None:
        """The night: the system closes what is left; done twice it closes nothing more."""
        self.room.wait(minutes=24 * 60)
        for office_id in self.seq:
            self.room.run(queue.close_day, office_id=office_id)
            assert self.room.run(queue.close_day, office_id=office_id) == 0
        check_evening(self.room)


def quarter(moment: datetime) -> datetime:
    """The quarter of an hour that it is in."""
    return moment - timedelta(minutes=moment.minute % 15, seconds=moment.second)


def begin(room: Room) -> Day:
    """Everything can be done by phone as well; the third counter is opened too."""
    equip(room)
    room.run(queue.set_counter_state, counter_id=room.twelve, state="open")
    today = local_day(room.clock.now())
    start = read(room, today)
    return Day(room, today, start.board, dict(start.seq))
