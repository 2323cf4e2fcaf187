"""Query of those who wait in front of a ticket: how many for the same, in one statement.

Reading three hundred tickets one by one costs more than drawing one does.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import Connection, String, bindparam, false, func, literal_column, select, tuple_
from sqlalchemy import cast as as_type

from ...core.prepared import Prepared
from ..state import Asked, TicketNow
from ..store import ticket, ticket_service
from .rules import Alike

_t = ticket.c
_s = ticket_service.c
# "3x1 5x2": two of offer 5. The separator is written out, for it is prepared with the statement.
_one = (
    as_type(_s.offer_id, String).concat(literal_column("'x'")).concat(as_type(_s["count"], String))
)
_space = cast("str", literal_column("' '"))
_to_do = (
    select(func.aggregate_strings(_one, _space))
    .where(_s.ticket_id == _t.id, _s.step_id.is_(None))
    .scalar_subquery()
)
_place = (_t.rank, _t.letter, _t.serial)
_each = (
    select(
        _to_do.label("asked"),
        _t.step_free,
        _t.reserved_counter_id,
        func.coalesce(_t.not_before > bindparam("now"), false()).label("later"),
    )
    .where(
        _t.office_id == bindparam("office_id"),
        _t.day == bindparam("day"),
        _t.status == literal_column("'waiting'"),
        tuple_(*_place) < tuple_(*(bindparam(one.name, type_=one.type) for one in _place)),
    )
    .subquery()
)
_ALIKE = Prepared(select(*_each.c, func.count()).group_by(*_each.c))
_NAMES = ("office_id", "day", "rank", "letter", "serial")
_Row = tuple[str | None, bool, int | None, bool, int]


def load_alike_before(conn: Connection, own: TicketNow, now: datetime) -> list[Alike]:
    """All of the office who wait with a smaller (rank, number), counted by what they are for."""
    values = {name: getattr(own, name) for name in _NAMES}
    rows = cast("list[_Row]", _ALIKE.all(conn, {**values, "now": now}))
    return [Alike(_read(row[0]), bool(row[1]), row[2], bool(row[3]), row[4]) for row in rows]


def _read(asked: str | None) -> tuple[Asked, ...]:
    """Of "3x1 5x2"; nothing is left to do for some who wait."""
    pairs = (one.split("x") for one in (asked or "").split())
    return tuple(Asked(int(offer_id), int(count)) for offer_id, count in pairs)
