"""The runner on both engines: what is answered, what is kept, what is published."""

import asyncio

from sqlmodel import col, select

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.events import Event
from aufruf.core.hub import Hub
from aufruf.core.models import EventRow
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx


class BellRung(Event):
    nth: int


def ring(tx: Tx, *, office_id: int, nth: int) -> int:
    tx.emit(office_id, BellRung(nth=nth))
    return nth


def test_command_now_returns_its_value_and_writes_its_event(runner: Runner, database: Database):
    assert runner.run_now(1, ring, office_id=1, nth=7) == 7
    rows = database.read_now(
        lambda c: c.execute(select(col(EventRow.seq), col(EventRow.data))).all()
    )
    assert [tuple(row) for row in rows] == [(1, '{"nth":7}')]


async def test_commands_together_share_commits_and_number_without_gaps(
    database: Database, clock: FixedClock
):
    hub = Hub(database)
    async with Runner(database, clock, hub, {}) as runner, hub.subscribe([1]) as subscription:
        values = await asyncio.gather(
            *(runner.run(1, ring, office_id=1, nth=n) for n in range(200))
        )
        assert values == list(range(200))
        got: list[int] = []
        async for batch in subscription:
            got += [logged.seq for logged in batch]
            if len(got) == 200:
                break
    assert got == list(range(1, 201))
