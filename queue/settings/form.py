"""The form of how an office calls: its fields from what holds, and back to what is meant. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from starlette.datastructures import FormData

from ...office.calling.said import STRICTLY_FIRST, Calling, Value, may_call_any, per_day, serves
from ...office.calling.store import Clerk
from ...office.files.entry_fields import SpokenLanguage
from ...office.infos import OfferInfo, OfficeInfo

HEAD_STARTS = (*range(0, 65, 5), STRICTLY_FIRST)
LIMITS: Mapping[str, tuple[int, int]] = {
    "grace_minutes": (0, 240),
    "cutoff_minutes": (0, 480),
    "recall_limit": (1, 20),
    "recall_seconds": (0, 600),
    "tickets_per_day": (0, 999),
}
"""As the files have them (`office/files/entries.py:CallingEntry`)."""

SPOKEN: tuple[str, ...] = get_args(SpokenLanguage)
"""Languages a call can be said in after German."""

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "head_start_minutes": tuple(map(str, HEAD_STARTS)),
    "announce_times": ("1", "2", "3"),
    "announce_language": ("", *SPOKEN),
}
_OF_OFFICE = (*_CHOICES, *LIMITS)
_MAY_BE_EMPTY = "tickets_per_day"
_TICKS = ("stop_when_full", "calls_absent")


@dataclass(frozen=True)
class Sheet:
    """What the form shows: texts of its boxes, what is ticked, and what is wrong by field."""

    texts: Mapping[str, str]
    ticked: frozenset[str]
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Staffed:
    """The office whose form it is, with its clerks."""

    office: OfficeInfo
    clerks: tuple[Clerk, ...]


def offer_field(offer_id: int) -> str:
    return f"per_day_{offer_id}"


def link_tick(counter_id: int, offer_id: int) -> str:
    """The value of a tick in the table of counters and services."""
    return f"{counter_id}:{offer_id}"


def sheet_of(place: Staffed, said: Calling) -> Sheet:
    """The form as it shows what is said."""
    texts = {name: _text(said[name]) for name in _OF_OFFICE}
    ticked = {name for name in _TICKS if said[name]}
    for offer in place.office.offers:
        texts[offer_field(offer.id)] = _text(said[per_day(offer.service.slug)])
        for counter in place.office.counters:
            if said[serves(counter.slug, offer.service.slug)]:
                ticked.add(link_tick(counter.id, offer.id))
    ticked |= {f"may:{clerk.id}" for clerk in place.clerks if said[may_call_any(clerk.id)]}
    return Sheet(texts, frozenset(ticked))


def sheet_sent(place: Staffed, form: FormData) -> Sheet:
    """The form as it was sent, with its mistakes."""
    names = [*_OF_OFFICE, *(offer_field(offer.id) for offer in place.office.offers)]
    texts = {name: str(form.get(name, "")).strip() for name in names}
    ticked = {name for name in _TICKS if form.get(name)}
    ticked |= {str(value) for value in form.getlist("serves")}
    ticked |= {f"may:{value}" for value in form.getlist("may")}
    wrong = {name: found for name in names if (found := _mistake(name, texts[name]))}
    return Sheet(texts, frozenset(ticked), wrong)


def read_sheet(place: Staffed, sheet: Sheet, holds: Calling) -> dict[str, Value]:
    """What a sheet without mistakes says. What it does not show (services that are only online)
    stays as it holds."""
    said = dict(holds)
    for name in ("head_start_minutes", "announce_times", *LIMITS):
        said[name] = _number(sheet.texts[name])
    said["announce_language"] = sheet.texts["announce_language"] or None
    for name in _TICKS:
        said[name] = name in sheet.ticked
    for offer in shown_offers(place.office):
        slug = offer.service.slug
        said[per_day(slug)] = _number(sheet.texts[offer_field(offer.id)])
        for counter in place.office.counters:
            said[serves(counter.slug, slug)] = link_tick(counter.id, offer.id) in sheet.ticked
    for clerk in place.clerks:
        said[may_call_any(clerk.id)] = f"may:{clerk.id}" in sheet.ticked
    return said


def shown_offers(office: OfficeInfo) -> list[OfferInfo]:
    """What is done at counters."""
    return [offer for offer in office.offers if not offer.online_only]


def _mistake(name: str, text: str) -> str | None:
    if name in _CHOICES:
        return None if text in _CHOICES[name] else "choice"
    least, most = LIMITS.get(name, LIMITS["tickets_per_day"])
    if not text:
        return None if name == _MAY_BE_EMPTY or name not in LIMITS else "missing"
    fits = text.isascii() and text.isdecimal() and len(text) < 5 and least <= int(text) <= most
    return None if fits else "number"


def _number(text: str) -> int | None:
    return int(text) if text else None


def _text(value: Value) -> str:
    return "" if value is None else str(value)
