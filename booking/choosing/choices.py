"""What the page of services shows: every service open to a home, in the order it is offered. Pure.

Chosen services first, then what is needed often, then topics; or what a search found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...core.formats import listed
from ...core.texts import T
from ...office.directory import Directory
from ...office.infos import DocumentInfo, MunicipalityInfo, OfferInfo, OfficeInfo, ServiceInfo
from ..rules import Wanted
from ..words import duration_words
from .residence import closed_services, is_town, open_offers
from .search import Entry, find


@dataclass(frozen=True, slots=True)
class Choice:
    """One service in the list.

    `where` names another town's office; `counts` is empty where it cannot be booked. `places` are
    the counters and ways that can do it: services go together where they share one of them.
    """

    slug: str
    name: str
    line: str
    duration: str
    minutes: int
    further_minutes: int
    documents: tuple[DocumentInfo, ...]
    fee: str | None
    online_url: str | None
    where: str | None
    ways: str | None
    counts: tuple[int, ...]
    online_only: bool
    chosen: int
    places: str


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class NotHere:
    """A service that offices here do for others alone, and who is responsible instead."""

    name: str
    advice: str
    homepage_url: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """The whole list. `typed` is what was searched for; `minutes` adds up what is chosen."""

    topics: tuple[Topic, ...]
    not_here: tuple[NotHere, ...]
    typed: str
    services: int
    minutes: int

    @property
    def is_empty(self) -> bool:
        return not self.topics and not self.not_here


def listing_of(
    t: T,
    directory: Directory,
    home: MunicipalityInfo,
    chosen: Mapping[str, int],
    typed: str = "",
    office: OfficeInfo | None = None,
) -> Listing:
    """The services for a home, with `office` only its own; `chosen` is slug -> how many."""
    opened = {
        slug: [offer for offer in offers if office is None or offer.office_id == office.id]
        for slug, offers in open_offers(directory, home).items()
    }
    services = sorted((offers[0].service for offers in opened.values() if offers), key=_position)
    closed = sorted(closed_services(directory, home), key=_position) if office is None else []
    if typed:
        found = find([entry_of(service) for service in (*services, *closed)], typed)
        services, closed = _in_order(services, found), _in_order(closed, found)
    choices = {
        slug: _choice(t, directory, home, opened[slug], count)
        for slug, count in _counted(opened, services, chosen).items()
    }
    every = [choice for choice in choices.values() if choice.chosen]
    return Listing(
        topics=tuple(_topics(t, services, choices, searched=bool(typed))),
        not_here=tuple(not_here(t, home, service) for service in closed),
        typed=typed,
        services=len(every),
        minutes=sum(one.minutes + (one.chosen - 1) * one.further_minutes for one in every),
    )


def entry_of(service: ServiceInfo) -> Entry:
    """What a service is found by, in every language at once."""
    return Entry(service.slug, service.names, service.keywords, service.lines, service.often)


def not_here(t: T, home: MunicipalityInfo, service: ServiceInfo) -> NotHere:
    """Said before anything is chosen: not for people from here, and who is responsible."""
    advice = (
        t("choosing.not_here.town", town=home.name, responsible=home.full_name)
        if is_town(home)
        else t("choosing.not_here.anywhere")
    )
    return NotHere(service.name_in(t.language), advice, home.homepage_url)


def known_services(directory: Directory, wanted: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """What the house knows: a link may be older than the list of services."""
    slugs = {service.slug for service in directory.services.values()}
    return tuple(each for each in wanted if each.slug in slugs)


def wanted_words(t: T, directory: Directory, wanted: Sequence[Wanted]) -> str:
    """`Personalausweis beantragen (2 Mal), Reisepass beantragen`."""
    names = [(directory.service(each.slug).name_in(t.language), each.count) for each in wanted]
    return listed(
        (
            t("booking.service.counted", name=name, n=count) if count > 1 else name
            for name, count in names
        ),
        t.language,
    )


def topic_name(t: T, topic: str) -> str:
    """The catalogue's word for a topic; a town's own topic stands for itself."""
    key = f"booking.topic.{topic}"
    return t(key) if key in t else topic.capitalize()


def _counted(
    opened: Mapping[str, Sequence[OfferInfo]],
    services: Sequence[ServiceInfo],
    chosen: Mapping[str, int],
) -> dict[str, int]:
    """What to show: the chosen ones, found or not, so that none gets lost; then the others."""
    kept = {slug: count for slug, count in chosen.items() if opened.get(slug)}
    return kept | {service.slug: chosen.get(service.slug, 0) for service in services}


def _topics(
    t: T, services: Sequence[ServiceInfo], choices: Mapping[str, Choice], *, searched: bool
) -> list[Topic]:
    found: dict[str, list[Choice]] = {}
    for choice in choices.values():
        if choice.chosen:
            found.setdefault(t("choosing.chosen"), []).append(choice)
    rest = [service for service in services if not choices[service.slug].chosen]
    for service in rest if searched else sorted(rest, key=lambda service: not service.often):
        found.setdefault(_heading(t, service, searched=searched), []).append(choices[service.slug])
    return [Topic(name, tuple(listed)) for name, listed in found.items()]


def _heading(t: T, service: ServiceInfo, *, searched: bool) -> str:
    if searched:
        return t("choosing.found")
    return t("choosing.often") if service.often else topic_name(t, service.topic)


def _in_order(services: Sequence[ServiceInfo], slugs: Sequence[str]) -> list[ServiceInfo]:
    by_slug = {service.slug: service for service in services}
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def _position(service: ServiceInfo) -> int:
    return service.position


def _choice(
    t: T, directory: Directory, home: MunicipalityInfo, offers: Sequence[OfferInfo], chosen: int
) -> Choice:
    bookable = [offer for offer in offers if offer.is_open_to_book]
    offer = min(bookable or offers, key=lambda each: each.minutes)
    service, language = offer.service, t.language
    most = max((each.max_count for each in bookable), default=0)
    return Choice(
        slug=service.slug,
        name=service.name_in(language),
        line=service.line_in(language),
        duration=duration_words(t, offer),
        minutes=offer.minutes,
        further_minutes=offer.further_minutes,
        documents=service.documents_in(language),
        fee=service.fee_in(language),
        online_url=service.online_url,
        where=_elsewhere(t, directory, home, bookable or offers),
        ways=_ways(t, bookable),
        counts=tuple(range(1, most + 1)),
        online_only=all(each.online_only for each in offers),
        chosen=min(chosen, most),
        places=" ".join(_places(directory, bookable)),
    )


def _elsewhere(
    t: T, directory: Directory, home: MunicipalityInfo, offers: Sequence[OfferInfo]
) -> str | None:
    offices = [directory.office(offer.office_id) for offer in offers]
    if any(office.municipality.id == home.id for office in offices):
        return None
    if len(offices) > 1:
        return t("choosing.several_offices", n=len(offices))
    office = offices[0]
    return t("booking.service.elsewhere", office=office.name, town=office.municipality.name)


def _ways(t: T, offers: Sequence[OfferInfo]) -> str | None:
    """`auch per Telefon, per Video`; None where one comes in person, as always."""
    ways = dict.fromkeys(channel for offer in offers for channel in offer.channels)
    remote = listed((t(f"choosing.ways.{way}") for way in ways if way != "on_site"), t.language)
    if not remote:
        return None
    return t("choosing.also", ways=remote) if "on_site" in ways else remote


def _places(directory: Directory, offers: Sequence[OfferInfo]) -> list[str]:
    return [
        f"{counter.id}.{channel}"
        for offer in offers
        for counter in directory.office(offer.office_id).counters
        if offer.id in counter.offers
        for channel in offer.channels
    ]
