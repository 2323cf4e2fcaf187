"""What an opening rule or closure says, as plain data: as a master data file would write it.

Pages, files, tables and the history meet here: two rules are the same when they say the same.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from pydantic import ValidationError

from ..files.entry_fields import WEEKDAYS
from ..files.entry_hours import BreakEntry, ClosureEntry, OpeningEntry, PlacesEntry
from .dates import LAST
from .usual_closures import USUAL, UsualClosure

Said = dict[str, object]
"""Keys of a file's table; days as "2026-12-24", times as "07:30", whatever is usual left out."""

_DAYS = ("valid_from", "valid_to", "first_day", "last_day")
_NUMBERS = ("slot_minutes", "lead_minutes", "horizon_days", "release_hours")
# What a closure that is none of the usual ones takes from them.
_NOTHING_USUAL = UsualClosure("", "")


@dataclass(frozen=True, slots=True)
class ClosureDays:
    """When a closure is and why, whichever way its entry said so; columns of the table."""

    kind: str
    first_day: date | None
    last_day: date | None
    month: int | None
    month_day: int | None
    easter_offset: int | None
    days: int
    from_minute: int
    to_minute: int
    reason: str
    reason_en: str | None


def say_rule(rule: OpeningEntry) -> Said:
    """A rule in the one way of saying it."""
    said: Said = {
        "days": [day for day in WEEKDAYS if day in rule.days],
        "from": clock(rule.start),
        "to": clock(rule.end),
        "mode": rule.mode,
    }
    if rule.places is not None:
        said["places"] = _say_places(rule.places)
    if rule.pools:
        said["pools"] = {slug: _say_places(rule.pools[slug]) for slug in sorted(rule.pools)}
    if rule.services is not None:
        said["services"] = sorted(set(rule.services))
    if rule.breaks:
        said["breaks"] = [{"from": clock(one.start), "to": clock(one.end)} for one in rule.breaks]
    if rule.valid_from is not None:
        said["valid_from"] = rule.valid_from.isoformat()
    if rule.valid_to is not None:
        said["valid_to"] = rule.valid_to.isoformat()
    if rule.every_weeks != 1:
        said["every_weeks"] = rule.every_weeks
    if rule.nth:
        counted = [number for number in rule.nth_numbers if number != LAST]
        said["nth"] = [*counted, *(["last"] if LAST in rule.nth_numbers else [])]
    if rule.special:
        said["special"] = True
    said.update({name: value for name in _NUMBERS if (value := getattr(rule, name)) is not None})
    return said


def read_rule(said: Mapping[str, object]) -> OpeningEntry:
    """The other way; raises pydantic's ValidationError for what may not be said."""
    return OpeningEntry.model_validate(_with_days(said))


def recall_rule(said: Mapping[str, object]) -> OpeningEntry:
    """A rule that was written before, even one that may not be said (any more).

    What stands in the tables must be seen to be ended or mended, however it came there.
    """
    try:
        return read_rule(said)
    except ValidationError:
        return _unchecked_rule(_with_days(said))


def _unchecked_rule(said: Said) -> OpeningEntry:
    places, pools = said.get("places"), cast("dict[str, Any]", said.get("pools", {}))
    pauses = cast("list[dict[str, str]]", said.get("breaks", []))
    parts: dict[str, Any] = {
        **_unchecked_times(said),
        "places": None if places is None else _unchecked_places(places),
        "pools": {slug: _unchecked_places(size) for slug, size in pools.items()},
        "breaks": [BreakEntry.model_construct(**_unchecked_times(one)) for one in pauses],
    }
    return OpeningEntry.model_construct(**{**cast("dict[str, Any]", said), **parts})


def _unchecked_places(size: object) -> PlacesEntry:
    return PlacesEntry.model_construct(**cast("dict[str, Any]", size))


def _unchecked_times(said: Mapping[str, object]) -> dict[str, Any]:
    """Minutes again."""
    clocks = {name: str(said[name]).split(":") for name in ("from", "to")}
    return {name: int(hour) * 60 + int(minute) for name, (hour, minute) in clocks.items()}


def say_closure(closure: ClosureEntry) -> Said:
    """A closure in the one way of saying it: a usual one by its days and reason."""
    days = days_of(closure)
    said: Said = {}
    if days.first_day is not None and days.last_day is not None:
        said["first_day"] = days.first_day.isoformat()
        if days.last_day != days.first_day:
            said["last_day"] = days.last_day.isoformat()
    elif days.month is not None:
        said["each_year"] = f"{days.month_day:02}.{days.month:02}."
    elif days.easter_offset is not None:
        said["easter"] = days.easter_offset
    else:
        said["bridge_days"] = True
    if days.days != 1:
        said["days"] = days.days
    if days.from_minute != 0:
        said["from"] = clock(days.from_minute)
    if days.to_minute != 1440:
        said["to"] = clock(days.to_minute)
    said["reason"] = days.reason
    if days.reason_en is not None:
        said["reason_en"] = days.reason_en
    return said


def read_closure(said: Mapping[str, object]) -> ClosureEntry:
    """The other way; raises pydantic's ValidationError for what may not be said."""
    return ClosureEntry.model_validate(_with_days(said))


def days_of(entry: ClosureEntry) -> ClosureDays:
    """When and why, with what a usual closure brings."""
    usual = USUAL[entry.usual] if entry.usual else _NOTHING_USUAL
    month, month_day = entry.each_year or usual.month_and_day or (None, None)
    return ClosureDays(
        kind=_kind(entry, usual),
        first_day=entry.first_day,
        last_day=entry.until,
        month=month,
        month_day=month_day,
        easter_offset=usual.easter if entry.easter is None else entry.easter,
        days=entry.days,
        from_minute=usual.from_minute if entry.start is None else entry.start,
        to_minute=1440 if entry.end is None else entry.end,
        reason=entry.reason or usual.reason,
        reason_en=entry.reason_en or (None if entry.reason else usual.reason_en or None),
    )


def key_of_said(said: Mapping[str, object]) -> str:
    """Equal for what says the same."""
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def table_in(said: Said) -> Said:
    """What stands under "rule" or "closure"."""
    return cast("Said", said["rule"] if "rule" in said else said["closure"])


def clock(minute: int) -> str:
    """ "07:30", and "24:00" for the end of a day."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _kind(entry: ClosureEntry, usual: UsualClosure) -> str:
    if entry.first_day is not None:
        return "once"
    if entry.bridge_days or usual.bridge:
        return "bridge"
    return "easter" if entry.easter is not None or usual.easter is not None else "each_year"


def _say_places(places: PlacesEntry) -> dict[str, int]:
    said = {"public": places.public, "total": places.total}
    return {**said, "held_back": places.held_back} if places.held_back else said


def _with_days(said: Mapping[str, object]) -> Said:
    """Days as dates again; a text that is none stays, and is refused by the entry."""
    read = dict(said)
    for name in _DAYS:
        value = read.get(name)
        if isinstance(value, str):
            try:
                read[name] = date.fromisoformat(value)
            except ValueError:
                continue
    return read
