"""Queries for the end of the day: counters that nobody closed."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from .counter.counter_store import counter, counter_state

_c = counter_state.c
_LEFT_OPEN = (
    select(_c.counter_id, counter.c.label, _c.since)
    .join_from(counter_state, counter, counter.c.id == _c.counter_id)
    .where(
        counter.c.office_id == bindparam("office_id"),
        _c.state != "closed",
        _c.since < bindparam("before"),
    )
    .order_by(_c.counter_id)
)


def find_left_open(
    conn: Connection, office_id: int, before: datetime
) -> tuple[tuple[int, str, datetime], ...]:
    """(counter, its label, open or paused since) where that began before an instant."""
    rows = conn.execute(_LEFT_OPEN, {"office_id": office_id, "before": before})
    return tuple((row.counter_id, row.label, row.since) for row in rows)
