"""What one can come for at this kiosk: all offices of its waiting area, in pages, topics, search.

Pure. A person does not know offices: services stand together, whoever does them.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from ..booking.rules import Wanted
from ..office.directory import OfferInfo, OfficeInfo
from ..office.rules import goes_together

T = TypeVar("T")

TILES = 6
# Up to two pages are leafed through; beyond that the second page offers topics.
LEAFED = 2 * TILES
MOST_FOUND = 6
# What the page that says what to bring can hold without scrolling.
MOST_CHOSEN = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A service as one office of the area does it."""

    office: OfficeInfo
    offer: OfferInfo

    @property
    def slug(self) -> str:
        return self.offer.service.slug

    @property
    def can_draw(self) -> bool:
        """Whether numbers are ever given out for it here."""
        return self.offer.walk_in and not self.offer.online_only

    @property
    def kind(self) -> str:
        """Why one may get no number for it: `online`, `appointment`, or the office is `closed`."""
        if self.can_draw:
            return "closed"
        only_online = self.offer.online_only or not self.offer.bookable
        return "online" if only_online else "appointment"


def choices_of(offices: Iterable[OfficeInfo]) -> tuple[Choice, ...]:
    """Everything the area does, each service once: what one draws for first, then the rest."""
    found: dict[str, Choice] = {}
    for office in offices:
        for offer in office.offers:
            if offer.staff_only:
                continue
            choice = Choice(office, offer)
            known = found.get(choice.slug)
            if known is None or (choice.can_draw and not known.can_draw):
                found[choice.slug] = choice
    return tuple(sorted(found.values(), key=lambda choice: not choice.can_draw))


def further_choices(choices: Iterable[Choice], chosen: Sequence[Choice]) -> tuple[Choice, ...]:
    """What can be added: the same office, not chosen yet, and one counter can do all of it."""
    office = chosen[0].office
    offers = [choice.offer.id for choice in chosen]
    return tuple(
        choice
        for choice in choices
        if choice.office.id == office.id
        and choice.can_draw
        and choice.offer.id not in offers
        and goes_together(office, [*offers, choice.offer.id])
    )


def topics_of(choices: Iterable[Choice]) -> dict[str, tuple[Choice, ...]]:
    """The choices by topic, in the order in which topics first appear."""
    found: dict[str, tuple[Choice, ...]] = {}
    for choice in choices:
        topic = choice.offer.service.topic
        found[topic] = (*found.get(topic, ()), choice)
    return found


def page_of(entries: Sequence[T], number: int) -> tuple[tuple[T, ...], bool]:
    """The entries of a page (from 1), and whether more follow; no such page: none."""
    first = (number - 1) * TILES
    return tuple(entries[first : first + TILES]), len(entries) > first + TILES


def find_choices(choices: Iterable[Choice], words: str) -> tuple[Choice, ...]:
    """What fits all the words, best first: names before keywords, beginnings before the inside.

    Names and keywords are searched in all languages: people type what they know.
    """
    wanted = _fold(words).split()
    if not wanted:
        return ()
    scored = [
        (score, choice) for choice in choices if (score := _score(choice, wanted)) is not None
    ]
    ordered = sorted(scored, key=lambda entry: entry[0])
    return tuple(choice for _, choice in islice(ordered, MOST_FOUND))


def read_chosen(choices: Iterable[Choice], wanted: Iterable[Wanted]) -> tuple[Choice, ...] | None:
    """The choices behind what an address names; None when they cannot be drawn for together."""
    by_slug = {choice.slug: choice for choice in choices}
    slugs = [one.slug for one in wanted]
    if not slugs or len(slugs) > MOST_CHOSEN or not by_slug.keys() >= set(slugs):
        return None
    chosen = tuple(by_slug[slug] for slug in slugs)
    offices = {choice.office.id for choice in chosen}
    if len(set(slugs)) != len(slugs) or len(offices) > 1 or not all(c.can_draw for c in chosen):
        return None
    together = goes_together(chosen[0].office, [choice.offer.id for choice in chosen])
    return chosen if together else None


def _score(choice: Choice, wanted: Sequence[str]) -> int | None:
    service = choice.offer.service
    names = _fold(" ".join(service.names))
    rest = _fold(" ".join((*service.keywords, *service.lines)))
    total = 0
    for word in wanted:
        score = _score_word(word, names, rest)
        if score is None:
            return None
        total += score
    return total


def _score_word(word: str, names: str, rest: str) -> int | None:
    if f" {word}" in f" {names}":
        return 0
    if word in names:
        return 1
    if f" {word}" in f" {rest}":
        return 2
    return 3 if word in rest else None


def _fold(text: str) -> str:
    """Without case and accents, and with ae for ä: as people type who have no such keys."""
    german = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain = unicodedata.normalize("NFKD", german)
    return "".join(letter if letter.isalnum() else " " for letter in plain if ord(letter) < 0x300)
