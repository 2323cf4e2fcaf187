"""Commands keep to the rules of opening: named services, opening of a new day, places held back."""

from datetime import date, datetime, timedelta

import pytest

from aufruf.booking.change import find_conflicts
from aufruf.booking.days import free_days
from aufruf.booking.rules import Wanted, read_request
from aufruf.booking.taken_days import TakenDays
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.queue.services import issue_ticket
from tests.booking.desk import Desk, at, refused
from tests.factories import AMTAL, SourceFile, load_texts

TEXT = AMTAL.read_text(encoding="utf-8")
USUAL = """mode = "mixed"
places = { public = 2, total = 3 }
pools = { gewerbe = 1 }
"""
# Appointments for all from 8 to 18; in the first office only pick-up is open without one.
RULES = """mode = "appointment"
places = { public = 2, total = 3, held_back = 1 }
release_hours = 24
horizon_days = 5
slot_minutes = 30
pools = { gewerbe = 1 }

[[offices.opening]]
days = ["sat"]
from = "09:00"
to = "11:00"
mode = "appointment"
places = 1
services = ["abholung"]

[[offices.opening]]
days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
to = "12:00"
mode = "walk_in"
services = ["abholung"]
"""
TUESDAY, WEDNESDAY, SATURDAY = date(2026, 12, 1), date(2026, 12, 2), date(2026, 11, 28)
PICK_UP, CARD = Wanted("abholung"), Wanted("personalausweis")


@pytest.fixture
def desk(database: Database, runner: Runner, clock: FixedClock) -> Desk:
    """Thursday, 26 November 2026, 9:00."""
    clock.at = at("09:00")
    text = TEXT.replace(USUAL, RULES, 1)
    return Desk(database, runner, load_texts(database, clock, SourceFile("amtal.toml", text)))


def free_on(desk: Desk, days: list[date], now: datetime, known: TakenDays) -> list[int]:
    request = read_request(desk.office, (CARD,))
    found = desk.database.read_now(free_days, known, desk.office, request, days, now)
    return [count for _, count in found]


def test_new_day_opens_when_its_hours_begin(desk: Desk, clock: FixedClock) -> None:
    known = TakenDays()
    clock.at = at("07:59")
    assert free_on(desk, [TUESDAY], clock.at, known) == [0]
    with refused("too_far", 409):
        desk.book(at("09:30", TUESDAY), CARD)
    clock.at = at("08:00")
    assert free_on(desk, [TUESDAY, WEDNESDAY], clock.at, known) == [20, 0]
    assert desk.book(at("09:30", TUESDAY), CARD)


def test_places_held_back_are_released_on_time(desk: Desk, clock: FixedClock) -> None:
    known, begins = TakenDays(), at("08:00", TUESDAY)
    clock.at = begins - timedelta(hours=24, seconds=1)
    desk.book(begins, CARD)
    assert free_on(desk, [TUESDAY], clock.at, known) == [19]
    with refused("slot_taken", 409):
        desk.book(begins, CARD)
    clock.at = begins - timedelta(hours=24)
    assert free_on(desk, [TUESDAY], clock.at, known) == [20]
    desk.book(begins, CARD)
    with refused("slot_taken", 409):
        desk.book(begins, CARD)
    assert desk.book(begins, CARD, by_staff=True)


def test_hours_for_named_services_are_for_these_alone(desk: Desk, clock: FixedClock) -> None:
    clock.at = at("09:00", date(2026, 11, 27))
    desk.book(at("09:15", SATURDAY), PICK_UP)
    with refused("slot_not_offered", 409):
        desk.book(at("09:30", SATURDAY), CARD)
    with refused("slot_not_offered", 409):
        desk.book(at("09:30", SATURDAY), CARD, PICK_UP)
    with refused("slot_not_offered", 409):
        desk.book(at("09:15", date(2026, 11, 27)), CARD, by_staff=True)


def test_numbers_are_drawn_for_named_services_alone(desk: Desk, clock: FixedClock) -> None:
    def draw(*services: Wanted, by_staff: bool = False) -> str:
        issued = desk.runner.run_now(
            desk.office.id,
            issue_ticket,
            office_id=desk.office.id,
            services=services,
            language="de",
            by_staff=by_staff,
        )
        return issued.number

    assert draw(PICK_UP) == "L001"
    with refused("not_walk_in", 409):
        draw(CARD)
    with refused("not_walk_in", 409):
        draw(PICK_UP, CARD)
    assert draw(CARD, by_staff=True) == "A001"
    clock.at = at("12:30")
    with refused("office_closed", 409):
        draw(PICK_UP)


def test_appointment_for_which_the_hours_no_longer_are_is_a_conflict(
    desk: Desk, clock: FixedClock
) -> None:
    held = desk.book(at("09:15", SATURDAY), PICK_UP)
    others = RULES.replace('services = ["abholung"]', 'services = ["gewerbeanmeldung"]', 1)
    changed = TEXT.replace(USUAL, others, 1)
    office = load_texts(desk.database, clock, SourceFile("amtal.toml", changed)).office
    assert desk.runner.run_now(office.id, find_conflicts, office=office) == [
        desk.find(held.reference).id
    ]
