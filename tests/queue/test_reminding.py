"""A counter is asked once: about a call nobody came to, about a visit that lasts."""

import pytest
from sqlalchemy import text

from aufruf.booking.services import Wanted
from aufruf.core.tx import Tx
from aufruf.queue import services
from aufruf.queue.events import CounterReminded
from aufruf.queue.reminding.commands import remind_counters
from aufruf.queue.reminding.rules import asked_about
from tests.queue.room import Room
from tests.queue.test_calling import rows
from tests.races import Ran, race, winners

ASKED = text("UPDATE ticket SET reminded_at = drawn_at WHERE status = 'called'")


def ask(room: Room) -> int:
    return room.run(remind_counters, office_id=room.office_id)


def asked(room: Room) -> list[str]:
    return [one.about for one in room.events() if isinstance(one, CounterReminded)]


def test_call_nobody_came_to_is_asked_about_once_and_leaves_the_screens(room: Room) -> None:
    room.draw()
    ticket = room.call(room.one)
    room.wait(minutes=9, seconds=59)
    assert ask(room) == 0
    room.wait(seconds=1)
    assert [ask(room), ask(room)] == [1, 0]
    stale = room.ticket(ticket.id)
    assert (stale.status, stale.counter_id, asked_about(stale)) == ("called", room.one, "called")
    assert rows(room, "SELECT count(*) FROM call WHERE NOT withdrawn") == [(0,)]
    room.wait(seconds=1)
    # Called once more, it is a call like any other, and asked about like any other.
    room.run(services.recall, counter_id=room.one, ticket_id=ticket.id)
    assert asked_about(room.ticket(ticket.id)) is None
    assert rows(room, "SELECT count(*) FROM call WHERE NOT withdrawn") == [(1,)]
    room.wait(minutes=11)
    assert ask(room) == 1
    # And the counter may still do with it whatever it could.
    room.run(services.start_service, counter_id=room.one, ticket_id=ticket.id)
    assert asked_about(room.ticket(ticket.id)) is None
    assert asked(room) == ["called", "called"]


@pytest.mark.parametrize("count", [1, 4])
def test_visit_is_asked_about_once_when_it_lasts_longer_than_any(room: Room, count: int) -> None:
    """Three times what is expected, and 45 minutes at least."""
    minutes = max(45, 3 * room.house.offer().duration(count))
    assert (minutes > 45) == (count > 1)
    room.draw(Wanted("personalausweis", count))
    ticket = room.serve(room.one)
    room.wait(minutes=minutes, seconds=-1)
    assert ask(room) == 0
    room.wait(seconds=1)
    assert [ask(room), ask(room)] == [1, 0]
    assert asked_about(room.ticket(ticket.id)) == "serving"
    assert room.finish(room.one, ticket.id).status == "finished"
    assert asked(room) == ["serving"]


def race_to_ask(room: Room, *, locked: bool) -> list[Ran[int]]:
    room.draw()
    room.call(room.one)
    room.wait(minutes=11)
    return race(
        room.database,
        room.clock,
        lambda tx, _: remind_counters(tx, office_id=room.office_id),
        racers=4,
        offices=[room.office_id],
        locked=locked,
        meet_before=None if locked else "UPDATE ticket SET",
    )


def test_job_in_several_processes_asks_once(room: Room) -> None:
    ran = race_to_ask(room, locked=True)
    assert sorted(one.value or 0 for one in ran) == [0, 0, 0, 1]
    assert asked(room) == ["called"]


def test_job_in_several_processes_without_the_lock_is_held_by_the_version(room: Room) -> None:
    assert winners(race_to_ask(room, locked=False)) == 1


def ask_carelessly(tx: Tx) -> int:
    """Does not look at what it changes."""
    return tx.conn.execute(ASKED).rowcount


def test_job_without_the_guard_asks_as_often_as_it_runs(room: Room) -> None:
    """The negative control."""
    room.draw()
    room.call(room.one)
    ran = race(
        room.database,
        room.clock,
        lambda tx, _: ask_carelessly(tx),
        racers=4,
        offices=[room.office_id],
        meet_before="UPDATE ticket SET",
    )
    assert winners(ran) == 4
