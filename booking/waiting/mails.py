"""What the waiting list itself writes: please confirm that you want to wait.

The offer stands in `mails/sending.py`, beside the other mails to citizens.
"""

from ...core.formats import day_text
from ...core.outbox import send_mail
from ...core.secrets import token_hash
from ...core.tx import Tx
from ...office.infos import OfficeInfo
from ..mails.kinds import Words, raw
from ..mails.letters import addressed, letter_of
from ..mails.post import Post
from ..mails.values import Facts, greeting, office_values
from ..words import item_words
from .links import entry_path
from .store import Entry

# Asked again, the mail goes out again, but pressed twice only once.
_AGAIN_SECONDS = 600


def ask_to_confirm(tx: Tx, post: Post | None, office: OfficeInfo, entry: Entry) -> None:
    """Please follow this link, then you wait; without it nobody is written to again."""
    if post is None or entry.email is None:
        return
    t = post.texts.in_language(entry.language)
    items = [(office.offer(offer), count) for offer, count in entry.services]
    values = {
        **office_values(t, office),
        "greeting": greeting(t, entry.name),
        "services": "\n".join(f"- {item_words(t, offer, count)}" for offer, count in items),
        "days": t(
            "waiting.days",
            first=day_text(entry.from_day, t.language),
            last=day_text(entry.to_day, t.language),
        ),
        "link": post.public_url + entry_path(post.secret_key, entry.reference),
    }
    words = Words(raw(t, "waiting.mail.subject"), raw(t, "waiting.mail.text"))
    letter = letter_of(t, office.name, words, Facts(values, ""))
    to = token_hash(entry.email)[:16]  # a corrected address gets a mail of its own
    purpose = f"waiting:{entry.id}:ask:{to}:{int(tx.now.timestamp()) // _AGAIN_SECONDS}"
    send_mail(tx, addressed(post, office, letter, purpose=purpose, recipient=entry.email))
