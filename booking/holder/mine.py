"""The mail with all appointments to come: asked for by e-mail address, answered only by mail."""

from collections.abc import Sequence
from dataclasses import replace

from ...core.formats import moment_text
from ...core.outbox import send_mail
from ...core.secrets import derive
from ...core.tx import Tx
from ...office.directory import Directory, current_directory
from .. import store
from ..guard.limits import email_key
from ..mails.kinds import Words, raw
from ..mails.letters import addressed, letter_of
from ..mails.post import Post
from ..mails.values import Facts, one_way
from ..mails.writing import fill
from ..store import Booked

MOST = 50
# Asked again within ten minutes, the mail that went out is enough.
_AGAIN_SECONDS = 600


def send_my_appointments(tx: Tx, *, email: str, language: str, post: Post) -> None:
    """Write to whoever has appointments to come with this address, and to nobody else.

    Anybody may call it, and learns nothing: it says nothing, and a mail goes only to addresses as
    they were given with the appointments. At most one to each in ten minutes.
    """
    directory = current_directory(tx)
    by_address: dict[str, list[Booked]] = {}
    for booked in store.coming_by_email(tx.conn, email_key(email), tx.now, MOST):
        if booked.email is not None and booked.office_id in directory.offices:
            by_address.setdefault(booked.email.casefold(), []).append(booked)
    for found in by_address.values():
        _write(tx, directory, found, language, post)


def _write(
    tx: Tx, directory: Directory, found: Sequence[Booked], language: str, post: Post
) -> None:
    t = post.texts.in_language(language)
    own = one_way(language)
    lines = [
        fill(
            raw(t, "mail.appointment"),
            {
                "moment": moment_text(booked.start_at, language),
                "office": own(directory.office(booked.office_id).name),
                "link": post.link(booked.reference),
            },
        )
        for booked in found
    ]
    words = Words(raw(t, "mail.mine.subject"), raw(t, "mail.mine.text"))
    office, recipient = directory.office(found[0].office_id), found[0].email or ""
    letter = letter_of(t, office.name, words, Facts({"appointments": "\n".join(lines)}, ""))
    only_one = len({booked.office_id for booked in found}) == 1
    bucket = int(tx.now.timestamp()) // _AGAIN_SECONDS
    purpose = f"mine:{derive(post.secret_key, 'mine', recipient.casefold())}:{bucket}"
    mail = addressed(post, office, letter, purpose=purpose, recipient=recipient)
    # No office sees what is of another.
    send_mail(tx, mail if only_one else replace(mail, office_id=None))
