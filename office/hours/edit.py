"""A change of hours before it is made: what it takes away, what it adds, the office as it would be.

Pure. `commands.py` makes it, `store.py` reads what is there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from ..files.check_hours import overlapping
from ..files.entry_fields import WEEKDAYS
from ..files.entry_hours import ClosureEntry, OpeningEntry, PlacesEntry
from ..infos import ClosureInfo, OfficeInfo, RuleInfo
from .dates import is_nth_week, monday
from .history import Change
from .said import (
    Said,
    days_of,
    key_of_said,
    read_closure,
    recall_rule,
    say_closure,
    say_rule,
    table_in,
)
from .store import MAIN, Names, names_of

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Hours:
    """What an office's rules and closures say, by id; the closures of its town apart.

    `version` is the number of the last change: who edits an older one is told.
    """

    version: int
    rules: Mapping[int, OpeningEntry]
    closures: Mapping[int, ClosureEntry]
    town_closures: Mapping[int, ClosureEntry]


@dataclass(frozen=True, slots=True)
class HoursEdit:
    """Which rules and closures go, and what comes; those of the town concern all its offices."""

    drop_rules: frozenset[int] = frozenset()
    add_rules: tuple[OpeningEntry, ...] = ()
    drop_closures: frozenset[int] = frozenset()
    add_closures: tuple[ClosureEntry, ...] = ()
    add_town_closures: tuple[ClosureEntry, ...] = ()
    takes_back: int | None = None

    def touches_town(self, hours: Hours) -> bool:
        """Whether the other offices of the town are concerned too."""
        return bool(self.add_town_closures) or not self.drop_closures.isdisjoint(
            hours.town_closures
        )

    def for_others(self) -> "HoursEdit":
        """What of it concerns the other offices of the town."""
        return HoursEdit(drop_closures=self.drop_closures, add_town_closures=self.add_town_closures)

    def is_known(self, hours: Hours) -> bool:
        """Whether all that goes is still there."""
        closures = hours.closures.keys() | hours.town_closures.keys()
        return self.drop_rules <= hours.rules.keys() and self.drop_closures <= closures

    def changes_nothing(self, hours: Hours) -> bool:
        """Whether the same is said afterwards."""
        after = hours_after(hours, self)
        return all(
            sorted(map(repr, one)) == sorted(map(repr, other))
            for one, other in (
                (map(say_rule, hours.rules.values()), map(say_rule, after.rules.values())),
                (_said(hours.closures), _said(after.closures)),
                (_said(hours.town_closures), _said(after.town_closures)),
            )
        )


def hours_after(hours: Hours, edit: HoursEdit) -> Hours:
    """What would be said; what is new has negative ids."""
    return replace(
        hours,
        rules=_changed(hours.rules, edit.drop_rules, edit.add_rules),
        closures=_changed(hours.closures, edit.drop_closures, edit.add_closures),
        town_closures=_changed(hours.town_closures, edit.drop_closures, edit.add_town_closures),
    )


def office_with(office: OfficeInfo, hours: Hours) -> OfficeInfo:
    """The office with these hours instead of its own."""
    names = names_of(office)
    closures = (*hours.closures.values(), *hours.town_closures.values())
    return replace(
        office,
        rules=tuple(rule_info(office, names, *each) for each in hours.rules.items()),
        closures=tuple(map(closure_info, closures)),
    )


def rule_info(office: OfficeInfo, names: Names, number: int, rule: OpeningEntry) -> RuleInfo:
    """A rule as the directory has it."""
    places: dict[str, PlacesEntry] = dict(rule.pools)
    if rule.places is not None:
        places[MAIN] = rule.places
    sizes = {names.pools[slug]: size for slug, size in places.items()}
    return RuleInfo(
        id=number,
        weekdays=frozenset(WEEKDAYS.index(day) for day in rule.days),
        from_minute=rule.start,
        to_minute=rule.end,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        mode=rule.mode,
        special=rule.special,
        lead_minutes=office.lead_minutes if rule.lead_minutes is None else rule.lead_minutes,
        places={pool: (size.public, size.total) for pool, size in sizes.items()},
        every_weeks=rule.every_weeks,
        nth=frozenset(rule.nth_numbers),
        slot_minutes=rule.slot_minutes,
        horizon_days=rule.horizon_days,
        release_hours=rule.release_hours,
        held_back={pool: size.held_back for pool, size in sizes.items() if size.held_back},
        breaks=tuple((one.start, one.end) for one in rule.breaks),
        offers=frozenset(names.offers[slug] for slug in rule.services or ()) or None,
    )


def closure_info(closure: ClosureEntry) -> ClosureInfo:
    """A closure as the directory has it."""
    return ClosureInfo(**asdict(days_of(closure)))


def clashes(hours: Hours, edit: HoursEdit) -> list[OpeningEntry]:
    """The rules that stay and that what is new would overlap with, or the new ones each other."""
    after = hours_after(hours, edit).rules
    numbers, rules = list(after), list(after.values())
    return [
        rules[one if numbers[one] > 0 else other]
        for one, other in overlapping(rules)
        if numbers[one] < 0 or numbers[other] < 0
    ]


def replace_from(
    number: int, old: OpeningEntry, new: OpeningEntry, first: date, today: date
) -> HoursEdit:
    """Let a rule be another from a day on; until then it stays what it was.

    A rhythm of several weeks keeps its weeks unless it becomes another. Where nothing but the last
    day differs, the rule stays in one piece.
    """
    begun = old.valid_from is None or old.valid_from < today
    if begun and say_rule(_with_range(new, old.valid_from, old.valid_to)) == say_rule(old):
        longer = _with_range(old, old.valid_from, new.valid_to)
        return HoursEdit(frozenset({number}), (longer,))
    if new.every_weeks == old.every_weeks:
        first = in_rhythm(old, first)
    ended = end_after(number, old, first - timedelta(days=1))
    if new.valid_to is not None and new.valid_to < first:
        return ended
    follows = _with_range(new, first, new.valid_to)
    return replace(ended, add_rules=(*ended.add_rules, follows))


def end_after(number: int, rule: OpeningEntry, last: date) -> HoursEdit:
    """Let a rule hold until a day; one that would not have begun by then goes altogether."""
    if rule.valid_from is not None and rule.valid_from > last:
        return HoursEdit(drop_rules=frozenset({number}))
    if rule.valid_to is not None and rule.valid_to <= last:
        return HoursEdit()
    return HoursEdit(frozenset({number}), (_with_range(rule, rule.valid_from, last),))


def end_closure(hours: Hours, number: int, today: date) -> HoursEdit:
    """Take a closure away from today on; days of it that are past stay closed."""
    closure = {**hours.closures, **hours.town_closures}[number]
    first, gone = closure.first_day, frozenset({number})
    if first is None or first >= today:
        return HoursEdit(drop_closures=gone)
    last = min(closure.until or first, today - timedelta(days=1))
    past = (read_closure({**say_closure(closure), "last_day": last.isoformat()}),)
    if number in hours.town_closures:
        return HoursEdit(drop_closures=gone, add_town_closures=past)
    return HoursEdit(drop_closures=gone, add_closures=past)


def edit_back(hours: Hours, change: Change, today: date) -> HoursEdit | None:
    """The change that takes another back; None when what that one added is no longer there.

    What is past stays as it was: where the other change has begun to work, this one works from
    today on.
    """
    of_town = change.whose.municipality_id is not None
    closures = hours.town_closures if of_town else hours.closures
    added = [recall_rule(table_in(one)) for one in change.added if "rule" in one]
    removed = [recall_rule(table_in(one)) for one in change.removed if "rule" in one]
    drop = _found({n: say_rule(rule) for n, rule in hours.rules.items()}, map(say_rule, added))
    shut = [table_in(one) for one in change.added if "closure" in one]
    drop_closures = _found({n: say_closure(one) for n, one in closures.items()}, shut)
    if drop is None or drop_closures is None:
        return None
    came = tuple(read_closure(table_in(one)) for one in change.removed if "closure" in one)
    edit = HoursEdit(
        drop_closures=frozenset(drop_closures),
        add_closures=() if of_town else came,
        add_town_closures=came if of_town else (),
        takes_back=change.id,
    )
    if all(_is_ahead(rule, removed, today) for rule in added):
        return replace(edit, drop_rules=frozenset(drop), add_rules=tuple(removed))
    return _from_today(edit, dict(zip(drop, added, strict=True)), removed, today)


def _is_ahead(rule: OpeningEntry, before: Sequence[OpeningEntry], today: date) -> bool:
    """Whether taking this rule away changes no day that is past."""
    if rule.valid_from is not None and rule.valid_from >= today:
        return True
    ended = rule.valid_to is not None and rule.valid_to >= today - timedelta(days=1)
    return ended and any(_with_range(old, old.valid_from, rule.valid_to) == rule for old in before)


def _from_today(
    edit: HoursEdit,
    added: Mapping[int, OpeningEntry],
    removed: Sequence[OpeningEntry],
    today: date,
) -> HoursEdit:
    """End what was added with yesterday, and let what was removed hold again from today on."""
    for number, rule in added.items():
        end = end_after(number, rule, today - timedelta(days=1))
        edit = replace(
            edit,
            drop_rules=edit.drop_rules | end.drop_rules,
            add_rules=(*edit.add_rules, *end.add_rules),
        )
    lasting = [rule for rule in removed if rule.valid_to is None or rule.valid_to >= today]
    again = tuple(
        _with_range(rule, in_rhythm(rule, max(rule.valid_from or today, today)), rule.valid_to)
        for rule in lasting
    )
    return replace(edit, add_rules=(*edit.add_rules, *again))


def in_rhythm(rule: OpeningEntry, first: date) -> date:
    """The day itself, or the beginning of the rule's next week where it has only some."""
    while rule.valid_from and not is_nth_week(first, rule.valid_from, rule.every_weeks):
        first = monday(first) + timedelta(days=7)
    return first


def _found(present: Mapping[int, Said], said: Iterable[Said]) -> list[int] | None:
    """The ids of what says this, one for each; None when something of it is missing."""
    numbers = {key_of_said(one): number for number, one in present.items()}
    keys = [key_of_said(one) for one in said]
    return [numbers[key] for key in keys] if numbers.keys() >= set(keys) else None


def _with_range(rule: OpeningEntry, first: date | None, last: date | None) -> OpeningEntry:
    said = {name: value for name, value in say_rule(rule).items() if not name.startswith("valid_")}
    return recall_rule({**said, "valid_from": first, "valid_to": last})


def _changed(now: Mapping[int, E], drop: frozenset[int], add: tuple[E, ...]) -> dict[int, E]:
    kept = {number: one for number, one in now.items() if number not in drop}
    return kept | {-1 - index: one for index, one in enumerate(add)}


def _said(closures: Mapping[int, ClosureEntry]) -> list[object]:
    return [say_closure(closure) for closure in closures.values()]
