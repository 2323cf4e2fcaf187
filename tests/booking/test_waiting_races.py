"""Races on the waiting list: who offers a place, who takes an offer, and what comes between.

Each promise is seen to break in a negative control: without the key or index that keeps it, or by
a command that looks first and does not look again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from aufruf.booking import place_store, services, store
from aufruf.booking.lookup import Held
from aufruf.booking.waiting.answering import read_offered, take_offer
from aufruf.booking.waiting.commands import tidy_waiting_list
from aufruf.booking.waiting.line import read_line
from aufruf.booking.waiting.offers import offer_time
from aufruf.core.clock import FixedClock
from aufruf.core.tx import Tx
from aufruf.office.directory import current_directory
from tests.booking.desk import THURSDAY, at
from tests.booking.test_change_races import most_taken
from tests.booking.waiting import FRIDAY, MONDAY, POST, Line
from tests.races import Ran, drop_guard, race, winners

RACERS = 6
MINUTE = timedelta(minutes=1)
Act = Callable[[Tx, int], object]


def run(line: Line, clock: FixedClock, act: Act, racers: int = RACERS) -> list[Ran[object]]:
    """As the runner does it, from as many connections."""
    offices = [line.registry.id]
    return race(line.desk.database, clock, act, racers=racers, offices=offices, locked=True)


def run_past_the_lock(
    line: Line, clock: FixedClock, act: Act, meet_before: str, racers: int = RACERS
) -> list[Ran[object]]:
    """Everybody has looked before anybody writes."""
    ran = race(
        line.desk.database,
        clock,
        act,
        racers=racers,
        offices=[line.registry.id],
        meet_before=meet_before,
    )
    assert all(one.met for one in ran)
    return ran


def waiting(line: Line, starts: int = RACERS) -> None:
    """So many wait for Thursday's only time, which is free."""
    for nth in range(starts):
        day = FRIDAY + timedelta(days=7 * (nth // 3))
        line.wait(line.book(at(f"{13 + nth % 3}:00", day), f"A{nth}"))


@dataclass
class Tidy:
    """Each racer is a job that found Thursday's time free."""

    line: Line

    def __call__(self, tx: Tx, _nth: int) -> None:
        office_id = self.line.registry.id
        tidy_waiting_list(tx, office_id=office_id, days=[THURSDAY], post=POST)


@dataclass
class OfferTo:
    """Each racer offers Thursday's time to somebody else, or a time of its own to the first."""

    line: Line
    one: bool = False

    def __call__(self, tx: Tx, nth: int) -> bool:
        office = current_directory(tx).office(self.line.registry.id)
        people = list(read_line(tx.conn, office).values())
        if self.one:
            start = at("10:00", MONDAY + timedelta(days=7 * nth))
            return offer_time(tx, POST, office, people[0], start)
        return offer_time(tx, POST, office, people[nth], at("09:30"))


def test_freed_place_is_offered_to_one(line: Line, clock: FixedClock) -> None:
    waiting(line)
    ran = run(line, clock, Tidy(line))
    assert winners(ran) == RACERS
    assert [offer.start_at for offer in line.offers()] == [at("09:30")]
    assert most_taken(line.desk.database) == 1


@pytest.mark.parametrize("guarded", [True, False])
def test_place_offered_once_needs_the_key(line: Line, clock: FixedClock, *, guarded: bool) -> None:
    waiting(line)
    if not guarded:
        drop_guard(line.desk.database, "pk_place")
    ran = run_past_the_lock(line, clock, OfferTo(line), "INSERT INTO place")
    made = sum(one.value is True for one in ran)
    assert (made == 1, most_taken(line.desk.database) == 1) == (guarded, guarded)
    assert len(line.offers()) == made


@pytest.mark.parametrize("guarded", [True, False])
def test_one_offer_at_a_time_needs_the_index(
    line: Line, clock: FixedClock, *, guarded: bool
) -> None:
    line.wait(line.book(at("13:00", FRIDAY + timedelta(days=56))))
    if not guarded:
        drop_guard(line.desk.database, "ix_waiting_offer_open")
    ran = run_past_the_lock(line, clock, OfferTo(line, one=True), "INSERT INTO waiting_offer")
    assert winners(ran) == (1 if guarded else RACERS)
    assert len(line.offers()) == winners(ran)


@dataclass
class Take:
    """The offer is taken from several tabs."""

    reference: str

    def __call__(self, tx: Tx, _nth: int) -> object:
        return take_offer(tx, reference=self.reference, post=POST)


@dataclass
class CarelessTake(Take):
    """The same without looking again at the offer and the appointment."""

    def __call__(self, tx: Tx, _nth: int) -> object:
        offered = read_offered(tx.conn, self.reference)
        assert offered is not None
        assert offered.own is not None
        own, hold = offered.own, offered.hold
        before = place_store.places_of(tx.conn, own.id)
        place_store.hand_over_places(tx.conn, hold.id, own.id)
        place_store.free_places(tx.conn, own.office_id, before)
        return store.move(tx.conn, own, tx.now, hold.start_at, hold.end_at)


@dataclass
class Or:
    """Even racers do the one, odd ones the other, `later` minutes after."""

    even: Act
    odd: Act
    later: timedelta = MINUTE * 0

    def __call__(self, tx: Tx, nth: int) -> object:
        tx.now += self.later * (1 if nth % 2 else -1)
        return (self.odd if nth % 2 else self.even)(tx, nth)


def offered(line: Line) -> tuple[Held, str]:
    """Amira's appointment, and the reference of what she is offered on Thursday at 9:30."""
    freed = line.book(at("09:30"), "Bernd")
    own = line.book(at("13:00", FRIDAY))
    line.wait(own)
    line.cancel(freed)
    return own, line.offer().reference


def is_whole(line: Line, own: Held) -> bool:
    """Whether the appointment has the places of its time and nothing else, or nothing at all."""
    booked = line.desk.find(own.reference)
    cells = {cell for _, cell, _ in line.desk.places(own.reference)}
    first = int(booked.start_at.timestamp()) // 300
    return cells == (set[int]() if booked.status == "cancelled" else set(range(first, first + 9)))


@pytest.mark.parametrize("locked", [True, False])
def test_offer_pressed_in_several_tabs_is_taken_once(
    line: Line, clock: FixedClock, *, locked: bool
) -> None:
    own, reference = offered(line)
    act = Take(reference)
    if locked:
        assert winners(run(line, clock, act)) == RACERS  # each is told the same
    else:
        ran = run_past_the_lock(line, clock, act, "UPDATE waiting_offer SET status")
        assert winners(ran) == 1
        assert {one.refused for one in ran} == {None, "offer_over"}
    booked = line.desk.find(own.reference)
    assert (booked.start_at, booked.sequence, is_whole(line, own)) == (at("09:30"), 1, True)


@pytest.mark.parametrize("locked", [True, False])
def test_offer_is_taken_or_lapses(line: Line, clock: FixedClock, *, locked: bool) -> None:
    """Even racers take it a minute before its end, odd ones tidy up a minute after."""
    own, reference = offered(line)
    clock.move(line.offer().until - clock.now())
    act = Or(Take(reference), Tidy(line), MINUTE)
    if locked:
        run(line, clock, act)
    else:
        run_past_the_lock(line, clock, act, "UPDATE waiting_offer SET status", racers=2)
    taken = line.desk.find(own.reference).start_at == at("09:30")
    found = line.desk.database.read_now(read_offered, reference)
    assert found is not None
    assert found.offer.status == ("taken" if taken else "lapsed")
    assert found.hold.status == "expired"
    assert (is_whole(line, own), most_taken(line.desk.database)) == (True, 1)


def test_careless_taking_of_what_lapsed_leaves_an_appointment_without_places(
    line: Line, clock: FixedClock
) -> None:
    """The negative control: the job comes between the look and the write."""
    own, reference = offered(line)
    clock.move(line.offer().until - clock.now())
    act = Or(CarelessTake(reference), Tidy(line), MINUTE)
    run_past_the_lock(line, clock, act, "UPDATE place SET appointment_id", racers=2)
    assert not is_whole(line, own)


@dataclass
class Cancel:
    reference: str

    def __call__(self, tx: Tx, _nth: int) -> None:
        services.cancel_appointment(tx, reference=self.reference, post=POST)


def test_cancelled_while_the_offer_is_taken_nothing_is_left(line: Line, clock: FixedClock) -> None:
    own, reference = offered(line)
    ran = run(line, clock, Or(Take(reference), Cancel(own.reference)))
    assert winners(ran[1::2]) == 1
    assert {one.refused for one in ran} <= {None, "offer_over", "wrong_state"}
    assert (line.desk.find(own.reference).status, is_whole(line, own)) == ("cancelled", True)
    assert line.offers() == []
    assert line.book(at("09:30"), "Dora").status == "confirmed"


@dataclass
class CarelessCancel(Cancel):
    """The same without a thought for what was offered to it."""

    def __call__(self, tx: Tx, _nth: int) -> None:
        booked = store.find_appointment(tx.conn, self.reference)
        assert booked is not None
        assert store.change_status(tx.conn, booked.id, tx.now, ("confirmed", "cancelled"))
        place_store.free_all_places(tx.conn, booked.id)


def test_careless_taking_leaves_places_with_a_cancelled_appointment(
    line: Line, clock: FixedClock
) -> None:
    """The negative control: neither looks again."""
    own, reference = offered(line)
    act = Or(CarelessTake(reference), CarelessCancel(own.reference))
    run_past_the_lock(line, clock, act, "UPDATE place SET appointment_id", racers=2)
    assert (line.desk.find(own.reference).status, is_whole(line, own)) == ("cancelled", False)
