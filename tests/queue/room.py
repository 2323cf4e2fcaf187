"""A waiting room on a real database, and the commands that tests press there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import text

from aufruf.booking import services as booking
from aufruf.booking.services import Contact, Wanted
from aufruf.booking.store import find_appointment
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.events import Event, read_event
from aufruf.core.formats import local_day
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from aufruf.office.directory import read_directory
from aufruf.queue import services, store
from aufruf.queue.state import OfficeState, TicketNow
from tests.factories import House

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Room:
    """The small house of tests/amtal.toml: citizen office (counters 1, 2), registry office (12)."""

    database: Database
    clock: FixedClock
    runner: Runner
    house: House

    @property
    def office_id(self) -> int:
        return self.house.office.id

    @property
    def one(self) -> int:
        """Counter 1, which serves everything."""
        return self.house.counter("amtal-1").id

    @property
    def two(self) -> int:
        """Counter 2, everything but businesses."""
        return self.house.counter("amtal-2").id

    @property
    def twelve(self) -> int:
        """The registry office's, not accessible."""
        return self.house.counter("amtal-12").id

    def run(self, command: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command for both offices of the house."""
        offices = (self.office_id, self.house.registry.id)
        return self.runner.run_now(offices, command, *args, **kwargs)

    def wait(self, *, minutes: float = 0, seconds: float = 0) -> None:
        self.clock.move(timedelta(minutes=minutes, seconds=seconds))

    def draw(self, *wanted: str | Wanted, by_staff: bool = False) -> services.Issued:
        """A walk-in of the citizen office, for an identity card unless told."""
        asked = [Wanted(one) if isinstance(one, str) else one for one in wanted]
        return self.run(
            services.issue_ticket,
            office_id=self.office_id,
            services=asked or [Wanted("personalausweis")],
            language="de",
            by_staff=by_staff,
        )

    def book(self, start: datetime, *wanted: str) -> str:
        """A confirmed appointment of Amira; returns its reference."""
        held = self.run(
            booking.hold_slot,
            office_id=self.office_id,
            start=start,
            services=tuple(Wanted(one) for one in wanted or ("personalausweis",)),
            language="de",
            contact=Contact("Amira", "amira@example.org", None, None),
        )
        return held.reference

    def check_in(self, code: str, *, by_staff: bool = False) -> services.Issued:
        area_id = self.house.area_id
        return self.run(services.check_in, code=code, area_id=area_id, by_staff=by_staff)

    def next(self, counter_id: int) -> TicketNow | None:
        called = self.run(services.call_next, counter_id=counter_id)
        return None if called is None else called.ticket

    def call(self, counter_id: int) -> TicketNow:
        """Call the next, who must be there."""
        found = self.next(counter_id)
        assert found is not None
        return found

    def serve(self, counter_id: int) -> TicketNow:
        """Call the next and start."""
        ticket = self.call(counter_id)
        return self.run(services.start_service, counter_id=counter_id, ticket_id=ticket.id)

    def finish(self, counter_id: int, ticket_id: int) -> TicketNow:
        return self.run(services.finish, counter_id=counter_id, ticket_id=ticket_id)

    def ticket(self, ticket_id: int) -> TicketNow:
        found = self.database.read_now(store.find_ticket, ticket_id)
        assert found is not None
        return found

    def status(self, ticket_id: int) -> str:
        return self.ticket(ticket_id).status

    def appointment(self, reference: str) -> str:
        """The status of an appointment."""
        found = self.database.read_now(find_appointment, reference)
        assert found is not None
        return found.status

    def appointment_id(self, reference: str) -> int:
        found = self.database.read_now(find_appointment, reference)
        assert found is not None
        return found.id

    def state(self) -> OfficeState:
        now = self.clock.now()
        return self.database.read_now(store.load_office_state, self.office_id, local_day(now), now)

    def events(self) -> list[Event]:
        """Everything that happened in the citizen office, in order."""
        query = text("SELECT type, data FROM event_log WHERE office_id = :id ORDER BY seq")
        rows = self.database.read_now(
            lambda conn: conn.execute(query, {"id": self.office_id}).all()
        )
        return [read_event(row.type, row.data) for row in rows]


def move_in(database: Database, clock: FixedClock) -> Room:
    """The loaded house; the citizen office's counters are opened."""
    house = House(database.read_now(read_directory))
    room = Room(database, clock, Runner(database, clock, None, {}), house)
    for counter_id in (room.one, room.two):
        room.run(services.set_counter_state, counter_id=counter_id, state="open")
    return room
