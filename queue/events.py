"""What can happen to a ticket and at a counter. Carries the counter, never a person."""

from datetime import datetime
from typing import Literal

from ..core.events import Event


class TicketEvent(Event):
    """Base of what happens to one ticket. `number` is data: "A042"."""

    ticket_id: int
    number: str


class TicketIssued(TicketEvent):
    services: tuple[str, ...]
    persons: int
    rank: datetime
    appointment_id: int | None = None
    appointment_start: datetime | None = None


class TicketCalled(TicketEvent):
    """A call or a recall; `counter` is the label people look for ("3")."""

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


class ServiceStarted(TicketEvent):
    counter_id: int


class TicketFinished(TicketEvent):
    counter_id: int
    by_system: bool = False


class TicketMissed(TicketEvent):
    """No-show after the call."""

    counter_id: int
    by_system: bool = False


class TicketPutBack(TicketEvent):
    counter_id: int


class TicketReturned(TicketEvent):
    """A ticket that was over waits again: finished, missed, or cancelled and checked in anew."""


class TicketParked(TicketEvent):
    counter_id: int
    personal: bool


class TicketResumed(TicketEvent):
    """A parked ticket waits again."""


class TicketTransferred(TicketEvent):
    counter_id: int
    to_office_id: int
    to_counter_id: int | None = None


class TicketDelayed(TicketEvent):
    not_before: datetime


class TicketLeft(TicketEvent):
    """Cancelled by its holder, who went away."""


class TicketExpired(TicketEvent):
    """Still waiting at the end of the day: not served."""


class StepUndone(TicketEvent):
    counter_id: int
    undone: str
    status: str


class CounterChanged(Event):
    counter_id: int
    counter: str
    state: Literal["open", "break", "closed"]
    until: datetime | None = None
