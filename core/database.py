"""The database: one SQLite file or one PostgreSQL, opened so that a write is durable and honest.

Commands do not come here, they go through `runner.py`. Queries use `read`.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

READERS = 4
HIGHEST_ID = 2**31 - 1  # no row has a higher number, PostgreSQL's integers end there
WRITERS = 8  # on PostgreSQL; a SQLite file has one

# PostgreSQL: a command that waits this long for a lock gives up, one that hangs is ended.
SESSION_OPTIONS = (
    "-c TimeZone=UTC -c lock_timeout=5s -c statement_timeout=30s"
    " -c idle_in_transaction_session_timeout=60s"
)
CONNECT_SECONDS = 5  # a server that is away must not hold the readers for minutes
CONTENTION_STATES = frozenset({"40P01", "40001", "55P03"})  # deadlock, serialization, lock timeout
SQLITE_BREAKDOWNS = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


class Database:
    """Engines for writing and reading, and the few questions only the driver can answer.

    `url` is `sqlite:////absolute/file.db` or `postgresql://user:password@host/name`. A SQLite file
    and its folder are made when they are missing.
    """

    dialect: Literal["sqlite", "postgresql"]
    write_engine: Engine
    read_engine: Engine

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        match self.url.get_backend_name():
            case "sqlite":
                self.dialect = "sqlite"
                self._open_file()
            case "postgresql":
                self.dialect = "postgresql"
                self._open_server()
            case other:
                raise ValueError(f"the database is sqlite:// or postgresql://, not {other}://")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self._glancing: sqlite3.Connection | None = None

    def _open_file(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.touch(mode=0o600, exist_ok=True)
        self.write_engine = _sqlite_engine(self.url, begin="BEGIN IMMEDIATE", read_only=False)
        self.read_engine = _sqlite_engine(self.url, begin="BEGIN", read_only=True)

    def _open_server(self) -> None:
        self.write_engine = create_engine(
            self.url,
            hide_parameters=True,
            pool_size=READERS + WRITERS,
            max_overflow=READERS + WRITERS,
            connect_args={"options": SESSION_OPTIONS, "connect_timeout": CONNECT_SECONDS},
        )
        self.read_engine = self.write_engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    @property
    def file(self) -> Path:
        """The SQLite file; a ValueError for anything that is not a file."""
        if self.dialect != "sqlite" or self.url.database in (None, "", ":memory:"):
            raise ValueError("not a SQLite file: use sqlite:////absolute/path/to/aufruf.db")
        return Path(self.url.database or "")

    @property
    def conninfo(self) -> str:
        """How a plain PostgreSQL driver connects."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def read(
        self, query: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`query(conn, ...)` in a thread and one read transaction: it sees one state throughout."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._readers, partial(self.read_now, query, *args, **kwargs)
        )

    def read_now(
        self, query: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same, here and now: for the shell and for tests."""
        with self.read_engine.connect() as conn:
            return query(conn, *args, **kwargs)

    def glance(
        self, statement: str, values: Mapping[str, object] | None = None
    ) -> tuple[object, ...] | None:
        """The first row of a statement that takes microseconds, as it is committed now.

        On the event loop and without a transaction; a way through a thread costs twenty times as
        much (measured). SQLite alone: on PostgreSQL it would make everybody wait for the network.
        """
        if self._glancing is None:
            self._glancing = sqlite3.connect(
                self.file, isolation_level=None, check_same_thread=False
            )
            self._glancing.execute("PRAGMA query_only = ON").close()
        row: tuple[object, ...] | None = self._glancing.execute(statement, values or {}).fetchone()
        return row

    def is_inside(self, conn: Connection) -> bool:
        """Whether the driver still has the transaction open, be it usable or not."""
        if conn.invalidated:
            return False
        driver = conn.connection.dbapi_connection
        if isinstance(driver, sqlite3.Connection):
            return driver.in_transaction
        return _status(driver) in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def can_commit(self, conn: Connection) -> bool:
        """Whether a COMMIT would keep what was written.

        PostgreSQL answers COMMIT in a failed transaction with a silent ROLLBACK; SQLite, after it
        has rolled everything back on a full disk, with success.
        """
        if conn.invalidated:
            return False
        driver = conn.connection.dbapi_connection
        if isinstance(driver, sqlite3.Connection):
            return driver.in_transaction
        return _status(driver) == TransactionStatus.INTRANS

    def throw_away(self, conn: Connection) -> None:
        """Roll back at driver level and close for good, whatever state the connection is in."""
        try:
            # A failed COMMIT leaves SQLite inside the old transaction, SQLAlchemy's own
            # rollback notwithstanding; only the driver gets it out.
            driver = conn.connection.dbapi_connection
            if driver is not None:
                driver.rollback()
        except (SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
            log.info("rolling back a broken connection failed", exc_info=error)
        conn.invalidate()
        conn.close()

    def close(self) -> None:
        """Close all connections; waits for queries that still run."""
        self._readers.shutdown()
        if self._glancing is not None:
            self._glancing.close()
        self.write_engine.dispose()
        self.read_engine.dispose()


def is_contention(error: Exception) -> bool:
    """Another transaction was in the way; the same command alone may succeed."""
    cause = error.orig if isinstance(error, OperationalError) else None
    return isinstance(cause, psycopg.Error) and cause.sqlstate in CONTENTION_STATES


def is_breakdown(error: Exception) -> bool:
    """The machine, the disk or the connection failed, not the command."""
    if not isinstance(error, OperationalError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode & 0xFF in SQLITE_BREAKDOWNS
    return True


def _status(driver: DBAPIConnection | None) -> TransactionStatus:
    assert isinstance(driver, psycopg.Connection)
    return driver.info.transaction_status


def _sqlite_engine(url: URL, *, begin: str, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=READERS,
        max_overflow=100,  # an open file costs little, waiting for one blocks a thread
    )

    def prepare(driver: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        assert isinstance(driver, sqlite3.Connection)
        # The driver would begin by itself and deferred: a transaction that reads and then writes
        # fails at once when another wrote in between. We say BEGIN ourselves.
        driver.isolation_level = None
        for pragma in (
            "busy_timeout = 5000",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"query_only = {'ON' if read_only else 'OFF'}",
        ):
            driver.execute(f"PRAGMA {pragma}").close()

    def start(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    def give_up(context: ExceptionContext) -> None:
        # SQLite rolls back by itself when the disk is full. A command that went on would then
        # write outside any transaction, each statement for good; so the connection is dead to it.
        conn = context.connection
        if conn is not None and not conn.invalidated:
            driver = conn.connection.dbapi_connection
            if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
                context.is_disconnect = True
                context.invalidate_pool_on_disconnect = False

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    event.listen(engine, "handle_error", give_up)
    return engine
