"""What keeps the public from drawing: contingents, a full day, an early closing."""

from datetime import timedelta

from sqlalchemy import text

from aufruf.booking.services import Wanted
from aufruf.core.formats import at_local, local_day
from aufruf.core.tx import Tx
from aufruf.office.directory import current_directory
from aufruf.queue import services
from aufruf.queue.closing.commands import close_early, reopen
from aufruf.queue.drawing.locks import lock_of
from aufruf.queue.forecasting.ranges import Range
from tests.booking.desk import refused
from tests.queue.room import Room
from tests.queue.test_calling import rows
from tests.races import Ran, race, winners

MANY = 32


def settle(room: Room, **columns: object) -> None:
    """Set columns of the citizen office; of its offers those that begin with `offer_`."""
    with room.database.write_engine.begin() as conn:
        for name, value in columns.items():
            table, column = ("offer", name[6:]) if name.startswith("offer_") else ("office", name)
            where = "office_id" if table == "offer" else "id"
            statement = f"UPDATE {table} SET {column} = :value WHERE {where} = :id"
            conn.execute(text(statement), {"value": value, "id": room.office_id})
        conn.execute(text("UPDATE directory_version SET version = version + 1"))


def draw(tx: Tx, office_id: int) -> str:
    issued = services.issue_ticket(
        tx, office_id=office_id, services=[Wanted("personalausweis")], language="de"
    )
    return issued.number


def draw_at_once(room: Room, *, locked: bool) -> list[Ran[str]]:
    return race(
        room.database,
        room.clock,
        lambda tx, _: draw(tx, room.office_id),
        racers=MANY if locked else 8,
        offices=[room.office_id],
        locked=locked,
        meet_before=None if locked else "INSERT INTO last_number",
    )


def test_contingent_of_one_with_many_at_once_gives_one(room: Room) -> None:
    settle(room, tickets_per_day=1)
    ran = draw_at_once(room, locked=True)
    assert winners(ran) == 1
    assert {one.refused for one in ran} == {None, "tickets_used_up"}
    assert rows(room, "SELECT letter, serial FROM ticket") == [("A", 1)]


def test_contingent_of_one_without_the_lock_gives_more(room: Room) -> None:
    settle(room, tickets_per_day=1)
    assert winners(draw_at_once(room, locked=False)) > 1


def test_contingent_counts_walk_ins_of_the_day_that_stand(room: Room) -> None:
    settle(room, tickets_per_day=2)
    first = room.draw(by_staff=True)
    room.draw()
    with refused("tickets_used_up", 409) as told:
        room.draw("abholung")
    assert told.value.details == {"scope": "office"}
    assert room.draw(by_staff=True).number == "A003"
    for issued in (first, room.draw(by_staff=True)):
        room.run(services.leave, token=issued.token)
    with refused("tickets_used_up", 409):
        room.draw()
    settle(room, tickets_per_day=3)
    assert room.draw().number == "A005"
    room.wait(minutes=24 * 60)
    assert room.draw().number == "A001"


def test_contingent_of_a_service_leaves_the_others_alone(room: Room) -> None:
    settle(room, offer_tickets_per_day=1)
    room.draw("personalausweis", "abholung")
    for service in ("personalausweis", "abholung"):
        with refused("tickets_used_up", 409) as told:
            room.draw(service)
        assert told.value.details == {"scope": "service"}
    assert room.draw("gewerbeanmeldung").number == "F001"


def test_contingent_leaves_appointments_and_the_back_office_alone(room: Room) -> None:
    settle(room, tickets_per_day=1)
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    assert room.check_in(reference).number == "T001"
    room.run(
        services.issue_ticket,
        office_id=room.office_id,
        services=[Wanted("abholung")],
        language="de",
        channel="back_office",
        remark="Antrag per Post",
        by_staff=True,
    )
    assert room.draw().number == "A001"


def test_full_day_refuses_whose_turn_would_come_after_closing(room: Room) -> None:
    room.clock.at = at_local(local_day(room.clock.now()), 17 * 60)
    for _ in range(14):
        room.draw(by_staff=True)
    with refused("full_today", 409):
        room.draw()
    wait = room.draw(by_staff=True).wait
    assert wait is not None
    assert wait.low_minutes > 60
    settle(room, stop_when_full=False)
    assert room.draw().number == "A016"


def test_full_day_is_left_out_where_no_counter_is_open(room: Room) -> None:
    for counter_id in (room.one, room.two):
        room.run(services.set_counter_state, counter_id=counter_id, state="closed")
    room.clock.at = at_local(local_day(room.clock.now()), 17 * 60 + 44)
    assert room.draw().wait is None


def test_closed_early_refuses_walk_ins_until_it_opens_again(room: Room) -> None:
    reference = room.book(room.clock.now() + timedelta(minutes=30))
    room.draw()
    room.run(close_early, office_id=room.office_id)
    with refused("closed_early", 409):
        room.draw()
    assert room.draw(by_staff=True).number == "A002"
    with refused("closed_early", 409):
        room.check_in(reference)
    assert room.check_in(reference, by_staff=True).number == "T001"
    room.run(reopen, office_id=room.office_id)
    assert room.draw().number == "A003"


def test_closed_early_holds_for_draws_of_the_same_transaction(room: Room) -> None:
    def draw_close_draw(tx: Tx) -> list[str]:
        numbers = [draw(tx, room.office_id)]
        close_early(tx, office_id=room.office_id)
        with refused("closed_early", 409):
            draw(tx, room.office_id)
        reopen(tx, office_id=room.office_id)
        return [*numbers, draw(tx, room.office_id)]

    assert room.run(draw_close_draw) == ["A001", "A002"]


def test_picture_says_what_the_command_would(room: Room) -> None:
    room.draw()
    room.draw("gewerbeanmeldung", by_staff=True)
    room.run(services.leave, token=room.draw(by_staff=True).token)
    card = [room.house.offer().id]
    for columns, soon, later in (
        ({}, None, "full_today"),
        ({"stop_when_full": False}, None, None),
        ({"tickets_per_day": 3}, None, None),
        ({"tickets_per_day": 2}, "tickets_used_up", "tickets_used_up"),
        ({"tickets_per_day": None, "offer_tickets_per_day": 1}, *["tickets_used_up"] * 2),
    ):
        settle(room, **columns)
        office = room.run(lambda tx: current_directory(tx).office(room.office_id))
        state = room.state()
        assert lock_of(office, card, state, lambda: Range(0, 5)) == soon
        assert lock_of(office, card, state, lambda: Range(600, 700)) == later
