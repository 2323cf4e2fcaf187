"""Queries of what counters do: open or not, and the last step that can be undone.

Who sits there is in `seats/store.py`.
"""

from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, Table, bindparam, select
from sqlmodel import SQLModel

from ...core.prepared import Prepared
from .. import models as _models  # noqa: F401  (the tables)
from ..state import CounterNow

# In what is remembered of a step: the one that the same press took before it.
PRESSED_WITH = "pressed_with"
AnyRow = Row[*tuple[Any, ...]]
_State = tuple[int, Literal["open", "break", "closed"], datetime, datetime | None, list[int] | None]

counter_state: Table = SQLModel.metadata.tables["counter_state"]
counter: Table = SQLModel.metadata.tables["counter"]
last_step: Table = SQLModel.metadata.tables["last_step"]
_c = counter_state.c
_STATE = select(_c.counter_id, _c.state, _c.since, _c.until, _c.offers)
_COUNTERS = Prepared(
    _STATE.join_from(counter_state, counter, counter.c.id == _c.counter_id).where(
        counter.c.office_id == bindparam("office_id")
    )
)
_COUNTER = Prepared(_STATE.where(_c.counter_id == bindparam("id")))
_l = last_step.c
_LAST_STEP = select(_l.ticket_id, _l.command, _l.at, _l.version, _l.before).where(
    _l.counter_id == bindparam("id")
)


def load_counters(conn: Connection, office_id: int) -> dict[int, CounterNow]:
    rows = cast("list[_State]", _COUNTERS.all(conn, {"office_id": office_id}))
    return {row[0]: _counter(row) for row in rows}


def load_counter(conn: Connection, counter_id: int) -> CounterNow | None:
    row = cast("_State | None", _COUNTER.first(conn, {"id": counter_id}))
    return None if row is None else _counter(row)


def find_last_step(conn: Connection, counter_id: int) -> AnyRow | None:
    """ticket_id, command, at, version, before."""
    return conn.execute(_LAST_STEP, {"id": counter_id}).first()


def find_last_tickets(conn: Connection, counter_id: int) -> list[int]:
    """The tickets of a counter's last step: one, or two when a press took two steps."""
    last = find_last_step(conn, counter_id)
    if last is None:
        return []
    earlier = last.before.get(PRESSED_WITH)
    return [last.ticket_id, *([] if earlier is None else [earlier["ticket_id"]])]


def _counter(row: _State) -> CounterNow:
    counter_id, state, since, until, offers = row
    only = None if offers is None else frozenset(offers)
    return CounterNow(counter_id, state, since, until, only)
