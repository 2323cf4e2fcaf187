"""SQL of discards: numbers thrown away in one step, and which of them they were."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, insert, select, update
from sqlmodel import SQLModel

from ..state import number_of
from ..store import ticket

discard: Table = SQLModel.metadata.tables["discard"]
_d, _t = discard.c, ticket.c

_INSERT = insert(discard).returning(_d.id)
_UNDONE = update(discard).where(_d.id == bindparam("of_id")).values(undone_at=bindparam("undone"))
_ONE = select(_d.id, _d.office_id, _d.at, _d.undone_at).where(_d.id == bindparam("id"))
_RANGE = (
    select(_t.id)
    .where(
        _t.office_id == bindparam("office_id"),
        _t.day == bindparam("day"),
        _t.letter == bindparam("letter"),
        _t.serial.between(bindparam("first"), bindparam("last")),
        _t.status.in_(("waiting", "parked", "called")),
        _t.appointment_id.is_(None),
    )
    .order_by(_t.serial)
)
_GONE = (
    select(_t.id)
    .where(_t.discard_id == bindparam("discard_id"), _t.status == "cancelled")
    .order_by(_t.letter, _t.serial)
)
_OF_DAY = (
    select(_d.id, _d.at, _t.letter, _t.serial)
    .join_from(discard, ticket, _t.discard_id == _d.id)
    .where(
        _d.office_id == bindparam("office_id"),
        _d.undone_at.is_(None),
        _t.day == bindparam("day"),
        _t.status == "cancelled",
    )
    .order_by(_d.id.desc(), _t.letter, _t.serial)
)


@dataclass(frozen=True, slots=True)
class Thrown:
    """A discard of today that can be undone, with the numbers that are still gone."""

    id: int
    at: datetime
    numbers: tuple[str, ...]


def insert_discard(conn: Connection, *, office_id: int, counter_id: int, at: datetime) -> int:
    values = {"office_id": office_id, "counter_id": counter_id, "at": at, "undone_at": None}
    return conn.execute(_INSERT, values).scalar_one()


def mark_undone(conn: Connection, discard_id: int, at: datetime) -> None:
    conn.execute(_UNDONE, {"of_id": discard_id, "undone": at})


def find_discard(conn: Connection, discard_id: int) -> Row[*tuple[Any, ...]] | None:
    """id, office_id, at, undone_at."""
    return conn.execute(_ONE, {"id": discard_id}).first()


def find_in_range(
    conn: Connection, *, office_id: int, day: date, letter: str, first: int, last: int
) -> list[int]:
    """Tickets of these numbers that wait, are parked or called, and have no appointment."""
    values = {"office_id": office_id, "day": day, "letter": letter, "first": first, "last": last}
    return list(conn.execute(_RANGE, values).scalars())


def find_gone(conn: Connection, discard_id: int) -> list[int]:
    """Those of a discard that nobody has brought back."""
    return list(conn.execute(_GONE, {"discard_id": discard_id}).scalars())


def load_discards(conn: Connection, office_id: int, day: date) -> tuple[Thrown, ...]:
    """The day's discards of an office that can be undone, the newest first."""
    found: dict[int, Thrown] = {}
    for row in conn.execute(_OF_DAY, {"office_id": office_id, "day": day}):
        known = found.get(row.id)
        numbers = (*(known.numbers if known else ()), number_of(row.letter, row.serial))
        found[row.id] = Thrown(row.id, row.at, numbers)
    return tuple(found.values())
