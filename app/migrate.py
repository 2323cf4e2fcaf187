"""Brings a database to the tables of this version, on either engine, under a lock.

Also writes new migrations from the models:
`python -m aufruf.app.migrate new "what it does"`; before 0.1.0 is released also
`python -m aufruf.app.migrate first`, which writes 0001 anew.
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

from ..core.database import Database
from ..core.filelock import alone
from ..core.tx import MIGRATION_LOCK, TAKE_LOCK
from ..display import models as _display  # noqa: F401  (brings in its tables)
from ..queue import models as _queue  # noqa: F401  (brings in the tables of the parts below)

HERE = Path(__file__).parent / "migrations"


class MigrationFailedError(RuntimeError):
    """The database was left as it was."""


def migrate(database: Database) -> None:
    """Upgrade to the newest revision; several processes may call this at once.

    Raises MigrationFailedError when the database was written by a newer version of the program or
    when a migration would leave rows that point nowhere, AlreadyServedError when a migration is
    due while a server works with the SQLite file.
    """
    if database.read_now(_is_current):
        return
    if database.dialect == "sqlite":
        _migrate_file(database)
    else:
        _migrate_server(database)


def _migrate_server(database: Database) -> None:
    with database.write_engine.begin() as conn:
        conn.execute(text("SET LOCAL statement_timeout = 0"))
        conn.execute(text("SET LOCAL lock_timeout = 0"))
        conn.execute(TAKE_LOCK, {"space": MIGRATION_LOCK, "number": 0})
        _upgrade(conn)


def _migrate_file(database: Database) -> None:
    """On a connection of its own, for a table rebuild drops the old table, and with foreign keys
    on that deletes the rows of all tables that point to it. The pragma does nothing inside a
    transaction, hence before BEGIN.
    """
    engine = create_engine(database.url, poolclass=NullPool, hide_parameters=True)

    def prepare(driver: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        assert isinstance(driver, sqlite3.Connection)
        driver.isolation_level = None
        for pragma in ("busy_timeout = 60000", "journal_mode = WAL", "foreign_keys = OFF"):
            driver.execute(f"PRAGMA {pragma}").close()

    def begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    with alone(database.file), engine.begin() as conn:
        _upgrade(conn)
        orphans = conn.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            tables = ", ".join(sorted({str(row[0]) for row in orphans}))
            raise MigrationFailedError(f"rows of {tables} would point to rows that do not exist")


def _upgrade(conn: Connection) -> None:
    present = MigrationContext.configure(conn).get_current_revision()
    known = {script.revision for script in ScriptDirectory(str(HERE)).walk_revisions()}
    if present is not None and present not in known:
        raise MigrationFailedError(
            f"the database is at revision {present}, which this version does not know: it was"
            " used with a newer version of Aufruf"
        )
    command.upgrade(_config(conn), "head")


def _is_current(conn: Connection) -> bool:
    present = MigrationContext.configure(conn).get_current_revision()
    return present is not None and present == ScriptDirectory(str(HERE)).get_current_head()


def _config(conn: Connection) -> Config:
    config = Config(attributes={"connection": conn, "metadata": SQLModel.metadata})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config


def write_revision(message: str) -> None:
    """Write the next revision: what the models say and the migrations do not yet."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/new.db")
        with closing(database):
            if any((HERE / "versions").glob("*.py")):
                migrate(database)
            number = len(list((HERE / "versions").glob("*.py"))) + 1
            with database.write_engine.connect() as conn:
                config = _config(conn)
                config.set_section_option("post_write_hooks", "hooks", "format")
                config.set_section_option("post_write_hooks", "format.type", "module")
                config.set_section_option("post_write_hooks", "format.module", "ruff")
                config.set_section_option(
                    "post_write_hooks", "format.options", "format -q REVISION_SCRIPT_FILENAME"
                )
                command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


def main(arguments: list[str]) -> int:
    """`new MESSAGE` or `first`; returns the exit status."""
    match arguments:
        case ["new", message]:
            write_revision(message)
        case ["first"]:
            for old in (HERE / "versions").glob("*.py"):
                old.unlink()
            write_revision("all tables")
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
