"""Races for one appointment or one freed time: who confirms, expires, moves and cancels at once.

Each invariant is seen to break in a negative control: without the key of `place`, or with a command
that looks first and does not look again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from aufruf.booking import services
from aufruf.booking.capacity import plans
from aufruf.booking.cells import cells_of
from aufruf.booking.lookup import load
from aufruf.booking.places import choose_places, slots_of, take_places
from aufruf.booking.rules import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from tests.booking.desk import AMIRA, THURSDAY, Desk, at
from tests.factories import House, make_house
from tests.races import Ran, drop_guard, race, winners

RACERS = 8
MARRIAGE = Wanted("eheschliessung")
MINUTE = timedelta(minutes=1)


def most_taken(database: Database) -> int:
    """Most places taken in one cell of the registry office, which has one."""
    query = text("SELECT max(taken) FROM (SELECT count(*) AS taken FROM place GROUP BY cell) AS c")
    return database.read_now(lambda conn: conn.execute(query).scalar_one()) or 0


@dataclass
class ConfirmOrTake:
    """Even racers confirm the hold a minute before its end; odd ones, a minute after, take it."""

    house: House
    reference: str

    def __call__(self, tx: Tx, nth: int) -> str:
        if nth % 2 == 0:
            tx.now -= MINUTE
            return services.set_contact(tx, reference=self.reference, contact=AMIRA).reference
        tx.now += MINUTE
        return services.hold_slot(
            tx,
            office_id=self.house.registry.id,
            start=at("09:30"),
            services=(MARRIAGE,),
            language="de",
            contact=Contact(f"Carla {nth}"),
        ).reference


def about_to_expire(desk: Desk, clock: FixedClock) -> ConfirmOrTake:
    held = desk.hold(at("09:30"), MARRIAGE, office=desk.house.registry)
    clock.move(timedelta(minutes=10))
    return ConfirmOrTake(desk.house, held.reference)


def check_one_has_it(ran: list[Ran[str]], database: Database) -> None:
    assert winners(ran) == 1
    assert {one.refused for one in ran} <= {None, "slot_taken", "hold_expired", "wrong_state"}
    assert most_taken(database) == 1


def test_hold_either_expires_or_is_confirmed(
    database: Database, clock: FixedClock, desk: Desk
) -> None:
    act, offices = about_to_expire(desk, clock), [desk.house.registry.id]
    check_one_has_it(
        race(database, clock, act, racers=RACERS, offices=offices, locked=True), database
    )


@pytest.mark.parametrize("guarded", [True, False])
def test_hold_that_is_confirmed_while_it_expires_needs_the_key(
    database: Database, clock: FixedClock, desk: Desk, *, guarded: bool
) -> None:
    """Past the lock everybody has looked before anybody writes; the key alone keeps the promise."""
    act = about_to_expire(desk, clock)
    if not guarded:
        drop_guard(database, "pk_place")
    ran = race(
        database,
        clock,
        act,
        racers=RACERS,
        offices=[desk.house.registry.id],
        meet_before="UPDATE appointment SET status",
    )
    assert all(one.met for one in ran)
    assert (most_taken(database) == 1) is guarded


@dataclass
class MoveOrCancel:
    """Even racers cancel, odd ones move the same appointment, each to a time of its own."""

    reference: str

    def __call__(self, tx: Tx, nth: int) -> str:
        if nth % 2 == 0:
            services.cancel_appointment(tx, reference=self.reference)
        else:
            self.move(tx, at("11:00") + nth * timedelta(minutes=15))
        return self.reference

    def move(self, tx: Tx, start: datetime) -> None:
        services.move_appointment(tx, reference=self.reference, start=start)


@dataclass
class CarelessMoveOrCancel(MoveOrCancel):
    """The same, but a move does not look again whether there is still something to move."""

    house: House

    def move(self, tx: Tx, start: datetime) -> None:
        office, booked = self.house.registry, load(tx, self.reference)
        plan = plans.plan(office, THURSDAY)
        wanted = slots_of([office.main_pool.id], cells_of(start, 45))
        chosen = choose_places(tx, office, plan, wanted, public=True)
        assert chosen is not None
        take_places(tx, office, plan, chosen, appointment_id=booked.id, until=None, public=True)


def booked_marriage(desk: Desk, start: str = "09:30") -> str:
    return desk.book(at(start), MARRIAGE, office=desk.house.registry).reference


def test_appointment_is_cancelled_once_whoever_moves_it(
    database: Database, clock: FixedClock, desk: Desk
) -> None:
    reference = booked_marriage(desk)
    offices = [desk.house.registry.id]
    act = MoveOrCancel(reference)
    ran = race(database, clock, act, racers=RACERS, offices=offices, locked=True)
    assert winners(ran[::2]) == 1
    assert {one.refused for one in ran} <= {None, "wrong_state"}
    assert (desk.find(reference).status, desk.places(reference)) == ("cancelled", [])


def test_move_that_was_overtaken_by_a_cancellation_leaves_nothing(
    postgres_database: Database, clock: FixedClock
) -> None:
    """Past the lock, on PostgreSQL; SQLite has but one writer. The step's own guard refuses it."""
    runner = Runner(postgres_database, clock, None, {})
    desk = Desk(postgres_database, runner, make_house(postgres_database, clock))
    reference = booked_marriage(desk)
    ran = overtake(MoveOrCancel(reference), desk, clock)
    assert [one.refused for one in ran] == [None, "hold_expired"]
    assert (desk.find(reference).status, desk.places(reference)) == ("cancelled", [])


def test_careless_move_leaves_places_with_a_cancelled_appointment(
    clock: FixedClock, desk: Desk
) -> None:
    """The negative control."""
    reference = booked_marriage(desk)
    ran = overtake(CarelessMoveOrCancel(reference, desk.house), desk, clock)
    assert winners(ran) == 2
    assert (desk.find(reference).status, len(desk.places(reference))) == ("cancelled", 9)


def overtake(act: MoveOrCancel, desk: Desk, clock: FixedClock) -> list[Ran[str]]:
    """One has looked where to move to; before it writes, the other cancels."""
    ran = race(
        desk.database,
        clock,
        act,
        racers=2,
        offices=[desk.house.registry.id],
        meet_before="INSERT INTO place",
    )
    assert all(one.met for one in ran)
    return ran


@dataclass
class MoveTogether:
    """Each racer moves an appointment of its own; the new times overlap at the only place."""

    references: list[str]

    def __call__(self, tx: Tx, nth: int) -> str:
        start = at("13:00") + nth * timedelta(minutes=15)
        return services.move_appointment(tx, reference=self.references[nth], start=start).reference


@pytest.mark.parametrize("guarded", [True, False])
def test_overlapping_moves_at_one_place_need_the_key(
    database: Database, clock: FixedClock, desk: Desk, *, guarded: bool
) -> None:
    """Of two neighbours at most one gets the time, and nobody half of it; without the key both."""
    references = [booked_marriage(desk, start) for start in ("09:00", "10:00")]
    if not guarded:
        drop_guard(database, "pk_place")
    ran = race(
        database,
        clock,
        MoveTogether(references),
        racers=2,
        offices=[desk.house.registry.id],
        meet_before="INSERT INTO place",
    )
    assert all(one.met for one in ran)
    assert most_taken(database) == (1 if guarded else 2)
    assert winners(ran) <= 1 if guarded else winners(ran) == 2
    assert [len(desk.places(reference)) for reference in references] == [9, 9]


def test_overlapping_moves_at_one_place_each_end_whole(
    database: Database, clock: FixedClock, desk: Desk
) -> None:
    references = [booked_marriage(desk, start) for start in ("08:00", "09:00", "10:00", "11:00")]
    offices = [desk.house.registry.id]
    act = MoveTogether(references)
    ran = race(database, clock, act, racers=4, offices=offices, locked=True)
    assert {one.refused for one in ran} <= {None, "slot_taken"}
    assert winners(ran) in {1, 2}
    assert most_taken(database) == 1
    assert [len(desk.places(reference)) for reference in references] == [9] * 4
