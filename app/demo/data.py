"""What lies where the demo shall put its data: whether it is its own, and made by this version."""

from sqlalchemy import Connection, inspect, select
from sqlmodel import SQLModel, col

from ...core.database import Database
from ...office.models import Office, Staff
from .seed import LOGIN

# No more than a table of any version has: this is asked before anything is migrated.
_AN_OFFICE = select(col(Office.id)).limit(1)
_THE_PERSON = select(col(Staff.id)).where(col(Staff.login) == LOGIN)


class NotADemoError(RuntimeError):
    """The demo was pointed at something that is not its own."""


class OldDataError(RuntimeError):
    """The demo's data were made by a version whose tables this one cannot use."""


def require_demo(database: Database) -> None:
    """Raises NotADemoError unless the database is empty or knows the demo's person."""
    if not inspect(database.write_engine).has_table("staff"):
        return
    if not database.read_now(_is_demo):
        raise NotADemoError(
            f"The database {database.write_engine.url.render_as_string()} holds real data. The"
            " demo works with its own: leave AUFRUF_DATABASE_URL and AUFRUF_DATA_DIR unset, or"
            " name an empty one."
        )


def _is_demo(conn: Connection) -> bool:
    empty = conn.execute(_AN_OFFICE).first() is None
    return empty or conn.execute(_THE_PERSON).first() is not None


def require_tables(database: Database) -> None:
    """Raises OldDataError unless every table has the columns it has in this version.

    Before a release the first migration is written anew with every change, so that data of an
    older checkout look migrated and are not.
    """
    there = inspect(database.write_engine)
    for name, table in SQLModel.metadata.tables.items():
        columns = there.get_columns(name) if there.has_table(name) else []
        if {column["name"] for column in columns} != set(table.columns.keys()):
            raise OldDataError(
                f"The demo's data in {_place(database)} were made by an older version of Aufruf"
                f" (its table {name} is another one). Please begin with fresh data: make demo"
                " FRESH=1. What was booked and called there is forgotten by that."
            )


def _place(database: Database) -> str:
    url = database.write_engine.url
    return url.database or "" if database.dialect == "sqlite" else url.render_as_string()
