"""Races on real, separate connections, past the runner: who gets the last place when all want it?

A race test has three halves, the third of which proves that the other two mean something:

    def test_last_place_goes_to_one(database, clock):
        ran = race(database, clock, take_last_place, racers=64, offices=[1], locked=True)
        assert winners(ran) == 1                      # as the runner does it

    def test_last_place_is_safe_without_the_lock(database, clock):
        ran = race(database, clock, take_last_place, racers=64, meet_before="INSERT INTO place")
        assert winners(ran) == 1                      # the constraint alone keeps the promise

    def test_last_place_needs_the_constraint(database, clock):
        drop_guard(database, "pk_place")              # this test's database is its own
        ran = race(database, clock, take_last_place, racers=64, meet_before="INSERT INTO place")
        assert winners(ran) > 1                       # the negative control: it must overbook

`take_last_place(tx, nth)` is a command as the runner would run it; `nth` tells the racers apart.
It must return something that can be pickled.

- On SQLite the racers are threads, on PostgreSQL threads of four real processes; each has a
  connection of its own.
- `locked=True`: a transaction that holds the offices, as the runner's (`BEGIN IMMEDIATE`, or the
  advisory lock). Racers start together.
- Unlocked: no office lock and no area lock. On PostgreSQL a plain transaction; on SQLite, where a
  transaction that reads first cannot write after another did, each statement by itself.
- `meet_before`: each racer waits before its first statement that begins so (blanks are folded)
  until all have come: everybody has checked, nobody has written. Nothing before that statement may
  take a row lock that another racer needs, or they cannot all come; `Ran.met` says whether they
  did. One that ends without getting there counts as having come.
"""

import multiprocessing
import re
import sqlite3
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Any, Generic, TypeVar, cast

import psycopg
from sqlalchemy import Connection, NullPool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from aufruf.core.batch import BatchWriter, Command
from aufruf.core.clock import Clock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.tx import Reactions, Tx

T = TypeVar("T")

PROCESSES = 4
# Only ends a test that would hang: how fast the machine is decides nothing.
PATIENCE_SECONDS = 120

# Forked, so that racers start at once and may be any function of a test.
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Ran(Generic[T]):
    """How one racer fared: its value, or the code or kind of the error; whether all had met."""

    value: T | None
    refused: str | None
    met: bool = True


@dataclass(frozen=True)
class Course(Generic[T]):
    """What all racers run, and where they meet."""

    url: str
    clock: Clock
    act: Callable[[Tx, int], T]
    offices: Collection[int]
    locked: bool
    meet_before: str | None
    reactions: Reactions
    start: Barrier
    meeting: Barrier


class UnlockedTx(Tx):
    """The runner's transaction without its locks."""

    def lock_area(self, area_id: int) -> None:
        """Do without."""


@dataclass
class Meeting:
    """One racer's appointment with the others."""

    barrier: Barrier
    came: bool = False
    met: bool = True
    pattern: str | None = field(default=None)

    def before(self, statement: str) -> None:
        """Wait for the others when this is the statement."""
        folded = " ".join(statement.split())
        if self.pattern is not None and not self.came and folded.startswith(self.pattern):
            self.come()

    def come(self) -> None:
        """Wait until all have come, or until it is plain that they cannot."""
        if self.came or self.pattern is None:
            return
        self.came = True
        try:
            self.barrier.wait(PATIENCE_SECONDS)
        except BrokenBarrierError:
            self.met = False


def race(
    database: Database,
    clock: Clock,
    act: Callable[[Tx, int], T],
    *,
    racers: int,
    offices: Collection[int] = (),
    locked: bool = False,
    meet_before: str | None = None,
    reactions: Mapping[type, Callable[[Tx, Any], None]] | None = None,
) -> list[Ran[T]]:
    """Let them race; the results in the order of the racers. See the module for the rest."""
    if locked and meet_before:
        raise ValueError("who holds the lock would wait for those that wait for the lock")
    course = Course(
        url=database.url.render_as_string(hide_password=False),
        clock=clock,
        act=act,
        offices=offices,
        locked=locked,
        meet_before=meet_before,
        reactions=reactions or {},
        start=FORK.Barrier(racers),
        meeting=FORK.Barrier(racers),
    )
    if database.dialect == "sqlite":
        ran = _run_threads(course, range(racers))
    else:
        ran = _run_processes(course, racers)
    return [ran[nth] for nth in range(racers)]


def winners(ran: list[Ran[T]]) -> int:
    """How many were not refused."""
    return sum(one.refused is None for one in ran)


def _run_processes(course: Course[T], racers: int) -> dict[int, Ran[T]]:
    def run(share: Collection[int]) -> None:
        ran: dict[int, Ran[T]] = {}
        try:
            ran = _run_threads(course, share)
        finally:
            results.put(ran)

    shares = [range(first, racers, PROCESSES) for first in range(min(PROCESSES, racers))]
    results: SimpleQueue[dict[int, Ran[T]]] = FORK.SimpleQueue()
    processes = [FORK.Process(target=run, args=(share,)) for share in shares]
    for process in processes:
        process.start()
    ran: dict[int, Ran[T]] = {}
    for _ in processes:
        ran |= results.get()
    for process in processes:
        process.join()
    results.close()
    return ran


def _run_threads(course: Course[T], share: Collection[int]) -> dict[int, Ran[T]]:
    run = partial(_run_locked if course.locked else _run_unlocked, course)
    with ThreadPoolExecutor(len(share)) as threads:
        return dict(zip(share, threads.map(run, share), strict=True))


def _run_locked(course: Course[T], nth: int) -> Ran[T]:
    command = Command(tuple(course.offices), lambda tx: course.act(tx, nth))
    with closing(Database(course.url)) as database:
        _be_patient(database)
        writer = BatchWriter(database, course.clock, course.reactions)
        course.start.wait(PATIENCE_SECONDS)
        (outcome,) = writer.run(course.offices, [command]).outcomes
    return Ran(cast("T", outcome.value), _refusal(outcome.error))


def _run_unlocked(course: Course[T], nth: int) -> Ran[T]:
    meeting = Meeting(course.meeting, pattern=course.meet_before)
    level = "AUTOCOMMIT" if course.url.startswith("sqlite") else "READ COMMITTED"
    engine = create_engine(course.url, poolclass=NullPool, isolation_level=level)

    def look(_conn: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        meeting.before(statement)

    event.listen(engine, "before_cursor_execute", look)
    try:
        with engine.connect() as conn:
            _prepare(conn)
            course.start.wait(PATIENCE_SECONDS)
            with conn.begin():
                tx = UnlockedTx(conn, course.clock.now(), course.offices, {}, course.reactions)
                value = course.act(tx, nth)
        return Ran(value, None, meeting.met)
    except Exception as error:  # noqa: BLE001  (told to the test)
        return Ran(None, _refusal(error), meeting.met)
    finally:
        meeting.come()
        engine.dispose()


def _be_patient(database: Database) -> None:
    """Let everybody wait for their turn: a crowd on a slow machine takes longer than a town."""

    def prepare(driver: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        if isinstance(driver, sqlite3.Connection):
            driver.execute(f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}").close()
        elif isinstance(driver, psycopg.Connection):
            for limit in ("lock_timeout", "statement_timeout"):
                driver.execute(f"SET {limit} = '{PATIENCE_SECONDS}s'".encode()).close()
            driver.commit()

    event.listen(database.write_engine, "connect", prepare)


def _prepare(conn: Connection) -> None:
    driver = conn.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}").close()
        driver.execute("PRAGMA foreign_keys = ON").close()


def _refusal(error: Exception | None) -> str | None:
    if error is None:
        return None
    return error.code if isinstance(error, DomainError) else type(error).__name__


def drop_guard(database: Database, name: str) -> None:
    """Take a named constraint or index out of this test's database, rows and all else kept.

    Raises LookupError when there is no such thing.
    """
    if database.dialect == "sqlite":
        _drop_from_file(database, name)
    else:
        _drop_from_server(database, name)


def _drop_from_server(database: Database, name: str) -> None:
    with database.write_engine.begin() as conn:
        table = conn.execute(
            text("SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = :name"),
            {"name": name},
        ).scalar()
        index = conn.execute(
            text("SELECT 1 FROM pg_indexes WHERE indexname = :name"), {"name": name}
        ).scalar()
        if table is not None:
            conn.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'))
        elif index is not None:
            conn.execute(text(f'DROP INDEX "{name}"'))
        else:
            raise LookupError(name)


def _drop_from_file(database: Database, name: str) -> None:
    database.write_engine.dispose()
    database.read_engine.dispose()
    conn = sqlite3.connect(database.file, isolation_level=None)
    with closing(conn):
        conn.execute("PRAGMA foreign_keys = OFF")
        index = "SELECT 1 FROM sqlite_master WHERE type='index' AND name=?"
        if conn.execute(index, [name]).fetchone():
            conn.execute(f'DROP INDEX "{name}"')
            return
        found = conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='table' AND sql LIKE ?",
            [f"%CONSTRAINT {name} %"],
        ).fetchone()
        if found is None:
            raise LookupError(name)
        table, sql = found
        _rebuild(conn, table, sql, name)


def _rebuild(conn: sqlite3.Connection, table: str, sql: str, name: str) -> None:
    indexes = conn.execute(
        "SELECT sql FROM sqlite_master WHERE type='index' AND tbl_name=? AND sql IS NOT NULL",
        [table],
    ).fetchall()
    bare = re.sub(
        rf'^CREATE TABLE "?{table}"?', f'CREATE TABLE "{table}_bare"', _without(sql, name)
    )
    conn.execute("BEGIN")
    conn.execute(bare)
    conn.execute(f'INSERT INTO "{table}_bare" SELECT * FROM "{table}"')
    conn.execute(f'DROP TABLE "{table}"')
    conn.execute("PRAGMA legacy_alter_table = ON")
    conn.execute(f'ALTER TABLE "{table}_bare" RENAME TO "{table}"')
    for (index,) in indexes:
        conn.execute(index)
    conn.execute("COMMIT")


def _without(sql: str, name: str) -> str:
    """The CREATE TABLE without one of its named table constraints."""
    start = sql.index(f"CONSTRAINT {name} ")
    depth, end = 0, start
    while end < len(sql) and not (depth == 0 and sql[end] in ",)"):
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        end += 1
    # A constraint is never the first entry: the comma before it goes with it.
    return sql[:start].rstrip().removesuffix(",") + sql[end:]
