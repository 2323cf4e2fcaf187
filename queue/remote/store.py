"""Queries of appointments that become tickets by themselves, and of whom a counter has to reach."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select
from sqlmodel import SQLModel

from ...booking import models as _booking  # noqa: F401  (the tables)
from ...booking.store import get_appointment
from ...core.formats import day_start, local_day
from .. import models as _models  # noqa: F401  (the tables)
from ..state import TicketNow

_a = SQLModel.metadata.tables["appointment"].c
_t = SQLModel.metadata.tables["ticket"].c
_today = and_(
    _a.start_at >= bindparam("since"), _a.start_at <= bindparam("now"), _a.status == "confirmed"
)
_remote: ColumnElement[bool] = _a.channel.in_(("phone", "video"))

# An appointment whose check-in was undone has its ticket already.
_DUE = (
    select(_a.id)
    .outerjoin_from(_a.id.table, _t.id.table, _t.appointment_id == _a.id)
    .where(_a.office_id == bindparam("office_id"), _today, _t.id.is_(None))
    .order_by(_a.start_at, _a.id)
)
_DUE_REMOTE = _DUE.where(_remote)
_OFFICES_DUE = (
    select(_a.office_id)
    .outerjoin_from(_a.id.table, _t.id.table, _t.appointment_id == _a.id)
    .where(
        _a.office_id.in_(bindparam("offices", expanding=True)),
        _today,
        _t.id.is_(None),
        or_(_remote, _a.office_id.in_(bindparam("absent", expanding=True))),
    )
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a counter calls, and how; all None once they were forgotten."""

    name: str | None
    phone: str | None
    email: str | None


def find_due(conn: Connection, office_id: int, now: datetime, *, everybody: bool) -> list[int]:
    """Confirmed appointments of today that have begun and have no ticket: those by phone and video,
    or `everybody`'s."""
    values = {"office_id": office_id, "since": day_start(local_day(now)), "now": now}
    return list(conn.execute(_DUE if everybody else _DUE_REMOTE, values).scalars())


def find_offices_due(
    conn: Connection, offices: Collection[int], absent: Collection[int], now: datetime
) -> list[int]:
    """Which of these offices have some; `absent` are those that call people who are not here."""
    values = {
        "offices": sorted(offices),
        "absent": sorted(absent),
        "since": day_start(local_day(now)),
        "now": now,
    }
    return sorted(conn.execute(_OFFICES_DUE, values).scalars())


def contact_of(conn: Connection, ticket: TicketNow) -> Contact:
    """What the appointment of a ticket says of how to reach its holder."""
    booked = get_appointment(conn, ticket.appointment_id) if ticket.appointment_id else None
    if booked is None:
        return Contact(None, None, None)
    return Contact(booked.name, booked.phone, booked.email)
