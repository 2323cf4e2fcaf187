"""A mail to a citizen as it is sent: the office's own words or the catalogue's, filled in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ...core.locales import direction_of
from ...core.outbox import Mail
from ...core.texts import T
from ...office.infos import OfficeInfo
from . import store as mail_store
from .as_html import Frame, write_html
from .kinds import KINDS, Words, complete, standard_words
from .post import Post
from .values import Facts
from .writing import write_subject, write_text


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def write_letter(conn: Connection, t: T, office: OfficeInfo, kind: str, facts: Facts) -> Letter:
    """The mail of a kind, in the office's own words where it has some."""
    own = mail_store.find_words(conn, office.id, kind, t.language)
    return letter_of(t, office.name, own_words(t, kind, own), facts)


def own_words(t: T, kind: str, own: Words | None) -> Words:
    """What is sent: the standard words, or the office's with what none may lack."""
    if own is None:
        return standard_words(t, kind)
    return Words(own.subject, complete(t, KINDS[kind], own.text))


def letter_of(t: T, sender: str, words: Words, facts: Facts) -> Letter:
    """Words and facts put together."""
    subject = write_subject(words.subject, {**facts.values, "moment": facts.short})
    text = write_text(words.text, facts.values)
    frame = Frame(
        language=t.language,
        direction=direction_of(t.language),
        office=sender,
        foot=t("mail.automatic"),
        button=t("mail.open"),
        card=facts.card,
        strong=facts.strong,
    )
    return Letter(subject, text, write_html(text, subject, frame))


def addressed(
    post: Post,
    office: OfficeInfo,
    letter: Letter,
    *,
    purpose: str,
    recipient: str,
    useless_after: datetime | None = None,
) -> Mail:
    """The letter as a mail of an office, through its town's account."""
    return Mail(
        purpose=purpose,
        sender=post.sender_of(office),
        recipient=recipient,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        office_id=office.id,
        account=office.municipality.slug,
        useless_after=useless_after,
    )
