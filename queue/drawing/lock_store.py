"""Queries of what keeps the public from drawing a number; what follows is in `locks.py`."""

from datetime import date
from typing import cast

from sqlalchemy import Connection

from ...core.driver import Raw

_COUNT = Raw(
    "SELECT count(*) FROM ticket WHERE office_id = :office_id AND day = :day"
    " AND status <> 'cancelled' AND appointment_id IS NULL AND channel = 'on_site'"
)
_COUNT_OF_OFFER = Raw(
    "SELECT count(DISTINCT ticket.id) FROM ticket"
    " JOIN ticket_service ON ticket_service.ticket_id = ticket.id"
    " WHERE office_id = :office_id AND day = :day AND offer_id = :offer_id"
    " AND status <> 'cancelled' AND appointment_id IS NULL AND channel = 'on_site'"
)


def count_walk_ins(conn: Connection, office_id: int, day: date, offer_id: int | None) -> int:
    """Numbers drawn that day, those of staff among them, for this offer or for any; what was
    discarded or given back does not count."""
    values = {"office_id": office_id, "day": day}
    if offer_id is None:
        row = _COUNT.run(conn, values)
    else:
        row = _COUNT_OF_OFFER.run(conn, values | {"offer_id": offer_id})
    return cast("int", row[0]) if row else 0
