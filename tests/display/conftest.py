"""The small house whose two offices share a room, and here a service as well."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.office.files import SourceFile
from tests.conftest import START
from tests.databases import Engine
from tests.factories import AMTAL, load_texts
from tests.queue.room import Room, move_in

ONE_OFFER = 'offers = [{ service = "eheschliessung",'
TWO_OFFERS = 'offers = [{ service = "personalausweis", letter = "K", minutes = 15 }, {'


def build(database: Database) -> None:
    own = AMTAL.read_text(encoding="utf-8")
    shared = own.replace(ONE_OFFER, TWO_OFFERS + ' service = "eheschliessung",')
    load_texts(database, FixedClock(START), SourceFile("amtal.toml", shared))


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
