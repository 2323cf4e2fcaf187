"""What the page of services shows: every service of a town with what a choice needs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core.texts import T
from ..office.directory import Directory
from ..office.infos import MunicipalityInfo, OfferInfo
from .words import duration_words


@dataclass(frozen=True, slots=True)
class Choice:
    """One service in the list. `where` names another town's office; `counts` is empty where it
    cannot be booked; `search` is what the search field looks through."""

    slug: str
    name: str
    line: str
    duration: str
    minutes: int
    further_minutes: int
    documents: tuple[str, ...]
    fee: str | None
    online_url: str | None
    where: str | None
    counts: tuple[int, ...]
    online_only: bool
    chosen: int
    search: str


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    choices: tuple[Choice, ...]


def topics_for(
    t: T, directory: Directory, town: MunicipalityInfo, chosen: Mapping[str, int]
) -> list[Topic]:
    """The services for a town's residents, grouped, in the order of the directory."""
    by_service: dict[str, list[OfferInfo]] = {}
    for offer in directory.offers_for(town.id):
        by_service.setdefault(offer.service.slug, []).append(offer)
    grouped: dict[str, list[tuple[int, Choice]]] = {}
    for slug, offers in by_service.items():
        service = offers[0].service
        choice = _choice(t, directory, town, offers, chosen.get(slug, 0))
        grouped.setdefault(service.topic, []).append((service.position, choice))
    topics = sorted(grouped.items(), key=lambda topic: min(topic[1], key=_position)[0])
    return [
        Topic(topic_name(t, topic), tuple(choice for _, choice in sorted(found, key=_position)))
        for topic, found in topics
    ]


def topic_name(t: T, topic: str) -> str:
    """The catalogue's word for a topic; a town's own topic stands for itself."""
    key = f"booking.topic.{topic}"
    return t(key) if key in t else topic.capitalize()


def _position(entry: tuple[int, Choice]) -> int:
    return entry[0]


def _choice(
    t: T,
    directory: Directory,
    town: MunicipalityInfo,
    offers: Sequence[OfferInfo],
    chosen: int,
) -> Choice:
    bookable = [offer for offer in offers if offer.bookable and not offer.online_only]
    offer = min(bookable or offers, key=lambda each: each.minutes)
    service, language = offer.service, t.language
    most = max((each.max_count for each in bookable), default=0)
    words = [service.name_in(language), service.line_in(language), *service.keywords]
    return Choice(
        slug=service.slug,
        name=service.name_in(language),
        line=service.line_in(language),
        duration=duration_words(t, offer),
        minutes=offer.minutes,
        further_minutes=offer.further_minutes,
        documents=tuple(document.line for document in service.documents_in(language)),
        fee=service.fee_in(language),
        online_url=service.online_url,
        where=_elsewhere(t, directory, town, bookable or offers),
        counts=tuple(range(1, most + 1)),
        online_only=all(each.online_only for each in offers),
        chosen=min(chosen, most),
        search=" ".join(words).casefold(),
    )


def _elsewhere(
    t: T, directory: Directory, town: MunicipalityInfo, offers: Sequence[OfferInfo]
) -> str | None:
    offices = [directory.office(offer.office_id) for offer in offers]
    if any(office.municipality.id == town.id for office in offices):
        return None
    office = offices[0]
    return t("booking.service.elsewhere", office=office.name, town=office.municipality.name)
