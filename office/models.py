"""Tables of the master data: municipalities, areas, offices, services, counters, staff, devices.

Hours and closures stand in `hours/models.py`. No behaviour. What a reader
wants of them is the frozen snapshot in `directory.py`.
"""

# SQLModel declares __tablename__ as a method; a plain string is what it documents.
# pyright: reportAssignmentType=false

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

# Sets the naming convention of all constraints, so it is loaded first.
from ..core import models as _ground  # noqa: F401


class DirectoryVersion(SQLModel, table=True):
    """One row: grows with every change of master data, so that snapshots know they are old."""

    __tablename__ = "directory_version"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int


class Municipality(SQLModel, table=True):
    """A town or municipality (Kommune) that takes part in the installation."""

    __tablename__ = "municipality"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    full_name: str = Field(max_length=160, description="as on a letter: Stadt Usingen")
    state: str = Field(max_length=2, description="ISO 3166-2 subdivision of Germany: HE")
    crest: str = Field(max_length=60)
    colour_action: str | None = Field(default=None, max_length=40)
    colour_call: str | None = Field(default=None, max_length=40)
    homepage_url: str | None = Field(default=None, max_length=300)
    imprint_url: str | None = Field(default=None, max_length=300)
    privacy_url: str | None = Field(default=None, max_length=300)
    accessibility_url: str | None = Field(default=None, max_length=300)
    feedback_email: str | None = Field(default=None, max_length=320)
    mail_sender: str | None = Field(default=None, max_length=320, description="else the setting's")
    embed_origins: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    position: int = 0


class WaitingArea(SQLModel, table=True):
    """A room people wait in, shared by one or more offices of one house."""

    __tablename__ = "waiting_area"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    municipality_id: int = Field(foreign_key="municipality.id")
    way: str = Field(max_length=200, description="where to sit, in words")
    way_en: str | None = Field(default=None, max_length=200)


class Office(SQLModel, table=True):
    """An office (Dienststelle) with its address and its settings."""

    __tablename__ = "office"
    __table_args__ = (
        CheckConstraint("slot_minutes > 0 AND slot_minutes % 5 = 0", name="slot_minutes"),
        CheckConstraint("head_start_minutes >= 0", name="head_start"),
        CheckConstraint("grace_minutes >= 0", name="grace"),
    )

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    municipality_id: int = Field(foreign_key="municipality.id", index=True)
    area_id: int = Field(foreign_key="waiting_area.id", index=True)
    street: str = Field(max_length=120)
    postcode: str = Field(max_length=5)
    town: str = Field(max_length=80)
    phone: str | None = Field(default=None, max_length=40)
    email: str = Field(max_length=320)
    counter_word: str = Field(default="Platz", max_length=30)
    counter_word_en: str = Field(default="counter", max_length=30)
    slot_minutes: int = 15
    hold_minutes: int = 10
    lead_minutes: int = Field(default=60, description="no public booking later than this before")
    horizon_days: int = 90
    head_start_minutes: int = 30
    grace_minutes: int = 10
    cutoff_minutes: int = Field(default=15, description="walk-ins stop this long before closing")
    recall_limit: int = Field(default=3, description="calls before somebody counts as not there")
    recall_seconds: int = Field(default=75, description="between two calls of the same person")
    tickets_per_day: int | None = Field(default=None, description="walk-ins a day, at most")
    stop_when_full: bool = Field(
        default=True, description="no walk-ins whose turn would come after closing"
    )
    calls_absent: bool = Field(
        default=False, description="no kiosk: appointments wait from their start without check-in"
    )
    announce_times: int = Field(default=1, description="how often a call is spoken in a row")
    announce_language: str | None = Field(
        default=None, max_length=10, description="spoken after German, for every call"
    )
    email_required: bool = False
    phone_required: bool = False
    confirm_by_email: bool = False
    questions: list[dict[str, object]] = Field(
        default_factory=list[dict[str, object]], sa_column=Column(JSON, nullable=False)
    )
    limit_per_email: int | None = Field(default=None, description="appointments to come, at most")
    limit_per_phone: int | None = None
    limit_exempt: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    resale_delay_minutes: int = Field(
        default=0, description="freed places wait a random time up to"
    )
    waiting_list: bool = True
    release_note: str | None = Field(default=None, max_length=300)
    release_note_en: str | None = Field(default=None, max_length=300)
    day_list_minute: int | None = Field(default=None, description="local; sends tomorrow's list")
    example: bool = Field(default=False, description="its hours are an example, not the real ones")
    position: int = 0


class Pool(SQLModel, table=True):
    """What an appointment takes a place in; every office has one main pool."""

    __tablename__ = "pool"
    __table_args__ = (UniqueConstraint("office_id", "slug"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    slug: str = Field(max_length=60)
    name: str = Field(max_length=120)
    main: bool = False


class Service(SQLModel, table=True):
    """A service (Leistung), the same for all offices; what differs stands in the offer."""

    __tablename__ = "service"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    words: dict[str, dict[str, object]] = Field(
        sa_column=Column(JSON, nullable=False),
        description="by language, German whole: name, line, documents, fee, keywords",
    )
    icon: str = Field(max_length=40)
    topic: str = Field(max_length=40, description="group it is shown under")
    leika: str | None = Field(default=None, max_length=14)
    online_url: str | None = Field(default=None, max_length=300)
    often: bool = Field(default=False, description="shown first, because most people need it")
    position: int = 0


class Offer(SQLModel, table=True):
    """That an office does a service, for whom, how long it takes and how it is numbered."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("office_id", "service_id"),
        CheckConstraint("minutes > 0 AND minutes <= 480", name="minutes"),
        CheckConstraint("further_minutes >= 0 AND further_minutes <= 480", name="further_minutes"),
        CheckConstraint("max_count >= 1 AND max_count <= 20", name="max_count"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    service_id: int = Field(foreign_key="service.id")
    minutes: int
    further_minutes: int = Field(description="what each further person or piece adds")
    max_count: int = 4
    tickets_per_day: int | None = Field(default=None, description="walk-ins a day, at most")
    letter: str = Field(max_length=1)
    walk_in: bool = True
    bookable: bool = True
    online_only: bool = Field(default=False, description="there is no visit, only the address")
    staff_only: bool = Field(default=False, description="only staff give appointments for it")
    channels: list[str] = Field(
        default_factory=lambda: ["on_site"], sa_column=Column(JSON, nullable=False)
    )
    video_url: str | None = Field(default=None, max_length=300)
    position: int = 0


class OfferPool(SQLModel, table=True):
    """A pool that an offer takes a place in."""

    __tablename__ = "offer_pool"

    offer_id: int = Field(foreign_key="offer.id", primary_key=True)
    pool_id: int = Field(foreign_key="pool.id", primary_key=True)


class OfferResident(SQLModel, table=True):
    """A municipality for whose residents the office does the service."""

    __tablename__ = "offer_resident"

    offer_id: int = Field(foreign_key="offer.id", primary_key=True)
    municipality_id: int = Field(foreign_key="municipality.id", primary_key=True)


class Counter(SQLModel, table=True):
    """A counter (Platz) with the way to it."""

    __tablename__ = "counter"
    __table_args__ = (
        UniqueConstraint("office_id", "label"),
        CheckConstraint("arrow IN ('left', 'right', 'ahead', 'up', 'down', 'none')", name="arrow"),
    )

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    office_id: int = Field(foreign_key="office.id")
    label: str = Field(max_length=12)
    word: str | None = Field(default=None, max_length=30, description="else the office's word")
    word_en: str | None = Field(default=None, max_length=30)
    way: str | None = Field(default=None, max_length=200)
    way_en: str | None = Field(default=None, max_length=200)
    arrow: str = Field(default="none", max_length=8)
    accessible: bool = True
    position: int = 0


class CounterOffer(SQLModel, table=True):
    """That a counter can serve an offer."""

    __tablename__ = "counter_offer"

    counter_id: int = Field(foreign_key="counter.id", primary_key=True)
    offer_id: int = Field(foreign_key="offer.id", primary_key=True)


class Staff(SQLModel, table=True):
    """Somebody who signs in."""

    __tablename__ = "staff"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=120)
    password_hash: str | None = Field(default=None, max_length=200)
    active: bool = True


class StaffRole(SQLModel, table=True):
    """What somebody may do: clerk of an office, or administrator of a municipality."""

    __tablename__ = "staff_role"
    __table_args__ = (
        CheckConstraint("(office_id IS NULL) <> (municipality_id IS NULL)", name="where"),
        UniqueConstraint("staff_id", "office_id", "municipality_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    office_id: int | None = Field(default=None, foreign_key="office.id")
    municipality_id: int | None = Field(default=None, foreign_key="municipality.id")
    may_call_any: bool = Field(default=True, description="may call a number out of turn")


class Device(SQLModel, table=True):
    """A screen, a kiosk, or a counter driven by a token; belongs to a waiting area."""

    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint("kind IN ('display', 'kiosk', 'counter')", name="kind"),
        CheckConstraint("(kind = 'counter') = (counter_id IS NOT NULL)", name="counter"),
    )

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    kind: str = Field(max_length=10)
    name: str = Field(max_length=120)
    area_id: int = Field(foreign_key="waiting_area.id", index=True)
    counter_id: int | None = Field(default=None, foreign_key="counter.id")
    theme: str = Field(default="light", max_length=10)
    screen: dict[str, object] = Field(
        default_factory=dict[str, object],
        sa_column=Column(JSON, nullable=False),
        description="settings of a display: `devices/screen_settings.py`",
    )
    said: dict[str, object] = Field(
        default_factory=dict[str, object],
        sa_column=Column(JSON, nullable=False),
        description="what the files last said of it, by key; pages change the rest",
    )
    token_hash: str | None = Field(default=None, max_length=64, unique=True)
    revoked_at: datetime | None = None


class Session(SQLModel, table=True):
    """A signed-in browser of staff or of a device; the cookie holds the secret, this its hash."""

    __tablename__ = "session"
    __table_args__ = (CheckConstraint("(staff_id IS NULL) <> (device_id IS NULL)", name="whose"),)

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    device_id: int | None = Field(default=None, foreign_key="device.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)


class Pairing(SQLModel, table=True):
    """A new screen or kiosk that shows a code and waits for somebody of the office to type it.

    Once it is typed `device_id` says which device it became, and the browser that holds the secret
    collects its session. `network` is a hash of where it asked from, to count those of one network.
    """

    __tablename__ = "pairing"
    __table_args__ = (CheckConstraint("kind IN ('display', 'kiosk')", name="kind"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=10)
    code: str = Field(max_length=6, unique=True)
    secret_hash: str = Field(max_length=64, unique=True)
    network: str = Field(max_length=64)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    device_id: int | None = Field(default=None, foreign_key="device.id")


class LoadedFile(SQLModel, table=True):
    """The hash of each master data file as last loaded, so that loading twice changes nothing."""

    __tablename__ = "loaded_file"

    name: str = Field(primary_key=True, max_length=200)
    digest: str = Field(max_length=64)
    loaded_at: datetime
    text: str = Field(sa_type=Text)
