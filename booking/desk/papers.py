"""What stands on a slip and in a letter, in the words of one language. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ...core.formats import local_day, long_day_text, minutes_text, time_text
from ...core.locales import direction_of
from ...core.texts import T
from ...office.infos import OfficeInfo
from ..links import FIND_PATH
from ..mails.post import Post
from ..mails.values import long_moment
from ..rules import spell_reference
from ..store import Booked
from ..visits import Item, Visit, arrival_words, place_lines, visit_for
from ..words import item_words


@dataclass(frozen=True, slots=True)
class Paper:
    """One language of it; `t` speaks that language, `site` is where to change it without `https://`."""

    t: T
    direction: str
    day: str
    time: str
    moment: str
    place: tuple[str, ...]
    items: tuple[str, ...]
    documents: tuple[str, ...]
    fees: tuple[str, ...]
    arrival: str
    late: str
    reference: str
    code: str
    site: str


def paper_of(t: T, post: Post, office: OfficeInfo, booked: Booked, items: Sequence[Item]) -> Paper:
    """What to tell whoever gets it: when, where, what to bring, how to change it."""
    visit = visit_for(t, items, booked.channel)
    documents = dict.fromkeys(
        document.line for offer, _ in items for document in offer.service.documents_in(t.language)
    )
    return Paper(
        t=t,
        direction=direction_of(t.language),
        day=long_day_text(local_day(booked.start_at), t.language),
        time=time_text(booked.start_at, t.language),
        moment=long_moment(booked.start_at, t.language),
        place=tuple(place_lines(t, office, booked.channel)),
        items=tuple(item_words(t, offer, count) for offer, count in items),
        documents=tuple(documents),
        fees=_fees(t, items),
        arrival=_arrival(t, office, booked, visit),
        late=t("paper.late", minutes=minutes_text(office.grace_minutes, t.language)),
        reference=spell_reference(booked.reference),
        code=post.code(booked.reference),
        site=f"{urlsplit(post.public_url).netloc}{FIND_PATH}",
    )


def _arrival(t: T, office: OfficeInfo, booked: Booked, visit: Visit) -> str:
    words = arrival_words(t, office, booked.channel, booked.phone, visit.video_url)
    return " ".join(words.replace("\n", " ").split())


def _fees(t: T, items: Sequence[Item]) -> tuple[str, ...]:
    """Each fee, with its service's name where there are several services."""
    found = [(offer.service, offer.service.fee_in(t.language)) for offer, _ in items]
    named = len(items) > 1
    return tuple(
        f"{service.name_in(t.language)}: {fee}" if named else fee for service, fee in found if fee
    )
