"""What the queue looks like at one moment, as frozen records. No SQL, no decisions, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from ..core.formats import day_start
from .learning.learned import NOTHING_LEARNED, Learned

Channel = Literal["on_site", "phone", "video", "back_office"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One service of a ticket and for how many; `rendered` is what was done in the end.

    `step_id` is the stretch of service in which it was done, None while it is still to do.
    """

    offer_id: int
    count: int
    rendered: int | None = None
    step_id: int | None = None


@dataclass(frozen=True, slots=True)
class TicketNow:
    """A ticket as it stands in its row, with its services in the order they were asked for."""

    id: int
    office_id: int
    area_id: int
    day: date
    letter: str
    serial: int
    token: str
    status: str
    rank: datetime
    drawn_at: datetime
    language: str
    services: tuple[Asked, ...]
    appointment_id: int | None = None
    appointment_start: datetime | None = None
    persons: int = 1
    priority: bool = False
    step_free: bool = False
    channel: Channel = "on_site"
    paper: bool = False
    counter_id: int | None = None
    reserved_counter_id: int | None = None
    not_before: datetime | None = None
    delays: int = 0
    on_the_way_at: datetime | None = None
    left_at: datetime | None = None
    parked_reason: str | None = None
    parked_by_counter_id: int | None = None
    called_at: datetime | None = None
    last_call_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    calls: int = 0
    closed_by_system: bool = False
    reminded_at: datetime | None = None
    residence_id: int | None = None
    discard_id: int | None = None
    rebooked_id: int | None = None
    remark: str | None = None
    note: str | None = None
    version: int = 1

    @property
    def number(self) -> str:
        """The number as data: "A042"."""
        return number_of(self.letter, self.serial)

    @property
    def offers(self) -> frozenset[int]:
        """What is still to do: a counter that can call the ticket can do all of it."""
        return frozenset(asked.offer_id for asked in self.services if asked.step_id is None)

    @property
    def place_in_line(self) -> tuple[datetime, str, int]:
        """What the order of calling compares: the rank, then the number."""
        return (self.rank, self.letter, self.serial)


@dataclass(frozen=True, slots=True)
class CounterNow:
    """What a counter does now. `offers` None means everything it can serve."""

    counter_id: int
    state: Literal["open", "break", "closed"]
    since: datetime
    until: datetime | None = None
    offers: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Nearby:
    """A counter of another office in the same waiting area, and the number called or served."""

    present: CounterNow
    number: str | None


@dataclass(frozen=True, slots=True)
class EmergencyNow:
    """A call for help that nobody has ended; `acknowledged_by` is a counter of the area."""

    id: int
    counter_id: int
    at: datetime
    test: bool
    acknowledged_at: datetime | None = None
    acknowledged_by: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """A confirmed appointment of today whose citizen has not checked in yet."""

    appointment_id: int
    start: datetime
    end: datetime
    services: tuple[Asked, ...]
    channel: Channel = "on_site"

    @property
    def offers(self) -> frozenset[int]:
        return frozenset(asked.offer_id for asked in self.services)


def closed(counter_id: int, since: datetime) -> CounterNow:
    """A counter nobody has opened yet has no row; this stands for it."""
    return CounterNow(counter_id, "closed", since)


@dataclass(frozen=True)
class OfficeState:
    """One office on one day: its tickets, its counters, and the appointments still to come.

    `nearby` are counters of the other offices of the waiting area that somebody has opened;
    `seats` says by counter who sits there: the number of the sitting, never of the person.
    """

    office_id: int
    day: date
    now: datetime
    tickets: tuple[TicketNow, ...] = ()
    counters: Mapping[int, CounterNow] = field(default_factory=dict[int, CounterNow])
    expected: tuple[Expected, ...] = ()
    emergencies: tuple[EmergencyNow, ...] = ()
    closed_early_at: datetime | None = None
    nearby: tuple[Nearby, ...] = ()
    seats: Mapping[int, int] = field(default_factory=dict[int, int])
    learned: Learned = NOTHING_LEARNED

    def in_state(self, *states: str) -> tuple[TicketNow, ...]:
        return tuple(ticket for ticket in self.tickets if ticket.status in states)

    @cached_property
    def waiting(self) -> tuple[TicketNow, ...]:
        """In the order of calling; sorted once, for everybody who watches asks."""
        return in_order(self.in_state("waiting"))

    @cached_property
    def waiting_in_house(self) -> tuple[TicketNow, ...]:
        """Those who are here in person: not by phone or video, nor work without a citizen."""
        return tuple(ticket for ticket in self.waiting if ticket.channel == "on_site")

    @property
    def called(self) -> tuple[TicketNow, ...]:
        return self.in_state("called")

    @property
    def serving(self) -> tuple[TicketNow, ...]:
        return self.in_state("serving")

    @property
    def parked(self) -> tuple[TicketNow, ...]:
        return in_order(self.in_state("parked"))

    @property
    def missed(self) -> tuple[TicketNow, ...]:
        return self.in_state("no_show")

    @property
    def finished(self) -> tuple[TicketNow, ...]:
        return self.in_state("finished")

    def at_counter(self, counter_id: int) -> TicketNow | None:
        """Who is called to this counter or served there; at most one, by constraint."""
        for ticket in self.in_state("called", "serving"):
            if ticket.counter_id == counter_id:
                return ticket
        return None

    def counter(self, counter_id: int) -> CounterNow:
        return self.counters.get(counter_id) or closed(counter_id, day_start(self.day))


def in_order(tickets: Iterable[TicketNow]) -> tuple[TicketNow, ...]:
    """The order of calling: the smallest rank first, then the smallest number."""
    return tuple(sorted(tickets, key=lambda ticket: ticket.place_in_line))


def number_of(letter: str, serial: int) -> str:
    """A number as data: "A042"."""
    return f"{letter}{serial:03d}"
