"""How an office calls, as keys and values: one way of saying it for files, pages and the history.

A key is a column of the office (`grace_minutes`), a service's daily contingent
(`offers.SERVICE.tickets_per_day`), whether a counter serves a service
(`counters.COUNTER.serves.SERVICE`), or a clerk's right (`staff.ID.may_call_any`; pages alone).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..files.entries import CallingEntry, OfficeEntry
from ..infos import OfficeInfo

Value = int | bool | str | None
Calling = Mapping[str, Value]

OF_OFFICE = tuple(CallingEntry.model_fields)
STRICTLY_FIRST = 1440
"""The head start that means: appointments before everybody without one."""


def per_day(service: str) -> str:
    return f"offers.{service}.tickets_per_day"


def serves(counter: str, service: str) -> str:
    return f"counters.{counter}.serves.{service}"


def may_call_any(staff_id: int) -> str:
    return f"staff.{staff_id}.may_call_any"


def say_office(office: OfficeInfo) -> dict[str, Value]:
    """What holds in an office."""
    said: dict[str, Value] = {name: getattr(office, name) for name in OF_OFFICE}
    for offer in office.offers:
        said[per_day(offer.service.slug)] = offer.tickets_per_day
    for counter in office.counters:
        for offer in office.offers:
            said[serves(counter.slug, offer.service.slug)] = offer.id in counter.offers
    return said


def say_entry(entry: OfficeEntry) -> dict[str, Value]:
    """What a file says of an office; "all" means all that is done at a counter."""
    said: dict[str, Value] = {name: getattr(entry, name) for name in OF_OFFICE}
    for offer in entry.offers:
        said[per_day(offer.service)] = offer.tickets_per_day
    every = [offer.service for offer in entry.offers if not offer.online_only]
    for counter in entry.counters:
        served = set(every if counter.serves is None else counter.serves)
        served.difference_update(counter.except_for)
        for offer in entry.offers:
            said[serves(counter.slug, offer.service)] = offer.service in served
    return said


def served_by(said: Calling, counter: str, services: Iterable[str]) -> list[str]:
    """Which of the services a counter serves."""
    return [service for service in services if said.get(serves(counter, service))]


def differences(before: Calling, after: Calling) -> dict[str, Value]:
    """What is said otherwise after: only keys that both have."""
    return {key: value for key, value in after.items() if key in before and before[key] != value}


def office_with(office: OfficeInfo, said: Calling) -> OfficeInfo:
    """The office as it would be if it called like this."""
    offers = tuple(
        replace(offer, tickets_per_day=said[per_day(offer.service.slug)]) for offer in office.offers
    )
    counters = tuple(
        replace(
            counter,
            offers=frozenset(
                offer.id for offer in offers if said[serves(counter.slug, offer.service.slug)]
            ),
        )
        for counter in office.counters
    )
    own = {name: said[name] for name in OF_OFFICE}
    return replace(office, offers=offers, counters=counters, **own)
