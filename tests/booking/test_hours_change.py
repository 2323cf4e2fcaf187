"""Changing hours beside booked appointments: what is shown is what happens, whoever else books."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aufruf.booking import services
from aufruf.booking.change import find_conflicts, recount_days
from aufruf.booking.hours.effects import effects_of
from aufruf.booking.hours.preview import Preview, preview_hours, save_hours
from aufruf.booking.rules import Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from aufruf.office.changes import OpeningRulesChanged
from aufruf.office.directory import current_directory, read_directory
from aufruf.office.files.entry_hours import OpeningEntry
from aufruf.office.hours.commands import read_hours
from aufruf.office.hours.edit import Hours, HoursEdit, end_after, hours_after, office_with
from aufruf.office.hours.said import Said, read_closure, read_rule, say_rule
from tests.booking.desk import THURSDAY, Desk, at, refused
from tests.factories import House, make_house
from tests.races import race

REACTIONS = {OpeningRulesChanged: recount_days}
STAFF = 1
MARRIAGE = Wanted("eheschliessung")


def hours_of(desk: Desk) -> Hours:
    return desk.database.read_now(read_hours, desk.office)


def until(desk: Desk, closing: str) -> HoursEdit:
    """The only rule of the office, to another end."""
    ((number, rule),) = hours_of(desk).rules.items()
    return HoursEdit(frozenset({number}), (read_rule({**say_rule(rule), "to": closing}),))


def look(desk: Desk, edit: HoursEdit) -> Preview:
    directory = desk.database.read_now(read_directory)
    now = desk.runner.run_now((), lambda tx: tx.now)
    return desk.database.read_now(preview_hours, directory, desk.office, edit, now, "de")


def save(desk: Desk, seen: Preview, offices: Collection[int] | None = None) -> None:
    desk.runner.run_now(
        offices or desk.office.id,
        save_hours,
        office_id=desk.office.id,
        edit=seen.edit,
        version=seen.version,
        seen=seen.seen,
        staff_id=STAFF,
    )


def references(seen: Preview) -> list[str]:
    return [each.booked.reference for each in seen.affected]


def outside(desk: Desk) -> list[int]:
    office = desk.database.read_now(read_directory).office(desk.office.id)
    return desk.runner.run_now(office.id, find_conflicts, office=office)


def test_what_is_left_outside_is_shown_and_nothing_is_cancelled(desk: Desk) -> None:
    late = desk.book(at("17:30"))
    desk.book(at("09:30"))
    seen = look(desk, until(desk, "17:00"))
    assert references(seen) == [late.reference]
    assert [each.booked.name for each in seen.affected] == ["Amira Kaya"]
    assert (seen.effects.days[0], seen.effects.per, seen.effects.minutes) == (
        date(2026, 11, 25), "week", -5 * 60
    )  # fmt: skip
    assert seen.effects.starts == -5 * 4 * 2
    assert seen.effects.last_number[1] == at("16:45", date(2026, 11, 25))
    save(desk, seen)
    assert desk.find(late.reference).status == "confirmed"
    assert outside(desk) == [desk.find(late.reference).id]
    again = look(desk, until(desk, "16:00"))
    assert (references(again), again.outside) == ([], 1)


def test_saving_shows_anew_what_is_not_what_was_seen(desk: Desk) -> None:
    seen = look(desk, until(desk, "17:00"))
    desk.book(at("17:30"))
    with refused("hours_unseen", 409):
        save(desk, seen)
    other = look(desk, until(desk, "16:00"))
    with refused("hours_unseen", 409):
        save(desk, replace(other, edit=seen.edit))
    fresh = look(desk, seen.edit)
    save(desk, fresh)
    with refused("hours_outdated", 409):
        save(desk, fresh)


def test_closure_of_the_town_shows_the_appointments_of_all_its_offices(desk: Desk) -> None:
    wedding = desk.book(at("10:00"), MARRIAGE, office=desk.house.registry)
    card = desk.book(at("09:30"))
    closure = read_closure({"first_day": THURSDAY, "reason": "Personalversammlung"})
    seen = look(desk, HoursEdit(add_town_closures=(closure,)))
    assert references(seen) == [card.reference, wedding.reference]
    assert [each.office.slug for each in seen.affected] == [
        "amtal-buergerbuero", "amtal-standesamt"
    ]  # fmt: skip
    save(desk, seen, [desk.office.id, desk.house.registry.id])
    assert outside(desk) == [desk.find(card.reference).id]


def test_appointment_being_made_counts_as_well(desk: Desk, clock: FixedClock) -> None:
    held = desk.hold(at("17:30"))
    assert references(look(desk, until(desk, "17:00"))) == [held.reference]
    clock.move(timedelta(minutes=30))
    assert references(look(desk, until(desk, "17:00"))) == []


def test_what_wins_over_new_hours_is_named(desk: Desk) -> None:
    part = {"reason": "Personalversammlung", "first_day": "2026-12-09", "from": "13:00"}
    base = hours_after(hours_of(desk), HoursEdit(add_closures=(read_closure(part),)))
    before = office_with(desk.office, base)
    evening = read_rule({"days": ["wed", "fri"], "from": "18:00", "to": "19:00", "mode": "walk_in"})
    edit = HoursEdit(add_rules=(evening,))
    after = office_with(desk.office, hours_after(base, edit))
    added = [rule for rule in after.rules if rule.id < 0]
    effects = effects_of(before, after, added, THURSDAY, "de")
    assert [(one.day.isoformat(), one.reason, one.is_whole) for one in effects.winners] == [
        ("2026-12-09", "Personalversammlung", True),
        ("2026-12-25", "Erster Weihnachtstag", True),
        ("2027-01-01", "Neujahr", True),
    ]
    assert (effects.per, effects.minutes, effects.starts) == ("week", 120, 0)


# Who changes hours and who books, at the same moment.
EVENING = at("17:30", date(2026, 12, 2))
BOOKERS = 2


def change_or_book(house: House, edit: HoursEdit, seen: Preview) -> Any:
    """The first racer closes at 17:00, having seen nobody there; the others book at 17:30."""

    def act(tx: Tx, nth: int) -> str:
        if nth == 0:
            save_hours(
                tx,
                office_id=house.office.id,
                edit=edit,
                version=seen.version,
                seen=seen.seen,
                staff_id=STAFF,
            )
            return "saved"
        return services.hold_slot(
            tx,
            office_id=house.office.id,
            start=EVENING,
            services=(Wanted("personalausweis"),),
            language="de",
        ).reference

    return act


def test_nothing_booked_at_the_same_moment_is_silently_outside(
    desk: Desk, clock: FixedClock
) -> None:
    edit = until(desk, "17:00")
    act = change_or_book(desk.house, edit, look(desk, edit))
    ran = race(
        desk.database, clock, act, racers=1 + BOOKERS, offices=[desk.office.id], locked=True,
        reactions=REACTIONS,
    )  # fmt: skip
    booked = [one for one in ran[1:] if one.value]
    if ran[0].value:
        assert booked == []
        assert {one.refused for one in ran[1:]} <= {"slot_not_offered", "slot_taken"}
    else:
        assert ran[0].refused == "hours_unseen"
        assert booked


def test_without_the_lock_they_would_miss_each_other(desk: Desk, clock: FixedClock) -> None:
    """The negative control: all have looked at the hours and at the places, nobody has written."""
    edit = until(desk, "17:00")
    act = change_or_book(desk.house, edit, look(desk, edit))
    ran = race(desk.database, clock, act, racers=1 + BOOKERS, meet_before="INSERT INTO")
    assert all(one.met for one in ran)
    assert ran[0].value == "saved"
    assert any(one.value for one in ran[1:])


DAYS = ("mon", "tue", "wed", "thu", "fri")
TIMES = st.integers(7 * 4, 19 * 4).map(lambda quarter: quarter * 15)


@st.composite
def random_rules(draw: st.DrawFn) -> OpeningEntry:
    """Any hours with places, now and then with breaks, for some services, or only from a day on."""
    begin, end = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
    said: Said = {
        "days": draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True)),
        "from": f"{begin // 60:02}:{begin % 60:02}",
        "to": f"{end // 60:02}:{end % 60:02}",
        "mode": draw(st.sampled_from(["appointment", "mixed"])),
        "places": draw(st.integers(0, 3)),
    }
    if draw(st.booleans()):
        said["pools"] = {"gewerbe": draw(st.integers(0, 1))}
    if draw(st.booleans()):
        said["valid_from"] = THURSDAY + timedelta(days=draw(st.integers(0, 9)))
    if draw(st.integers(0, 3)) == 0:
        said["services"] = draw(
            st.lists(
                st.sampled_from(["personalausweis", "abholung", "gewerbeanmeldung"]),
                min_size=1, unique=True,
            )
        )  # fmt: skip
    if end - begin >= 60 and draw(st.booleans()):
        pause = f"{(begin + 30) // 60:02}:{(begin + 30) % 60:02}"
        stop = f"{(begin + 45) // 60:02}:{(begin + 45) % 60:02}"
        said["breaks"] = [{"from": pause, "to": stop}]
    return read_rule(said)


@st.composite
def random_edits(draw: st.DrawFn, hours: Hours) -> HoursEdit:
    """Some rules go or end, some come; now and then a closure."""
    edit = HoursEdit(add_rules=tuple(draw(st.lists(random_rules(), max_size=2))))
    for number, rule in hours.rules.items():
        how = draw(st.sampled_from(["stays", "goes", "ends"]))
        last = THURSDAY + timedelta(days=draw(st.integers(0, 6)))
        end = HoursEdit(frozenset({number})) if how == "goes" else end_after(number, rule, last)
        if how != "stays":
            edit = HoursEdit(edit.drop_rules | end.drop_rules, (*edit.add_rules, *end.add_rules))
    if draw(st.booleans()):
        day = THURSDAY + timedelta(days=draw(st.integers(0, 9)))
        part = {"from": "10:00", "to": "12:00"} if draw(st.booleans()) else {}
        closure = read_closure({"first_day": day, "reason": "Umzug", **part})
        edit = HoursEdit(edit.drop_rules, edit.add_rules, add_closures=(closure,))
    return edit


@pytest.fixture
def full_desk(sqlite_database: Database, clock: FixedClock) -> Desk:
    """Twelve days with appointments of several lengths and pools."""
    house = make_house(sqlite_database, clock)
    desk = Desk(sqlite_database, Runner(sqlite_database, clock, None, REACTIONS), house)
    wanted = ("personalausweis", "abholung", "gewerbeanmeldung")
    for number in range(60):
        day = THURSDAY + timedelta(days=number % 12)
        if day.weekday() < 5:
            start = at(f"{8 + number % 9:02}:{number % 4 * 15:02}", day)
            with suppress(DomainError):  # here and there all places are taken
                desk.book(start, Wanted(wanted[number % 3]), by_staff=True)
    return desk


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_what_is_shown_before_is_what_is_outside_afterwards(
    full_desk: Desk, data: st.DataObject
) -> None:
    """Of any change: shown and already outside together are exactly the conflicts then counted."""
    before = set(outside(full_desk))
    seen = look(full_desk, data.draw(random_edits(hours_of(full_desk))))
    after = outside_after(full_desk, seen)
    assert {each.booked.id for each in seen.affected} == after - before
    assert seen.outside == len(after & before)


class Undone(Exception):
    """Carries out what was counted, and lets the runner undo the rest."""


def outside_after(desk: Desk, seen: Preview) -> set[int]:
    """What is outside once this is saved; nothing of it stays."""

    def save_and_count(tx: Tx) -> None:
        save_hours(
            tx,
            office_id=desk.office.id,
            edit=seen.edit,
            version=seen.version,
            seen=seen.seen,
            staff_id=STAFF,
        )
        raise Undone(find_conflicts(tx, current_directory(tx).office(desk.office.id)))

    with pytest.raises(Undone) as undone:
        desk.runner.run_now(desk.office.id, save_and_count)
    return set(undone.value.args[0])


def test_office_as_it_would_be_is_the_office_as_it_is_then(desk: Desk) -> None:
    seen = look(desk, until(desk, "17:00"))
    save(desk, seen)
    saved = desk.database.read_now(read_directory).office(desk.office.id)
    (rule,) = saved.rules
    (would,) = seen.office.rules
    assert rule == replace(would, id=rule.id)
