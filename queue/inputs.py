"""What the queue takes from outside over the interface, as models; what it gives back is in
`answers.py`.
"""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from ..booking.inputs import Count, Moment, WantedService
from ..booking.rules import MAX_SERVICES
from ..core.database import HIGHEST_ID
from ..core.inputs import Input, LanguageText, Line, Paragraph, Slug
from ..office.directory import OfficeInfo
from .counter.counters import Offers, State
from .drawing.issue import WithoutAppointment
from .holder.commands import MOST_DELAY_MINUTES

Services = Annotated[list[WantedService], Field(min_length=1, max_length=MAX_SERVICES)]
# Also none of them.
DoneServices = Annotated[list[WantedService], Field(max_length=MAX_SERVICES)]
Number = Annotated[str, Field(pattern=r"^[A-Z][0-9]{3}$")]


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


class Calling(Input):
    """With `silent` no screen shows or speaks the number: the clerk fetches the person."""

    silent: bool = False


class Finishing(Input):
    """What was done; left out it is what was left to do, empty: nothing could be done.

    `residence` is the town somebody lives in (slug); `unsure`: nobody knows when the visit really
    ended; with `next` who comes next is called in the same transaction.
    """

    services: DoneServices | None = None
    residence: Slug | None = None
    unsure: bool = False
    next: bool = False


class Parking(Input):
    """What may be said about it: left out or left empty, nothing; `done` was done so far."""

    reason: Annotated[str, Line(200)] | None = None
    personal: bool = False
    done: DoneServices = Field(default=[])

    @field_validator("reason", mode="before")
    @classmethod
    def _nothing_said(cls, value: object) -> object:
        return none_if_blank(value)


class Transfer(Input):
    """Exactly one of office and counter (slugs), at most one of the times.

    `done` is what was done here, `services` are new ones to do there.
    """

    office: Slug | None = None
    counter: Slug | None = None
    not_before: Moment | None = None
    after_minutes: Annotated[int, Field(ge=1, le=240)] | None = None
    services: DoneServices = Field(default=[])
    done: DoneServices = Field(default=[])


class Change(Input):
    """What is to do instead of what was left; persons left out: as many as before."""

    services: Services
    persons: Count | None = None


class Join(Input):
    """The appointment of today whose citizen drew this number."""

    appointment: Annotated[int, Field(ge=1, le=HIGHEST_ID)]


class Priority(Input):
    priority: bool


class Note(Input):
    """A note for colleagues, empty: none. `was` is the one it replaces, as it was seen."""

    text: Annotated[str, Paragraph(500)] | None = None
    was: Annotated[str, Paragraph(500)] | None = None

    @field_validator("text", "was", mode="before")
    @classmethod
    def _nothing_said(cls, value: object) -> object:
        return none_if_blank(value)


class NumberRange(Input):
    """Numbers of one letter, from first to last."""

    first: Number
    last: Number

    @model_validator(mode="after")
    def _one_letter(self) -> Self:
        if self.first[0] != self.last[0] or self.first > self.last:
            raise ValueError("one letter, from the smaller number to the larger")
        return self


class Later(Input):
    minutes: Annotated[int, Field(ge=1, le=MOST_DELAY_MINUTES)]


def none_if_blank(value: object) -> object:
    """A field left empty says nothing, in JSON as in a form."""
    return None if isinstance(value, str) and not value.strip() else value
