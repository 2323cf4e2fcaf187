"""Queries of what only the counter's page needs: who sits where, and the neighbours' counters."""

from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Connection, Table, and_, bindparam, select, text
from sqlmodel import SQLModel

from ...core.prepared import Prepared
from ..counter.counter_store import counter, counter_state
from ..state import CounterNow, Nearby, number_of

_sitting: Table = SQLModel.metadata.tables["counter_sitting"]
_office: Table = SQLModel.metadata.tables["office"]
_ticket: Table = SQLModel.metadata.tables["ticket"]
_c = counter_state.c
_t = _ticket.c
_State = Literal["open", "break", "closed"]
_Row = tuple[int, _State, datetime, datetime | None, list[int] | None, str | None, int | None]
_area = select(_office.c.area_id).where(_office.c.id == bindparam("office_id")).scalar_subquery()
_NEARBY = Prepared(
    select(_c.counter_id, _c.state, _c.since, _c.until, _c.offers, _t.letter, _t.serial)
    .join_from(counter_state, counter, counter.c.id == _c.counter_id)
    .join(_office, _office.c.id == counter.c.office_id)
    .outerjoin(
        _ticket, and_(_t.counter_id == counter.c.id, text("ticket.status IN ('called', 'serving')"))
    )
    .where(_office.c.area_id == _area, _office.c.id != bindparam("office_id"))
    .order_by(_c.counter_id)
)
_SEATS = Prepared(
    select(_sitting.c.counter_id, _sitting.c.id)
    .join_from(_sitting, counter, counter.c.id == _sitting.c.counter_id)
    .where(counter.c.office_id == bindparam("office_id"), _sitting.c.until.is_(None))
)


def load_nearby(conn: Connection, office_id: int) -> tuple[Nearby, ...]:
    """Counters of the other offices of the waiting area that were opened once."""
    rows = cast("list[_Row]", _NEARBY.all(conn, {"office_id": office_id}))
    return tuple(_nearby(row) for row in rows)


def load_seats(conn: Connection, office_id: int) -> dict[int, int]:
    """By counter, the sitting that goes on there."""
    rows = cast("list[tuple[int, int]]", _SEATS.all(conn, {"office_id": office_id}))
    return dict(rows)


def _nearby(row: _Row) -> Nearby:
    counter_id, state, since, until, offers, letter, serial = row
    only = None if offers is None else frozenset(offers)
    number = None if letter is None or serial is None else number_of(letter, serial)
    return Nearby(CounterNow(counter_id, state, since, until, only), number)
