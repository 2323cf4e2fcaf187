"""The kiosk's own queries: an appointment's state behind a code, a ticket behind its number."""

from datetime import date

from sqlalchemy import Connection, select
from sqlmodel import col

from ..booking.rules import read_code
from ..booking.store import find_appointment
from ..queue.models import Ticket
from ..queue.state import TicketNow
from ..queue.store import find_by_token, find_offices_of_reference


def find_offices_of_code(conn: Connection, code: str) -> frozenset[int]:
    """The offices that checking in with a typed reference or a QR text concerns."""
    reference = read_code(code)
    return find_offices_of_reference(conn, reference) if reference else frozenset()


def find_office_of_code(conn: Connection, code: str) -> int | None:
    """The office of the appointment itself."""
    reference = read_code(code)
    booked = find_appointment(conn, reference) if reference else None
    return None if booked is None else booked.office_id


def find_status_of_code(conn: Connection, code: str) -> str | None:
    """The state of that appointment: what `unknown_code` alone would not tell its holder."""
    reference = read_code(code)
    booked = find_appointment(conn, reference) if reference else None
    return None if booked is None else booked.status


def find_by_number(conn: Connection, area_id: int, day: date, number: str) -> TicketNow | None:
    """The ticket with this number, `T019`, in a waiting area on a day."""
    token = conn.execute(
        select(col(Ticket.token)).where(
            col(Ticket.area_id) == area_id,
            col(Ticket.day) == day,
            col(Ticket.letter) == number[:1],
            col(Ticket.serial) == int(number[1:]),
        )
    ).scalar_one_or_none()
    return None if token is None else find_by_token(conn, token)
