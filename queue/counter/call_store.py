"""Queries of calls that belong to no step; those of a counter's own calls are in `store.py`."""

from datetime import date
from typing import cast

from sqlalchemy import Connection, bindparam, exists, select, true

from ...core.formats import day_start
from ...core.prepared import Prepared
from ..store import call

_later = call.alias("later")
_SILENT = Prepared(
    select(call.c.ticket_id).where(
        call.c.at >= bindparam("since"),
        call.c.silent == true(),
        ~exists().where(_later.c.ticket_id == call.c.ticket_id, _later.c.nth > call.c.nth),
    )
)


def find_called_silently(conn: Connection, day: date) -> frozenset[int]:
    """The tickets that were called without screens and voice, and not aloud after that."""
    rows = cast("list[tuple[int]]", _SILENT.all(conn, {"since": day_start(day)}))
    return frozenset(row[0] for row in rows)
