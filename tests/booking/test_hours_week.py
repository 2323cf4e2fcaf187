"""The picture of a week: where hours stand, and what a change adds to it and takes away."""

from datetime import date

import pytest

from aufruf.booking.hours.week import Picture, State, Week, week_of
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.office.files.entry_hours import OpeningEntry
from aufruf.office.hours.commands import read_hours
from aufruf.office.hours.edit import Hours, HoursEdit, hours_after, office_with, replace_from
from aufruf.office.hours.said import Said, read_closure, read_rule, say_rule
from aufruf.office.infos import OfficeInfo
from tests.factories import make_house

MONDAY, WEDNESDAY, TODAY = date(2026, 11, 30), date(2026, 12, 2), date(2026, 11, 25)
Seen = tuple[int, int, str, State]


@pytest.fixture
def office(sqlite_database: Database, clock: FixedClock) -> OfficeInfo:
    return make_house(sqlite_database, clock).office


@pytest.fixture
def hours(sqlite_database: Database, office: OfficeInfo) -> Hours:
    return sqlite_database.read_now(read_hours, office)


def week(office: OfficeInfo, hours: Hours, edit: HoursEdit, first: date = MONDAY) -> Week:
    after = hours_after(hours, edit)
    now = Picture(office_with(office, hours), hours)
    return week_of(now, first, "de", Picture(office_with(office, after), after))


def seen(shown: Week, weekday: int) -> list[Seen]:
    blocks = shown.days[weekday].blocks
    return [(*block.minutes, block.reason or block.kind, block.state) for block in blocks]


def changed(hours: Hours, **said: object) -> HoursEdit:
    ((number, rule),) = hours.rules.items()
    new = read_rule({**say_rule(rule), **said})
    return replace_from(number, rule, new, WEDNESDAY, TODAY)


def rule(**said: object) -> OpeningEntry:
    usual: Said = {"days": ["wed"], "from": "08:00", "to": "10:00", "mode": "walk_in"}
    return read_rule({**usual, **said})


def test_longer_hours_are_the_old_ones_and_what_is_new(office: OfficeInfo, hours: Hours) -> None:
    shown = week(office, hours, changed(hours, to="19:00"))
    assert seen(shown, 1) == [(480, 1080, "mixed", "")]
    assert seen(shown, 2) == [(480, 1080, "mixed", "edited"), (1080, 1140, "mixed", "added")]
    assert shown.hours == range(8, 20)
    assert (shown.row(480), shown.row(490), shown.row(490, is_end=True)) == (1, 1, 2)


def test_shorter_hours_leave_what_ends(office: OfficeInfo, hours: Hours) -> None:
    pause = [{"from": "12:00", "to": "13:00"}]
    shown = week(office, hours, changed(hours, to="17:00", breaks=pause))
    assert seen(shown, 2) == [
        (480, 720, "mixed", "edited"),
        (720, 780, "mixed", "gone"),
        (780, 1020, "mixed", "edited"),
        (1020, 1080, "mixed", "gone"),
    ]


def test_hours_over_others_stand_beside_them(office: OfficeInfo, hours: Hours) -> None:
    pick_up = rule(services=["abholung"])
    shown = week(office, hours, HoursEdit(add_rules=(pick_up,)))
    lanes = [(block.kind, block.lane) for block in shown.days[2].blocks]
    assert (lanes, shown.days[2].lanes) == ([("walk_in", 1), ("mixed", 2)], 2)


def test_closures_and_holidays_lie_over_the_hours_and_special_hours_win(
    office: OfficeInfo, hours: Hours
) -> None:
    part = read_closure({"first_day": "2026-12-24", "from": "12:00", "reason": "Heiligabend"})
    special = rule(valid_from="2026-12-25", valid_to="2026-12-25", special=True, days=["fri"])
    edit = HoursEdit(add_closures=(part,), add_rules=(special,))
    before = week(office, hours, HoursEdit(), date(2026, 12, 21))
    assert seen(before, 4) == [(480, 1080, "mixed", ""), (0, 1440, "Erster Weihnachtstag", "")]
    shown = week(office, hours, edit, date(2026, 12, 21))
    assert seen(shown, 3) == [(480, 1080, "mixed", ""), (720, 1440, "Heiligabend", "added")]
    assert seen(shown, 4)[0] == (480, 600, "walk_in", "added")
    assert [day.is_closed for day in shown.days] == [False] * 5 + [True, False]
    assert [day.is_special for day in shown.days] == [False] * 4 + [True, False, False]


def test_week_without_hours_shows_usual_ones(office: OfficeInfo, hours: Hours) -> None:
    empty = HoursEdit(drop_rules=frozenset(hours.rules))
    after = hours_after(hours, empty)
    shown = week_of(Picture(office_with(office, after), after), MONDAY, "de")
    assert shown.shown == (480, 1020)
    assert [day.blocks for day in shown.days] == [()] * 7
