"""What only all files together show: that names exist, are unique, and that the rules hold.

Each check yields mistakes and goes on, so that one run names them all.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Protocol, TypeVar

from .check_hours import check_opening
from .check_services import check_words
from .entries import OfferEntry, OfficeEntry
from .mistakes import Mistake
from .sources import MasterData, Placed

MAIN_POOL = "main"

# Words that stand in addresses below /termin, beside or in the place of a municipality's name.
ADDRESS_WORDS = frozenset(
    {"alle", "aendern", "meine", "halten", "angebot", "warteliste", "zeit", "frueheste"}
    | {"barrierefreiheit", "verschieben", "absagen", "bestaetigen", "mail", "verlaengern"}
    | {"ja", "aus", "nehmen", "ablehnen"}
)


class _Named(Protocol):
    @property
    def slug(self) -> str: ...


N = TypeVar("N", bound=_Named)


def find_mistakes(data: MasterData) -> Iterator[Mistake]:
    """Every mistake across the files."""
    yield from _unique(data.municipalities)
    yield from _check_addresses(data)
    yield from _unique(data.areas)
    yield from _unique(data.services)
    yield from _unique(data.offices)
    yield from _unique(data.counters())
    yield from _unique(data.devices)
    yield from _check_places_of(data)
    yield from _check_devices(data)
    yield from _check_staff(data)
    for service in data.services:
        yield from check_words(service)
    for office in data.offices:
        yield from _check_pools(office)
        yield from _check_offers(office, data)
        yield from _check_counters(office)
        yield from check_opening(office)
    yield from _check_letters(data)


def _unique(placed: Iterable[Placed[N]]) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for one in placed:
        slug = one.entry.slug
        if slug in first:
            yield one.mistake(f'"{slug}" is already used in {first[slug]}', "slug")
        first.setdefault(slug, one.file)


def _check_addresses(data: MasterData) -> Iterator[Mistake]:
    """A slug is part of addresses, where it must not stand for something else.

    `/stand/usingen` is the page of a town or of an office; an office of that name would hide it.
    """
    for town in data.municipalities:
        if town.entry.slug in ADDRESS_WORDS:
            reason = f'"{town.entry.slug}" has a meaning of its own in addresses: take another name'
            yield town.mistake(reason, "slug")
    towns = {town.entry.slug: town.file for town in data.municipalities}
    for office in data.offices:
        slug = office.entry.slug
        if slug in towns:
            reason = (
                f'"{slug}" is the municipality of that name in {towns[slug]}, which has its page '
                f'at /stand/{slug}: call the office something else, like "{slug}-buergerbuero"'
            )
            yield office.mistake(reason, "slug")


def _slugs(placed: Iterable[Placed[N]]) -> set[str]:
    return {one.entry.slug for one in placed}


def _unknown(
    at: Placed[N], kind: str, named: Iterable[str], known: Collection[str], *path: int | str
) -> Iterator[Mistake]:
    for index, slug in enumerate(named):
        if slug not in known:
            yield at.mistake(f'there is no {kind} "{slug}"', *path, index)


def _missing(
    at: Placed[N], kind: str, slug: str, known: Collection[str], *path: int | str
) -> Iterator[Mistake]:
    if slug not in known:
        yield at.mistake(f'there is no {kind} "{slug}"', *path)


def _check_places_of(data: MasterData) -> Iterator[Mistake]:
    towns = _slugs(data.municipalities)
    areas = {area.entry.slug: area.entry for area in data.areas}
    for area in data.areas:
        yield from _missing(area, "municipality", area.entry.municipality, towns, "municipality")
    for office in data.offices:
        entry = office.entry
        yield from _missing(office, "municipality", entry.municipality, towns, "municipality")
        yield from _missing(office, "area", entry.area, areas, "area")
        yield from _unknown(office, "municipality", entry.residents or (), towns, "residents")
        area = areas.get(entry.area)
        if area is not None and area.municipality != entry.municipality:
            yield office.mistake(f"is in {area.municipality}, the office is not", "area")


def _check_devices(data: MasterData) -> Iterator[Mistake]:
    areas = _slugs(data.areas)
    area_of = {
        counter.slug: office.entry.area
        for office in data.offices
        for counter in office.entry.counters
    }
    for device in data.devices:
        area, counter = device.entry.area, device.entry.counter
        yield from _missing(device, "area", area, areas, "area")
        if counter is None:
            continue
        yield from _missing(device, "counter", counter, area_of, "counter")
        if area_of.get(counter, area) != area:
            yield device.mistake(f"is not in the area {area}", "counter")


def _check_staff(data: MasterData) -> Iterator[Mistake]:
    offices, towns = _slugs(data.offices), _slugs(data.municipalities)
    logins: set[str] = set()
    for one in data.staff:
        entry = one.entry
        if entry.login in logins:
            yield one.mistake(f'"{entry.login}" is already used', "login")
        logins.add(entry.login)
        for index, slug in enumerate(entry.clerk_of):
            if slug not in offices:
                yield one.mistake(f'there is no office "{slug}"', "clerk_of", index)
        for index, slug in enumerate(entry.administrator_of):
            if slug not in towns:
                reason = f'there is no municipality "{slug}"'
                yield one.mistake(reason, "administrator_of", index)


def _check_pools(office: Placed[OfficeEntry]) -> Iterator[Mistake]:
    seen = {MAIN_POOL: "is the name of the pool every office has"}
    for index, pool in enumerate(office.entry.pools):
        if pool.slug in seen:
            yield office.mistake(f'"{pool.slug}" {seen[pool.slug]}', "pools", index, "slug")
        seen.setdefault(pool.slug, "is already used in this office")


def _check_offers(office: Placed[OfficeEntry], data: MasterData) -> Iterator[Mistake]:
    services = {service.entry.slug: service.entry for service in data.services}
    towns, pools = _slugs(data.municipalities), {pool.slug for pool in office.entry.pools}
    seen: set[str] = set()
    for index, offer in enumerate(office.entry.offers):
        at, service = ("offers", index), services.get(offer.service)
        yield from _missing(office, "service", offer.service, services, *at, "service")
        yield from _unknown(office, "pool", offer.pools, pools, *at, "pools")
        yield from _unknown(office, "municipality", offer.residents or (), towns, *at, "residents")
        if offer.service in seen:
            yield office.mistake("is offered twice", *at, "service")
        if offer.online_only and service is not None and service.online_url is None:
            reason = f'needs an online_url at the service "{offer.service}"'
            yield office.mistake(reason, *at, "online_only")
        if _is_served_at_counters(offer) and not _is_servable(office.entry, offer):
            yield office.mistake(f'no counter serves "{offer.service}"', *at)
        seen.add(offer.service)


def _is_served_at_counters(offer: OfferEntry) -> bool:
    return (offer.walk_in or offer.bookable) and not offer.online_only


def _is_servable(office: OfficeEntry, offer: OfferEntry) -> bool:
    return any(
        offer.service not in counter.except_for
        if counter.serves is None
        else offer.service in counter.serves
        for counter in office.counters
    )


def _check_counters(office: Placed[OfficeEntry]) -> Iterator[Mistake]:
    offered = {offer.service for offer in office.entry.offers}
    labels: set[str] = set()
    for index, counter in enumerate(office.entry.counters):
        at, kind = ("counters", index), "offer of this office for"
        yield from _unknown(office, kind, counter.serves or (), offered, *at, "serves")
        yield from _unknown(office, kind, counter.except_for, offered, *at, "except_for")
        if counter.label in labels:
            reason = f'"{counter.label}" is already used in this office'
            yield office.mistake(reason, *at, "label")
        labels.add(counter.label)


def _check_letters(data: MasterData) -> Iterator[Mistake]:
    """Offices of one waiting area share no letter unless the area says they draw together."""
    together = {area.entry.slug for area in data.areas if area.entry.shared_letters}
    owner: dict[tuple[str, str], str] = {}
    for office in data.offices:
        area = office.entry.area
        for index, offer in enumerate(office.entry.offers):
            first = owner.setdefault((area, offer.letter), office.entry.slug)
            if first != office.entry.slug and area not in together:
                reason = (
                    f'{offer.letter} belongs to "{first}" in the same waiting area: take another '
                    f"letter, or set shared_letters = true there to draw from one range"
                )
                yield office.mistake(reason, "offers", index, "letter")


# Letters whose German names end alike; T, of the appointments, is always heard as well.
_RHYMES = ("BCDEGT", "AHK")


def rhyming_letters(data: MasterData) -> Mapping[str, str]:
    """Per waiting area the letters that sound alike when called. Advice, not a mistake."""
    letters: dict[str, set[str]] = {}
    for office in data.offices:
        used = {offer.letter for offer in office.entry.offers if _is_served_at_counters(offer)}
        letters.setdefault(office.entry.area, {"T"}).update(used)
    alike = {
        area: ", ".join(
            chain.from_iterable(
                sorted(heard) for rhyme in _RHYMES if len(heard := used.intersection(rhyme)) > 1
            )
        )
        for area, used in letters.items()
    }
    return {area: found for area, found in alike.items() if found}
