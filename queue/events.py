"""What can happen to a ticket and at a counter. Carries the counter, never a person."""

from datetime import datetime
from typing import Literal

from ..core.events import Event


class TicketIssued(Event):
    ticket_id: int
    number: str
    services: tuple[str, ...]
    persons: int
    rank: datetime
    appointment_id: int | None = None
    appointment_start: datetime | None = None


class TicketCalled(Event):
    """A call or a recall. `number` is data ("A042"); `counter` the label people look for ("3")."""

    ticket_id: int
    number: str
    call_id: int
    recall_of: int | None = None
    counter_id: int
    counter: str
    word: str
    word_en: str
    arrow: Literal["left", "right", "ahead", "up", "down", "none"]
    way: str | None = None
    way_en: str | None = None
    manual: bool = False


class ServiceStarted(Event):
    ticket_id: int
    number: str
    counter_id: int


class TicketFinished(Event):
    ticket_id: int
    number: str
    counter_id: int
    by_system: bool = False


class TicketMissed(Event):
    """No-show after the call."""

    ticket_id: int
    number: str
    counter_id: int
    by_system: bool = False


class TicketPutBack(Event):
    ticket_id: int
    number: str
    counter_id: int


class TicketReturned(Event):
    """A finished or missed ticket waits again, with its rank."""

    ticket_id: int
    number: str


class TicketParked(Event):
    ticket_id: int
    number: str
    counter_id: int
    personal: bool


class TicketResumed(Event):
    """A parked ticket waits again."""

    ticket_id: int
    number: str


class TicketTransferred(Event):
    ticket_id: int
    number: str
    counter_id: int
    to_office_id: int
    to_counter_id: int | None = None


class TicketDelayed(Event):
    ticket_id: int
    number: str
    not_before: datetime


class TicketLeft(Event):
    """Cancelled by the holder or discarded by staff."""

    ticket_id: int
    number: str


class TicketExpired(Event):
    """Still waiting at the end of the day: not served."""

    ticket_id: int
    number: str


class StepUndone(Event):
    ticket_id: int
    number: str
    counter_id: int
    undone: str
    status: str


class CounterChanged(Event):
    counter_id: int
    counter: str
    state: Literal["open", "break", "closed"]
    until: datetime | None = None
