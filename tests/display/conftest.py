"""Rooms of the house whose offices share a service."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.conftest import START
from tests.databases import Engine
from tests.display.house import build
from tests.queue.room import Room, move_in


def make_room(engine: Engine) -> Room:
    """A room of its own; the caller closes its database."""
    return move_in(Database(engine.copy_of("shared_house", build)), FixedClock(START))


@pytest.fixture
def room(engine: Engine) -> Iterator[Room]:
    """One room, on both engines."""
    made = make_room(engine)
    with closing(made.database):
        yield made
