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

# What somebody wrote about the person; forgotten two days after the visit.
_SAID = "remark IS NOT NULL OR note IS NOT NULL OR parked_reason IS NOT NULL"
CHANNELS = ("on_site", "phone", "video", "back_office")


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
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
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
            sqlite_where=text(_SAID),
            postgresql_where=text(_SAID),
        ),
        # The line in its order, and counts of it, from the index alone.
        Index("ix_ticket_line", "office_id", "day", "status", "rank", "letter", "serial"),
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
    channel: str = Field(default="on_site", max_length=12, description="how it is served")
    paper: bool = Field(default=False, description="a number given out on paper, entered later")
    counter_id: int | None = Field(default=None, foreign_key="counter.id")
    reserved_counter_id: int | None = Field(default=None, foreign_key="counter.id")
    not_before: datetime | None = None
    delays: int = Field(default=0, description="how often the holder asked for later, at most 2")
    on_the_way_at: datetime | None = Field(
        default=None, description="the holder said so, for this turn"
    )
    left_at: datetime | None = Field(
        default=None, description="the holder gave it back, and may think again for a moment"
    )
    parked_reason: str | None = Field(default=None, max_length=200)
    parked_by_counter_id: int | None = Field(default=None, foreign_key="counter.id")
    called_at: datetime | None = Field(default=None, description="the first call of this turn")
    last_call_at: datetime | None = Field(default=None, description="that or its last recall")
    started_at: datetime | None = None
    finished_at: datetime | None = None
    calls: int = 0
    closed_by_system: bool = False
    reminded_at: datetime | None = Field(
        default=None, description="the counter was asked about a call or a visit that lasts"
    )
    residence_id: int | None = Field(
        default=None, foreign_key="municipality.id", description="asked at the end of the visit"
    )
    discard_id: int | None = Field(default=None, foreign_key="discard.id")
    rebooked_id: int | None = Field(
        default=None,
        foreign_key="appointment.id",
        description="the appointment given instead when the office closed early",
    )
    remark: str | None = Field(default=None, sa_type=Text, description="the citizen's own words")
    note: str | None = Field(default=None, max_length=500, description="for colleagues")
    version: int = Field(default=1, description="grows with each change; guards undo")


class TicketService(SQLModel, table=True):
    """One service of a ticket and for how many; `rendered` is what was done in the end.

    Each stretch of service has a row of its own for what was done in it, and what is still to do
    has one.
    """

    __tablename__ = "ticket_service"
    __table_args__ = (
        UniqueConstraint("ticket_id", "offer_id", "step_id"),
        CheckConstraint('"count" >= 1 AND "count" <= 20', name="count"),
        Index(
            "uq_ticket_service_to_do",
            "ticket_id",
            "offer_id",
            unique=True,
            sqlite_where=text("step_id IS NULL"),
            postgresql_where=text("step_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    offer_id: int = Field(foreign_key="offer.id")
    count: int
    rendered: int | None = None
    position: int
    step_id: int | None = Field(
        default=None,
        foreign_key="ticket_step.id",
        description="the stretch in which it was done; None while it is still to do",
    )


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
    silent: bool = Field(default=False, description="not shown, not spoken: fetched in person")


class TicketStep(SQLModel, table=True):
    """One stretch of service at one counter; durations are learned per step."""

    __tablename__ = "ticket_step"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    counter_id: int = Field(foreign_key="counter.id")
    started_at: datetime
    ended_at: datetime | None = None
    system_closed: bool = Field(
        default=False, description="the true end is not known; nothing is learned from it"
    )


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
    """Who sat at a counter, kept apart from the events and deleted after 30 days.

    At most one person sits at a counter, by constraint; the row's id is the seat that pages know.
    """

    __tablename__ = "counter_sitting"
    __table_args__ = (
        Index(
            "uq_counter_sitting_present",
            "counter_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    counter_id: int = Field(foreign_key="counter.id", index=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
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


class StaffUsual(SQLModel, table=True):
    """The counter and services somebody took last, offered when they sign in again."""

    __tablename__ = "staff_usual"

    staff_id: int = Field(foreign_key="staff.id", primary_key=True)
    counter_id: int = Field(foreign_key="counter.id")
    offers: list[int] | None = Field(default=None, sa_column=Column(JSON, nullable=True))


class Discard(SQLModel, table=True):
    """Numbers thrown away in one step, because somebody drew them for fun."""

    __tablename__ = "discard"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    counter_id: int = Field(foreign_key="counter.id")
    at: datetime
    undone_at: datetime | None = None


class Emergency(SQLModel, table=True):
    """A call for help from a counter; every counter of the waiting area hears of it."""

    __tablename__ = "emergency"

    id: int | None = Field(default=None, primary_key=True)
    area_id: int = Field(foreign_key="waiting_area.id", index=True)
    counter_id: int = Field(foreign_key="counter.id")
    at: datetime
    test: bool = False
    acknowledged_at: datetime | None = None
    acknowledged_by_id: int | None = Field(default=None, foreign_key="counter.id")
    ended_at: datetime | None = None


class OfficeDay(SQLModel, table=True):
    """What is different about one day of an office: it closed early."""

    __tablename__ = "office_day"

    office_id: int = Field(foreign_key="office.id", primary_key=True)
    day: date = Field(primary_key=True, description="the office's local day")
    closed_early_at: datetime | None = None


class ForecastGiven(SQLModel, table=True):
    """What somebody was told when the ticket was issued; compared with what happened."""

    __tablename__ = "forecast_given"

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    at: datetime
    minutes: float = Field(description="until the call, as replayed")
    low_minutes: int
    high_minutes: int | None = None
    ahead: int
    called_after: float | None = Field(default=None, description="minutes; None until known")


class LearnedDuration(SQLModel, table=True):
    """How long a service really takes in an office, as a factor of the configured minutes."""

    __tablename__ = "learned_duration"

    offer_id: int = Field(foreign_key="offer.id", primary_key=True)
    factor: float
    weight: float = Field(description="observations behind it, the older the less")
    minutes: int = Field(description="configured when it was learned; the plan may be corrected")
    day: date = Field(description="the last open day that went in")


class LearnedRange(SQLModel, table=True):
    """How far forecasts of one bin were off in an office: quantiles of z (see ranges.py)."""

    __tablename__ = "learned_range"

    office_id: int = Field(foreign_key="office.id", primary_key=True)
    bin: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    low: float
    mid: float
    high: float
    observations: int
    day: date
