"""Queries of who has been called or served for long."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from ..store import ticket

_t = ticket.c
_last_call = func.coalesce(_t.last_call_at, _t.called_at)
# The few rows that are at a counter have an index of their own.
_LASTING = or_(
    and_(
        _t.status == "called",
        _last_call <= bindparam("called_before"),
        or_(_t.reminded_at.is_(None), _t.reminded_at < _last_call),
    ),
    and_(
        _t.status == "serving",
        _t.started_at <= bindparam("started_before"),
        or_(_t.reminded_at.is_(None), _t.reminded_at < _t.started_at),
    ),
)
_at_a_counter = _t.status.in_(("called", "serving"))
_OFFICES = select(_t.office_id).where(_at_a_counter, _LASTING).distinct()
_TICKETS = (
    select(_t.id)
    .where(_at_a_counter, _LASTING, _t.office_id == bindparam("office_id"))
    .order_by(_t.id)
)


def find_offices_to_ask(
    conn: Connection, called_before: datetime, started_before: datetime
) -> tuple[int, ...]:
    """Offices where somebody was called or begun with before these times, and nobody asked."""
    bounds = {"called_before": called_before, "started_before": started_before}
    return tuple(sorted(conn.execute(_OFFICES, bounds).scalars()))


def find_lasting(
    conn: Connection, office_id: int, called_before: datetime, started_before: datetime
) -> tuple[int, ...]:
    """The tickets of one office."""
    bounds = {"called_before": called_before, "started_before": started_before}
    return tuple(conn.execute(_TICKETS, {"office_id": office_id, **bounds}).scalars())
