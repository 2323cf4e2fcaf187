"""The shapes of what counters and phones are told. They are filled in `counter_view.py` and
`phone_view.py`.

A counter sees requests and remarks; a phone sees only its own ticket.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..forecasting.ranges import Range


class Message(BaseModel):
    """Immutable and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wait(Message):
    low_minutes: int
    high_minutes: int | None


class ServiceLine(Message):
    """A service, for how many, how many were done, and whether it is over for this visit."""

    slug: str
    name: str
    count: int
    rendered: int | None
    done: bool


class Usual(Message):
    """How long a visit for this takes in the middle half of all cases."""

    low_minutes: int
    high_minutes: int


class TicketLine(Message):
    """A row of the counters' lists; the same for all counters of an office in one language."""

    id: int
    number: str
    status: str
    services: tuple[ServiceLine, ...]
    persons: int
    language: str
    channel: str
    paper: bool
    appointment: datetime | None
    late: bool
    since: datetime
    rank: datetime
    counter: str | None
    counter_id: int | None
    reserved: str | None
    called_at: datetime | None
    last_call_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    calls: int
    step_free: bool
    priority: bool
    remark: str | None
    note: str | None
    parked_reason: str | None
    personal: bool
    not_before: datetime | None
    delays: int
    on_the_way_at: datetime | None
    served_by: tuple[int, ...]
    wait: Wait | None
    usual: Usual | None


class AppointmentServiceLine(Message):
    slug: str
    name: str
    count: int


class ExpectedLine(Message):
    """An appointment of today whose citizen is not here yet; no name in a list."""

    appointment_id: int
    start: datetime
    services: tuple[AppointmentServiceLine, ...]
    channel: str


class CounterLine(Message):
    """A counter of the waiting area; `services` None: all it can, `number`: who is there."""

    id: int
    slug: str
    label: str
    word: str
    office: str
    state: str
    since: datetime
    until: datetime | None
    services: tuple[str, ...] | None
    accessible: bool
    number: str | None


class EmergencyLine(Message):
    """A call for help that nobody has ended; `mine`: this counter called."""

    id: int
    counter: str
    word: str
    counter_id: int
    way: str | None
    at: datetime
    test: bool
    acknowledged_by: str | None
    mine: bool


class NextLine(Message):
    """Who comes next here, and why."""

    ticket: TicketLine
    why: str
    more: str | None


class NextId(Message):
    """The same in a change, where the ticket is known already."""

    ticket: int
    why: str
    more: str | None


class SeenLine(Message):
    """On how many screens the present call was shown and announced, of those it was meant for.

    `announced` with sound, of which a voice said it on `spoken`; `silent`: nothing is heard.
    """

    expected: int
    shown: int
    announced: int
    spoken: int
    silent: int


class ScreenLine(Message):
    """A screen of the waiting area that somebody should look after."""

    name: str
    state: Literal["offline", "silent"]


class OfficePart(Message):
    """What is the same for all counters of an office in one language, besides the tickets.

    `in_house`: how many of those who wait are here in person.
    """

    office: str
    seq: int
    boot: str
    now: datetime
    open: bool
    closed_early: datetime | None
    wait: Wait | None
    in_house: int
    counters_open: int
    counters: tuple[CounterLine, ...]
    expected: tuple[ExpectedLine, ...]


class CounterPart(Message):
    """What is said of one counter alone, besides its tickets.

    `seat` changes with whoever sits there and names nobody; `boot` of the office's part changes
    when the server was started anew.
    """

    counter: str
    counter_id: int
    slug: str
    seat: int | None
    state: str
    since: datetime
    until: datetime | None
    services: tuple[str, ...] | None
    recall_at: datetime | None
    no_show_at: datetime | None
    calls_needed: int
    emergencies: tuple[EmergencyLine, ...]
    seen: SeenLine | None
    screens: tuple[ScreenLine, ...]
    reminded: Literal["called", "serving"] | None


class CounterView(OfficePart, CounterPart):
    """Everything the counter's page shows."""

    type: Literal["queue"] = "queue"
    current: TicketLine | None
    next: NextLine | None
    waiting: tuple[TicketLine, ...]
    called: tuple[TicketLine, ...]
    parked: tuple[TicketLine, ...]
    missed: tuple[TicketLine, ...]
    finished: tuple[TicketLine, ...]


class PhoneView(Message):
    """Everything the ticket's page on the phone shows, the same in every language.

    `version` grows with each step of the ticket: a page that has heard of a newer one forgets this.
    `not_before`: asked for later, and not called until then; `stay_until`: given back, and until
    then taken back with one press. `closed_early`: the office gives out no more numbers today;
    `rebooked`: this one's holder got an appointment instead, which the page itself shows.
    """

    type: Literal["ticket"] = "ticket"
    number: str
    status: str
    ahead: int | None
    wait: Wait | None
    counter: str | None
    word: str | None
    word_en: str | None
    arrow: str | None
    way: str | None
    way_en: str | None
    called_at: datetime | None
    not_before: datetime | None
    delays: int
    delays_left: int
    on_the_way: bool
    stay_until: datetime | None
    waiting: int
    open: bool
    closed_early: bool
    rebooked: bool
    version: int


class PhoneCall(Message):
    """A call as it goes to every phone of the office: each knows whether it is meant."""

    type: Literal["call"] = "call"
    ticket_id: int
    number: str
    counter: str
    word: str
    word_en: str
    arrow: str
    way: str | None
    way_en: str | None
    called_at: datetime
    seq: int


def wait_of(found: Range | None) -> Wait | None:
    """A range as it is sent."""
    if found is None:
        return None
    return Wait(low_minutes=found.low_minutes, high_minutes=found.high_minutes)
