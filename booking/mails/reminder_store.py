"""SQL of the reminders: whose appointment is near, and who has been told already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime


@dataclass(frozen=True, slots=True)
class Near:
    """An appointment without its reminder; `told_at` is when its present time was last said."""

    id: int
    start_at: datetime
    told_at: datetime


# The purposes are those that `mails/sending.py` writes.
_NEAR = (
    text(
        "SELECT a.id, a.start_at, a.created_at, (SELECT max(told.created_at) FROM outbox_mail told"
        " WHERE told.purpose IN ('appointment:' || a.id || ':confirmed:' || a.sequence,"
        " 'appointment:' || a.id || ':moved:' || a.sequence,"
        " 'appointment:' || a.id || ':moved_by_office:' || a.sequence)) AS told_at"
        " FROM appointment a WHERE a.office_id = :office_id AND a.start_at > :after"
        " AND a.start_at <= :until AND a.status = 'confirmed' AND a.email IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM outbox_mail sent WHERE sent.purpose ="
        " 'appointment:' || a.id || ':' || CAST(:kind AS text) || ':' || a.sequence)"
        " ORDER BY a.start_at, a.id"
    )
    .bindparams(bindparam("after", type_=UTCDateTime()), bindparam("until", type_=UTCDateTime()))
    .columns(start_at=UTCDateTime(), created_at=UTCDateTime(), told_at=UTCDateTime())
)


def near_appointments(
    conn: Connection, office_id: int, kind: str, after: datetime, until: datetime
) -> Iterator[Near]:
    """Confirmed ones with an address that begin in (after, until] and have no mail of this kind."""
    params = {"office_id": office_id, "kind": kind, "after": after, "until": until}
    for row in conn.execute(_NEAR, params):
        yield Near(row.id, row.start_at, row.told_at or row.created_at)
