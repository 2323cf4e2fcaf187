"""The mails of the demo: what would have been sent, to be read on its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import col

from ...core.models import OutboxMail

SHOWN = 100


@dataclass(frozen=True, slots=True)
class ShownMail:
    id: int
    created_at: datetime
    sender: str
    recipient: str
    subject: str
    text: str
    calendar: str | None
    html: str | None


_MAILS = select(
    col(OutboxMail.id),
    col(OutboxMail.created_at),
    col(OutboxMail.sender),
    col(OutboxMail.recipient),
    col(OutboxMail.subject),
    col(OutboxMail.text),
    col(OutboxMail.calendar),
    col(OutboxMail.html),
)


def newest_mails(conn: Connection) -> Sequence[ShownMail]:
    """The last ones, newest first."""
    rows = conn.execute(_MAILS.order_by(col(OutboxMail.id).desc()).limit(SHOWN))
    return [ShownMail(*row) for row in rows]


def find_mail(conn: Connection, mail_id: int) -> ShownMail | None:
    row = conn.execute(_MAILS.where(col(OutboxMail.id) == mail_id)).first()
    return None if row is None else ShownMail(*row)
