"""The few statements that every command runs, straight on the driver.

Through SQLAlchemy each costs some 50 us of processor time, which is what limits us (measured), and
a command has four of them before it has done anything. Of the parts' statements only those of the
draw are here too: a crowd waits for it.
"""

import re
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Value = int | str | date | datetime | None
_NAME = re.compile(r":([a-z_]+)")


class Raw:
    """A statement with :named values, the same text for both engines.

    Errors come as SQLAlchemy's, and a lost transaction makes the connection useless, as there.
    """

    def __init__(self, statement: str) -> None:
        self._sqlite = statement
        self._postgresql = _NAME.sub(r"%(\1)s", statement).encode()

    def run(self, conn: Connection, values: Mapping[str, Value]) -> tuple[object, ...] | None:
        """The first row of the result, where there is one."""
        if not conn.in_transaction():
            conn.begin()  # as SQLAlchemy does by itself: a reader sees one state throughout
        driver = conn.connection.dbapi_connection
        if isinstance(driver, sqlite3.Connection):
            return self._run_sqlite(conn, driver, values)
        assert isinstance(driver, psycopg.Connection)
        return self._run_postgresql(conn, driver, values)

    def _run_sqlite(
        self, conn: Connection, driver: sqlite3.Connection, values: Mapping[str, Value]
    ) -> tuple[object, ...] | None:
        bound = {k: _text(v) if isinstance(v, date) else v for k, v in values.items()}
        try:
            cursor = driver.execute(self._sqlite, bound)
            row: tuple[object, ...] | None = cursor.fetchone()
            cursor.close()
        except sqlite3.Error as error:
            raised = self._raised(conn, error, sqlite3.Error)
            if not driver.in_transaction:
                conn.invalidate()
            raise raised from error
        return row

    def _run_postgresql(
        self, conn: Connection, driver: psycopg.Connection, values: Mapping[str, Value]
    ) -> tuple[object, ...] | None:
        try:
            cursor = driver.execute(self._postgresql, values)
            return cursor.fetchone() if cursor.description else None
        except psycopg.Error as error:
            raised = self._raised(conn, error, psycopg.Error)
            if driver.closed:
                conn.invalidate()
            raise raised from error

    def _raised(self, conn: Connection, error: Exception, family: type[Exception]) -> BaseException:
        return DBAPIError.instance(
            self._sqlite, None, error, family, hide_parameters=True, dialect=conn.dialect
        )


def _text(at: date) -> str:
    """As SQLAlchemy keeps it in SQLite: a day as it is written, a time in UTC without offset."""
    if not isinstance(at, datetime):
        return at.isoformat()
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
