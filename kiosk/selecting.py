"""Without appointment, the first steps: tiles of services, topics, search."""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ..booking.rules import Wanted
from ..core.texts import T
from ..core.web import see_other
from .choosing import (
    LEAFED,
    Choice,
    choices_of,
    find_choices,
    further_choices,
    page_of,
    read_chosen,
    topics_of,
)
from .place import Kiosk, kiosk_of, kiosk_page, texts_of, typed, wanted_in

# A word is not broken: long ones are set smaller (kiosk.css).
_LONG, _LONGER = 16, 21
SEARCH_LIMIT = 40
SEARCH_KEYS = ("QWERTZUIOPÜ", "ASDFGHJKLÖÄ", "YXCVBNM")


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing to tap: a service or a topic."""

    icon: str
    name: str
    line: str
    href: str

    @property
    def size(self) -> str:
        longest = max(len(word) for word in re.split(r"[\s-]", self.name))
        return " is-longer" if longest >= _LONGER else " is-long" if longest >= _LONG else ""


async def show_services(request: Request) -> Response:
    """GET /kiosk/{k}/services: six tiles; `page` leafs, `topic` narrows, `service` adds."""
    kiosk = await kiosk_of(request)
    before = wanted_in(request.query_params.getlist("service"))
    choices, chosen = _offered(kiosk, before)
    if not chosen:
        before = ()
    topic, number = request.query_params.get("topic"), _page_number(request)
    topics = topics_of(choices)
    shown = topics.get(topic, ()) if topic else choices
    entries, more = page_of(shown, number)
    if not entries:
        return see_other(kiosk.to("services", before) if number > 1 or topic else kiosk.to())
    by_topic = topic is None and number == 1 and len(choices) > LEAFED and len(topics) > 1
    onward = "topics" if by_topic else "services"
    context = {
        "tiles": [_tile(request, kiosk, choice, before) for choice in entries],
        "heading": "kiosk.services.further" if before else "kiosk.services.question",
        "more_href": more
        and kiosk.to(onward, before, topic=topic, page=None if by_topic else number + 1),
        "search_href": kiosk.to("search", before),
        "back_href": _back(kiosk, before, number, topic),
    }
    return kiosk_page(request, kiosk, "services.html", context)


async def show_topics(request: Request) -> Response:
    """GET /kiosk/{k}/topics: what the services are about, for those who do not know their names."""
    kiosk = await kiosk_of(request)
    before = wanted_in(request.query_params.getlist("service"))
    choices, chosen = _offered(kiosk, before)
    before = before if chosen else ()
    t, number = texts_of(request, kiosk), _page_number(request)
    entries, more = page_of(tuple(topics_of(choices).items()), number)
    if not entries:
        return see_other(kiosk.to("services", before))
    back = kiosk.to("topics", before, page=number - 1 if number > 2 else None)
    context = {
        "tiles": [_topic_tile(kiosk, topic, found, before, t) for topic, found in entries],
        "heading": "kiosk.services.topics",
        "more_href": more and kiosk.to("topics", before, page=number + 1),
        "search_href": kiosk.to("search", before),
        "back_href": back if number > 1 else kiosk.to("services", before),
    }
    return kiosk_page(request, kiosk, "services.html", context)


async def show_search(request: Request) -> Response:
    """GET /kiosk/{k}/search: `q` so far; `key` is a letter more, `-` one less."""
    kiosk = await kiosk_of(request)
    before = wanted_in(request.query_params.getlist("service"))
    choices, chosen = _offered(kiosk, before)
    before = before if chosen else ()
    words = typed(request.query_params.get("q", ""), request.query_params.get("key", ""))
    found = [_tile(request, kiosk, c, before) for c in find_choices(choices, words)]
    context = {
        "words": words[:SEARCH_LIMIT],
        "found": found,
        "keys": SEARCH_KEYS,
        "before": request.query_params.getlist("service") if chosen else [],
        "back_href": kiosk.to("services", before),
    }
    return kiosk_page(request, kiosk, "search.html", context)


def _offered(
    kiosk: Kiosk, before: tuple[Wanted, ...]
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """What can be chosen now, and what was before: then only what goes together with that."""
    every = choices_of(kiosk.offices)
    chosen = read_chosen(every, before) or ()
    return (further_choices(every, chosen) if chosen else every), chosen


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and 1 <= len(text) <= 2 else 1


def _back(kiosk: Kiosk, before: tuple[Wanted, ...], number: int, topic: str | None) -> str:
    if number > 1:
        return kiosk.to("services", before, topic=topic, page=number - 1 if number > 2 else None)
    if topic:
        return kiosk.to("topics", before)
    return kiosk.to("request", before) if before else kiosk.to()


def _tile(request: Request, kiosk: Kiosk, choice: Choice, before: tuple[Wanted, ...]) -> Tile:
    service, language = choice.offer.service, kiosk.language
    line, href = service.line_in(language), kiosk.to(f"services/{choice.slug}")
    if not choice.can_draw:
        line = texts_of(request, kiosk)(f"kiosk.services.{choice.kind}")
    elif kiosk.walk_in(choice.office, [choice.offer.id]).is_open:
        href = kiosk.to("request", (*before, Wanted(choice.slug)))
    else:
        line = texts_of(request, kiosk)("kiosk.services.closed")
    return Tile(service.icon, service.name_in(language), line, href)


def _topic_tile(
    kiosk: Kiosk, topic: str, found: tuple[Choice, ...], before: tuple[Wanted, ...], t: T
) -> Tile:
    """A topic nobody has named in the catalogue is called by its own word."""
    key = f"kiosk.topics.{topic}"
    names = ", ".join(one.offer.service.name_in(kiosk.language) for one in found[:2])
    name = t(key) if key in t else topic.replace("-", " ").capitalize()
    href = kiosk.to("services", before, topic=topic)
    return Tile(found[0].offer.service.icon, name, names, href)
