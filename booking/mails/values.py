"""What the placeholders of a mail stand for. Pure: the appointment comes with what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from ...core.formats import local_day, long_day_text, minutes_text, moment_text, time_text
from ...core.locales import direction_of
from ...core.texts import T
from ...office.infos import OfficeInfo
from ..rules import spell_reference
from ..store import Booked
from ..visits import Item, Visit, arrival_words, place_lines
from .kinds import raw
from .post import Post
from .writing import fill, write_text

_LEFT_TO_RIGHT = "\u200e"


@dataclass(frozen=True, slots=True)
class Facts:
    """The values by placeholder, those that stand out in HTML, and `{moment}` for the subject."""

    values: Mapping[str, str]
    short: str
    card: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()


def facts_of(
    post: Post, t: T, office: OfficeInfo, booked: Booked, visit: Visit, more: Mapping[str, str]
) -> Facts:
    """Everything the mails of an appointment can say; `more` is what only some kinds know."""
    own = one_way(t.language)
    link = post.link(booked.reference)
    reference, code = own(spell_reference(booked.reference)), own(post.code(booked.reference))
    phone = own(booked.phone) if booked.phone else None
    values = {
        **office_values(t, office),
        "greeting": greeting(t, booked.name),
        "moment": long_moment(booked.start_at, t.language),
        "place": "\n".join(own(line) for line in place_lines(t, office, booked.channel)),
        "arrival": arrival_words(t, office, booked.channel, phone, visit.video_url).strip(),
        "services": visit.services,
        "documents": visit.documents,
        "reference": reference,
        "code": code,
        "link": link,
        "cancel_link": f"{link}/absagen",
        "move_link": f"{link}/verschieben",
        "address": booking_page(post, office),
        "late": late_words(t, office) if booked.channel == "on_site" else "",
        **more,
    }
    short = moment_text(booked.start_at, t.language)
    return Facts(values, short, (values["moment"], values["place"]), (reference, code))


def offer_facts(
    t: T,
    office: OfficeInfo,
    name: str | None,
    start: datetime,
    channel: str,
    visit: Visit,
    more: Mapping[str, str],
) -> Facts:
    """What the offer of a time can say, to somebody who has no such appointment yet."""
    own = one_way(t.language)
    values = {
        **office_values(t, office),
        "greeting": greeting(t, name),
        "moment": long_moment(start, t.language),
        "place": "\n".join(own(line) for line in place_lines(t, office, channel)),
        "services": visit.services,
        "current": "",
        **more,
    }
    return Facts(values, moment_text(start, t.language), (values["moment"], values["place"]))


def proposal_line(
    post: Post, t: T, office: OfficeInfo, items: Sequence[Item], start: datetime
) -> str:
    """A time that is free instead, with the way to the times of that day."""
    pairs = [("service", f"{offer.service.slug}:{count}") for offer, count in items]
    day = local_day(start).isoformat()
    query = urlencode([*pairs, ("office", office.slug), ("day", day)], safe=":")
    link = f"{booking_page(post, office)}/zeit?{query}"
    return fill(raw(t, "mail.proposal"), {"moment": moment_text(start, t.language), "link": link})


def office_values(t: T, office: OfficeInfo) -> dict[str, str]:
    """Who writes, and how to reach them."""
    own = one_way(t.language)
    phone = t("mail.phone", phone=own(office.phone)) if office.phone else ""
    values = {"office": office.name, "phone": phone, "email": office.email}
    return {**values, "signature": write_text(raw(t, "mail.signature"), values).strip()}


def booking_page(post: Post, office: OfficeInfo) -> str:
    return f"{post.public_url}/termin/{office.municipality.slug}"


def greeting(t: T, name: str | None) -> str:
    return t("mail.greeting", name=name) if name else t("mail.greeting_plain")


def late_words(t: T, office: OfficeInfo) -> str:
    """The rule for late arrivals (design: the order of calling)."""
    return t("mail.late", minutes=minutes_text(office.grace_minutes, t.language))


def long_moment(moment: datetime, language: str) -> str:
    """`Donnerstag, 26. November 2026, 09:30 Uhr`."""
    comma = "،" if direction_of(language) == "rtl" else ","
    day = long_day_text(local_day(moment), language)
    return f"{day}{comma} {time_text(moment, language)}"


class one_way:  # noqa: N801  (used like a function)
    """Keeps addresses and numbers in their order inside text that runs from right to left.

    With marks of Unicode (UAX 9, 2.6), which plain text and HTML both know, and which our fields
    take when somebody pastes them.
    """

    def __init__(self, language: str) -> None:
        self._needed = direction_of(language) == "rtl"

    def __call__(self, text: str) -> str:
        return f"{_LEFT_TO_RIGHT}{text}{_LEFT_TO_RIGHT}" if self._needed else text
