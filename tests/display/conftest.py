"""Rooms of the house whose offices share a service."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.conftest import START
from tests.databases import Engine
from tests.display.house import build
from tests.display.wall import Hang, Inside, Wall
from tests.people import people_in
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


@pytest.fixture
def hang(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[Hang]:
    """Hangs up one screen in a house of its own."""
    build(sqlite_database)
    with ExitStack() as stack:
        people = stack.enter_context(people_in(chromium))
        room = move_in(sqlite_database, clock)

        def hang_up(inside: Inside) -> Wall:
            wall = Wall(room, people, tmp_path, inside)
            stack.callback(wall.stop)
            return wall

        yield hang_up
        for context in people.contexts:
            context.close()  # a server waits for whoever still follows it
