"""Numbers given out on paper in an outage, entered afterwards with their time; on both engines."""

from datetime import timedelta

from sqlalchemy import text

from aufruf.booking.services import Wanted
from aufruf.core.formats import iso_text
from aufruf.core.tx import Tx
from aufruf.office.rules import day_spans
from aufruf.queue import services
from aufruf.queue.events import TicketIssued
from tests.booking.desk import refused
from tests.queue.room import Room
from tests.queue.test_calling import rows
from tests.queue.test_races import UNIQUE_NUMBER
from tests.races import Ran, drop_guard, race, winners


def enter(room: Room, serial: int, *, minutes_ago: float, office_id: int | None = None) -> str:
    """A clerk enters a number of the roll; the ticket's number."""
    here = office_id or room.office_id
    service = "personalausweis" if here == room.office_id else "eheschliessung"
    issued = room.run(
        services.issue_ticket,
        office_id=here,
        services=[Wanted(service)],
        language="de",
        drawn_at=room.clock.now() - timedelta(minutes=minutes_ago),
        paper_serial=serial,
        by_staff=True,
    )
    return issued.number


def test_paper_keeps_number_and_time_and_is_called_by_it(room: Room) -> None:
    drawn = room.draw()
    assert [enter(room, 18, minutes_ago=12), enter(room, 17, minutes_ago=20)] == ["P018", "P017"]
    ticket = room.call(room.one)
    assert (ticket.number, ticket.paper) == ("P017", True)
    assert ticket.rank == ticket.drawn_at == room.clock.now() - timedelta(minutes=20)
    assert room.call(room.two).number == "P018"
    assert room.ticket(drawn.id).paper is False
    issued = [event for event in room.events() if isinstance(event, TicketIssued)]
    assert [event.paper for event in issued] == [False, True, True]


def test_paper_number_is_taken_once_in_the_whole_waiting_area(room: Room) -> None:
    enter(room, 17, minutes_ago=20)
    for office_id in (room.office_id, room.house.registry.id):
        with refused("number_taken", 409) as told:
            enter(room, 17, minutes_ago=10, office_id=office_id)
        assert told.value.details == {"number": "P017"}
    assert enter(room, 18, minutes_ago=10) == "P018"
    room.wait(minutes=24 * 60)
    assert enter(room, 17, minutes_ago=5) == "P017"


def test_paper_counts_from_the_opening_on_where_there_are_hours(room: Room) -> None:
    opens = day_spans(room.house.office, room.state().day)[0].start
    since = (room.clock.now() - opens).total_seconds() / 60
    assert enter(room, 17, minutes_ago=since) == "P017"
    with refused("before_opening", 422) as told:
        enter(room, 18, minutes_ago=since + 1)
    assert told.value.details == {"opens": iso_text(opens)}
    room.wait(minutes=3 * 24 * 60)  # Saturday, closed: who opened all the same knows when
    assert not day_spans(room.house.office, room.state().day)
    assert enter(room, 18, minutes_ago=since + 1) == "P018"


def test_paper_serial_has_three_digits(room: Room) -> None:
    for serial in (0, 1000, -1):
        with refused("invalid_value", 422):
            enter(room, serial, minutes_ago=5)


def enter_at_once(room: Room) -> list[Ran[str]]:
    def act(tx: Tx, _nth: int) -> str:
        return services.issue_ticket(
            tx,
            office_id=room.office_id,
            services=[Wanted("personalausweis")],
            language="de",
            paper_serial=17,
            by_staff=True,
        ).number

    return race(
        room.database,
        room.clock,
        act,
        racers=8,
        offices=[room.office_id],
        meet_before="INSERT INTO ticket ",
    )


def test_paper_number_entered_at_once_is_held_by_the_constraint(room: Room) -> None:
    ran = enter_at_once(room)
    assert all(one.met for one in ran)
    assert winners(ran) == 1
    assert {one.refused for one in ran} == {None, "number_taken"}


def test_paper_number_entered_at_once_without_the_constraint_is_there_twice(room: Room) -> None:
    drop_guard(room.database, UNIQUE_NUMBER)
    assert winners(enter_at_once(room)) == 8
    assert rows(room, "SELECT DISTINCT letter, serial FROM ticket") == [("P", 17)]


def test_paper_does_not_count_up_the_numbers_of_the_kiosk(room: Room) -> None:
    enter(room, 17, minutes_ago=20)
    assert room.draw().number == "A001"
    count = text("SELECT count(*) FROM last_number WHERE letter = 'P'")
    assert room.database.read_now(lambda conn: conn.execute(count).scalar_one()) == 0
