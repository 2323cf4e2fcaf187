"""The outbox as an office sees it: what waits, was sent or failed, and sending again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import col

from .models import OutboxMail
from .tx import Tx

State = Literal["waiting", "sent", "failed"]
SHOWN = 50

# A mail that a process is sending right now still waits, for whoever looks.
_STATUSES: dict[State, tuple[str, ...]] = {
    "waiting": ("waiting", "sending"),
    "sent": ("sent",),
    "failed": ("failed",),
}
_SEEN = (
    col(OutboxMail.id),
    col(OutboxMail.status),
    col(OutboxMail.created_at),
    col(OutboxMail.due_at),
    col(OutboxMail.sent_at),
    col(OutboxMail.attempts),
    col(OutboxMail.error),
    col(OutboxMail.recipient),
    col(OutboxMail.subject),
)
_WRITTEN = select(col(OutboxMail.id)).where(col(OutboxMail.purpose) == bindparam("purpose"))


@dataclass(frozen=True, slots=True)
class SeenMail:
    """A mail without its text; `due_at` is when it is tried next while it waits."""

    id: int
    status: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    error: str | None
    recipient: str
    subject: str

    @property
    def state(self) -> State:
        return next(state for state, statuses in _STATUSES.items() if self.status in statuses)


def mails_of(
    conn: Connection,
    office_id: int,
    state: State | None = None,
    recipient: str = "",
    before: int | None = None,
) -> Sequence[SeenMail]:
    """Up to 51 mails of an office, newest first: one more than is shown says that there are more.

    `recipient` is a part of the address, `before` the number of the oldest seen so far.
    """
    query = select(*_SEEN).where(col(OutboxMail.office_id) == office_id)
    if state is not None:
        query = query.where(col(OutboxMail.status).in_(_STATUSES[state]))
    if recipient:
        query = query.where(col(OutboxMail.recipient).icontains(recipient, autoescape=True))
    if before is not None:
        query = query.where(col(OutboxMail.id) < before)
    rows = conn.execute(query.order_by(col(OutboxMail.id).desc()).limit(SHOWN + 1))
    return [SeenMail(*row) for row in rows]


def counts_of(conn: Connection, office_id: int) -> dict[State, int]:
    """How many mails of an office are in each state."""
    status = col(OutboxMail.status)
    rows = conn.execute(
        select(status, func.count()).where(col(OutboxMail.office_id) == office_id).group_by(status)
    )
    by_status: dict[str, int] = {row[0]: row[1] for row in rows}
    return {
        state: sum(by_status.get(status, 0) for status in statuses)
        for state, statuses in _STATUSES.items()
    }


def send_again(tx: Tx, *, office_id: int, mail_id: int) -> bool:
    """Try a mail of this office now, as if for the first time; False when it went out already
    or comes too late."""
    found = tx.conn.execute(
        update(OutboxMail)
        .where(
            col(OutboxMail.id) == mail_id,
            col(OutboxMail.office_id) == office_id,
            col(OutboxMail.status).in_(("waiting", "failed")),
            col(OutboxMail.useless_after) > tx.now,
        )
        .values(status="waiting", due_at=tx.now, attempts=0, error=None)
    )
    return found.rowcount == 1


def is_written(conn: Connection, purpose: str) -> bool:
    """Whether there is a mail of this purpose, in whatever state."""
    return conn.execute(_WRITTEN, {"purpose": purpose}).first() is not None
