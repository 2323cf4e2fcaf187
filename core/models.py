"""Tables of the ground: event log, idempotency keys, outbox, job runs. No behaviour.

Tables of the other parts live in their own `models.py`; all share one metadata.
"""

# SQLModel declares __tablename__ as a method; a plain string is what it documents.
# pyright: reportAssignmentType=false

from datetime import datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class EventRow(SQLModel, table=True):
    """One event of one office. Append-only; `seq` grows by one per office, in commit order."""

    __tablename__ = "event_log"

    office_id: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime
    type: str = Field(max_length=64)
    data: str = Field(sa_type=Text)


class EventSequence(SQLModel, table=True):
    """The last event number of an office, incremented in the command's transaction."""

    __tablename__ = "event_sequence"

    office_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int


class IdempotencyRecord(SQLModel, table=True):
    """The first answer to a keyed request, kept 24 hours."""

    __tablename__ = "idempotency_key"

    caller: str = Field(primary_key=True, max_length=80)
    key: str = Field(primary_key=True, max_length=120)
    body_hash: str = Field(max_length=64)
    status: int
    body: str = Field(sa_type=Text)
    at: datetime = Field(index=True)


class OutboxMail(SQLModel, table=True):
    """A mail written in the command's transaction and delivered afterwards, with retry."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'sending', 'sent', 'failed')", name="status"),
        UniqueConstraint("purpose"),
    )

    id: int | None = Field(default=None, primary_key=True)
    purpose: str = Field(max_length=120, description="what it is for; a second one is not written")
    status: str = Field(default="waiting", max_length=10)
    created_at: datetime
    due_at: datetime = Field(index=True)
    useless_after: datetime = Field(index=True, description="then it helps nobody any more")
    sent_at: datetime | None = None
    attempts: int = 0
    error: str | None = Field(default=None, max_length=500)
    sender: str = Field(max_length=320)
    recipient: str = Field(max_length=320)
    subject: str = Field(max_length=300)
    text: str = Field(sa_type=Text)
    html: str | None = Field(default=None, sa_type=Text)
    office_id: int | None = Field(default=None, index=True, description="who may see it")
    account: str | None = Field(default=None, max_length=60, description="of the settings; slug")
    calendar: str | None = Field(default=None, sa_type=Text)
    calendar_method: str | None = Field(default=None, max_length=10)


class JobRun(SQLModel, table=True):
    """That a scheduled job ran for an instant: inserted once, the loser of a race does nothing."""

    __tablename__ = "job_run"

    job: str = Field(primary_key=True, max_length=64)
    due_at: datetime = Field(primary_key=True)
    ran_at: datetime
