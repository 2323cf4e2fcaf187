"""What a master data file may say: the shapes of its tables, strictly checked.

The format is described in docs/master-data.md; hours stand in `entry_hours.py`,
services in `entry_services.py`. What one entry
cannot know (that a service exists, that letters do not clash) is checked in `checks.py`.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from ...core.inputs import Line
from ..devices.screen_settings import ScreenEntry
from .entry_fields import (
    STRICT,
    ActionColour,
    Arrow,
    CallColour,
    Channel,
    Email,
    Exempt,
    HeadStart,
    Icon,
    Lead,
    Letter,
    Login,
    Minute,
    Minutes,
    MoreMinutes,
    Origin,
    PerDay,
    Phone,
    Postcode,
    SlotMinutes,
    Slug,
    SpokenLanguage,
    State,
    Text12,
    Text30,
    Text80,
    Text120,
    Text200,
    Text300,
    Url,
)
from .entry_hours import ClosureEntry, OpeningEntry
from .entry_services import ServiceEntry


class Entry(BaseModel):
    """Base of the entries that stand for a thing of their own."""

    model_config = STRICT


def _served(value: object) -> object:
    return None if value == "all" else value


# None stands for "all": every service of the office.
Served = Annotated[list[Slug] | None, BeforeValidator(_served)]


class MunicipalityEntry(Entry):
    slug: Slug
    name: Text120
    full_name: Annotated[str, Line(160)]
    state: State
    crest: Icon
    colour_action: ActionColour | None = None
    colour_call: CallColour | None = None
    homepage_url: Url | None = None
    imprint_url: Url | None = None
    privacy_url: Url | None = None
    accessibility_url: Url | None = None
    feedback_email: Email | None = None
    mail_sender: Email | None = None
    embed_origins: list[Origin] = []
    closures: list[ClosureEntry] = []


class AreaEntry(Entry):
    """`shared_letters` says that its offices draw the numbers of a letter from one range."""

    slug: Slug
    name: Text120
    municipality: Slug
    way: Text200
    way_en: Text200 | None = None
    shared_letters: bool = False


class PoolEntry(Entry):
    slug: Slug
    name: Text120


class OfferEntry(Entry):
    """`residents` left out means those of the office; an empty list means anyone.

    Neither for walk-ins nor bookable nor online is how an offer with a history is withdrawn.
    """

    service: Slug
    minutes: Minutes
    letter: Letter
    further_minutes: MoreMinutes | None = None
    max_count: int = Field(default=4, ge=1, le=20)
    tickets_per_day: PerDay | None = None
    walk_in: bool = True
    bookable: bool = True
    online_only: bool = False
    staff_only: bool = False
    channels: list[Channel] = Field(default=["on_site"], min_length=1, max_length=3)
    video_url: Url | None = None
    pools: list[Slug] = []
    residents: list[Slug] | None = None

    @model_validator(mode="after")
    def _video_needs_a_link(self) -> Self:
        if ("video" in self.channels) != (self.video_url is not None):
            raise ValueError('channels with "video" and video_url belong together')
        return self


class CounterEntry(Entry):
    """`serves` names services of the office, or "all"; `except_for` takes some of all away."""

    slug: Slug
    label: Text12
    word: Text30 | None = None
    word_en: Text30 | None = None
    way: Text200 | None = None
    way_en: Text200 | None = None
    arrow: Arrow = "none"
    accessible: bool = True
    serves: Served = None
    except_for: list[Slug] = []

    @model_validator(mode="after")
    def _except_needs_all(self) -> Self:
        if self.except_for and self.serves is not None:
            raise ValueError('except_for needs serves = "all"')
        return self


class QuestionEntry(Entry):
    label: Text120
    label_en: Text120 | None = None
    required: bool = False


class CallingEntry(Entry):
    """How an office calls: what a page of administrators sets as well (`calling/said.py`)."""

    head_start_minutes: HeadStart = 30
    grace_minutes: int = Field(default=10, ge=0, le=240)
    cutoff_minutes: int = Field(default=15, ge=0, le=480)
    recall_limit: int = Field(default=3, ge=1, le=20)
    recall_seconds: int = Field(default=75, ge=0, le=600)
    tickets_per_day: PerDay | None = None
    stop_when_full: bool = True
    calls_absent: bool = False
    announce_times: int = Field(default=1, ge=1, le=3)
    announce_language: SpokenLanguage | None = None


class OfficeEntry(CallingEntry):
    slug: Slug
    name: Text120
    municipality: Slug
    area: Slug
    street: Text120
    postcode: Postcode
    town: Text80
    phone: Phone | None = None
    email: Email
    counter_word: Text30 = "Platz"
    counter_word_en: Text30 = "counter"
    slot_minutes: SlotMinutes = 15
    hold_minutes: int = Field(default=10, ge=1, le=120)
    lead_minutes: Lead = 60
    horizon_days: int = Field(default=90, ge=1, le=730)
    email_required: bool = False
    phone_required: bool = False
    confirm_by_email: bool = False
    questions: list[QuestionEntry] = Field(default=[], max_length=2)
    limit_per_email: int | None = Field(default=None, ge=1, le=100)
    limit_per_phone: int | None = Field(default=None, ge=1, le=100)
    limit_exempt: list[Exempt] = Field(default=[], max_length=200)
    resale_delay_minutes: int = Field(default=0, ge=0, le=1440)
    waiting_list: bool = True
    release_note: Text300 | None = None
    release_note_en: Text300 | None = None
    day_list_minute: Minute | None = Field(default=None, alias="day_list_at")
    example: bool = False
    residents: list[Slug] | None = None
    pools: list[PoolEntry] = []
    opening: list[OpeningEntry] = []
    closures: list[ClosureEntry] = []
    offers: list[OfferEntry] = []
    counters: list[CounterEntry] = []


class DeviceEntry(Entry):
    slug: Slug
    kind: Literal["display", "kiosk", "counter"]
    name: Text120
    area: Slug
    counter: Slug | None = None
    theme: Literal["light", "dark"] = "light"
    screen: ScreenEntry = ScreenEntry()

    @model_validator(mode="after")
    def _counter_where_needed(self) -> Self:
        if (self.kind == "counter") != (self.counter is not None):
            raise ValueError('kind = "counter" needs a counter, the other kinds have none')
        return self


class StaffEntry(Entry):
    """Who may sign in; the password is set from the command line, never in a file.

    Without `may_call_any` a clerk calls whoever is next, never a number out of turn.
    """

    login: Login
    name: Text120
    active: bool = True
    clerk_of: list[Slug] = []
    administrator_of: list[Slug] = []
    may_call_any: bool = True


class FileEntries(Entry):
    """One file."""

    municipalities: list[MunicipalityEntry] = []
    areas: list[AreaEntry] = []
    services: list[ServiceEntry] = []
    offices: list[OfficeEntry] = []
    devices: list[DeviceEntry] = []
    staff: list[StaffEntry] = []
