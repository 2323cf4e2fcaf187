"""Cutting a stretch of time out of special openings, which no closure closes. Pure.

What is left of them before, after and beside it holds on; `commands.py` makes the change.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ..files.entry_hours import OpeningEntry
from ..infos import OfficeInfo
from ..rules import applies
from .closures import MinuteRange, without
from .edit import Hours, HoursEdit, in_rhythm, rule_info
from .said import clock, recall_rule, say_rule
from .store import names_of

Cuts = Mapping[date, MinuteRange]
"""Day -> the local minutes that are taken out of it."""

_DAY = timedelta(days=1)


def cut_special(office: OfficeInfo, hours: Hours, cuts: Cuts) -> HoursEdit:
    """Let the special openings of these days leave out these minutes; other hours stay."""
    dropped: set[int] = set()
    added: list[OpeningEntry] = []
    for number, rule in hours.rules.items():
        days = [day for day in sorted(cuts) if _meets(office, rule, day, cuts[day])]
        if days:
            dropped.add(number)
            added += _left_of(office, rule, days, cuts)
    return HoursEdit(drop_rules=frozenset(dropped), add_rules=tuple(added))


def _meets(office: OfficeInfo, rule: OpeningEntry, day: date, cut: MinuteRange) -> bool:
    return rule.special and rule.start < cut[1] and cut[0] < rule.end and _on(office, rule, day)


def _on(office: OfficeInfo, rule: OpeningEntry, day: date) -> bool:
    return applies(rule_info(office, names_of(office), 0, rule), day)


def _left_of(
    office: OfficeInfo, rule: OpeningEntry, days: list[date], cuts: Cuts
) -> Iterator[OpeningEntry]:
    """The days between those that are cut as they were, and what is left of those."""
    assert rule.valid_from is not None
    assert rule.valid_to is not None
    begin = rule.valid_from
    for day in days:
        yield from _between(office, rule, begin, day - _DAY)
        yield from _beside(rule, day, cuts[day])
        begin = day + _DAY
    yield from _between(office, rule, begin, rule.valid_to)


def _between(
    office: OfficeInfo, rule: OpeningEntry, first: date, last: date
) -> Iterator[OpeningEntry]:
    """The rule from a day until another, if it is in force on any of them."""
    ahead = (first + _DAY * n for n in range((last - first).days + 1))
    if any(_on(office, rule, day) for day in ahead):
        yield _changed(rule, valid_from=in_rhythm(rule, first), valid_to=last)


def _beside(rule: OpeningEntry, day: date, cut: MinuteRange) -> Iterator[OpeningEntry]:
    """What is left of one day, as one rule: the hole is a break, so that its times stay."""
    pauses = [(one.start, one.end) for one in rule.breaks]
    open_minutes = list(without((rule.start, rule.end), [*pauses, cut]))
    if not open_minutes:
        return
    closed = without((open_minutes[0][0], open_minutes[-1][1]), open_minutes)
    yield _changed(
        rule,
        valid_from=day,
        valid_to=day,
        breaks=[{"from": clock(begin), "to": clock(end)} for begin, end in closed],
        **{"from": clock(open_minutes[0][0]), "to": clock(open_minutes[-1][1])},
    )


def _changed(rule: OpeningEntry, **said: object) -> OpeningEntry:
    return recall_rule({**say_rule(rule), **said})
