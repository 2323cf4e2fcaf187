"""Reads an office's tickets again and again; a row that is as it was keeps its record."""

from datetime import date

from sqlalchemy import Connection

from ...core.prepared import Row
from ..state import TicketNow
from ..store import DAY, by_ticket, record_of


class DayReader:
    """The tickets of a day, of which few change from one look to the next.

    To compare 300 rows takes a fifth of reading them (measured), and who keeps what was made from
    a record knows it again by identity.
    """

    def __init__(self) -> None:
        self._known: dict[object, tuple[Row, list[Row], TicketNow]] = {}

    def __call__(self, conn: Connection, office_id: int, day: date) -> tuple[TicketNow, ...]:
        """All tickets of the office's day."""
        values = {"office_id": office_id, "day": day}
        asked = by_ticket(DAY.services.unread(conn, values))
        rows = DAY.rows.unread(conn, values)
        self._known = {row[0]: self._look(conn, row, asked.get(row[0], [])) for row in rows}
        return tuple(ticket for _, _, ticket in self._known.values())

    def _look(
        self, conn: Connection, row: Row, services: list[Row]
    ) -> tuple[Row, list[Row], TicketNow]:
        known = self._known.get(row[0])
        if known is not None and known[0] == row and known[1] == services:
            return known
        asked = (DAY.services.read(conn, one) for one in services)
        return row, services, record_of(DAY.rows.read(conn, row), asked)
