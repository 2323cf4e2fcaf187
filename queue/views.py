"""The shapes of what counters and phones are told. They are filled in `counter_view.py` and
`phone_view.py`.

A counter sees requests and remarks; a phone sees only its own ticket.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from .ranges import Range


class Message(BaseModel):
    """Immutable and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wait(Message):
    low_minutes: int
    high_minutes: int | None


class ServiceLine(Message):
    slug: str
    name: str
    count: int


class TicketLine(Message):
    """A row of the counter's lists."""

    id: int
    number: str
    status: str
    services: tuple[ServiceLine, ...]
    persons: int
    language: str
    appointment: datetime | None
    since: datetime
    rank: datetime
    counter: str | None
    called_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    calls: int
    step_free: bool
    priority: bool
    remark: str | None
    parked_reason: str | None
    mine: bool
    orphan: bool
    wait: Wait | None


class ExpectedLine(Message):
    """An appointment of today whose citizen is not here yet; no name in a list."""

    appointment_id: int
    start: datetime
    services: tuple[ServiceLine, ...]


class NextLine(Message):
    """Who comes next here, and why."""

    ticket: TicketLine
    why: str
    more: str | None


class SeenLine(Message):
    """On how many of the connected screens the present call was shown and spoken."""

    screens: int
    shown: int
    announced: int
    silent: int


class CounterView(Message):
    """Everything the counter's page shows."""

    type: Literal["queue"] = "queue"
    office: str
    seq: int
    counter: str
    state: str
    since: datetime
    until: datetime | None
    current: TicketLine | None
    next: NextLine | None
    waiting: tuple[TicketLine, ...]
    called: tuple[TicketLine, ...]
    parked: tuple[TicketLine, ...]
    missed: tuple[TicketLine, ...]
    finished: tuple[TicketLine, ...]
    expected: tuple[ExpectedLine, ...]
    counters_open: int
    open: bool
    wait: Wait | None
    seen: SeenLine | None
    now: datetime


class PhoneView(Message):
    """Everything the ticket's page on the phone shows."""

    type: Literal["ticket"] = "ticket"
    number: str
    status: str
    ahead: int | None
    wait: Wait | None
    counter: str | None
    word: str | None
    arrow: str | None
    way: str | None
    waiting: int
    open: bool


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
    seq: int


def wait_of(found: Range | None) -> Wait | None:
    """A range as it is sent."""
    if found is None:
        return None
    return Wait(low_minutes=found.low_minutes, high_minutes=found.high_minutes)
