"""Limits per address and number: how they compare, that a race cannot exceed them, who is free."""

from datetime import timedelta
from typing import Any

import pytest

from aufruf.booking import services
from aufruf.booking.guard.limits import email_key, phone_key
from aufruf.booking.rules import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from tests.booking.desk import Desk, at, refused
from tests.booking.strict import strict_house
from tests.factories import House
from tests.races import race, winners

RACERS = 16


@pytest.fixture
def house(database: Database, clock: FixedClock) -> House:
    return strict_house(database, clock, questions=False)


@pytest.fixture
def desk(database: Database, runner: Runner, house: House) -> Desk:
    return Desk(database, runner, house)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Amira@Beispiel.example", "amira@beispiel.example"),
        ("amira+pass@beispiel.example", "amira@beispiel.example"),
        ("a.mira@beispiel.example", "a.mira@beispiel.example"),
        ("+tag@beispiel.example", "+tag@beispiel.example"),
        ("STRASSE@beispiel.example", "strasse@beispiel.example"),
    ],
)
def test_address_is_compared_without_case_and_tag(written: str, key: str) -> None:
    assert email_key(written) == key


@pytest.mark.parametrize(
    "written",
    [
        "06081 12345",
        "+49 6081 12345",
        "0049 6081/12345",
        "+49 (0)6081-12345",
        "(06081) 123.45",
        "+49 06081 12345",
        "+0049 6081 12345",
    ],
)
def test_number_is_compared_by_its_digits(written: str) -> None:
    assert phone_key(written) == "+49608112345"


def test_number_of_another_country_stays_its_own() -> None:
    assert phone_key("+41 44 12345") == "+414412345"


def book(desk: Desk, clock: str, **who: Any) -> str:
    contact = Contact("Amira Kaya", **who)
    return desk.hold(at(clock), contact=contact).reference


def test_one_more_than_the_limit_is_refused_until_one_is_cancelled(
    desk: Desk, clock: FixedClock
) -> None:
    first = book(desk, "09:00", email="amira@beispiel.example")
    book(desk, "10:00", email="Amira+zwei@beispiel.example")
    with refused("limit_reached", 409) as refusal:
        book(desk, "11:00", email="amira@beispiel.example")
    assert refusal.value.details == {"n": 2, "by": "email"}
    assert desk.find(first).email_key == "amira@beispiel.example"
    desk.run(services.cancel_appointment, first)
    assert desk.find(first).email_key is None
    book(desk, "11:00", email="amira@beispiel.example")
    clock.move(at("12:00") - clock.now())
    book(desk, "13:00", email="amira@beispiel.example")


def test_limit_holds_where_the_contact_is_said_later_and_by_telephone(desk: Desk) -> None:
    book(desk, "09:00", phone="06081 12345")
    held = desk.hold(at("10:00"))
    with refused("limit_reached", 409):
        desk.run(
            services.set_contact, held.reference, contact=Contact("Amira", phone="+49 6081 12345")
        )
    assert desk.find(held.reference).status == "held"


def test_exempt_addresses_other_offices_and_staff_are_free(desk: Desk) -> None:
    for clock in ("09:00", "10:00", "11:00"):
        book(desk, clock, email="verkauf@autohaus.example")
        book(desk, clock, email="Chef+x@laden.example", phone="+49 6081 555")
    for clock in ("13:00", "14:00", "15:00"):
        contact = Contact("Amira", "amira@beispiel.example")
        desk.hold(at(clock), contact=contact, by_staff=True)
    registry = desk.house.registry
    with refused("limit_reached", 409):
        book(desk, "16:00", email="amira@beispiel.example")
    contact = Contact("Amira", "amira@beispiel.example")
    desk.hold(at("09:00"), Wanted("eheschliessung"), office=registry, contact=contact)


def test_staff_book_with_a_name_alone(desk: Desk) -> None:
    registry = desk.house.registry
    held = desk.hold(
        at("09:00"), Wanted("eheschliessung"), office=registry, contact=Contact("A"), by_staff=True
    )
    assert held.status == "confirmed"


def test_name_stays_what_it_was_once_it_is_booked(desk: Desk) -> None:
    reference = book(desk, "09:00", email="amira@beispiel.example")
    with refused("wrong_state", 409):
        desk.run(services.set_contact, reference, contact=Contact("Carla"))
    assert desk.find(reference).name == "Amira Kaya"


def test_awaited_confirmation_counts_until_it_lapses(desk: Desk, clock: FixedClock) -> None:
    trust = services.Trust(ask_email=True)
    contact = Contact("Amira", "amira@beispiel.example")
    for start in ("09:00", "10:00"):
        assert desk.hold(at(start), contact=contact, trust=trust).status == "awaiting_email"
    with refused("limit_reached", 409):
        desk.hold(at("11:00"), contact=contact)
    clock.move(timedelta(hours=1))
    desk.hold(at("11:00"), contact=contact)


class ByOneAddress:
    """The nth appointment of the same person, each at a time of its own."""

    def __init__(self, house: House) -> None:
        self._office = house.office

    def __call__(self, tx: Tx, nth: int) -> str:
        return services.hold_slot(
            tx,
            office_id=self._office.id,
            start=at("09:00") + timedelta(minutes=15 * nth),
            services=(Wanted("personalausweis"),),
            language="de",
            contact=Contact("Amira", "amira@beispiel.example"),
        ).reference


def test_race_cannot_exceed_the_limit(database: Database, clock: FixedClock, house: House) -> None:
    offices = [house.office.id]
    act = ByOneAddress(house)
    ran = race(database, clock, act, racers=RACERS, offices=offices, locked=True)
    assert winners(ran) == 2
    assert {one.refused for one in ran} - {None} == {"limit_reached"}


def test_race_exceeds_the_limit_without_the_lock(
    database: Database, clock: FixedClock, house: House
) -> None:
    """The negative control: everybody has counted, nobody has written."""
    ran = race(
        database,
        clock,
        ByOneAddress(house),
        racers=RACERS,
        offices=[house.office.id],
        meet_before="INSERT INTO appointment ",
    )
    assert all(one.met for one in ran)
    assert winners(ran) > 2
