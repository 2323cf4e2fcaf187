"""Mails are written in the command's transaction and sent afterwards (`delivery.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text, update
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from .models import OutboxMail
from .prepared import Prepared
from .tx import Tx

WRITE = Prepared(
    text(
        "INSERT INTO outbox_mail (purpose, status, created_at, due_at, useless_after,"
        " attempts, sender, recipient, subject, text, html, calendar, calendar_method,"
        " office_id, account)"
        " VALUES (:purpose, 'waiting', :now, :now, :useless_after, 0, :sender, :recipient,"
        " :subject, :text, :html, :calendar, :calendar_method, :office_id, :account)"
        " ON CONFLICT (purpose) DO NOTHING"
    ).bindparams(
        bindparam("now", type_=UTCDateTime()), bindparam("useless_after", type_=UTCDateTime())
    )
)
# No mail waits longer for a server that is away, or for one that was never set up.
WAITS_AT_MOST = timedelta(days=7)
OUTDATED = "Outdated"
# What is given up keeps for two weeks to whom it would have gone, not what it said.
_GIVEN_UP: dict[str, object] = {
    "status": "failed",
    "error": OUTDATED,
    "due_at": bindparam("now"),
    "text": "",
    "html": None,
    "calendar": None,
}
_IS_WAITING = col(OutboxMail.status) == "waiting"
_GIVE_UP_LATE = (
    update(OutboxMail)
    .where(_IS_WAITING, col(OutboxMail.useless_after) <= bindparam("now"))
    .values(_GIVEN_UP)
)
_GIVE_UP = (
    update(OutboxMail)
    .where(_IS_WAITING, col(OutboxMail.purpose).in_(bindparam("purposes", expanding=True)))
    .values(_GIVEN_UP)
)


@dataclass(frozen=True)
class Mail:
    """A mail in plain text, beside it in HTML and with a calendar (RFC 5545) and its METHOD.

    `purpose` says what it is for, such as `appointment-3-confirmed-2` (at most 120 characters, no
    personal data): a second mail of the same purpose is not written. Addresses are bare or
    `Name <address>`, at most 320 characters. `office_id` says whose staff may see it, `account`
    through which account of the settings it goes (a town's slug), else through the general one.
    After `useless_after` it is not sent any more, nor when it has waited for a week.
    """

    purpose: str
    sender: str
    recipient: str
    subject: str
    text: str
    calendar: str | None = None
    calendar_method: str | None = None
    html: str | None = None
    office_id: int | None = None
    account: str | None = None
    useless_after: datetime | None = None


def send_mail(tx: Tx, mail: Mail) -> None:
    """Have the mail sent once this transaction is committed."""
    latest = tx.now + WAITS_AT_MOST
    WRITE.change(
        tx.conn,
        {
            "purpose": mail.purpose,
            "now": tx.now,
            "useless_after": min(mail.useless_after or latest, latest),
            "sender": mail.sender,
            "recipient": mail.recipient,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "calendar": mail.calendar,
            "calendar_method": mail.calendar_method,
            "office_id": mail.office_id,
            "account": mail.account,
        },
    )


def give_up_late_mails(tx: Tx) -> int:
    """Forget what waited for too long to help anybody; returns how many. Run by a job."""
    return tx.conn.execute(_GIVE_UP_LATE, {"now": tx.now}).rowcount


def give_up_mails(tx: Tx, purposes: Sequence[str]) -> None:
    """Do not send these, where they still wait: what they say is no longer so."""
    tx.conn.execute(_GIVE_UP, {"now": tx.now, "purposes": list(purposes)})
