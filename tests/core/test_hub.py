"""The hub: every event once, in order, without gaps, whoever wrote it; nobody holds it back."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.events import Logged
from aufruf.core.hub import Hub, Subscription, UnknownEvent
from aufruf.core.runner import Runner
from aufruf.core.tx import APPEND, NEXT_SEQ, Tx
from tests.core.events import BellRung, ring

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30  # only ends a test that would hang


async def take(subscription: Subscription, count: int) -> list[Logged]:
    got: list[Logged] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(got) < count:
            got += await anext(subscription)
    return got


@asynccontextmanager
async def second_process(
    database: Database, count: int, *kind: str
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Ready to ring when it gets a line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.core.second_process"),
        database.url.render_as_string(hide_password=False),
        str(count),
        *kind,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert await say(process, "") == "ready"
        yield process
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def say(process: asyncio.subprocess.Process, line: str) -> str:
    """Give it a line if there is one, and read the next of its own."""
    assert process.stdin is not None
    assert process.stdout is not None
    if line:
        process.stdin.write(f"{line}\n".encode())
        await process.stdin.drain()
    return (await process.stdout.readline()).decode().strip()


async def test_hub_notices_what_the_shell_writes(database: Database, clock: FixedClock):
    hub = Hub(database)
    async with Runner(database, clock, hub, {}) as runner, hub.subscribe([1]) as subscription:
        await runner.run(1, ring, nth=100)
        async with second_process(database, 20) as shell:
            await say(shell, "go")
        await runner.run(1, ring, nth=200)
        got = await take(subscription, 22)
    assert [logged.seq for logged in got] == list(range(1, 23))
    assert [logged.event for logged in got] == [BellRung(nth=nth) for nth in (100, *range(20), 200)]


async def test_two_servers_on_postgresql_see_each_others_events_in_order(
    postgres_database: Database, clock: FixedClock
):
    hub = Hub(postgres_database)
    async with (
        Runner(postgres_database, clock, hub, {}) as runner,
        hub.subscribe() as subscription,
        second_process(postgres_database, 100, "server") as other,
    ):
        answer = asyncio.create_task(say(other, "go"))
        await asyncio.gather(*(runner.run(1, ring, nth=nth) for nth in range(100)))
        got = [logged.seq for logged in await take(subscription, 200)]
        assert got == list(range(1, 201))
        assert await answer == " ".join(str(seq) for seq in got)


async def test_hub_hears_again_after_its_connection_was_cut(
    postgres_database: Database, clock: FixedClock
):
    hub = Hub(postgres_database)
    shell = Runner(postgres_database, clock, None, {})
    async with Runner(postgres_database, clock, hub, {}), hub.subscribe() as subscription:
        with psycopg.connect(postgres_database.conninfo, autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        for nth in range(3):
            await asyncio.to_thread(shell.run_now, 1, ring, nth=nth)
        assert [logged.seq for logged in await take(subscription, 3)] == [1, 2, 3]


async def test_run_now_in_the_same_process_is_noticed(database: Database, clock: FixedClock):
    hub = Hub(database)
    async with Runner(database, clock, hub, {}) as runner, hub.subscribe() as subscription:
        await asyncio.to_thread(runner.run_now, 1, ring, nth=1)
        assert [logged.seq for logged in await take(subscription, 1)] == [1]


async def test_hub_begins_at_the_end_of_the_log(database: Database, clock: FixedClock):
    hub = Hub(database)
    runner = Runner(database, clock, hub, {})
    runner.run_now(1, ring, nth=1)
    async with runner, hub.subscribe() as subscription:
        assert hub.seq == {1: 1}
        await runner.run(1, ring, nth=2)
        assert [logged.seq for logged in await take(subscription, 1)] == [2]


async def test_subscription_gets_its_offices_alone(database: Database, clock: FixedClock):
    hub = Hub(database)
    async with Runner(database, clock, hub, {}) as runner, hub.subscribe([2]) as subscription:
        for office in (1, 2, 3, 2):
            await runner.run(office, ring, office_id=office)
        got = await take(subscription, 2)
    assert [(logged.office_id, logged.seq) for logged in got] == [(2, 1), (2, 2)]


async def test_subscription_that_overflows_says_so_and_holds_nobody_back(
    sqlite_database: Database, clock: FixedClock
):
    hub = Hub(sqlite_database)
    async with (
        Runner(sqlite_database, clock, hub, {}) as runner,
        hub.subscribe(limit=10) as slow,
        hub.subscribe(limit=1000) as quick,
    ):
        for nth in range(25):
            await runner.run(1, ring, nth=nth)
        assert len(await take(quick, 25)) == 25
        assert not quick.lost
        # Dropped at the 11th and the 22nd; what came after the last drop is still there.
        batch = await anext(slow)
        assert slow.lost
        assert [logged.seq for logged in batch] == [23, 24, 25]
        await runner.run(1, ring)
        assert [logged.seq for logged in await anext(slow)] == [26]
        assert not slow.lost


async def test_subscription_ends_with_the_hub(sqlite_database: Database, clock: FixedClock):
    hub = Hub(sqlite_database)
    async with Runner(sqlite_database, clock, hub, {}):
        subscription = hub.subscribe()
        waiting = asyncio.ensure_future(anext(subscription, None))
        await asyncio.sleep(0)
    assert await waiting is None


async def test_hub_fills_a_gap_from_the_log(sqlite_database: Database, clock: FixedClock):
    """Another process committed 1 and 2, and we our own 3, before we looked."""
    hub = Hub(sqlite_database)
    shell = Runner(sqlite_database, clock, None, {})
    async with Runner(sqlite_database, clock, hub, {}), hub.subscribe() as subscription:
        for nth in (1, 2, 3):
            shell.run_now(1, ring, nth=nth)
        hub.committed([Logged(1, 3, clock.now(), BellRung(nth=3))])
        got = await take(subscription, 3)
    assert [logged.event for logged in got] == [BellRung(nth=nth) for nth in (1, 2, 3)]


async def test_hub_reads_a_long_log_in_pieces(sqlite_database: Database, clock: FixedClock):
    def ring_often(tx: Tx) -> None:
        for nth in range(1234):
            ring(tx, nth=nth)

    hub = Hub(sqlite_database)
    async with (
        Runner(sqlite_database, clock, hub, {}) as runner,
        hub.subscribe(limit=2000) as subscription,
    ):
        await asyncio.to_thread(runner.run_now, 1, ring_often)
        got = await take(subscription, 1234)
    assert [logged.seq for logged in got] == list(range(1, 1235))


@pytest.mark.parametrize("data", ["{}", '{"nth": 1, "newer": true}'])
async def test_event_of_a_newer_version_only_counts(
    database: Database, clock: FixedClock, data: str
):
    def write_newer(tx: Tx) -> None:
        kind = "Unheard" if data == "{}" else "BellRung"
        NEXT_SEQ.run(tx.conn, {"office_id": 1})
        row = {"office_id": 1, "seq": 1, "at": tx.now, "type": kind, "data": data}
        tx.write_last(APPEND, row)

    hub = Hub(database)
    async with Runner(database, clock, hub, {}) as runner, hub.subscribe() as subscription:
        await asyncio.to_thread(Runner(database, clock, None, {}).run_now, 1, write_newer)
        (newer,) = await take(subscription, 1)
        await runner.run(1, ring, nth=2)
        (last,) = await take(subscription, 1)
    assert (newer.seq, type(newer.event)) == (1, UnknownEvent)
    assert (last.seq, last.event) == (2, BellRung(nth=2))
