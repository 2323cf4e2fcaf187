"""The day told as stories: half-open counters, breaks, closing time, the night, and days off."""

from datetime import date, timedelta

import pytest
from sqlalchemy import bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import day_start, local_day
from aufruf.queue import services
from aufruf.queue.events import CounterChanged, TicketExpired
from aufruf.queue.reminding.commands import remind_counters
from tests.conftest import START
from tests.databases import SqliteEngine
from tests.queue.conftest import build
from tests.queue.room import Room, move_in
from tests.queue.test_calling import refused, rows

MIDNIGHT = START.replace(hour=0, minute=0) + timedelta(days=1)


def end_of_day(room: Room) -> int:
    """What the job does in each office."""
    offices = (room.office_id, room.house.registry.id)
    return sum(room.run(services.close_day, office_id=one) for one in offices)


def set_state(room: Room, counter_id: int, state: str, **more: object) -> None:
    room.run(services.set_counter_state, counter_id=counter_id, state=state, **more)  # pyright: ignore[reportArgumentType]


def test_night_leaves_nobody_waiting_and_no_counter_open(room: Room) -> None:
    set_state(room, room.two, "break", until=START + timedelta(minutes=20))
    parked = room.draw()
    room.call(room.one)
    room.run(services.park, counter_id=room.one, ticket_id=parked.id, reason="Foto", personal=True)
    waiting, served = room.draw(), room.draw()
    room.run(services.call_ticket, counter_id=room.one, ticket_id=served.id)
    room.run(services.start_service, counter_id=room.one, ticket_id=served.id)
    room.run(services.set_counter_state, counter_id=room.one, state="open", staff_id=1)
    room.clock.move(MIDNIGHT - timedelta(seconds=1) - START)
    assert end_of_day(room) == 0
    assert room.status(served.id) == "serving"
    room.wait(seconds=1)
    assert end_of_day(room) == 3
    assert [room.status(one.id) for one in (parked, waiting, served)] == [
        "expired",
        "expired",
        "finished",
    ]
    assert room.ticket(parked.id).reserved_counter_id is None
    counters = room.state().counters.values()
    assert {(one.state, one.since) for one in counters} == {("closed", MIDNIGHT)}
    closed = [one.counter for one in room.events() if isinstance(one, CounterChanged)][-2:]
    assert closed == ["1", "2"]
    assert rows(room, "SELECT count(*) FROM counter_sitting WHERE until IS NULL") == [(0,)]
    assert end_of_day(room) == 0
    set_state(room, room.one, "open")  # and the new day begins
    assert room.next(room.one) is None
    assert room.draw(by_staff=True).number == "A001"


def test_server_that_was_off_for_three_days_catches_up(room: Room) -> None:
    waiting = room.draw()
    room.run(services.set_counter_state, counter_id=room.one, state="open", staff_id=1)
    room.clock.move(timedelta(days=3))
    assert end_of_day(room) == 1
    assert room.status(waiting.id) == "expired"
    assert room.ticket(waiting.id).finished_at == MIDNIGHT
    query = text("SELECT count(*) FROM counter_sitting WHERE until = :midnight").bindparams(
        bindparam("midnight", type_=UTCDateTime())
    )
    sat = room.database.read_now(lambda conn: conn.execute(query, {"midnight": MIDNIGHT}).scalar())
    assert sat == 1  # nobody sat there for three days
    assert sum(isinstance(one, TicketExpired) for one in room.events()) == 1


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_nights_of_the_clock_change_end_one_day_each(
    sqlite_engine: SqliteEngine, day: date
) -> None:
    """In October the hour from two comes twice, in March it is missing; midnight is midnight."""
    begins = day_start(day)
    clock = FixedClock(begins - timedelta(minutes=10))
    database = Database(sqlite_engine.copy_of("queue_house", build))
    room = move_in(database, clock)
    evening = room.draw(by_staff=True)
    clock.move(timedelta(minutes=9, seconds=59))
    assert end_of_day(room) == 0
    clock.move(timedelta(seconds=1))
    assert end_of_day(room) == 1
    clock.move(timedelta(hours=2, minutes=30))
    night = room.draw(by_staff=True)
    clock.move(timedelta(hours=1))
    assert end_of_day(room) == 0
    tomorrow = day_start(day + timedelta(days=1))
    assert tomorrow - begins in {timedelta(hours=23), timedelta(hours=25)}
    clock.move(tomorrow - clock.now() - timedelta(seconds=1))
    assert (end_of_day(room), local_day(clock.now())) == (0, day)
    clock.move(timedelta(seconds=1))
    assert end_of_day(room) == 1
    assert [room.status(one.id) for one in (evening, night)] == ["expired", "expired"]
    database.close()


def test_offices_of_one_area_end_their_days_apart(shared_room: Room) -> None:
    room = shared_room
    here = room.draw()
    room.call(room.one)
    room.run(
        services.transfer, counter_id=room.one, ticket_id=here.id, office_id=room.house.registry.id
    )
    room.draw()
    room.wait(minutes=24 * 60)
    assert room.run(services.close_day, office_id=room.office_id) == 1
    assert room.status(here.id) == "waiting"
    assert room.run(services.close_day, office_id=room.house.registry.id) == 1
    assert room.status(here.id) == "expired"


def at(room: Room, counter_id: int) -> int:
    """Whom the counter has."""
    ticket = room.state().at_counter(counter_id)
    assert ticket is not None
    return ticket.id


def test_counter_that_serves_little_leaves_the_rest_to_others(room: Room) -> None:
    card = room.house.offer().id
    collecting = room.house.offer("abholung").id
    set_state(room, room.one, "open", offers=[collecting])
    for_card, for_collecting = room.draw("personalausweis"), room.draw("abholung")
    assert room.call(room.one).id == for_collecting.id
    set_state(room, room.two, "open", offers=[card])
    assert room.call(room.two).id == for_card.id
    for counter_id in (room.one, room.two):
        room.run(services.start_service, counter_id=counter_id, ticket_id=at(room, counter_id))
        room.finish(counter_id, at(room, counter_id))
    room.draw("personalausweis")
    assert room.next(room.one) is None
    set_state(room, room.one, "open")  # everything again
    assert room.next(room.one) is not None


@pytest.mark.parametrize("state", ["break", "closed"])
def test_counter_that_pauses_or_closes_ends_the_visit_it_has(room: Room, state: str) -> None:
    for _ in range(2):
        room.draw()
    served = room.serve(room.one)
    set_state(room, room.one, state)
    with refused("counter_closed", 409):
        room.call(room.one)
    assert room.finish(room.one, served.id).status == "finished"
    with refused("counter_closed", 409):
        room.call(room.one)
    set_state(room, room.one, "open")
    assert room.call(room.one).number == "A002"


def test_lunch_break_ends_when_the_clerk_says_so(room: Room) -> None:
    """The planned end is a word to those who wait, not a timer."""
    back = START + timedelta(minutes=30)
    set_state(room, room.one, "break", until=back)
    room.draw()
    room.wait(minutes=45)
    with refused("counter_closed", 409):
        room.call(room.one)
    set_state(room, room.one, "open")
    assert room.call(room.one).number == "A001"
    now = room.state().counter(room.one)
    assert (now.state, now.since, now.until) == ("open", room.clock.now(), None)


def test_after_closing_time_counters_call_until_nobody_waits(room: Room) -> None:
    room.clock.move(START.replace(hour=17, minute=20) - START)
    drawn = [room.draw() for _ in range(3)]
    room.clock.move(START.replace(hour=18, minute=5) - room.clock.now())
    with refused("office_closed", 409):
        room.draw()
    for one in drawn:
        assert room.serve(room.one).id == one.id
        room.wait(minutes=30)
        room.finish(room.one, one.id)
    assert room.next(room.one) is None
    room.clock.move(MIDNIGHT - room.clock.now())
    assert end_of_day(room) == 0


def test_counter_that_was_asked_is_left_alone_in_the_night(room: Room) -> None:
    room.draw()
    room.call(room.one)
    room.wait(minutes=11)
    assert room.run(remind_counters, office_id=room.office_id) == 1
    room.clock.move(MIDNIGHT - room.clock.now())
    assert end_of_day(room) == 1
    assert room.run(remind_counters, office_id=room.office_id) == 0
