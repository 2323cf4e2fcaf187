"""SQL of calls for help. What stands is what nobody has ended and what is not hours old."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, insert, or_, select, update
from sqlmodel import SQLModel

from .. import models as _models  # noqa: F401  (the tables)
from ..state import EmergencyNow

emergency: Table = SQLModel.metadata.tables["emergency"]
office: Table = SQLModel.metadata.tables["office"]
_e = emergency.c

# One that was forgotten does not greet the next morning; a forgotten test is over soon.
STANDS = timedelta(hours=12)
TEST_STANDS = timedelta(minutes=10)

_EMERGENCY = select(_e.id, _e.counter_id, _e.at, _e.test, _e.acknowledged_at, _e.acknowledged_by_id)
_area = select(office.c.area_id).where(office.c.id == bindparam("office_id")).scalar_subquery()
_STANDING = _EMERGENCY.where(
    _e.area_id == _area,
    _e.ended_at.is_(None),
    _e.at > bindparam("since"),
    or_(_e.test.is_(False), _e.at > bindparam("test_since")),
).order_by(_e.at, _e.id)
_BY_ID = select(*_EMERGENCY.selected_columns, _e.area_id, _e.ended_at).where(
    _e.id == bindparam("id")
)
_INSERT = insert(emergency).returning(_e.id)
_ACKNOWLEDGE = (
    update(emergency)
    .where(_e.id == bindparam("of_id"), _e.acknowledged_at.is_(None), _e.ended_at.is_(None))
    .values(acknowledged_at=bindparam("now"), acknowledged_by_id=bindparam("by"))
)
_END = (
    update(emergency)
    .where(_e.id == bindparam("of_id"), _e.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


def load_standing(conn: Connection, office_id: int, now: datetime) -> tuple[EmergencyNow, ...]:
    """What nobody has ended in the office's waiting area, the oldest first."""
    values = {"office_id": office_id, "since": now - STANDS, "test_since": now - TEST_STANDS}
    return tuple(_emergency(row) for row in conn.execute(_STANDING, values))


def find_emergency(conn: Connection, emergency_id: int, area_id: int) -> EmergencyNow | None:
    """One of this waiting area, ended or not."""
    row = conn.execute(_BY_ID, {"id": emergency_id}).first()
    return None if row is None or row.area_id != area_id else _emergency(row)


def is_ended(conn: Connection, emergency_id: int) -> bool:
    row = conn.execute(_BY_ID, {"id": emergency_id}).first()
    return row is None or row.ended_at is not None


def insert_emergency(
    conn: Connection, *, area_id: int, counter_id: int, at: datetime, test: bool
) -> int:
    values = {"area_id": area_id, "counter_id": counter_id, "at": at, "test": test}
    return conn.execute(_INSERT, values).scalar_one()


def acknowledge(conn: Connection, emergency_id: int, counter_id: int, now: datetime) -> bool:
    """Whether it is this counter that answers; False when somebody did or it is over."""
    values = {"of_id": emergency_id, "by": counter_id, "now": now}
    return conn.execute(_ACKNOWLEDGE, values).rowcount == 1


def end(conn: Connection, emergency_id: int, now: datetime) -> bool:
    """Whether it ended by this."""
    return conn.execute(_END, {"of_id": emergency_id, "now": now}).rowcount == 1


def _emergency(row: Row[*tuple[Any, ...]]) -> EmergencyNow:
    return EmergencyNow(
        row.id, row.counter_id, row.at, row.test, row.acknowledged_at, row.acknowledged_by_id
    )
