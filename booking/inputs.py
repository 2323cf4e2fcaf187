"""What booking takes from outside and gives back over the interface, as models."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
    field_validator,
)
from pydantic_core import PydanticCustomError

from ..core.inputs import (
    EmailText,
    Input,
    LanguageText,
    Line,
    Paragraph,
    PersonName,
    PhoneText,
    Slug,
)
from ..office.infos import Channel
from .rules import MAX_COUNT, MAX_SERVICES, Contact, Wanted

MAX_DAYS = 366  # a year, a leap day included

# Arithmetic on dates at the ends of the calendar overflows; nobody books there.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def is_in_calendar(value: date) -> bool:
    """Whether a day or moment is one that anybody could book."""
    return _FIRST_YEAR < value.year < _LAST_YEAR


def _bounded_time(value: datetime) -> datetime:
    if not is_in_calendar(value):
        raise PydanticCustomError("time_range", "outside the calendar")
    return value.astimezone(UTC)


def _bounded_day(value: date) -> date:
    if not is_in_calendar(value):
        raise PydanticCustomError("date_range", "outside the calendar")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_bounded_time)]
Day = Annotated[date, AfterValidator(_bounded_day)]
Count = Annotated[int, Field(ge=1, le=MAX_COUNT)]


class WantedService(Input):
    """A service and for how many persons or pieces."""

    slug: Slug
    count: Count = 1

    def as_wanted(self) -> Wanted:
        return Wanted(self.slug, self.count)


class ContactDetails(Input):
    """Who comes. Which of them an office cannot do without is its own setting."""

    name: PersonName
    email: EmailText | None = None
    phone: PhoneText | None = None
    remark: Annotated[str, Paragraph(1000)] | None = None
    answers: Annotated[
        list[Annotated[str, Paragraph(500, 0)]], Field(default_factory=list, max_length=2)
    ]

    @field_validator("email", "phone", "remark", mode="before")
    @classmethod
    def _nothing_said(cls, value: object) -> object:
        """A field left empty says nothing, in JSON as in a form."""
        return None if isinstance(value, str) and not value.strip() else value

    def as_contact(self) -> Contact:
        return Contact(self.name, self.email, self.phone, self.remark, tuple(self.answers))


ProofText = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ContactWithProof(ContactDetails):
    """Who comes, and the answer to a challenge."""

    proof: ProofText | None = None


class NewAppointment(Input):
    """A time for one or several services; with a contact it is booked at once.

    `proof` is the answer to a challenge, wanted with a contact.
    """

    start: Moment
    services: Annotated[list[WantedService], Field(min_length=1, max_length=MAX_SERVICES)]
    language: LanguageText = "de"
    contact: ContactDetails | None = None
    proof: ProofText | None = None
    resident_of: Slug | None = None
    channel: Channel = "on_site"

    def wanted(self) -> tuple[Wanted, ...]:
        return tuple(service.as_wanted() for service in self.services)


class NewStart(Input):
    start: Moment


class SeenStart(Input):
    """When the appointment was on the page whose button was pressed."""

    start: Moment | None = None


class MoveQuery(Input):
    """What the page of times shows in a move."""

    day: Day | None = None


class MailCode(Input):
    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ServicesQuery(Input):
    """Services as `service=slug` or `service=slug:2`, once for each."""

    service: Annotated[list[str], Field(min_length=1, max_length=MAX_SERVICES)]

    @field_validator("service")
    @classmethod
    def _check_services(cls, values: list[str]) -> list[str]:
        for value in values:
            read_wanted(value)
        return values

    def wanted(self) -> tuple[Wanted, ...]:
        return tuple(read_wanted(value) for value in self.service)


class ServicesChosen(ServicesQuery):
    """The same for pages, where nothing may be chosen yet."""

    service: Annotated[list[str], Field(default_factory=list, max_length=MAX_SERVICES)]


class ChooseQuery(ServicesChosen):
    """What the pages of towns and services show: chosen by a link, and what is searched for."""

    office: Slug | None = None
    typed: Annotated[str | None, Field(alias="suche", max_length=200)] = None


class LaterQuery(Input):
    """What comes into an appointment of its own after this one: `dann=slug:2`, once for each."""

    then: Annotated[list[str], Field(alias="dann", default_factory=list, max_length=MAX_SERVICES)]

    @field_validator("then")
    @classmethod
    def _check_then(cls, values: list[str]) -> list[str]:
        for value in values:
            read_wanted(value)
        return values

    def later(self) -> tuple[Wanted, ...]:
        return tuple(read_wanted(value) for value in self.then)


class EarliestQuery(ServicesQuery, LaterQuery):
    """What the page of the earliest times of all towns shows."""

    channel: Channel | None = None


class TimeQuery(ServicesChosen, LaterQuery):
    """What the page of times shows; `first` asks for the online services before all else."""

    office: Slug | None = None
    day: Day | None = None
    channel: Channel | None = None
    first: Annotated[Literal["online"] | None, Field(alias="zuerst")] = None


class HoldForm(ServicesQuery, LaterQuery):
    """The button of a time was pressed; `key` is that of the page it stood on."""

    office: Slug
    start: Moment
    channel: Channel | None = None
    key: Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{26}$")] | None = None


class ContactForm(ContactWithProof):
    """Contact as typed; with a start the held time is given up for that one."""

    answer_0: Annotated[str, Paragraph(500)] | None = None
    answer_1: Annotated[str, Paragraph(500)] | None = None
    start: Moment | None = None

    def as_contact(self) -> Contact:
        said = (self.answer_0 or "", self.answer_1 or "")
        answers = said[: 2 if said[1] else 1 if said[0] else 0]
        return replace(super().as_contact(), answers=answers)


class MailAgain(Input):
    """The confirmation mail once more, to another address when the first was mistyped."""

    email: EmailText | None = None


class FindForm(Input):
    """What somebody says on the phone, or types, to get at their appointment."""

    reference: Annotated[str, Line(60)]
    code: Annotated[str, Line(60)]


class DaysQuery(ServicesQuery):
    """From today on and for four weeks when not said otherwise; 366 days at most."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None


class TimesQuery(ServicesQuery):
    date: Day


class AppointmentAnswer(BaseModel):
    """What the holder needs; the secret opens it again."""

    reference: str
    secret: str
    start: str
    end: str
    status: str
    held_until: str | None


class AppointmentState(BaseModel):
    """An appointment as its holder sees it."""

    reference: str
    status: str
    office: str
    start: str
    end: str
    held_until: str | None
    services: list[WantedService]


class ChallengeAnswer(BaseModel):
    """Find the number below `maxnumber` whose SHA-256 behind `salt` is `challenge`, in hex.

    Where no proof is `required` all else is null.
    """

    required: bool
    algorithm: str | None = None
    challenge: str | None = None
    salt: str | None = None
    maxnumber: int | None = None
    signature: str | None = None


class StatusAnswer(BaseModel):
    status: str
    held_until: str | None = None


class FreeDay(BaseModel):
    """`free` is the number of starts that can be booked."""

    date: str
    free: int


class DaysAnswer(BaseModel):
    days: list[FreeDay]


class FreeStart(BaseModel):
    """`free` is how many such visits fit there at once."""

    start: str
    free: int


class TimesAnswer(BaseModel):
    times: list[FreeStart]


class EarliestAnswer(BaseModel):
    """The earliest time in one office; null when everything is taken up to its horizon.

    `then` are the next few after it. `municipality` is where the office is.
    """

    office: str
    name: str
    municipality: str
    start: str | None
    then: list[str]


def read_wanted(value: str) -> Wanted:
    """`slug` or `slug:2`; raises a PydanticCustomError for anything else."""
    slug, colon, count = value.partition(":")
    if not slug or len(slug) > 60 or not slug.replace("-", "").isalnum() or not slug.isascii():
        raise PydanticCustomError("service", "not a service")
    if colon and not (count.isascii() and count.isdecimal() and 1 <= int(count[:4]) <= MAX_COUNT):
        raise PydanticCustomError("count", "not a number from 1 to 20")
    return Wanted(slug, int(count) if colon else 1)
