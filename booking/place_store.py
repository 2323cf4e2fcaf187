"""All SQL on the table of places: what is taken, taking, freeing. Nothing here decides anything.

The statements are built once, as in `store.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, delete, select, text, update
from sqlmodel import SQLModel

from ..core.prepared import Prepared
from . import models as _models  # noqa: F401

_place: Table = SQLModel.metadata.tables["place"]
_p = _place.c


@dataclass(frozen=True, slots=True)
class PlaceKey:
    """One place; `until` is None once the appointment is certain."""

    pool_id: int
    cell: int
    number: int
    appointment_id: int | None = None
    until: datetime | None = None


_PLACES = Prepared(
    select(_p.cell, _p.number, _p.appointment_id, _p.until)
    .where(
        _p.office_id == bindparam("office_id"),
        _p.pool_id == bindparam("pool_id"),
        _p.cell >= bindparam("first"),
        _p.cell < bindparam("end"),
    )
    .order_by(_p.cell, _p.number)
)
_IN_CELLS = (
    _p.office_id == bindparam("office_id"),
    _p.pool_id == bindparam("pool_id"),
    _p.cell >= bindparam("first"),
    _p.cell < bindparam("end"),
)
# Nearly all places are certain; without the column of times a row costs half.
_CERTAIN = Prepared(
    select(_p.cell, _p.number).where(*_IN_CELLS, _p.until.is_(None)).order_by(_p.cell)
)
_FOR_NOW = Prepared(
    select(_p.cell, _p.number, _p.until)
    .where(*_IN_CELLS, _p.until > bindparam("now"))
    .order_by(_p.cell)
)
_PLACES_OF = select(_p.pool_id, _p.cell, _p.number).where(_p.appointment_id == bindparam("id"))
# What is taken already is left out, and the row count tells: no savepoint, and on PostgreSQL the
# transaction stays usable. The dialects share this clause, SQLAlchemy's constructs for it do not.
_TAKE = Prepared(
    text(
        "INSERT INTO place (office_id, pool_id, cell, number, size, appointment_id, until)"
        " VALUES (:office_id, :pool_id, :cell, :number, :size, :appointment_id, :until)"
        " ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("until", type_=_p.until.type))
)
_FREE_ONE = delete(_place).where(
    _p.office_id == bindparam("of_office"),
    _p.pool_id == bindparam("of_pool"),
    _p.cell == bindparam("of_cell"),
    _p.number == bindparam("of_number"),
    _p.appointment_id == bindparam("of_appointment"),
)
_FREE_ALL = delete(_place).where(_p.appointment_id == bindparam("id"))
_FREE_RUN_OUT = delete(_place).where(*_IN_CELLS, _p.until <= bindparam("now"))
_HAND_OVER = (
    update(_place)
    .where(_p.appointment_id == bindparam("of_id"))
    .values(appointment_id=bindparam("to_id"), until=None)
)
_KEEP_UNTIL = Prepared(
    update(_place).where(_p.appointment_id == bindparam("id")).values(until=bindparam("held_until"))
)
_KEEP_FOR_GOOD = (
    update(_place)
    .where(_p.appointment_id == bindparam("id"), _p.until > bindparam("now"))
    .values(until=None)
)

_COMING_PLACES = (
    select(_p.pool_id, _p.cell, _p.appointment_id)
    .where(
        _p.office_id == bindparam("office_id"),
        _p.cell >= bindparam("first"),
        _p.appointment_id.is_not(None),
        (_p.until.is_(None)) | (_p.until > bindparam("now")),
    )
    .order_by(_p.cell)
)


def places_in(conn: Connection, office_id: int, pool_id: int, cells: range) -> list[PlaceKey]:
    """All rows of a pool in a run of cells, those that have run out included."""
    params = {
        "office_id": office_id,
        "pool_id": pool_id,
        "first": cells.start,
        "end": cells.stop,
    }
    rows = cast("list[tuple[int, int, int | None, datetime | None]]", _PLACES.all(conn, params))
    return [PlaceKey(pool_id, *row) for row in rows]


def taken_in(
    conn: Connection, office_id: int, pool_id: int, cells: range, now: datetime
) -> tuple[list[tuple[int, int]], list[tuple[int, int, datetime]]]:
    """What is taken now, cell by cell: (cell, number) for good, (cell, number, until) for a time.

    As plain as they come from the driver: a calendar reads tens of thousands.
    """
    params: dict[str, object] = {
        "office_id": office_id,
        "pool_id": pool_id,
        "first": cells.start,
        "end": cells.stop,
    }
    certain = _CERTAIN.all(conn, params)
    for_now = _FOR_NOW.all(conn, params | {"now": now})
    return (
        cast("list[tuple[int, int]]", certain),
        cast("list[tuple[int, int, datetime]]", for_now),
    )


def places_of(conn: Connection, appointment_id: int) -> list[PlaceKey]:
    rows = conn.execute(_PLACES_OF, {"id": appointment_id})
    return [PlaceKey(row[0], row[1], row[2], appointment_id) for row in rows]


def take_places(conn: Connection, office_id: int, places: Sequence[tuple[PlaceKey, int]]) -> int:
    """Insert (place, size) pairs; returns how many were still to be had."""
    rows = [
        {
            "office_id": office_id,
            "pool_id": place.pool_id,
            "cell": place.cell,
            "number": place.number,
            "size": size,
            "appointment_id": place.appointment_id,
            "until": place.until,
        }
        for place, size in places
    ]
    return _TAKE.change_each(conn, rows) if rows else 0


def free_places(conn: Connection, office_id: int, places: Iterable[PlaceKey]) -> None:
    """Delete these, but only where they still belong to the appointment named."""
    rows = [
        {
            "of_office": office_id,
            "of_pool": place.pool_id,
            "of_cell": place.cell,
            "of_number": place.number,
            "of_appointment": place.appointment_id,
        }
        for place in places
    ]
    if rows:
        conn.execute(_FREE_ONE, rows)


def free_all_places(conn: Connection, appointment_id: int) -> None:
    conn.execute(_FREE_ALL, {"id": appointment_id})


def free_run_out_places(
    conn: Connection, office_id: int, pool_id: int, cells: range, now: datetime
) -> None:
    """Delete places that were kept until a moment that is over."""
    conn.execute(
        _FREE_RUN_OUT,
        {
            "office_id": office_id,
            "pool_id": pool_id,
            "first": cells.start,
            "end": cells.stop,
            "now": now,
        },
    )


def keep_places_until(conn: Connection, appointment_id: int, until: datetime | None) -> None:
    _KEEP_UNTIL.change(conn, {"id": appointment_id, "held_until": until})


def keep_for_good(conn: Connection, appointment_id: int, now: datetime) -> None:
    """Make certain what is still kept for the appointment; what has run out may be sold again."""
    conn.execute(_KEEP_FOR_GOOD, {"id": appointment_id, "now": now})


def hand_over_places(conn: Connection, from_id: int, to_id: int) -> int:
    """Let an appointment have, for certain, what another has held; returns how many places."""
    return conn.execute(_HAND_OVER, {"of_id": from_id, "to_id": to_id}).rowcount


def coming_places(
    conn: Connection, office_id: int, first_cell: int, now: datetime
) -> list[tuple[int, int, int]]:
    """(pool, cell, appointment) of everything taken from a cell on."""
    params = {"office_id": office_id, "first": first_cell, "now": now}
    return [(row[0], row[1], row[2]) for row in conn.execute(_COMING_PLACES, params)]
