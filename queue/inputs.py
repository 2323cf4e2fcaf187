"""What the queue takes from outside and gives back over the interface, as models."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from ..booking.inputs import Count, Moment, WantedService
from ..booking.rules import MAX_SERVICES
from ..core.database import HIGHEST_ID
from ..core.formats import iso_text
from ..core.inputs import Input, LanguageText, Line, Slug
from ..office.directory import OfficeInfo
from .calling import Called
from .counters import CounterSet, Offers, State
from .issue import Issued, WithoutAppointment
from .moving import MOST_DELAY_MINUTES
from .rules import Why
from .state import TicketNow
from .views import Wait, wait_of

Services = Annotated[list[WantedService], Field(min_length=1, max_length=MAX_SERVICES)]
Shown = str | int


class NewTicket(Input):
    """A walk-in. All but services, language, persons and `step_free` is for staff: `drawn_at` and
    `paper` are time and number of paper given out in an outage, `back_office` a request without a
    citizen, `remark` what it is about."""

    services: Services
    language: LanguageText = "de"
    persons: Count = 1
    step_free: bool = False
    priority: bool = False
    drawn_at: Moment | None = None
    paper: Annotated[str, Field(pattern=r"^P[0-9]{3}$")] | None = None
    channel: WithoutAppointment = "on_site"
    remark: Annotated[str, Line(500)] | None = None

    @property
    def paper_serial(self) -> int | None:
        return None if self.paper is None else int(self.paper[1:])

    @property
    def is_for_staff(self) -> bool:
        """Whether something is said that a kiosk may not say."""
        said = (self.drawn_at, self.paper, self.remark)
        return self.priority or self.channel != "on_site" or any(one is not None for one in said)


class CheckInCode(Input):
    """The reference as typed, or the text of its QR code; staff may name the appointment."""

    code: Annotated[str, Line(500)] | None = None
    appointment: Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.code is None) == (self.appointment is None):
            raise ValueError("either code or appointment")
        return self


class Nothing(Input):
    """A step that says everything by its address."""


class CounterSession(Input):
    """What the counter does; `services` null means all it can serve, left out: those it served.

    With `take_over` it is taken from the person who sits there.
    """

    state: State
    services: Annotated[list[Slug], Field(min_length=1, max_length=100)] | None = None
    until: Moment | None = None
    take_over: bool = False

    def offers_in(self, office: OfficeInfo) -> Offers:
        """What is to be served; unknown_service (404) for what the office does not do."""
        if "services" not in self.model_fields_set:
            return "as before"
        if self.services is None:
            return None
        return [office.offer(slug).id for slug in self.services]


class Rendered(Input):
    """What was done; left out, it is what was asked for."""

    services: Services | None = None


class Parking(Input):
    """What may be said about it: left out or left empty, nothing."""

    reason: Annotated[str, Line(200)] | None = None
    personal: bool = False

    @field_validator("reason", mode="before")
    @classmethod
    def _nothing_said(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value


class Transfer(Input):
    """Exactly one of office and counter (slugs)."""

    office: Slug | None = None
    counter: Slug | None = None
    not_before: Moment | None = None


class Later(Input):
    minutes: Annotated[int, Field(ge=1, le=MOST_DELAY_MINUTES)]


class TicketAnswer(BaseModel):
    """What the citizen takes along; `wait` is null when no counter is open."""

    id: int
    number: str
    token: str
    ahead: int
    wait: Wait | None
    url: str
    late: bool = False


class HolderAnswer(BaseModel):
    """The holder's ticket; `ahead` and `wait` only while it waits, `counter` once it is called."""

    number: str
    state: str
    ahead: int | None
    wait: Wait | None
    counter: str | None
    word: str | None
    way: str | None
    not_before: str | None
    delays_left: int


class WhyAnswer(BaseModel):
    """Why this one: a code with values, and the first appointment that has to wait."""

    code: str
    values: dict[str, Shown]
    later: "WhyAnswer | None" = None


class StepAnswer(BaseModel):
    """A ticket after a step at a counter."""

    id: int
    number: str
    state: str
    services: list[WantedService]
    language: str
    persons: int
    step_free: bool
    remark: str | None
    since: str
    appointment: str | None
    counter: str | None
    calls: int
    call_id: int | None = None
    why: WhyAnswer | None = None


class SessionAnswer(BaseModel):
    """`seat` is a number for whoever sits there now; it names nobody."""

    counter: str
    state: Literal["open", "break", "closed"]
    since: str
    until: str | None
    services: list[str] | None
    seat: int | None
    handed_over: int


class OfficeStatus(BaseModel):
    """What anybody may know; `wait` for the usual service, null when no counter is open."""

    open: bool
    waiting: int
    wait: Wait | None
    earliest: str | None


def ticket_answer(issued: Issued, public_url: str) -> TicketAnswer:
    return TicketAnswer(
        id=issued.id,
        number=issued.number,
        token=issued.token,
        ahead=issued.ahead,
        wait=wait_of(issued.wait),
        url=f"{public_url}/t/{issued.token}",
        late=issued.late,
    )


def step_answer(
    ticket: TicketNow, office: OfficeInfo, call_id: int | None = None, why: Why | None = None
) -> StepAnswer:
    """A ticket as its office sees it."""
    counters = {counter.id: counter.slug for counter in office.counters}
    return StepAnswer(
        id=ticket.id,
        number=ticket.number,
        state=ticket.status,
        services=[
            WantedService(slug=office.offer(asked.offer_id).service.slug, count=asked.count)
            for asked in ticket.services
        ],
        language=ticket.language,
        persons=ticket.persons,
        step_free=ticket.step_free,
        remark=ticket.remark,
        since=iso_text(ticket.drawn_at),
        appointment=iso_or_none(ticket.appointment_start),
        counter=counters.get(ticket.counter_id or 0),
        calls=ticket.calls,
        call_id=call_id,
        why=None if why is None else why_answer(why),
    )


def called_answer(called: Called, office: OfficeInfo) -> StepAnswer:
    return step_answer(called.ticket, office, called.call_id, called.why)


def why_answer(why: Why) -> WhyAnswer:
    values: dict[str, Shown] = {
        name: iso_text(value) if isinstance(value, datetime) else value
        for name, value in why.values.items()
    }
    later = None if why.later is None else why_answer(why.later)
    return WhyAnswer(code=why.code, values=values, later=later)


def session_answer(done: CounterSet, office: OfficeInfo) -> SessionAnswer:
    present, only = done.present, None
    if present.offers is not None:
        only = sorted(office.offer(offer_id).service.slug for offer_id in present.offers)
    return SessionAnswer(
        counter=office.counter(present.counter_id).slug,
        state=present.state,
        since=iso_text(present.since),
        until=iso_or_none(present.until),
        services=only,
        seat=done.seat,
        handed_over=done.handed_over,
    )


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso_text(moment)
