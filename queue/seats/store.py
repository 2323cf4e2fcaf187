"""SQL of who sits where and what somebody took last. Names of people are not read here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from .. import models as _models  # noqa: F401  (the tables)
from ..counter.counter_store import counter

counter_sitting: Table = SQLModel.metadata.tables["counter_sitting"]
staff_usual: Table = SQLModel.metadata.tables["staff_usual"]
ticket: Table = SQLModel.metadata.tables["ticket"]
_s = counter_sitting.c
_u = staff_usual.c
_t = ticket.c


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody at a counter since then; `id` is the seat that pages are told."""

    id: int
    counter_id: int
    staff_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Usual:
    """The counter and the services somebody took last; None: all it can do."""

    counter_id: int
    offers: frozenset[int] | None


_SITTING = select(_s.id, _s.counter_id, _s.staff_id, _s.since).where(_s.until.is_(None))
_AT = _SITTING.where(_s.counter_id == bindparam("counter_id"))
_OF_STAFF = _SITTING.where(_s.staff_id == bindparam("staff_id")).order_by(_s.counter_id)
_IN_OFFICES = _SITTING.join_from(counter_sitting, counter, counter.c.id == _s.counter_id).where(
    counter.c.office_id.in_(bindparam("offices", expanding=True))
)
_SIT_DOWN = insert(counter_sitting).returning(_s.id)
_STAND_UP = (
    update(counter_sitting)
    .where(_s.counter_id == bindparam("of_id"), _s.until.is_(None))
    .values(until=bindparam("at"))
)
_FORGET = delete(counter_sitting).where(_s.until <= bindparam("before"))
_USUAL = select(_u.counter_id, _u.offers).where(_u.staff_id == bindparam("staff_id"))
_FORGET_USUAL = delete(staff_usual).where(_u.staff_id == bindparam("of_staff"))
_REMEMBER_USUAL = insert(staff_usual)
_KEPT_FOR = (
    select(_t.id)
    .where(
        _t.office_id == bindparam("office_id"),
        _t.day == bindparam("day"),
        _t.status.in_(("waiting", "parked")),
        _t.reserved_counter_id == bindparam("counter_id"),
    )
    .order_by(_t.id)
)
_BUSY = (
    select(_t.counter_id, _t.letter, _t.serial, _t.status)
    .join_from(ticket, counter, counter.c.id == _t.counter_id)
    .where(
        counter.c.office_id.in_(bindparam("offices", expanding=True)),
        _t.status.in_(("called", "serving")),
    )
)


def find_sitting(conn: Connection, counter_id: int) -> Sitting | None:
    """Who sits at the counter now."""
    row = conn.execute(_AT, {"counter_id": counter_id}).first()
    return None if row is None else Sitting(*row)


def sittings_of(conn: Connection, staff_id: int) -> tuple[Sitting, ...]:
    """Where somebody sits now: usually at one counter, sometimes at several."""
    return tuple(Sitting(*row) for row in conn.execute(_OF_STAFF, {"staff_id": staff_id}))


def sittings_in(conn: Connection, offices: Collection[int]) -> dict[int, Sitting]:
    """Who sits where in these offices, by counter."""
    rows = conn.execute(_IN_OFFICES, {"offices": list(offices)})
    return {row.counter_id: Sitting(*row) for row in rows}


def numbers_in(conn: Connection, offices: Collection[int]) -> dict[int, tuple[str, str]]:
    """The number called or in service at each counter of these offices, and its state."""
    rows = conn.execute(_BUSY, {"offices": list(offices)})
    return {row.counter_id: (f"{row.letter}{row.serial:03d}", row.status) for row in rows}


def begin_sitting(conn: Connection, counter_id: int, staff_id: int, at: datetime) -> int | None:
    """Sit down; None when somebody was faster: two cannot sit at one counter."""
    values = {"counter_id": counter_id, "staff_id": staff_id, "since": at, "until": None}
    try:
        with conn.begin_nested():
            return conn.execute(_SIT_DOWN, values).scalar_one()
    except IntegrityError:
        return None


def end_sitting(conn: Connection, counter_id: int, at: datetime) -> None:
    """Stand up, if somebody sits there."""
    conn.execute(_STAND_UP, {"of_id": counter_id, "at": at})


def delete_sittings(conn: Connection, before: datetime) -> int:
    """Delete those that ended until then; returns how many."""
    return conn.execute(_FORGET, {"before": before}).rowcount


def find_usual(conn: Connection, staff_id: int) -> Usual | None:
    row = conn.execute(_USUAL, {"staff_id": staff_id}).first()
    if row is None:
        return None
    offers = cast("list[int] | None", row.offers)
    return Usual(row.counter_id, None if offers is None else frozenset(offers))


def write_usual(conn: Connection, staff_id: int, usual: Usual) -> None:
    """What is offered to somebody when they sign in again."""
    conn.execute(_FORGET_USUAL, {"of_staff": staff_id})
    values = {
        "staff_id": staff_id,
        "counter_id": usual.counter_id,
        "offers": null() if usual.offers is None else sorted(usual.offers),
    }
    conn.execute(_REMEMBER_USUAL, values)


def tickets_kept_for(conn: Connection, office_id: int, counter_id: int, day: date) -> list[int]:
    """Ids of tickets that wait or are parked for this counter alone."""
    values = {"office_id": office_id, "counter_id": counter_id, "day": day}
    return list(conn.execute(_KEPT_FOR, values).scalars())
