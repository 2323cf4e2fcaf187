"""SQL of the calendar feeds: the hash of an office's secret address, and what the feed shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, delete, select
from sqlmodel import SQLModel

from ...core.tx import Tx
from .. import models as _models  # noqa: F401

_feed: Table = SQLModel.metadata.tables["office_feed"]
_appointment: Table = SQLModel.metadata.tables["appointment"]
_service: Table = SQLModel.metadata.tables["appointment_service"]
_a, _s = _appointment.c, _service.c

MOST = 5_000
_SHOWN = ("confirmed", "checked_in", "attended")

_OFFICE = select(_feed.c.office_id).where(_feed.c.token_hash == bindparam("hash"))
_SINCE = select(_feed.c.created_at).where(_feed.c.office_id == bindparam("of_office"))
_END = delete(_feed).where(_feed.c.office_id == bindparam("of_office"))
# No name, no contact: what is not read cannot be told.
_ENTRIES = (
    select(_a.id, _a.reference, _a.sequence, _a.start_at, _a.end_at, _a.created_at, _a.channel)
    .where(
        _a.office_id == bindparam("of_office"),
        _a.start_at >= bindparam("since"),
        _a.start_at < bindparam("until"),
        _a.status.in_(_SHOWN),
    )
    .order_by(_a.start_at, _a.id)
    .limit(MOST)
)
_SERVICES = (
    select(_s.appointment_id, _s.offer_id, _s["count"])
    .join(_appointment, _a.id == _s.appointment_id)
    .where(
        _a.office_id == bindparam("of_office"),
        _a.start_at >= bindparam("since"),
        _a.start_at < bindparam("until"),
        _a.status.in_(_SHOWN),
    )
    .order_by(_s.appointment_id, _s.position)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment as the feed shows it; `services` is (offer, count)."""

    id: int
    reference: str
    sequence: int
    start_at: datetime
    end_at: datetime
    created_at: datetime
    channel: str
    services: tuple[tuple[int, int], ...]


def office_of_feed(conn: Connection, token_hash: str) -> int | None:
    """The office whose feed has this secret."""
    return conn.execute(_OFFICE, {"hash": token_hash}).scalar()


def feed_since(conn: Connection, office_id: int) -> datetime | None:
    """Since when an office's feed has its address; None when there is none."""
    return conn.execute(_SINCE, {"of_office": office_id}).scalar()


def keep_feed(tx: Tx, office_id: int, token_hash: str) -> None:
    """Give the feed this secret instead of the one it had."""
    end_feed(tx, office_id)
    values = {"office_id": office_id, "token_hash": token_hash, "created_at": tx.now}
    tx.conn.execute(_feed.insert(), values)


def end_feed(tx: Tx, office_id: int) -> None:
    tx.conn.execute(_END, {"of_office": office_id})


def entries_of(
    conn: Connection, office_id: int, since: datetime, until: datetime
) -> Sequence[Entry]:
    """What an office has booked between two instants, at most 5,000, in their order."""
    window = {"of_office": office_id, "since": since, "until": until}
    services: dict[int, list[tuple[int, int]]] = {}
    for appointment_id, offer_id, count in conn.execute(_SERVICES, window):
        services.setdefault(appointment_id, []).append((offer_id, count))
    rows = conn.execute(_ENTRIES, window)
    return [Entry(*row, services=tuple(services.get(row.id, ()))) for row in rows]
