"""The kinds of mails to citizens: their placeholders, and what none of them may lack. Pure.

The standard texts stand in the catalogue (`mail.<kind>.text`), an office's own in `MailText`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ...core.texts import T

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
SUBJECT_LIMIT = 200
TEXT_LIMIT = 5000
_EVERY = ("greeting", "moment", "place", "services", "office", "phone", "email", "signature")


@dataclass(frozen=True, slots=True)
class Kind:
    """`more` beside the placeholders every kind has. `needed` are pairs of a placeholder and the
    text of the catalogue (`mail.guard.<name>`) that is added when an own text has forgotten it.
    """

    name: str
    more: tuple[str, ...]
    needed: tuple[tuple[str, str], ...]

    @property
    def placeholders(self) -> tuple[str, ...]:
        return (*_EVERY, *self.more)


def _kind(name: str, more: str, needed: str) -> Kind:
    """Both as words; `link=take` is guarded by another text than that of its own name."""
    pairs = [word.partition("=") for word in needed.split()]
    guarded = tuple((own, other or own) for own, _, other in pairs)
    return Kind(name, tuple(more.split()), guarded)


_BOOKED = "arrival documents reference code link"
_REMINDER = "arrival documents reference code link cancel_link move_link late"

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("confirmed", _BOOKED, "moment arrival reference code link"),
        _kind("ask", "until link", "moment until link=confirm"),
        _kind("moved", _BOOKED, "moment arrival reference code link"),
        _kind("moved_by_office", f"{_BOOKED} reason", "reason moment arrival reference code link"),
        _kind("cancelled", "address", "moment"),
        _kind("cancelled_by_office", "reason proposals address", "reason moment proposals address"),
        _kind("reminder_two_days", _REMINDER, "moment arrival reference cancel_link move_link"),
        _kind("reminder_three_hours", _REMINDER, "moment arrival reference cancel_link move_link"),
        _kind("offer", "until current link", "moment until link=take"),
    )
}


@dataclass(frozen=True, slots=True)
class Words:
    """A mail's subject and text with placeholders."""

    subject: str
    text: str


@lru_cache(maxsize=200)
def standard_words(t: T, kind: str) -> Words:
    """The catalogue's words for a kind, placeholders left in."""
    subject, text = f"mail.{kind}.subject", f"mail.{kind}.text"
    return Words(raw(t, subject), raw(t, text).strip())


def raw(t: T, key: str) -> str:
    """A text of the catalogue with its placeholders left in."""
    return t.forms(key)["other"]


def unknown_placeholders(kind: Kind, text: str) -> list[str]:
    """What stands in braces and is no placeholder of this kind, each once."""
    found = dict.fromkeys(_PLACEHOLDER.findall(text))
    return [name for name in found if name not in kind.placeholders]


def complete(t: T, kind: Kind, text: str) -> str:
    """The text, with what none of its kind may lack: link, reference, how to cancel."""
    missing = [
        raw(t, f"mail.guard.{guard}") for own, guard in kind.needed if f"{{{own}}}" not in text
    ]
    return "\n\n".join([text.strip(), *missing])


def mistakes_in(kind: Kind, words: Words) -> dict[str, tuple[str, str]]:
    """Field -> (key of what is wrong, the names it is about). Empty when the words can be sent."""
    mistakes: dict[str, tuple[str, str]] = {}
    for field, text, limit in (
        ("subject", words.subject, SUBJECT_LIMIT),
        ("text", words.text, TEXT_LIMIT),
    ):
        unknown = unknown_placeholders(kind, text)
        if not text:
            mistakes[field] = ("mails.wrong.empty", "")
        elif len(text) > limit:
            mistakes[field] = ("mails.wrong.long", str(limit))
        elif unknown:
            mistakes[field] = ("mails.wrong.unknown", ", ".join(f"{{{name}}}" for name in unknown))
        elif not is_plain(text):
            mistakes[field] = ("mails.wrong.signs", "")
    return mistakes


def is_plain(text: str) -> bool:
    """Whether a mail can carry it: nothing unseen but line breaks."""
    return all(letter == "\n" or letter.isprintable() for letter in text)
