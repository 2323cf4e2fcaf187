"""From a form about hours to the change it means, or to what is wrong with it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from ...office.files.entry_fields import WEEKDAYS
from ...office.files.entry_hours import ClosureEntry, OpeningEntry
from ...office.hours.edit import (
    Hours,
    HoursEdit,
    clashes,
    edit_back,
    end_after,
    end_closure,
    replace_from,
)
from ...office.hours.history import Change
from ...office.hours.said import Said, days_of, read_rule
from ...office.hours.store import MAIN
from ...office.hours.usual_closures import USUAL, Usual
from ...office.infos import OfficeInfo
from .fields import Fields, day_in, number_in
from .reading import WrongFieldsError, read_closure_fields, read_rule_fields

E = TypeVar("E")

TICKED: tuple[Usual, ...] = tuple(name for name, usual in USUAL.items() if usual.has_day)
"""The usual closures that say by themselves when they are."""

STARTS = ("appointment", "mixed", "walk_in")
"""Weeks that an office without hours may begin with."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a form is read against. `change` is the one to take back, if one was asked for."""

    office: OfficeInfo
    hours: Hours
    today: date
    change: Change | None = None
    asked_back: bool = False

    @property
    def pools(self) -> list[str]:
        return [MAIN, *(pool.slug for pool in self.office.pools if not pool.main)]


class ClashError(WrongFieldsError):
    """New hours would overlap with these."""

    def __init__(self, rules: list[OpeningEntry]) -> None:
        super().__init__({"from": "overlap"})
        self.rules = rules


def edit_of(fields: Fields, desk: Desk) -> HoursEdit:
    """The change a form means. Raises WrongFieldsError, ClashError among them."""
    read = _KINDS.get(fields["what"])
    if read is None:
        raise WrongFieldsError({"what": "value"})
    edit = read(fields, desk)
    if not edit.is_known(desk.hours):
        raise WrongFieldsError({"what": "gone"})
    if edit.changes_nothing(desk.hours):
        raise WrongFieldsError({"what": "nothing"})
    clashing = clashes(desk.hours, edit)
    if clashing:
        raise ClashError(clashing)
    return edit


def _rule(fields: Fields, desk: Desk) -> HoursEdit:
    rule = read_rule_fields(fields, desk.pools)
    known = {offer.service.slug for offer in desk.office.offers}
    if not known.issuperset(rule.services or ()):
        raise WrongFieldsError({"services": "value"})
    if rule.valid_from is None or rule.valid_from < desk.today:
        raise WrongFieldsError({"since": "past"})
    number = number_in(fields["rule"])
    if number is None:
        return HoursEdit(add_rules=(rule,))
    old = _known(desk.hours.rules, number)
    if rule.special:
        if old.valid_from is not None and old.valid_from < desk.today:
            raise WrongFieldsError({"since": "past"})
        return HoursEdit(frozenset({number}), (rule,))
    return replace_from(number, old, rule, rule.valid_from, desk.today)


def _end(fields: Fields, desk: Desk) -> HoursEdit:
    """Hours end after a day; special hours of a day to come are lifted."""
    number = number_in(fields["rule"])
    old = _known(desk.hours.rules, number)
    yesterday = desk.today - timedelta(days=1)
    last = day_in(fields["last"])
    if last is None:
        raise WrongFieldsError({"last": "day"})
    if last < yesterday:
        raise WrongFieldsError({"last": "past"})
    return end_after(number or 0, old, last)


def _closure(fields: Fields, desk: Desk) -> HoursEdit:
    closure = read_closure_fields(fields)
    number = number_in(fields["closure"])
    old = None if number is None else _known(_closures(desk.hours), number)
    first = closure.first_day
    begun = old is not None and old.first_day == first
    if first is not None and first < desk.today and not begun:
        raise WrongFieldsError({"first": "past"})
    if (closure.until or desk.today) < desk.today:
        raise WrongFieldsError({"last": "past"})
    edit = HoursEdit(drop_closures=frozenset() if number is None else frozenset({number}))
    return _with_closures(edit, (closure,), of_town=fields["whose"] == "town")


def _remove(fields: Fields, desk: Desk) -> HoursEdit:
    number = number_in(fields["closure"])
    _known(_closures(desk.hours), number)
    return end_closure(desk.hours, number or 0, desk.today)


def _usual(fields: Fields, desk: Desk) -> HoursEdit:
    """What is newly ticked comes, what is no longer ticked goes; the town's stay as they are."""
    ticked = {name for name in TICKED if name in fields.all("usual")}
    present = usual_closures(desk.hours.closures)
    of_town = usual_closures(desk.hours.town_closures)
    gone = frozenset(number for name, number in present.items() if name not in ticked)
    new = tuple(
        ClosureEntry.model_validate({"usual": name})
        for name in TICKED
        if name in ticked and name not in present and name not in of_town
    )
    return _with_closures(HoursEdit(drop_closures=gone), new, of_town=bool(fields["for_town"]))


def _start(fields: Fields, desk: Desk) -> HoursEdit:
    if fields["start"] not in STARTS:
        raise WrongFieldsError({"start": "missing"})
    return HoursEdit(add_rules=starting_week(desk.office, fields["start"], desk.today))


def _back(_fields: Fields, desk: Desk) -> HoursEdit:
    edit = None if desk.change is None else edit_back(desk.hours, desk.change, desk.today)
    if edit is None:
        raise WrongFieldsError({"what": "gone"})
    return edit


_KINDS: Mapping[str, Callable[[Fields, Desk], HoursEdit]] = {
    "rule": _rule,
    "end": _end,
    "closure": _closure,
    "remove": _remove,
    "usual": _usual,
    "start": _start,
    "back": _back,
}


def usual_closures(closures: Mapping[int, ClosureEntry]) -> dict[Usual, int]:
    """Which usual closures are among these, by their days; at other hours or names too."""
    found: dict[Usual, int] = {}
    for name in TICKED:
        wanted = _when(ClosureEntry.model_validate({"usual": name}))
        for number, closure in closures.items():
            if _when(closure) == wanted:
                found.setdefault(name, number)
    return found


def starting_week(office: OfficeInfo, mode: str, today: date) -> tuple[OpeningEntry, ...]:
    """A sensible week to begin with: mornings, and a long Thursday; a place for each counter."""
    said: Said = {"mode": mode, "valid_from": today}
    if mode != "walk_in":
        said["places"] = max(1, len(office.counters))
    mornings = {**said, "days": list(WEEKDAYS[:5]), "from": "08:00", "to": "12:00"}
    thursday = {**said, "days": ["thu"], "from": "14:00", "to": "18:00"}
    return read_rule(mornings), read_rule(thursday)


def _when(closure: ClosureEntry) -> tuple[object, ...]:
    days = days_of(closure)
    return (days.kind, days.first_day, days.month, days.month_day, days.easter_offset, days.days)


def _with_closures(
    edit: HoursEdit, closures: tuple[ClosureEntry, ...], *, of_town: bool
) -> HoursEdit:
    if of_town:
        return replace(edit, add_town_closures=closures)
    return replace(edit, add_closures=closures)


def _closures(hours: Hours) -> dict[int, ClosureEntry]:
    return {**hours.closures, **hours.town_closures}


def _known(entries: Mapping[int, E], number: int | None) -> E:
    if number is None or number not in entries:
        raise WrongFieldsError({"what": "gone"})
    return entries[number]
