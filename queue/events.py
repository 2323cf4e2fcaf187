"""What can happen to a ticket and at a counter. Carries the counter, never a person."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..core.events import Event


class TicketEvent(Event):
    """Base of what happens to one ticket. `number` is data: "A042"."""

    ticket_id: int
    number: str


class Rendered(BaseModel):
    """A service that was done, and for how many."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    count: int


class TicketIssued(TicketEvent):
    services: tuple[str, ...]
    channel: Literal["on_site", "phone", "video", "back_office"] = "on_site"
    paper: bool = False
    persons: int
    rank: datetime
    appointment_id: int | None = None
    appointment_start: datetime | None = None


class TicketCalled(TicketEvent):
    """A call or a recall; `counter` is the label people look for ("3"), `place` its slug."""

    call_id: int
    recall_of: int | None = None
    counter_id: int
    counter: str
    place: str
    word: str
    word_en: str
    arrow: Literal["left", "right", "ahead", "up", "down", "none"]
    way: str | None = None
    way_en: str | None = None
    manual: bool = False
    silent: bool = False


class ServiceStarted(TicketEvent):
    counter_id: int


class TicketFinished(TicketEvent):
    """`residence` is the town somebody lives in, if asked; `unsure`: the true end is not known."""

    counter_id: int
    by_system: bool = False
    rendered: tuple[Rendered, ...] = ()
    residence: str | None = None
    unsure: bool = False


class TicketMissed(TicketEvent):
    """No-show after the call."""

    counter_id: int
    by_system: bool = False


class TicketPutBack(TicketEvent):
    """`by_holder`: called already, they asked for later on their phone."""

    counter_id: int
    by_holder: bool = False


class TicketReturned(TicketEvent):
    """A ticket that was over waits again: finished, missed, or cancelled and checked in anew.

    By a counter, unless somebody checked in again or the office opened again.
    """

    counter_id: int | None = None


class TicketParked(TicketEvent):
    counter_id: int
    personal: bool
    rendered: tuple[Rendered, ...] = ()


class TicketResumed(TicketEvent):
    """A parked ticket waits again."""

    counter_id: int | None = None


class TicketTransferred(TicketEvent):
    counter_id: int
    to_office_id: int
    to_counter_id: int | None = None
    not_before: datetime | None = None
    rendered: tuple[Rendered, ...] = ()
    services: tuple[str, ...] = ()


class TicketDelayed(TicketEvent):
    not_before: datetime


class TicketOnTheWay(TicketEvent):
    """Its holder said so on the phone."""


class TicketLeft(TicketEvent):
    """Cancelled: its holder went away, or a counter said so (`counter_id`).

    `because`: the office closed early, and no appointment was given from its list.
    """

    counter_id: int | None = None
    because: Literal["by_hand", "declined"] | None = None


class TicketDiscarded(TicketEvent):
    """Thrown away with others, because nobody is behind the number; undone, it is returned."""

    counter_id: int
    discard_id: int


class TicketRebooked(TicketEvent):
    """An appointment was given instead: the office closed early."""

    appointment_id: int


class TicketChanged(TicketEvent):
    """What it is for was changed at a counter; number and rank stay."""

    counter_id: int
    services: tuple[str, ...]
    persons: int


class TicketJoined(TicketEvent):
    """A drawn ticket is that of an appointment now, with the better rank of both."""

    counter_id: int
    appointment_id: int
    rank: datetime


class TicketRanked(TicketEvent):
    """A clerk gave it another place: urgent, not urgent any more, or its place back."""

    counter_id: int
    rank: datetime
    priority: bool


class TicketNoted(TicketEvent):
    """A note for colleagues was written, changed or removed; what it says is not told here."""

    counter_id: int


class TicketHandedOver(TicketEvent):
    """Kept for a counter that was left; all may call it now."""

    counter_id: int


class CounterReminded(TicketEvent):
    """The counter was asked: nobody came to the call, or the visit lasts unusually long."""

    counter_id: int
    about: Literal["called", "serving"]


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
    services: tuple[str, ...] | None = None


class EmergencyRaised(Event):
    """A counter calls for help; told in every office of the waiting area, never on its screens."""

    emergency_id: int
    counter_id: int
    counter: str
    test: bool


class EmergencyAcknowledged(Event):
    """Somebody comes; `counter` is theirs."""

    emergency_id: int
    counter_id: int
    counter: str


class EmergencyEnded(Event):
    """Withdrawn, or over."""

    emergency_id: int


class OfficeClosedEarly(Event):
    """No more numbers today; who waits is told and given an appointment."""


class OfficeReopened(Event):
    """The early closing was taken back."""
