"""Tables of the queue: tickets, numbers, calls, steps, and what counters do now. No behaviour."""

# SQLModel declares __tablename__ as a method; a plain string is what it documents.
# pyright: reportAssignmentType=false

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Loaded for the foreign keys that point there.
from ..booking import models as _booking  # noqa: F401

TICKET_STATES = (
    "waiting",
    "called",
    "serving",
    "parked",
    "finished",
    "no_show",
    "cancelled",
    "expired",
)


class LastNumber(SQLModel, table=True):
    """The last number drawn: per waiting area, day and letter, incremented by the command."""

    __tablename__ = "last_number"
    __table_args__ = (CheckConstraint("serial >= 1 AND serial <= 999", name="serial"),)

    area_id: int = Field(foreign_key="waiting_area.id", primary_key=True)
    day: date = Field(primary_key=True)
    letter: str = Field(primary_key=True, max_length=1)
    serial: int


class Ticket(SQLModel, table=True):
    """A ticket (Wartemarke) of one day. It carries no name.

    One counter has one citizen, one citizen one counter: the partial unique index on `counter_id`
    and the column itself. One appointment has one ticket: unique `appointment_id`.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("area_id", "day", "letter", "serial"),
        CheckConstraint(f"status IN {TICKET_STATES}", name="status"),
        CheckConstraint(
            "status NOT IN ('called', 'serving') OR counter_id IS NOT NULL", name="counter"
        ),
        Index(
            "uq_ticket_busy_counter",
            "counter_id",
            unique=True,
            sqlite_where=text("status IN ('called', 'serving')"),
            postgresql_where=text("status IN ('called', 'serving')"),
        ),
        Index(
            "ix_ticket_remark",
            "office_id",
            "drawn_at",
            sqlite_where=text("remark IS NOT NULL"),
            postgresql_where=text("remark IS NOT NULL"),
        ),
        Index("ix_ticket_office_day_status", "office_id", "day", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    area_id: int = Field(foreign_key="waiting_area.id")
    day: date = Field(description="the office's local day")
    letter: str = Field(max_length=1)
    serial: int
    token: str = Field(max_length=32, unique=True, description="the holder's secret, 128 bits")
    status: str = Field(default="waiting", max_length=10)
    rank: datetime
    drawn_at: datetime = Field(description="when it was drawn or the appointment checked in")
    language: str = Field(max_length=12)
    appointment_id: int | None = Field(default=None, foreign_key="appointment.id", unique=True)
    appointment_start: datetime | None = None
    persons: int = 1
    priority: bool = False
    step_free: bool = Field(default=False, description="only accessible counters")
    counter_id: int | None = Field(default=None, foreign_key="counter.id")
    reserved_counter_id: int | None = Field(default=None, foreign_key="counter.id")
    not_before: datetime | None = None
    delays: int = Field(default=0, description="how often the holder asked for later, at most 2")
    parked_reason: str | None = Field(default=None, max_length=200)
    parked_by_counter_id: int | None = Field(default=None, foreign_key="counter.id")
    called_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    calls: int = 0
    closed_by_system: bool = False
    remark: str | None = Field(default=None, sa_type=Text)
    version: int = Field(default=1, description="grows with each change; guards undo")


class TicketService(SQLModel, table=True):
    """One service of a ticket and for how many; `rendered` is what was done in the end."""

    __tablename__ = "ticket_service"
    __table_args__ = (
        UniqueConstraint("ticket_id", "offer_id"),
        CheckConstraint('"count" >= 1 AND "count" <= 20', name="count"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    offer_id: int = Field(foreign_key="offer.id")
    count: int
    rendered: int | None = None
    position: int


class Call(SQLModel, table=True):
    """One call (Aufruf). Two counters cannot call the same ticket for the nth time."""

    __tablename__ = "call"
    __table_args__ = (UniqueConstraint("ticket_id", "nth"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    counter_id: int = Field(foreign_key="counter.id")
    nth: int
    at: datetime = Field(index=True)
    recall_of: int | None = Field(default=None, foreign_key="call.id")
    withdrawn: bool = False


class TicketStep(SQLModel, table=True):
    """One stretch of service at one counter; durations are learned per step."""

    __tablename__ = "ticket_step"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    counter_id: int = Field(foreign_key="counter.id")
    started_at: datetime
    ended_at: datetime | None = None
    system_closed: bool = False


class CounterState(SQLModel, table=True):
    """What a counter does now; no row means closed. `offers` null means all it can serve."""

    __tablename__ = "counter_state"
    __table_args__ = (CheckConstraint("state IN ('open', 'break', 'closed')", name="state"),)

    counter_id: int = Field(foreign_key="counter.id", primary_key=True)
    state: str = Field(max_length=10)
    since: datetime
    until: datetime | None = Field(default=None, description="planned end of a break")
    offers: list[int] | None = Field(default=None, sa_column=Column(JSON, nullable=True))


class CounterSitting(SQLModel, table=True):
    """Who sat at a counter, kept apart from the events and deleted after 30 days."""

    __tablename__ = "counter_sitting"

    id: int | None = Field(default=None, primary_key=True)
    counter_id: int = Field(foreign_key="counter.id", index=True)
    staff_id: int = Field(foreign_key="staff.id")
    since: datetime
    until: datetime | None = None


class LastStep(SQLModel, table=True):
    """A counter's last step and the ticket before it, so that it can be undone for 10 s."""

    __tablename__ = "last_step"

    counter_id: int = Field(foreign_key="counter.id", primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    command: str = Field(max_length=20)
    at: datetime
    version: int = Field(description="the ticket's version after the step")
    before: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
