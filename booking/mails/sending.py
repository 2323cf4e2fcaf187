"""What booking writes to citizens, and when: each kind of mail with its calendar entry.

Written to the outbox in the command's transaction; `core/delivery.py` sends it later. How the words
come about stands in `mails/letters.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, get_args

from ...core.formats import isolated, moment_text
from ...core.outbox import give_up_mails, send_mail
from ...core.secrets import token_hash
from ...core.texts import T
from ...core.tx import Tx
from ...office.infos import OfficeInfo
from ..rules import spell_reference
from ..store import Booked
from ..visits import Item, Visit, items_of, place_lines, visit_for, visit_of
from .invitations import Invitation, Method, uid_of, write_invitation
from .letters import addressed, write_letter
from .post import Post, post_of
from .values import Facts, facts_of, offer_facts, proposal_line

__all__ = [
    "Post",
    "ask_for_confirmation",
    "invitation_of",
    "post_of",
    "send_cancellation",
    "send_change",
    "send_confirmation",
    "send_offer",
    "send_reminder",
    "visit_of",
]

Reminder = Literal["two_days", "three_hours"]


def send_confirmation(
    tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked, *, again: bool = False
) -> None:
    """It is booked; with the invitation. Asked for `again`, it goes out once a minute at most."""
    mark = f"{booked.sequence}:{tx.now:%y%m%d%H%M}" if again else None
    _send(tx, post, office, booked, "confirmed", method="REQUEST", mark=mark)


def send_change(
    tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked, *, by_office: str | None = None
) -> None:
    """It has another time; the invitation replaces the one before.

    `by_office` is the reason, as the citizen is told, when the office moved it.
    """
    _take_back_reminders(tx, booked)
    if by_office is None:
        _send(tx, post, office, booked, "moved", method="REQUEST")
    else:
        more = {"reason": isolated(by_office, booked.language)}
        _send(tx, post, office, booked, "moved_by_office", more, method="REQUEST")


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
    _take_back_reminders(tx, booked)
    if post is None or by_office is None:
        _send(tx, post, office, booked, "cancelled", method="CANCEL")
        return
    t = post.texts.in_language(booked.language)
    items = items_of(tx.conn, office, booked)
    lines = [proposal_line(post, t, office, items, start) for start in proposals]
    more = {"reason": isolated(by_office, t.language), "proposals": "\n".join(lines)}
    _send(tx, post, office, booked, "cancelled_by_office", more, method="CANCEL")


def send_reminder(
    tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked, kind: Reminder
) -> None:
    """It is soon; once for each time it has. Without an entry: the calendar has it already."""
    _send(tx, post, office, booked, f"reminder_{kind}")


def ask_for_confirmation(
    tx: Tx, post: Post | None, office: OfficeInfo, booked: Booked, code: str
) -> None:
    """Please follow this link, then it is booked. No calendar entry yet."""
    if post is None or booked.held_until is None:
        return
    more = {
        "until": moment_text(booked.held_until, booked.language),
        "link": f"{post.link(booked.reference)}/bestaetigen?code={code}",
    }
    _send(tx, post, office, booked, "ask", more, mark=code[:8])


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
    items: Sequence[Item] = (),
    channel: str = "on_site",
) -> None:
    """A freed time for somebody on the waiting list, kept until an instant.

    `link` is the whole address of the page that takes it, unlike that of any other offer;
    `earlier_than` is the start they have, `items` are the offers with how many of each.
    """
    if post is None:
        return
    t = post.texts.in_language(language)
    more = {"until": moment_text(until, language), "link": link}
    if earlier_than is not None:
        more["current"] = moment_text(earlier_than, language)
    visit = visit_for(t, items, channel)
    facts = offer_facts(t, office, name, start, channel, visit, more)
    purpose = f"offer:{token_hash(link)[:32]}"
    _post(tx, post, office, "offer", t, facts, purpose, recipient, until)


def invitation_of(
    post: Post,
    office: OfficeInfo,
    booked: Booked,
    visit: Visit,
    stamp: datetime,
    *,
    attendee: str | None,
) -> Invitation:
    """The appointment as a calendar entry. It comes from whom the mail comes from: calendars take a
    change from nobody else (RFC 5546, 2.1.4)."""
    t = post.texts.in_language(booked.language)
    link = post.link(booked.reference)
    return Invitation(
        uid=uid_of(booked.reference, post.host),
        sequence=booked.sequence,
        start=booked.start_at,
        end=booked.end_at,
        stamp=stamp,
        summary=t("mail.calendar.summary", office=office.name),
        location=visit.video_url or ", ".join(place_lines(t, office, booked.channel)),
        description=t(
            "mail.calendar.description",
            services=visit.services,
            documents=visit.documents,
            reference=spell_reference(booked.reference),
            link=link,
        ),
        url=link,
        organizer_name=office.name,
        organizer_email=post.address_of(office),
        attendee=attendee,
    )


def _send(
    tx: Tx,
    post: Post | None,
    office: OfficeInfo,
    booked: Booked,
    kind: str,
    more: Mapping[str, str] | None = None,
    *,
    method: Method | None = None,
    mark: str | None = None,
) -> None:
    if post is None or booked.email is None:
        return
    t = post.texts.in_language(booked.language)
    visit = visit_of(tx.conn, t, office, booked)
    facts = facts_of(post, t, office, booked, visit, more or {})
    purpose = f"appointment:{booked.id}:{kind}:{mark or booked.sequence}"
    calendar = None
    if method is not None:
        entry = invitation_of(post, office, booked, visit, tx.now, attendee=booked.email)
        calendar = (write_invitation(entry, method), method)
    _post(tx, post, office, kind, t, facts, purpose, booked.email, _useless(booked, kind), calendar)


def _useless(booked: Booked, kind: str) -> datetime:
    """From when on such a mail helps nobody."""
    if kind == "ask" and booked.held_until is not None:
        return booked.held_until
    return booked.start_at if kind.startswith("reminder_") else booked.end_at


def _take_back_reminders(tx: Tx, booked: Booked) -> None:
    """Those of the time it had before this change."""
    kinds = (f"reminder_{kind}" for kind in get_args(Reminder))
    before = booked.sequence - 1
    give_up_mails(tx, [f"appointment:{booked.id}:{kind}:{before}" for kind in kinds])


def _post(
    tx: Tx,
    post: Post,
    office: OfficeInfo,
    kind: str,
    t: T,
    facts: Facts,
    purpose: str,
    recipient: str,
    useless_after: datetime,
    calendar: tuple[str, Method] | None = None,
) -> None:
    letter = write_letter(tx.conn, t, office, kind, facts)
    file, method = calendar or (None, None)
    mail = addressed(
        post, office, letter, purpose=purpose, recipient=recipient, useless_after=useless_after
    )
    send_mail(tx, replace(mail, calendar=file, calendar_method=method))
