"""The fields of the forms for hours: from a rule or closure to fields, and back with what is wrong.

Fields are what a browser sends: texts by name, some names several times. No request, no HTML.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from pydantic import ValidationError

from ..office.entry_hours import ClosureEntry, OpeningEntry, PlacesEntry
from ..office.hours_said import Said, clock, days_of, read_closure, read_rule
from ..office.hours_store import MAIN

E = TypeVar("E")

MOST_BREAKS = 4
_MANY = frozenset({"days", "nth", "services", "usual"})
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
_NUMBER = re.compile(r"-?\d{1,6}")
_NUMBERS = ("slot_minutes", "lead_minutes", "horizon_days", "release_hours")


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


class WrongFieldsError(Exception):
    """What cannot be read: field -> what is wrong, the end of a key below `hours.wrong.`."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = dict(errors)


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
    one |= {name: str(value) for name in _NUMBERS if (value := getattr(rule, name)) is not None}
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


def read_rule_fields(fields: Fields, pools: Iterable[str]) -> OpeningEntry:
    """The rule a form says; `pools` are the office's. Raises WrongFieldsError."""
    errors: dict[str, str] = {}
    read = _Reader(fields, errors)
    since = read.day("since") or read.missing("since")
    special = bool(fields["special"])
    said: Said = {
        "days": list(fields.all("days")),
        "from": read.clock("from") or read.missing("from"),
        "to": _end(read.clock("to")) or read.missing("to"),
        "mode": fields["mode"],
        "valid_from": since,
        "valid_to": read.day("until") or (since if special else None),
        "breaks": list(_breaks(read)),
        "nth": [int(one) if one.isdecimal() else one for one in fields.all("nth")],
        "every_weeks": read.number("every_weeks") or 1,
        "special": special,
    }
    if special:
        said |= {"days": list(_EVERY_DAY), "nth": [], "every_weeks": 1}
    if fields["who"] == "some":
        said["services"] = list(fields.all("services"))
    if fields["mode"] != "walk_in":
        said |= _places(read, pools)
        said |= {name: read.number(name) for name in _NUMBERS}
    if errors:
        raise WrongFieldsError(errors)
    return _entry(read_rule, said, _RULE_WRONG)


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


def read_closure_fields(fields: Fields) -> ClosureEntry:
    """The closure a form says. Raises WrongFieldsError."""
    errors: dict[str, str] = {}
    read = _Reader(fields, errors)
    said: Said = {"reason": fields["reason"] or read.missing("reason")}
    match fields["when"]:
        case "each_year":
            day, month = read.number("each_day") or 0, read.number("each_month") or 0
            said |= {"each_year": f"{day:02}.{month:02}.", "days": read.number("count") or 1}
        case "easter":
            number = read.number("easter")
            missing = read.missing("easter") if number is None else number
            said |= {"easter": missing, "days": read.number("count") or 1}
        case "bridge":
            said["bridge_days"] = True
        case _:
            said |= {"first_day": read.day("first") or read.missing("first")}
            said["last_day"] = read.day("last")
    if fields["part"]:
        said["from"] = read.clock("from") or read.missing("from")
        said["to"] = _end(read.clock("to")) or read.missing("to")
    if fields["reason_en"]:
        said["reason_en"] = fields["reason_en"]
    if errors:
        raise WrongFieldsError(errors)
    return _entry(read_closure, said, _CLOSURE_WRONG)


_EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# What the entries refuse, as their sentences: the field, and the word for it.
_RULE_WRONG: Mapping[str, tuple[str, str]] = {
    "must end after it begins": ("to", "order"),
    "must be a multiple of 5 minutes": ("from", "five"),
    "valid_to lies before valid_from": ("until", "until"),
    "public places cannot exceed the total": ("places", "total"),
    "places held back cannot exceed the public ones": ("places", "held"),
    "hours with appointments need places": ("places", "places"),
    "held_back places and release_hours belong together": ("release_hours", "release"),
    "breaks must lie within the hours, one after the other": ("breaks", "breaks"),
}
_CLOSURE_WRONG: Mapping[str, tuple[str, str]] = {
    "must end after it begins": ("to", "order"),
    "must be a multiple of 5 minutes": ("from", "five"),
    "last_day lies before first_day": ("last", "until"),
    'must be a day of the year like "24.12."': ("each_day", "day"),
}
# Keys of an entry that a form calls otherwise; by default a field has the name of its key.
_FIELD_OF = {
    "valid_from": "since",
    "valid_to": "until",
    "pools": "places",
    "first_day": "first",
    "last_day": "last",
    "each_year": "each_day",
}


def _entry(read: Callable[[Said], E], said: Said, known: Mapping[str, tuple[str, str]]) -> E:
    try:
        return read(said)
    except ValidationError as error:
        raise WrongFieldsError(dict(_wrong(error, known))) from None


def _wrong(
    error: ValidationError, known: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for mistake in error.errors():
        sentence = str(mistake.get("ctx", {}).get("error", ""))
        key = str(mistake["loc"][0]) if mistake["loc"] else ""
        if key == "breaks":
            yield "breaks", "breaks"
        elif sentence in known:
            yield known[sentence]
        elif mistake["type"] == "too_short":
            yield key, "choose"
        else:
            yield _FIELD_OF.get(key, key or "from"), "value"


def _end(value: str | None) -> str | None:
    """Midnight at the end of a day; a browser's field knows no 24:00."""
    return "24:00" if value == "00:00" else value


def _breaks(read: "_Reader") -> Iterator[Said]:
    for index in range(MOST_BREAKS):
        begin, end = read.clock(f"break_from_{index}"), read.clock(f"break_to_{index}")
        if begin and end:
            yield {"from": begin, "to": end}
        elif begin or end:
            read.errors["breaks"] = "breaks"


def _places(read: "_Reader", pools: Iterable[str]) -> Said:
    sizes: dict[str, Said] = {}
    for slug in pools:
        public, total = read.number(f"public-{slug}"), read.number(f"total-{slug}")
        if public is None and total is None:
            continue
        sizes[slug] = {
            "public": public or 0,
            "total": public if total is None else total,
            "held_back": read.number(f"held-{slug}") or 0,
        }
    main = sizes.pop(MAIN, None)
    return {"places": main, "pools": sizes}


class _Reader:
    """Reads single fields and keeps what is wrong with them."""

    def __init__(self, fields: Fields, errors: dict[str, str]) -> None:
        self._fields = fields
        self.errors = errors

    def missing(self, name: str) -> None:
        self.errors.setdefault(name, "missing")

    def clock(self, name: str) -> str | None:
        """A time of day as "07:30"; None when there is none."""
        text = self._fields[name]
        found = _CLOCK.fullmatch(text)
        if found is None:
            return self._refuse(name, text, "clock")
        return f"{int(found[1]):02}:{found[2]}"

    def day(self, name: str) -> date | None:
        text = self._fields[name]
        day = day_in(text)
        return self._refuse(name, text, "day") if day is None else day

    def number(self, name: str) -> int | None:
        text = self._fields[name]
        if _NUMBER.fullmatch(text) is None:
            return self._refuse(name, text, "number")
        return int(text)

    def _refuse(self, name: str, text: str, wrong: str) -> None:
        if text:
            self.errors[name] = wrong
