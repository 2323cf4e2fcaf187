"""With several servers on one database every job takes effect once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from aufruf.booking import services as booking
from aufruf.booking.services import Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.ground import Ground
from aufruf.core.tx import Tx
from aufruf.queue import services
from aufruf.queue.events import CounterReminded
from tests.conftest import START
from tests.core.test_scheduler import PATIENCE_SECONDS, standing, until
from tests.databases import PostgresEngine
from tests.queue.conftest import build
from tests.queue.room import Room, move_in
from tests.queue.server_process import another_server

pytestmark = pytest.mark.anyio

DUE = {
    "TicketExpired": 1,  # waited yesterday
    "CounterReminded": 1,  # called twenty minutes ago
    "AppointmentMissed": 1,  # of yesterday
    "HoldExpired": 1,  # held yesterday
}


@pytest.fixture
def room(postgres_engine: PostgresEngine) -> Iterator[Room]:
    """Something for each of the jobs to do at half past nine."""
    clock = FixedClock(START - timedelta(days=1))
    with closing(Database(postgres_engine.copy_of("queue_house", build))) as database:
        room = move_in(database, clock)
        room.draw()
        room.book(clock.now() + timedelta(minutes=30))
        room.run(
            booking.hold_slot,
            office_id=room.office_id,
            start=clock.now() + timedelta(hours=2),
            services=[Wanted("personalausweis")],
            language="de",
        )
        clock.move(timedelta(days=1, minutes=-20))
        room.run(services.set_counter_state, counter_id=room.one, state="closed")
        room.run(services.set_counter_state, counter_id=room.one, state="open")
        room.draw()
        room.call(room.one)
        clock.move(timedelta(minutes=20))
        yield room


def happened(room: Room) -> Counter[str]:
    """How often each of what is due happened."""
    found = Counter(type(event).__name__ for event in room.events())
    return Counter({name: n for name, n in found.items() if name in DUE})


async def test_two_servers_do_each_job_once(room: Room, tmp_path: Path) -> None:
    url = room.database.url.render_as_string(hide_password=False)
    folders = [tmp_path / name for name in ("one", "two")]
    async with asyncio.timeout(PATIENCE_SECONDS), AsyncExitStack() as stack:
        both = [stack.enter_async_context(another_server(url, folder)) for folder in folders]
        clients = await asyncio.gather(*both)
        await until(lambda: len(happened(room)) == len(DUE))
        assert [(await one.get("/readyz")).status_code for one in clients] == [200, 200]
    assert happened(room) == DUE
    assert [one.state for one in room.state().counters.values()] == ["open", "closed"]


class Careless:
    """Looks whether it was done, and does it later: what no job may do."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.both = asyncio.Barrier(2)

    async def __call__(self, ground: Ground) -> None:
        if happened(self.room)["CounterReminded"]:
            return
        await self.both.wait()
        await ground.runner.run(self.room.office_id, self.tell)

    def tell(self, tx: Tx) -> None:
        event = CounterReminded(ticket_id=1, number="A001", counter_id=1, about="called")
        tx.emit(self.room.office_id, event)


async def test_careless_job_of_two_owners_happens_twice(room: Room) -> None:
    """The negative control: without the lock both would run it."""
    careless = Careless(room)
    async with (
        standing(room.database, room.clock) as one,
        standing(room.database, room.clock) as two,
    ):
        await asyncio.gather(careless(one), careless(two))
    assert happened(room)["CounterReminded"] == 2
