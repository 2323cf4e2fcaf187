"""Tables of booking: appointments, their services, and the places they take. No behaviour.

The primary key of `place` is the promise that nothing is ever booked twice (design: capacity).
"""

# SQLModel declares __tablename__ as a method; a plain string is what it documents.
# pyright: reportAssignmentType=false

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Loaded for the foreign keys that point there.
from ..office import models as _office  # noqa: F401

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
        Index("ix_appointment_office_start", "office_id", "start_at"),
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
    language: str = Field(max_length=5)
    created_at: datetime
    source: str = Field(default="online", max_length=10, description="online or staff")
    resident_of: int | None = Field(default=None, foreign_key="municipality.id")
    sequence: int = Field(default=0, description="SEQUENCE of the invitation (RFC 5545 3.8.7.4)")
    mail_code_hash: str | None = Field(default=None, max_length=64)
    name: str | None = Field(default=None, max_length=200)
    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=40)
    remark: str | None = Field(default=None, sa_type=Text)


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

    `until` is the end of a hold or of a resale delay; after it the place counts as free, and the
    next taking command deletes the row. `size` is the total when it was written.
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
