"""The small house with both counters of the citizen office open, on a fresh database."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.queue import services
from tests.conftest import START
from tests.databases import Engine
from tests.display.house import build as build_shared
from tests.factories import make_house
from tests.queue.room import Room, move_in


def build(database: Database) -> None:
    make_house(database, FixedClock(START))


@pytest.fixture
def room(engine: Engine, clock: FixedClock) -> Iterator[Room]:
    """On both engines."""
    with closing(Database(engine.copy_of("queue_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture
def shared_room(engine: Engine, clock: FixedClock) -> Iterator[Room]:
    """The house whose registry office does identity cards too, its counter 12 open."""
    with closing(Database(engine.copy_of("shared_house", build_shared))) as database:
        room = move_in(database, clock)
        room.run(services.set_counter_state, counter_id=room.twelve, state="open")
        yield room
