"""Mails are written in the command's transaction and sent afterwards (`delivery.py`)."""

from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

from .prepared import Prepared
from .tx import Tx

WRITE = Prepared(
    text(
        "INSERT INTO outbox_mail (purpose, status, created_at, due_at, attempts, sender, recipient,"
        " subject, text, html, calendar, calendar_method, office_id, account)"
        " VALUES (:purpose, 'waiting', :now, :now, 0, :sender, :recipient,"
        " :subject, :text, :html, :calendar, :calendar_method, :office_id, :account)"
        " ON CONFLICT (purpose) DO NOTHING"
    ).bindparams(bindparam("now", type_=UTCDateTime()))
)


@dataclass(frozen=True)
class Mail:
    """A mail in plain text, beside it in HTML and with a calendar (RFC 5545) and its METHOD.

    `purpose` says what it is for, such as `appointment-3-confirmed-2` (at most 120 characters, no
    personal data): a second mail of the same purpose is not written. Addresses are bare or
    `Name <address>`, at most 320 characters. `office_id` says whose staff may see it, `account`
    through which account of the settings it goes (a town's slug), else through the general one.
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


def send_mail(tx: Tx, mail: Mail) -> None:
    """Have the mail sent once this transaction is committed."""
    WRITE.change(
        tx.conn,
        {
            "purpose": mail.purpose,
            "now": tx.now,
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
