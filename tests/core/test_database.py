"""How the engines are opened: what a read sees, what it may not do, what survives."""

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from tests.core.events import ring
from tests.core.test_runner import read_log


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_sqlite_is_opened_durable_and_strict(
    sqlite_database: Database, pragma: str, value: str | int
):
    for engine in (sqlite_database.write_engine, sqlite_database.read_engine):
        with engine.connect() as conn:
            assert conn.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_sqlite_file_is_for_its_owner_alone(sqlite_database: Database):
    fresh = Database(f"sqlite:///{sqlite_database.file.with_name('deep')}/folder/new.db")
    assert fresh.file.stat().st_mode & 0o777 == 0o600
    fresh.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_database_of_another_kind_is_refused(url: str):
    with pytest.raises(ValueError, match="sqlite"):
        Database(url)


def test_read_cannot_write(database: Database):
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        database.read_now(lambda conn: conn.execute(text("DELETE FROM event_log")))


async def test_read_sees_one_state_throughout(database: Database, clock: FixedClock):
    runner = Runner(database, clock, None, {})

    def look_twice(conn: Connection) -> tuple[int, int]:
        before = len(read_log(conn))
        runner.run_now(1, ring)
        return before, len(read_log(conn))

    assert await database.read(look_twice) == (0, 0)
    assert len(database.read_now(read_log)) == 1


async def test_reads_do_not_wait_for_a_command(database: Database, clock: FixedClock):
    loop = asyncio.get_running_loop()
    begun, go_on = asyncio.Event(), asyncio.Event()

    def hold(tx: Tx) -> None:
        ring(tx)
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(20)

    async with Runner(database, clock, None, {}) as runner:
        command = asyncio.create_task(runner.run(1, hold))
        await begun.wait()
        assert await database.read(read_log) == []
        go_on.set()
        await command
    assert len(await database.read(read_log)) == 1


def test_errors_do_not_tell_what_was_written(database: Database):
    statement = text("INSERT INTO event_log (office_id) VALUES (:secret)")
    with pytest.raises(DBAPIError) as error, database.write_engine.begin() as conn:
        conn.execute(statement, {"secret": 4711})
    assert "4711" not in str(error.value).replace(str(error.value.orig), "")
