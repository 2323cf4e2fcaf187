"""What a clerk types of a number on paper, read kindly: `17`, `P17` or `P 017`; `912` or `9:12`.
Nothing typed is lost: what is wrong stands beside what was typed. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ...booking.rules import MAX_COUNT
from ...core.errors import DomainError
from ...core.formats import at_local
from ...office.directory import OfferInfo
from ..rules import HIGHEST_SERIAL
from ..state import TicketNow

_NUMBER = re.compile(r"[Pp]? ?([0-9]{1,3})")
_TIME = re.compile(r"([0-9]{1,2})[:.]?([0-9]{2})")
# Which field a refusal of the command is about.
_FIELDS = {
    "number_taken": "number",
    "too_many": "persons",
    "invalid_value": "time",
    "before_opening": "time",
}


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of paper that can be entered."""

    serial: int
    drawn_at: datetime
    service: str
    persons: int


@dataclass(frozen=True, slots=True)
class PaperForm:
    """The fields as typed, and by field the key of what is wrong with it (`paper` for all)."""

    number: str = ""
    time: str = ""
    service: str = ""
    persons: str = "1"
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def first(self) -> str:
        """Where the cursor stands: at the first mistake, else at the time, the one thing that is
        new for every slip."""
        return next((name for name in ("number", "time", "service") if name in self.wrong), "time")


def read_form(typed: Mapping[str, str]) -> PaperForm:
    def field_of(name: str) -> str:
        return typed.get(name, "").strip()[:60]

    return PaperForm(field_of("number"), field_of("time"), field_of("service"), field_of("persons"))


def read_slip(form: PaperForm, day: date, offers: Iterable[OfferInfo]) -> Slip | dict[str, str]:
    """The slip, or what is wrong by field."""
    serial, minute = read_serial(form.number), read_minute(form.time)
    known = form.service in {offer.service.slug for offer in offers}
    persons = int(form.persons) if re.fullmatch("[0-9]{1,2}", form.persons) else 0
    checks = (
        ("number", "number", serial is not None),
        ("time", "time", minute is not None),
        ("service", "service", known),
        ("persons", "persons", 1 <= persons <= MAX_COUNT),
    )
    wrong = {name: key for name, key, fine in checks if not fine}
    if wrong or serial is None or minute is None:
        return wrong
    return Slip(serial, at_local(day, minute), form.service, persons)


def read_serial(text: str) -> int | None:
    """1 to 999, with or without the P and zeros before it."""
    found = _NUMBER.fullmatch(text)
    serial = int(found[1]) if found else 0
    return serial if 1 <= serial <= HIGHEST_SERIAL else None


def read_minute(text: str) -> int | None:
    """Minutes after midnight, with colon, point or neither."""
    found = _TIME.fullmatch(text.removesuffix("Uhr").strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return int(found[1]) * 60 + int(found[2])


def refused(form: PaperForm, error: DomainError) -> PaperForm:
    """The form with what the command said, at the field it is about."""
    name = _FIELDS.get(error.code, "paper")
    return PaperForm(form.number, form.time, form.service, form.persons, {name: error.code})


def next_form(entered: Iterable[TicketNow], slugs: Mapping[int, str]) -> PaperForm:
    """Ready for the slip after the last one (`entered`, the newest first): the number counted up,
    the same service."""
    last = next(iter(entered), None)
    if last is None:
        return PaperForm(number="1")
    service = slugs.get(last.services[0].offer_id, "") if last.services else ""
    return PaperForm(number=str(min(last.serial + 1, HIGHEST_SERIAL)), service=service)
