"""Days that are over teach the office; what was told is kept and scored. On both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from aufruf.booking.services import Wanted
from aufruf.core.formats import local_day
from aufruf.queue import services
from aufruf.queue.day import close_day
from aufruf.queue.forecasting.durations import minutes_of
from aufruf.queue.learning.commands import learn, learn_everywhere
from aufruf.queue.learning.known import forget_learned
from aufruf.queue.learning.learned import PRIOR_WEIGHT, Learned
from aufruf.queue.learning.rules import LONGEST
from aufruf.queue.learning.store import (
    Accuracy,
    Place,
    count_accuracy,
    load_durations,
    load_learned,
    load_stretches,
)
from tests.core.test_scheduler import standing
from tests.queue.room import Room

TOLD = text(
    "SELECT minutes, low_minutes, high_minutes, ahead, called_after"
    " FROM forecast_given ORDER BY ticket_id"
)


@pytest.fixture(autouse=True)
def nothing_in_memory() -> None:
    forget_learned()


def serve(room: Room, minutes: float, *wanted: str | Wanted) -> int:
    """Somebody draws, is called at counter 1 and served so long; the ticket's id."""
    issued = room.draw(*wanted)
    room.serve(room.one)
    room.wait(minutes=minutes)
    room.finish(room.one, issued.id)
    return issued.id


def next_day(room: Room) -> None:
    """Twenty-four hours later both counters are open again."""
    room.wait(minutes=24 * 60)
    for office_id in (room.office_id, room.house.registry.id):
        room.run(close_day, office_id=office_id)
    for counter_id in (room.one, room.two):
        room.run(services.set_counter_state, counter_id=counter_id, state="open")


def learned(room: Room) -> Learned:
    return room.database.read_now(load_learned, room.office_id)


def learn_now(room: Room) -> int:
    return room.run(learn, office_id=room.office_id)


def accuracy(room: Room) -> Accuracy:
    today = local_day(room.clock.now())
    place = Place(room.office_id, room.house.area_id)
    first = today - timedelta(days=30)
    return room.database.read_now(count_accuracy, place, first, today)


def test_learn_takes_durations_with_their_counts(room: Room) -> None:
    offer = room.house.office.offer("personalausweis")
    serve(room, 30)  # configured: 15
    serve(room, 70, Wanted("personalausweis", 3))  # configured: 15 + 2 x 10
    assert learn_now(room) == 0  # the day is not over
    next_day(room)
    assert learn_now(room) == 1
    (row,) = room.database.read_now(load_durations, room.office_id).values()
    assert (row.factor, row.weight, row.minutes) == (pytest.approx(2.0), 2.0, 15)
    factor = (2.0 * 2.0 + PRIOR_WEIGHT) / (2.0 + PRIOR_WEIGHT)
    assert learned(room).factors == {offer.id: pytest.approx(factor)}


def test_learn_is_once_for_each_day_and_catches_up(room: Room) -> None:
    serve(room, 30)
    next_day(room)
    serve(room, 30)
    next_day(room)
    assert learn_now(room) == 2
    kept = learned(room)
    assert learn_now(room) == 0
    assert learned(room) == kept
    (row,) = room.database.read_now(load_durations, room.office_id).values()
    assert 1.9 < row.weight < 2.0  # the older day has faded a little


def test_learn_leaves_out_what_nobody_timed(room: Room) -> None:
    serve(room, 15 * LONGEST + 1)
    room.draw()
    room.serve(room.one)  # still there at the end of the day: closed by the system
    next_day(room)
    assert learn_now(room) == 1
    assert learned(room).factors == {}


def test_stretch_belongs_to_the_office_it_was_done_in(room: Room) -> None:
    serve(room, 30)
    day = local_day(room.clock.now())
    area = room.house.area_id
    here, there = Place(room.office_id, area), Place(room.house.registry.id, area)
    assert len(room.database.read_now(load_stretches, here, day)) == 1
    assert room.database.read_now(load_stretches, there, day) == []


def test_forecast_takes_what_was_learned(room: Room) -> None:
    for _ in range(3):
        serve(room, 30)
    next_day(room)
    asked = room.ticket(room.draw().id).services
    before = room.state()
    assert minutes_of(room.house.office, asked, before.learned) == 15
    learn_now(room)
    assert room.state().learned == before.learned  # forgetting waits for the commit
    forget_learned()
    after = room.state()
    assert minutes_of(room.house.office, asked, after.learned) > 20


@pytest.mark.anyio
async def test_job_learns_and_forgets_what_was_known(room: Room) -> None:
    serve(room, 30)
    next_day(room)
    assert room.state().learned.factors == {}
    async with standing(room.database, room.clock) as ground:
        await learn_everywhere(ground)
    assert room.state().learned.factors != {}


def test_forecast_is_kept_once_and_scored_by_the_first_call(room: Room) -> None:
    first = room.draw()
    for counter in (room.one, room.two):
        room.draw()
        room.serve(counter)
    told = room.draw()
    room.wait(minutes=7)
    room.finish(room.one, first.id)
    assert room.call(room.one).id != told.id
    next_day(room)
    learn_now(room)
    rows = room.database.read_now(lambda conn: conn.execute(TOLD).all())
    assert [row.called_after for row in rows] == [0.0, 0.0, 7.0, None]
    assert all(row.low_minutes <= row.minutes <= row.high_minutes for row in rows)
    assert rows[3].ahead == 1


def test_who_left_is_no_hit(room: Room) -> None:
    served, left = room.draw(), room.draw()
    room.run(services.leave, token=left.token)
    assert room.call(room.one).id == served.id
    room.draw()  # waits in vain
    next_day(room)
    learn_now(room)
    assert accuracy(room) == Accuracy(given=3, called=1, held=1)


def test_ranges_are_learned_from_what_came_of_them(room: Room) -> None:
    fresh = learned(room).quantiles
    for _ in range(3):
        room.draw()
    room.wait(minutes=60)
    for counter in (room.one, room.two):
        room.serve(counter)
    next_day(room)
    learn_now(room)
    assert learned(room).quantiles[0][2] > fresh[0][2] + 1
