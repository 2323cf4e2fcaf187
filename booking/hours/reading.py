"""From the fields of a form to the rule or closure it says, and what is wrong with them.

Shapes are read here; what may not be said together, the entries of
`office/files/entry_hours.py` refuse.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from pydantic import ValidationError

from ...office.files.entry_fields import WEEKDAYS
from ...office.files.entry_hours import ClosureEntry, OpeningEntry
from ...office.hours.said import Said, read_closure, read_rule
from ...office.hours.store import MAIN
from .fields import MOST_BREAKS, NUMBERS, Fields, day_in

E = TypeVar("E")

_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
_NUMBER = re.compile(r"-?\d{1,6}")


class WrongFieldsError(Exception):
    """What cannot be read: field -> what is wrong, the end of a key below `hours.wrong.`."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = dict(errors)


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
        said |= {"days": list(WEEKDAYS), "nth": [], "every_weeks": 1}
    if fields["who"] == "some":
        said["services"] = list(fields.all("services"))
    if fields["mode"] != "walk_in":
        said |= _places(read, pools)
        said |= {name: read.number(name) for name in NUMBERS}
    if errors:
        raise WrongFieldsError(errors)
    return _entry(read_rule, said, _RULE_WRONG)


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
