"""Tables of booking: appointments, their services, and the places they take. No behaviour.

The primary key of `place` is the promise that nothing is ever booked twice (design: capacity).
"""

# SQLModel declares __tablename__ as a method; a plain string is what it documents.
# pyright: reportAssignmentType=false

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Loaded for the foreign keys that point there.
from ..office.calling import models as _calling  # noqa: F401
from ..office.hours import models as _office  # noqa: F401

APPOINTMENT_STATES = (
    "held",
    "awaiting_email",
    "confirmed",
    "checked_in",
    "attended",
    "no_show",
    "expired",
    "cancelled",
)


class Appointment(SQLModel, table=True):
    """An appointment (Termin), from the hold to its end. Contact data are deleted by retention."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(f"status IN {APPOINTMENT_STATES}", name="status"),
        CheckConstraint("start_at < end_at", name="length"),
        CheckConstraint(
            "(status IN ('held', 'awaiting_email')) = (held_until IS NOT NULL)", name="held_until"
        ),
        CheckConstraint("channel IN ('on_site', 'phone', 'video')", name="channel"),
        Index("ix_appointment_office_start", "office_id", "start_at"),
        Index("ix_appointment_email", "email_key", "start_at"),
        Index("ix_appointment_phone", "phone_key", "start_at"),
        Index(
            "ix_appointment_named",
            "office_id",
            "end_at",
            sqlite_where=text("name IS NOT NULL"),
            postgresql_where=text("name IS NOT NULL"),
        ),
        Index(
            "ix_appointment_held_until",
            "held_until",
            sqlite_where=text("held_until IS NOT NULL"),
            postgresql_where=text("held_until IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    reference: str = Field(max_length=12, unique=True)
    status: str = Field(max_length=16)
    start_at: datetime
    end_at: datetime
    held_until: datetime | None = None
    extensions: int = 0
    language: str = Field(max_length=12)
    created_at: datetime
    source: str = Field(default="online", max_length=10, description="online, staff or waiting")
    resident_of: int | None = Field(default=None, foreign_key="municipality.id")
    sequence: int = Field(default=0, description="SEQUENCE of the invitation (RFC 5545 3.8.7.4)")
    mail_code_hash: str | None = Field(default=None, max_length=64)
    name: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=40)
    remark: str | None = Field(default=None, sa_type=Text)
    channel: str = Field(default="on_site", max_length=8)
    answers: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    email_key: str | None = Field(default=None, max_length=320, description="as limits compare it")
    phone_key: str | None = Field(default=None, max_length=40)


class AppointmentService(SQLModel, table=True):
    """One service of an appointment and for how many."""

    __tablename__ = "appointment_service"
    __table_args__ = (
        UniqueConstraint("appointment_id", "offer_id"),
        CheckConstraint('"count" >= 1 AND "count" <= 20', name="count"),
    )

    id: int | None = Field(default=None, primary_key=True)
    appointment_id: int = Field(foreign_key="appointment.id", index=True)
    offer_id: int = Field(foreign_key="offer.id")
    count: int
    position: int


class Place(SQLModel, table=True):
    """One place of a pool in one 5-minute cell (epoch // 300), taken by an appointment.

    `until` is the end of a hold, of a resale delay, or of the minute in which somebody who left may
    stay after all; after it the place counts as free, and the next taking command deletes the row.
    `size` is the total when it was written.
    """

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("number >= 1 AND number <= size", name="number"),
        CheckConstraint("appointment_id IS NOT NULL OR until IS NOT NULL", name="why"),
    )

    office_id: int = Field(foreign_key="office.id", primary_key=True)
    pool_id: int = Field(foreign_key="pool.id", primary_key=True)
    cell: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    size: int
    appointment_id: int | None = Field(default=None, foreign_key="appointment.id", index=True)
    until: datetime | None = None


class WaitingEntry(SQLModel, table=True):
    """Somebody who wants to be told of a time, earlier than the appointment they have or any.

    With an appointment, an offer moves it; without, the entry's own contact books it, and the entry
    waits only once the link of its mail was followed (`asked`). Contact data are deleted when it
    ends.
    """

    __tablename__ = "waiting_entry"
    __table_args__ = (
        CheckConstraint("status IN ('asked', 'waiting', 'served', 'ended')", name="status"),
        CheckConstraint("from_day <= to_day", name="days"),
        CheckConstraint("from_minute >= 0 AND from_minute < to_minute", name="from_minute"),
        CheckConstraint("to_minute <= 1440", name="to_minute"),
        CheckConstraint("lead_minutes >= 0", name="lead_minutes"),
        Index("ix_waiting_entry_office", "office_id", "status", "id"),
        Index("ix_waiting_entry_email", "email_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    appointment_id: int | None = Field(default=None, foreign_key="appointment.id", unique=True)
    reference: str = Field(max_length=12, unique=True)
    status: str = Field(default="waiting", max_length=8)
    created_at: datetime
    from_day: date
    to_day: date
    weekdays: list[int] = Field(sa_column=Column(JSON, nullable=False), description="0 is Monday")
    from_minute: int = Field(description="local minutes after midnight")
    to_minute: int
    lead_minutes: int = Field(description="an offer lies at least so far ahead")
    services: list[list[int]] = Field(
        sa_column=Column(JSON, nullable=False), description="(offer, count)"
    )
    channel: str = Field(default="on_site", max_length=8)
    resident_of: int | None = Field(default=None, foreign_key="municipality.id")
    language: str = Field(max_length=12)
    name: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=40)
    answers: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    email_key: str | None = Field(default=None, max_length=320)


class WaitingOffer(SQLModel, table=True):
    """A free time held for somebody on the waiting list, by an appointment of its own.

    The constraints are the promises: never the same time twice to the same person, never two offers
    at once; and never two offers of one place, for each holds it in `place`.
    """

    __tablename__ = "waiting_offer"
    __table_args__ = (
        CheckConstraint(
            "status IN ('open', 'taken', 'declined', 'lapsed', 'withdrawn')", name="status"
        ),
        UniqueConstraint("entry_id", "start_at"),
        UniqueConstraint("appointment_id"),
        Index(
            "ix_waiting_offer_open",
            "entry_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_waiting_offer_office", "office_id", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="waiting_entry.id")
    office_id: int = Field(foreign_key="office.id")
    appointment_id: int = Field(foreign_key="appointment.id")
    status: str = Field(default="open", max_length=9)
    start_at: datetime
    offered_at: datetime
    until: datetime


class MassChange(SQLModel, table=True):
    """That an office moved or cancelled all appointments of a time, and why.

    `key` is that of the page it was ordered on: pressed twice, it is one. Not `finished_at` yet:
    some of its items are still planned. Until `given_back_at` nobody is invited into its time.
    """

    __tablename__ = "mass_change"
    __table_args__ = (CheckConstraint("kind IN ('move', 'cancel')", name="kind"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=64, unique=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    at: datetime
    finished_at: datetime | None = None
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    kind: str = Field(max_length=6)
    from_at: datetime
    to_at: datetime
    reason: str = Field(max_length=200, description="as the citizens are told")
    reason_en: str | None = Field(default=None, max_length=200)
    internal: bool = Field(default=False, description="moves may take what the public may not")
    given_back_at: datetime | None = Field(
        default=None, description="when the waiting list could be offered its time again"
    )


class MassChangeItem(SQLModel, table=True):
    """What is to become and became of one appointment.

    Name and phone only until whoever has no e-mail is told. `proposals` are starts: the new one of
    a move, up to three for a cancellation.
    """

    __tablename__ = "mass_change_item"
    __table_args__ = (
        CheckConstraint("result IN ('planned', 'moved', 'cancelled', 'left')", name="result"),
        CheckConstraint("told_by IN ('mail', 'call')", name="told_by"),
    )

    mass_change_id: int = Field(foreign_key="mass_change.id", primary_key=True)
    appointment_id: int = Field(foreign_key="appointment.id", primary_key=True)
    result: str = Field(default="planned", max_length=9)
    why: str | None = Field(
        default=None, max_length=40, description="code of what stood in the way"
    )
    told_by: str | None = Field(default=None, max_length=4)
    previous_start: datetime
    proposals: list[str] = Field(sa_column=Column(JSON, nullable=False))
    called_at: datetime | None = None
    name: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=40)


class MailText(SQLModel, table=True):
    """An office's own words for a kind of mail in a language, instead of the catalogue's."""

    __tablename__ = "mail_text"

    office_id: int = Field(foreign_key="office.id", primary_key=True)
    kind: str = Field(primary_key=True, max_length=20)
    language: str = Field(primary_key=True, max_length=12)
    subject: str = Field(max_length=200)
    text: str = Field(sa_type=Text)
    changed_at: datetime


class OfficeFeed(SQLModel, table=True):
    """The secret address of an office's calendar feed; of the secret only the hash."""

    __tablename__ = "office_feed"

    office_id: int = Field(
        foreign_key="office.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime


class SpentProof(SQLModel, table=True):
    """A proof of work that has been used; forgotten when it would be too old anyway."""

    __tablename__ = "spent_proof"

    digest: str = Field(primary_key=True, max_length=64)
    until: datetime = Field(index=True)
