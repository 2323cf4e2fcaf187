"""Statements of the early closing: since when, and who was on the list or still is.

What the kiosk, screens and phones make of it stands with them; commands in `commands.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, select
from sqlmodel import SQLModel

from ...core.driver import Raw
from ...core.prepared import Prepared
from .. import models as _models  # noqa: F401  (the tables)

office_day: Table = SQLModel.metadata.tables["office_day"]
_d = office_day.c
_t = SQLModel.metadata.tables["ticket"].c
_a = SQLModel.metadata.tables["appointment"].c

_CLOSED = Prepared(
    select(_d.closed_early_at).where(
        _d.office_id == bindparam("office_id"), _d.day == bindparam("day")
    )
)
_CLOSED_OF = select(_d.office_id, _d.closed_early_at).where(
    _d.office_id.in_(bindparam("offices", expanding=True)),
    _d.day == bindparam("day"),
    _d.closed_early_at.is_not(None),
)
_WRITE = Raw(
    "INSERT INTO office_day (office_id, day, closed_early_at) VALUES (:office_id, :day, :at)"
    " ON CONFLICT (office_id, day) DO UPDATE SET closed_early_at = excluded.closed_early_at"
)
_SETTLED = (
    select(
        _t.id,
        _t.letter,
        _t.serial,
        _t.finished_at,
        _a.reference,
        _a.start_at,
        _a.status,
    )
    .outerjoin_from(_t.id.table, _a.id.table, _a.id == _t.rebooked_id)
    .where(
        _t.office_id == bindparam("office_id"),
        _t.day == bindparam("day"),
        _t.status == "cancelled",
        _t.discard_id.is_(None),
        _t.finished_at >= bindparam("since"),
    )
    .order_by(_t.finished_at.desc(), _t.id.desc())
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A ticket that left the list after the closing, with the appointment given instead."""

    id: int
    number: str
    at: datetime
    reference: str | None
    start: datetime | None
    stands: bool


def closed_early_at(conn: Connection, office_id: int, day: date) -> datetime | None:
    """When the office closed early on this local day; None while it is open as usual."""
    row = _CLOSED.first(conn, {"office_id": office_id, "day": day})
    return None if row is None else cast("datetime | None", row[0])


def closed_early_offices(
    conn: Connection, offices: Collection[int], day: date
) -> dict[int, datetime]:
    """Which of these offices closed early on this local day, and when."""
    rows = conn.execute(_CLOSED_OF, {"offices": list(offices), "day": day})
    return {row.office_id: row.closed_early_at for row in rows}


def write_closed_early(conn: Connection, office_id: int, day: date, at: datetime | None) -> None:
    """Close the day early from then on, or (None) take it back."""
    _WRITE.run(conn, {"office_id": office_id, "day": day, "at": at})


def load_settled(
    conn: Connection, office_id: int, day: date, since: datetime
) -> tuple[Settled, ...]:
    """Whose number was given back or replaced since then, the newest first.

    `stands` says whether the appointment given instead still does.
    """
    rows = conn.execute(_SETTLED, {"office_id": office_id, "day": day, "since": since})
    return tuple(
        Settled(
            row.id,
            f"{row.letter}{row.serial:03d}",
            row.finished_at,
            row.reference,
            row.start_at,
            row.status == "confirmed",
        )
        for row in rows
    )
