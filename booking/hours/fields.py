"""The fields of the forms for hours: what a browser sends, and how a rule or closure fills them.

Texts by name, some names several times. The way back stands in `hours/reading.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ...office.files.entry_hours import ClosureEntry, OpeningEntry, PlacesEntry
from ...office.hours.said import clock, days_of
from ...office.hours.store import MAIN

MOST_BREAKS = 4
_MANY = frozenset({"days", "nth", "services", "usual"})
NUMBERS = ("slot_minutes", "lead_minutes", "horizon_days", "release_hours")


@dataclass(frozen=True)
class Fields:
    """What stands in a form. A field that is not there is empty."""

    one: Mapping[str, str] = field(default_factory=dict[str, str])
    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, object]]) -> "Fields":
        """From a form as it was sent."""
        one: dict[str, str] = {}
        many: dict[str, list[str]] = {}
        for name, value in pairs:
            if name in _MANY:
                many.setdefault(name, []).append(str(value))
            else:
                one.setdefault(name, str(value).strip())
        return cls(one, {name: tuple(values) for name, values in many.items()})

    def __getitem__(self, name: str) -> str:
        return self.one.get(name, "")

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a name that may come several times."""
        return self.many.get(name, ())


def number_in(text: str) -> int | None:
    """An id as our own forms send it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def day_in(text: str) -> date | None:
    """A day as browsers send it, of this century."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def rule_fields(rule: OpeningEntry, since: date) -> Fields:
    """A rule in its form, to hold from a day on."""
    one = {
        "since": since.isoformat(),
        "until": rule.valid_to.isoformat() if rule.valid_to else "",
        "from": clock(rule.start),
        "to": clock(rule.end % 1440),
        "mode": rule.mode,
        "every_weeks": str(rule.every_weeks),
        "who": "all" if rule.services is None else "some",
        "special": "1" if rule.special else "",
    }
    if rule.special and rule.valid_from:
        one["since"] = rule.valid_from.isoformat()
    one |= {name: str(value) for name in NUMBERS if (value := getattr(rule, name)) is not None}
    places = dict(rule.pools) if rule.places is None else {MAIN: rule.places, **rule.pools}
    for slug, size in places.items():
        one |= _place_fields(slug, size)
    for index, each in enumerate(rule.breaks):
        one |= {f"break_from_{index}": clock(each.start), f"break_to_{index}": clock(each.end)}
    many = {
        "days": tuple(rule.days),
        "nth": tuple(map(str, rule.nth)),
        "services": tuple(rule.services or ()),
    }
    return Fields(one, many)


def _place_fields(slug: str, size: PlacesEntry) -> dict[str, str]:
    fields = {f"public-{slug}": str(size.public), f"total-{slug}": str(size.total)}
    return {**fields, f"held-{slug}": str(size.held_back)} if size.held_back else fields


def closure_fields(closure: ClosureEntry, *, of_town: bool) -> Fields:
    """A closure in its form."""
    days = days_of(closure)
    one = {
        "whose": "town" if of_town else "office",
        "when": days.kind,
        "first": days.first_day.isoformat() if days.first_day else "",
        "last": days.last_day.isoformat() if days.last_day else "",
        "each_day": str(days.month_day or ""),
        "each_month": str(days.month or ""),
        "easter": "" if days.easter_offset is None else str(days.easter_offset),
        "count": str(days.days),
        "part": "" if (days.from_minute, days.to_minute) == (0, 1440) else "1",
        "from": clock(days.from_minute),
        "to": clock(days.to_minute % 1440),
        "reason": days.reason,
        "reason_en": days.reason_en or "",
    }
    return Fields(one)
