"""Who comes to the demo: what they want, how long it takes, whether they show up. Pure but for
the random numbers that are passed in.
"""

from dataclasses import dataclass
from random import Random

from ...booking.rules import Wanted
from ...office.directory import OfferInfo, OfficeInfo
from ...office.rules import can_serve

# So that one can watch: services take this share of the minutes that are configured, and the
# demo begins with having learned just that (seed.py), so what it foretells is true of it.
TEMPO = 0.2
# How much quicker or slower than that one visit is.
SPREAD = (0.5, 1.5)
# Seconds. The way to the counter and what comes after a visit take the minute that a forecast
# reckons with.
WAY_SECONDS = (20.0, 50.0)
PAUSE_SECONDS = (10.0, 35.0)
CHECK_IN_SECONDS = (8.0, 20.0)
FIRST_VISITORS = 3
BOOKING_SECONDS = (20.0, 45.0)
# No more people than the room has chairs.
MOST_WAITING = 11
NO_SHOW_RATE = 0.07
COMES_RATE = 0.9
SECOND_SERVICE_RATE = 0.2
FAMILY_RATE = 0.15
STEP_FREE_RATE = 0.05

FIRST_NAMES = ("Mira", "Jonas", "Elif", "Paul", "Olena", "Karim", "Lena", "Emre", "Ida", "Noah")
LAST_NAMES = ("Muster", "Beispiel", "Probe", "Vorlage", "Modell", "Entwurf")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody without an appointment."""

    services: tuple[Wanted, ...]
    language: str
    step_free: bool


def walk_in(random: Random, office: OfficeInfo) -> Visitor | None:
    """Who draws a number next; None where the office takes nobody without appointment."""
    offers = [
        offer
        for offer in office.offers
        if offer.walk_in and not offer.online_only and not offer.staff_only
    ]
    if not offers:
        return None
    return Visitor(
        services=_wanted(random, office, offers),
        language=random.choice(("de", "de", "de", "en")),
        step_free=random.random() < STEP_FREE_RATE,
    )


def arrival_seconds(office: OfficeInfo) -> tuple[float, float]:
    """How far apart people come: about as fast as all counters of the office can serve them."""
    offers = [offer for offer in office.offers if offer.walk_in and not offer.online_only]
    weights = _weights(offers)
    usual = sum(weight * offer.minutes for weight, offer in zip(weights, offers, strict=True))
    planned = (1.0 + SECOND_SERVICE_RATE) * usual / max(sum(weights), 1.0)
    between = (TEMPO * 60.0 * planned + sum(WAY_SECONDS + PAUSE_SECONDS) / 2) / max(
        len(office.counters), 1
    )
    return 0.5 * between, 1.5 * between


def appointment(random: Random, office: OfficeInfo) -> tuple[Wanted, ...] | None:
    """What somebody books next; None where nothing can be booked."""
    offers = [offer for offer in office.offers if offer.is_open_to_book]
    return _wanted(random, office, offers) if offers else None


def name(random: Random) -> str:
    """An obviously invented name."""
    return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"


def _wanted(random: Random, office: OfficeInfo, offers: list[OfferInfo]) -> tuple[Wanted, ...]:
    """Mostly one service, the first of the list more often; what goes together if two."""
    weights = _weights(offers)
    first = random.choices(offers, weights)[0]
    count = 2 if first.max_count > 1 and random.random() < FAMILY_RATE else 1
    wanted = [Wanted(first.service.slug, count)]
    if random.random() < SECOND_SERVICE_RATE:
        second = random.choices(offers, weights)[0]
        both = {first.id, second.id}
        if len(both) == 2 and any(can_serve(counter, both) for counter in office.counters):
            wanted.append(Wanted(second.service.slug))
    return tuple(wanted)


def _weights(offers: list[OfferInfo]) -> list[float]:
    return [1.0 / (1 + index) for index in range(len(offers))]
