"""What booking writes to citizens: plain text from the catalogue, with the calendar entry.

Written to the outbox in the command's transaction; `core/delivery.py` sends it later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import Connection

from ..core.formats import local_day, long_day_text, moment_text, time_text
from ..core.ground import Ground
from ..core.outbox import Mail, send_mail
from ..core.texts import T, Texts
from ..core.tx import Tx
from ..office.infos import OfferInfo, OfficeInfo
from . import store
from .invitations import Invitation, Method, uid_of, write_invitation
from .links import holder_path
from .rules import spell_reference
from .store import Booked

Reminder = Literal["two_days", "three_hours"]


@dataclass(frozen=True, slots=True)
class Visit:
    """What an appointment is about, as lists of lines."""

    services: str
    documents: str


@dataclass(frozen=True, slots=True)
class Post:
    """What a mail needs beside the appointment. Commands that get none send none."""

    public_url: str
    sender: str
    texts: Texts
    secret_key: str = field(repr=False)

    def link(self, reference: str) -> str:
        """The secret link of an appointment."""
        return self.public_url + holder_path(self.secret_key, reference)

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or "localhost"


def post_of(ground: Ground) -> Post:
    settings = ground.settings
    return Post(settings.public_url, settings.mail_from, ground.texts, ground.secret_key)


def send_confirmation(tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked) -> None:
    """It is booked; with the invitation."""
    _send(tx, post, office, booked, "confirmed", "REQUEST")


def send_change(
    tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked, *, by_office: str | None = None
) -> None:
    """It has another time; the invitation replaces the one before.

    `by_office` is the reason, as the citizen is told, when the office moved it.
    """
    _send(tx, post, office, booked, "moved", "REQUEST")


def send_cancellation(
    tx: Tx,
    post: Post | None,
    office: OfficeInfo,
    booked: Booked,
    *,
    by_office: str | None = None,
    proposals: Sequence[datetime] = (),
) -> None:
    """It is called off; takes the entry out of the calendar.

    `booked` still has its contact, and the sequence counted on. `by_office` is the reason, as the
    citizen is told, when the office called it off; `proposals` are starts that are free instead.
    """
    _send(tx, post, office, booked, "cancelled", "CANCEL")


def send_reminder(
    tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked, kind: Reminder
) -> None:
    """It is soon; once for each time it has."""


def send_offer(
    tx: Tx,
    post: Post | None,
    office: OfficeInfo,
    *,
    recipient: str,
    language: str,
    name: str | None,
    start: datetime,
    until: datetime,
    link: str,
    earlier_than: datetime | None,
) -> None:
    """A freed time for somebody on the waiting list, kept until an instant.

    `link` is the whole address of the page that takes it; `earlier_than` is the start they have.
    """


def ask_for_confirmation(
    tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked, code: str
) -> None:
    """Please follow this link, then it is booked. No calendar entry yet."""
    if post is None or booked.email is None or booked.held_until is None:
        return
    t = post.texts.in_language(booked.language)
    text = t(
        "mail.ask.text",
        greeting=_greeting(t, booked),
        moment=moment_text(booked.start_at, booked.language),
        place=_place(office),
        until=time_text(booked.held_until, booked.language),
        link=f"{post.link(booked.reference)}/bestaetigen?code={code}",
        office=office.name,
    )
    purpose = f"appointment:{booked.id}:ask:{code[:8]}"
    subject = t("mail.ask.subject", moment=moment_text(booked.start_at, booked.language))
    send_mail(tx, Mail(purpose, post.sender, booked.email, subject, text))


def invitation_of(
    post: Post,
    office: OfficeInfo,
    booked: Booked,
    visit: Visit,
    stamp: datetime,
    *,
    attendee: str | None,
) -> Invitation:
    """The appointment as a calendar entry."""
    t = post.texts.in_language(booked.language)
    link = post.link(booked.reference)
    return Invitation(
        uid=uid_of(booked.reference, post.host),
        sequence=booked.sequence,
        start=booked.start_at,
        end=booked.end_at,
        stamp=stamp,
        summary=t("mail.calendar.summary", office=office.name),
        location=_place(office),
        description=t(
            "mail.calendar.description",
            services=visit.services,
            documents=visit.documents,
            reference=spell_reference(booked.reference),
            link=link,
        ),
        url=link,
        organizer_name=office.name,
        organizer_email=office.email,
        attendee=attendee,
    )


def visit_of(conn: Connection, t: T, office: OfficeInfo, booked: Booked) -> Visit:
    """What it is about, in the words of a language."""
    items = [(office.offer(offer), count) for offer, count in store.services_of(conn, booked.id)]
    documents = dict.fromkeys(
        document.line for offer, _ in items for document in offer.service.documents_in(t.language)
    )
    return Visit(
        services="\n".join(f"- {_named(t, offer, count)}" for offer, count in items),
        documents="\n".join(f"- {document}" for document in documents)
        or t("mail.nothing_to_bring"),
    )


def _send(
    tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked, kind: str, method: Method
) -> None:
    if post is None or booked.email is None:
        return
    t = post.texts.in_language(booked.language)
    visit = visit_of(tx.conn, t, office, booked)
    moment = moment_text(booked.start_at, booked.language)
    text = t(
        f"mail.{kind}.text",
        greeting=_greeting(t, booked),
        moment=f"{long_day_text(local_day(booked.start_at), booked.language)}, "
        f"{time_text(booked.start_at, booked.language)}",
        place=f"{office.name}\n{office.street}\n{office.postcode} {office.town}",
        services=visit.services,
        documents=visit.documents,
        reference=spell_reference(booked.reference),
        link=post.link(booked.reference),
        office=office.name,
        address=f"{post.public_url}/termin/{office.municipality.slug}",
    )
    invitation = invitation_of(post, office, booked, visit, tx.now, attendee=booked.email)
    send_mail(
        tx,
        Mail(
            f"appointment:{booked.id}:{kind}:{booked.sequence}",
            post.sender,
            booked.email,
            t(f"mail.{kind}.subject", moment=moment),
            text,
            write_invitation(invitation, method),
            method,
        ),
    )


def _greeting(t: T, booked: Booked) -> str:
    return t("mail.greeting", name=booked.name) if booked.name else t("mail.greeting_plain")


def _place(office: OfficeInfo) -> str:
    return f"{office.name}, {office.street}, {office.postcode} {office.town}"


def _named(t: T, offer: OfferInfo, count: int) -> str:
    name = offer.service.name_in(t.language)
    return f"{name} ({t('mail.times', n=count)})" if count > 1 else name
