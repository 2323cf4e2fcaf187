"""The figure on the wall, how long somebody waits who draws a number now; and the last call."""

from aufruf.queue import services
from aufruf.queue.counter.call_store import find_called_silently
from aufruf.queue.forecasting.forecast import forecast, forecast_new
from aufruf.queue.forecasting.ranges import Range
from aufruf.queue.state import Asked
from aufruf.queue.watching.picture import OfficePicture, paint
from tests.queue.room import Room

BUSINESS = "gewerbeanmeldung"


def picture(room: Room) -> OfficePicture:
    return paint(room.house.directory, room.state(), 0, room.clock.now())


def range_on_the_wall(room: Room) -> Range | None:
    return picture(room).public.wait


def test_walk_in_range_before_anybody_came_is_soon(room: Room) -> None:
    found = range_on_the_wall(room)
    assert found is not None
    assert found.is_next


def test_walk_in_range_is_for_what_most_came_for(room: Room) -> None:
    """Counter 2 is free but cannot do what the room is full of."""
    drawn = [room.draw(BUSINESS) for _ in range(6)]
    found, last = range_on_the_wall(room), drawn[-1].wait
    assert found is not None
    assert last is not None
    assert not found.is_next
    assert found.low_minutes >= last.low_minutes


def test_picture_says_from_one_replay_what_each_of_its_own_would(room: Room) -> None:
    for service in (BUSINESS, "personalausweis", "abholung", BUSINESS, "personalausweis"):
        room.draw(service)
        room.wait(minutes=2)
    room.serve(room.two)
    room.draw("personalausweis")
    state, office, now = room.state(), room.house.office, room.clock.now()
    usual = Asked(room.house.offer("personalausweis").id, 1)
    assert picture(room).ranges == forecast(state, office, now)
    assert picture(room).public.wait == forecast_new(state, office, now, [usual])


def last_called(room: Room) -> tuple[str, str] | None:
    """What phones that come now are told."""
    silent = room.database.read_now(find_called_silently, room.state().day)
    found = picture(room).last_called(silent)
    return None if found is None else (found[0], found[1].label)


def test_last_call_is_not_the_silent_one(room: Room) -> None:
    room.draw()
    silent = room.draw()
    room.call(room.one)
    room.wait(minutes=1)
    room.run(services.call_next, counter_id=room.two, silent=True)
    assert last_called(room) == ("A001", "1")
    room.run(services.put_back, counter_id=room.two, ticket_id=silent.id)
    room.call(room.two)  # the same person, aloud this time
    assert last_called(room) == ("A002", "2")
