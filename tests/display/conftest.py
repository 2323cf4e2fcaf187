"""Rooms of the house whose offices share a service."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.conftest import START
from tests.databases import Engine
from tests.display.house import build
from tests.queue.room import Room, move_in


@pytest.fixture
def new_room(engine: Engine) -> Callable[[], Room]:
    """Makes a room of its own for each example, on both engines; the caller closes it."""

    def make() -> Room:
        database = Database(engine.copy_of("shared_house", build))
        return move_in(database, FixedClock(START))

    return make


@pytest.fixture
def room(new_room: Callable[[], Room]) -> Iterator[Room]:
    """One room, on both engines."""
    made = new_room()
    with closing(made.database):
        yield made
