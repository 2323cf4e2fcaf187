"""Mails are written in the command's transaction and sent afterwards (`delivery.py`)."""

from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

from .tx import Tx

WRITE = text(
    "INSERT INTO outbox_mail (purpose, status, created_at, due_at, attempts, sender, recipient,"
    " subject, text, calendar, calendar_method) VALUES (:purpose, 'waiting', :now, :now, 0,"
    " :sender, :recipient, :subject, :text, :calendar, :calendar_method)"
    " ON CONFLICT (purpose) DO NOTHING"
).bindparams(bindparam("now", type_=UTCDateTime()))


@dataclass(frozen=True)
class Mail:
    """A mail in plain text, with a calendar (RFC 5545) and its METHOD where there is one.

    `purpose` says what it is for, such as `appointment-3-confirmed-2` (at most 120 characters, no
    personal data): a second mail of the same purpose is not written. Addresses are bare or
    `Name <address>`, at most 320 characters.
    """

    purpose: str
    sender: str
    recipient: str
    subject: str
    text: str
    calendar: str | None = None
    calendar_method: str | None = None


def send_mail(tx: Tx, mail: Mail) -> None:
    """Have the mail sent once this transaction is committed."""
    tx.conn.execute(
        WRITE,
        {
            "purpose": mail.purpose,
            "now": tx.now,
            "sender": mail.sender,
            "recipient": mail.recipient,
            "subject": mail.subject,
            "text": mail.text,
            "calendar": mail.calendar,
            "calendar_method": mail.calendar_method,
        },
    )
