"""Transactions that break: nobody is told of success, nothing is published, and it goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.hub import Hub
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from tests.core.events import ring
from tests.core.test_runner import read_log

# Checked at the commit, as none of ours are: how a COMMIT is made to fail.
PROMISE = (
    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
    "CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
)


def make_promise(tx: Tx) -> None:
    for statement in PROMISE:
        tx.conn.execute(text(statement))


def break_promise(tx: Tx) -> None:
    ring(tx, nth=1)
    tx.conn.execute(text("INSERT INTO child (id) VALUES (1)"))


def fill_the_disk(tx: Tx) -> None:
    ring(tx, nth=1)
    pages = tx.conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    tx.conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
    tx.conn.execute(text("CREATE TABLE big (data BLOB)"))
    tx.conn.execute(text("INSERT INTO big VALUES (zeroblob(1000000))"))


def fill_the_disk_unnoticed(tx: Tx) -> None:
    """A command that swallows the error, and then writes on as if nothing had been."""
    with pytest.raises(Exception, match="full"):
        fill_the_disk(tx)
    with suppress(SQLAlchemyError):
        ring(tx, nth=2)


def lose_the_connection(tx: Tx) -> None:
    ring(tx, nth=1)
    pid = tx.conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with psycopg.connect(tx.conn.engine.url.render_as_string(hide_password=False)) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    ring(tx, nth=2)


def lose_the_connection_unnoticed(tx: Tx) -> None:
    with suppress(SQLAlchemyError):
        lose_the_connection(tx)


def fail_unnoticed(tx: Tx) -> None:
    """PostgreSQL would answer the COMMIT with a silent ROLLBACK."""
    ring(tx, nth=1)
    with pytest.raises(Exception, match="division"):
        tx.conn.execute(text("SELECT 1 / 0"))


async def together(runner: Runner, *commands: Callable[[Tx], object]) -> list[object]:
    """Run the commands in one transaction: they all wait while a first one runs."""
    first = asyncio.create_task(runner.run(1, lambda _: None))
    await asyncio.sleep(0)
    waiting: list[Coroutine[None, None, object]] = [runner.run(1, one) for one in commands]
    results: list[object] = await asyncio.gather(*waiting, return_exceptions=True)
    await first
    return results


async def all_fail_and_nothing_shows(
    database: Database, clock: FixedClock, *commands: Callable[[Tx], object]
) -> None:
    """The commands, together: each gets try_again; then the runner works on as if new."""
    hub = Hub(database)
    async with Runner(database, clock, hub, {}) as runner, hub.subscribe() as subscription:
        results = await together(runner, *commands)
        codes = [one.code if isinstance(one, DomainError) else one for one in results]
        assert codes == ["try_again"] * len(commands)
        assert database.read_now(read_log) == []
        assert hub.seq.get(1, 0) == 0
        assert await together(runner, lambda tx: ring(tx, nth=8), lambda tx: ring(tx, nth=9)) == [
            8,
            9,
        ]
        assert [e.seq for e in await anext(subscription)] == [1, 2]
    assert database.read_now(read_log) == [(1, 1, '{"nth":8}'), (1, 2, '{"nth":9}')]


def refuse(_tx: Tx) -> None:
    raise DomainError("not_allowed", 403)


async def test_full_disk_in_a_shared_commit_fails_the_whole_batch(
    sqlite_database: Database, clock: FixedClock
):
    await all_fail_and_nothing_shows(
        sqlite_database, clock, ring, refuse, fill_the_disk, lambda tx: ring(tx, nth=3)
    )


async def test_full_disk_that_a_command_swallows_fails_the_whole_batch(
    sqlite_database: Database, clock: FixedClock
):
    await all_fail_and_nothing_shows(
        sqlite_database, clock, ring, fill_the_disk_unnoticed, lambda tx: ring(tx, nth=3)
    )


async def test_full_disk_alone_fails(sqlite_database: Database, clock: FixedClock):
    await all_fail_and_nothing_shows(sqlite_database, clock, fill_the_disk)


async def test_full_disk_swallowed_alone_fails(sqlite_database: Database, clock: FixedClock):
    await all_fail_and_nothing_shows(sqlite_database, clock, fill_the_disk_unnoticed)


@pytest.mark.parametrize("others", [0, 2])
async def test_commit_that_fails_fails_the_whole_batch(
    database: Database, clock: FixedClock, others: int
):
    Runner(database, clock, None, {}).run_now((), make_promise)
    await all_fail_and_nothing_shows(database, clock, *[ring] * others, break_promise)


@pytest.mark.parametrize("others", [0, 2])
@pytest.mark.parametrize("lose", [lose_the_connection, lose_the_connection_unnoticed])
async def test_lost_connection_fails_the_whole_batch(
    postgres_database: Database, clock: FixedClock, lose: Callable[[Tx], None], others: int
):
    await all_fail_and_nothing_shows(postgres_database, clock, *[ring] * others, lose)


async def test_error_swallowed_alone_is_not_told_as_success(
    postgres_database: Database, clock: FixedClock
):
    await all_fail_and_nothing_shows(postgres_database, clock, fail_unnoticed)


async def test_connection_lost_between_batches_goes_unnoticed(
    postgres_database: Database, clock: FixedClock
):
    async with Runner(postgres_database, clock, None, {}) as runner:
        await runner.run(1, ring, nth=1)
        with psycopg.connect(postgres_database.conninfo, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert await runner.run(1, ring, nth=2) == 2


async def test_deadlock_is_repeated_one_by_one(postgres_database: Database, clock: FixedClock):
    meeting = asyncio.Event()
    loop = asyncio.get_running_loop()
    tries: list[int] = []

    def prepare(tx: Tx) -> None:
        tx.conn.execute(text("INSERT INTO event_sequence VALUES (11, 1), (12, 1)"))

    def change(tx: Tx, first: int, second: int) -> None:
        tries.append(first)
        for office in (first, second):
            tx.conn.execute(
                text("UPDATE event_sequence SET seq = seq + 1 WHERE office_id = :o"), {"o": office}
            )
            if len(tries) <= 2:
                wait_for_both(office == first)

    def wait_for_both(started: bool) -> None:
        if started and len(tries) == 2:
            loop.call_soon_threadsafe(meeting.set)
        if started:
            asyncio.run_coroutine_threadsafe(meeting.wait(), loop).result(20)

    async with Runner(postgres_database, clock, None, {}) as runner:
        await runner.run((), prepare)
        await asyncio.gather(runner.run(1, change, 11, 12), runner.run(2, change, 12, 11))
    assert len(tries) == 3
    found = postgres_database.read_now(
        lambda c: c.execute(text("SELECT seq FROM event_sequence")).scalars().all()
    )
    assert found == [3, 3]


async def test_deadlock_twice_asks_to_try_again(postgres_database: Database, clock: FixedClock):
    tries: list[int] = []

    def lose(tx: Tx) -> None:
        tries.append(1)
        tx.conn.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$"))

    async with Runner(postgres_database, clock, None, {}) as runner:
        with pytest.raises(DomainError) as refusal:
            await runner.run(1, lose)
    assert (refusal.value.code, len(tries)) == ("try_again", 2)
