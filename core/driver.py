"""The few statements that every command runs, straight on the driver.

Through SQLAlchemy each costs some 50 us of processor time, which is what limits us (measured), and
a command has four of them before it has done anything. Statements of the parts that a crowd waits
for are written for SQLAlchemy and run here too (`prepared.py`).
"""

import re
import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Protocol, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Value = int | float | str | date | datetime | None
Bound = Sequence[object] | Mapping[str, object]
_NAME = re.compile(r":([a-z_]+)")


class Raw:
    """A statement with :named values, the same text for both engines."""

    def __init__(self, statement: str) -> None:
        self._sqlite = statement
        self._postgresql = _NAME.sub(r"%(\1)s", statement)

    def run(self, conn: Connection, values: Mapping[str, Value]) -> tuple[object, ...] | None:
        """The first row of the result, where there is one."""
        cursor = run_on_driver(conn, *self._bound(conn, values))
        row = cast("tuple[object, ...] | None", cursor.fetchone() if cursor.description else None)
        cursor.close()
        return row

    def run_each(self, conn: Connection, rows: Sequence[Mapping[str, Value]]) -> None:
        """The same for several sets of values at once; nothing is returned."""
        statements, bound = zip(*(self._bound(conn, values) for values in rows), strict=True)
        run_on_driver(conn, statements[0], bound, many=True).close()

    def _bound(self, conn: Connection, values: Mapping[str, Value]) -> tuple[str, Bound]:
        sqlite = conn.dialect.name == "sqlite"
        return self.in_sqlite(values) if sqlite else (self._postgresql, values)

    def in_sqlite(self, values: Mapping[str, Value]) -> tuple[str, Mapping[str, object]]:
        """The statement and its values as SQLite's driver takes them."""
        bound = {k: _text(v) if isinstance(v, date) else v for k, v in values.items()}
        return self._sqlite, bound


@contextmanager
def savepoint(conn: Connection) -> Generator[None]:
    """What fails in here is undone alone, and raised; SQLAlchemy's own costs ten times as much."""
    _BEGIN.run(conn, {})
    try:
        yield
    except BaseException:
        if not conn.invalidated:  # else the whole transaction is lost
            _UNDO.run(conn, {})
            _END.run(conn, {})
        raise
    _END.run(conn, {})


_BEGIN = Raw("SAVEPOINT attempt")
_UNDO = Raw("ROLLBACK TO SAVEPOINT attempt")
_END = Raw("RELEASE SAVEPOINT attempt")


class Cursor(Protocol):
    """What the drivers' cursors have in common (PEP 249)."""

    @property
    def description(self) -> Sequence[object] | None: ...
    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> object: ...
    def fetchall(self) -> Sequence[object]: ...
    def close(self) -> None: ...


def run_on_driver(
    conn: Connection, statement: str, bound: Bound | Sequence[Bound], *, many: bool = False
) -> Cursor:
    """Run a statement past SQLAlchemy, with values as the driver takes them; `many` sets of them.

    Errors come as SQLAlchemy's, and a lost transaction makes the connection useless, as there. Who
    listens to the engine's statements (`before_cursor_execute`) hears of this one too.
    """
    if not conn.in_transaction():
        conn.begin()  # as SQLAlchemy does by itself: a reader sees one state throughout
    driver = conn.connection.dbapi_connection
    assert driver is not None
    cursor = driver.cursor()
    for told in _listeners(conn):
        told(conn, cursor, statement, bound, None, many)
    try:
        if many:
            cursor.executemany(statement, cast("Sequence[Sequence[object]]", bound))
        else:
            cursor.execute(statement, bound)
    except (sqlite3.Error, psycopg.Error) as error:
        family = sqlite3.Error if isinstance(error, sqlite3.Error) else psycopg.Error
        raised = DBAPIError.instance(
            statement, None, error, family, hide_parameters=True, dialect=conn.dialect
        )
        if _is_lost(driver):
            conn.invalidate()
        raise raised from error
    return cast("Cursor", cursor)


def _listeners(conn: Connection) -> Iterable[Callable[..., object]]:
    return cast("Iterable[Callable[..., object]]", conn.dispatch.before_cursor_execute)


def _is_lost(driver: object) -> bool:
    if isinstance(driver, sqlite3.Connection):
        return not driver.in_transaction
    return isinstance(driver, psycopg.Connection) and driver.closed


def _text(at: date) -> str:
    """As SQLAlchemy keeps it in SQLite: a day as it is written, a time in UTC without offset."""
    if not isinstance(at, datetime):
        return at.isoformat()
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
