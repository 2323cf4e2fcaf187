"""A mail as it goes over the wire. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr


@dataclass(frozen=True, slots=True)
class DueMail:
    """A mail of the outbox that this process has claimed; `attempts` counts this one too."""

    id: int
    attempts: int
    purpose: str
    sender: str
    recipient: str
    subject: str
    text: str
    calendar: str | None
    calendar_method: str | None
    html: str | None = None


def compose(mail: DueMail, at: datetime) -> EmailMessage:
    """Plain text first; HTML and the calendar as alternatives, each richer than the one before
    (RFC 2046, 5.1.4): a program shows the last it knows, one with a calendar offers the entry.

    The Message-ID follows from the purpose, so that a mail sent twice after a crash is recognised
    as one. Auto-Submitted (RFC 3834) keeps absence notes from answering. Raises ValueError for a
    header that no mail may carry (a line break in a subject).
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{_digest(mail.purpose)}@{domain_of(mail.sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    if mail.calendar is not None:
        method = {"method": mail.calendar_method} if mail.calendar_method else {}
        message.add_alternative(mail.calendar, subtype="calendar", params=method)
    return message


def domain_of(address: str) -> str:
    """What stands behind the @ of `Name <name@domain>`; localhost when nothing does."""
    return parseaddr(address)[1].rpartition("@")[2] or "localhost"


def _digest(purpose: str) -> str:
    return hashlib.sha256(purpose.encode()).hexdigest()[:32]
