"""The one figure on the wall: how long somebody waits who draws a number now."""

from aufruf.queue.picture import walk_in_range
from aufruf.queue.ranges import Range
from tests.queue.room import Room

BUSINESS = "gewerbeanmeldung"


def range_on_the_wall(room: Room) -> Range | None:
    return walk_in_range(room.state(), room.house.office)


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
