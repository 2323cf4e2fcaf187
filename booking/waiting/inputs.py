"""What the waiting list takes from outside: the times that suit, and who wants to be told."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ...core.inputs import EmailText, Input, Line, PersonName, PhoneText, Slug
from ...office.infos import Channel
from ..inputs import Day, ProofText, ServicesChosen, ServicesQuery
from ..rules import Contact
from .rules import DAY_MINUTES, NOON, WEEK, Window

Part = Literal["all", "morning", "afternoon"]
Notice = Literal["60", "180", "1440"]
PARTS: dict[Part, tuple[int, int]] = {
    "all": (0, DAY_MINUTES),
    "morning": (0, NOON),
    "afternoon": (NOON, DAY_MINUTES),
}
NOTICES: tuple[Notice, ...] = ("60", "180", "1440")
Weekday = Annotated[int, Field(ge=0, le=6)]
Minute = Annotated[int, Field(ge=0, le=DAY_MINUTES)]


class WindowForm(Input):
    """The times that suit, as the form of a page asks for them."""

    from_day: Day
    to_day: Day
    weekday: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    part: Part
    notice: Notice
    email: EmailText | None = None

    def window(self) -> Window:
        begin, end = PARTS[self.part]
        return Window(
            self.from_day, self.to_day, frozenset(self.weekday), begin, end, int(self.notice)
        )


class NewEntryForm(ServicesQuery, WindowForm):
    """The same with who comes, for somebody who has no appointment."""

    office: Slug
    channel: Channel = "on_site"
    name: PersonName
    phone: PhoneText | None = None
    proof: ProofText | None = None
    answer_0: Annotated[str, Line(500)] | None = None
    answer_1: Annotated[str, Line(500)] | None = None

    def as_contact(self) -> Contact:
        said = (self.answer_0 or "", self.answer_1 or "")
        answers = said[: 2 if said[1] else 1 if said[0] else 0]
        return Contact(self.name, self.email, self.phone, answers=answers)


class NewEntryQuery(ServicesQuery):
    """What somebody found nothing free for."""

    office: Slug
    channel: Channel = "on_site"
    asked: Annotated[str | None, Field(alias="gefragt", max_length=1)] = None


class NewEntryAddress(ServicesChosen):
    """The same, where it need not be said yet for what and where."""

    office: Slug | None = None
    channel: Channel = "on_site"


class OfferAnswer(Input):
    """The button pressed below an offer; with `stop` no more offers come."""

    stop: Annotated[str, StringConstraints(pattern="^1$")] | None = None


class WindowBody(Input):
    """The times that suit, as programs say them; minutes are local, after midnight."""

    from_day: Day
    to_day: Day
    weekdays: Annotated[
        list[Weekday], Field(default_factory=lambda: list(WEEK), min_length=1, max_length=7)
    ]
    from_minute: Minute = 0
    to_minute: Minute = DAY_MINUTES
    lead_minutes: Annotated[int, Field(ge=0, le=7 * DAY_MINUTES)] = 0
    email: EmailText | None = None

    def window(self) -> Window:
        return Window(
            self.from_day,
            self.to_day,
            frozenset(self.weekdays),
            self.from_minute,
            self.to_minute,
            self.lead_minutes,
        )
