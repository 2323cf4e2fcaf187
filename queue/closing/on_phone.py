"""What the ticket's page on the phone leads on to: the appointment given instead, or a new one."""

from dataclasses import dataclass
from datetime import datetime

from ...booking.links import holder_path
from ...booking.rules import spell_reference
from ...booking.store import get_appointment
from ...booking.times.time_page import query_of
from ...core.ground import Ground
from ...office.directory import OfficeInfo
from ..state import TicketNow
from .commands import wanted_of


@dataclass(frozen=True, slots=True)
class Instead:
    """The appointment somebody got instead; `stands` is False once it was called off."""

    start: datetime
    reference: str
    path: str
    stands: bool


async def appointment_instead(ground: Ground, ticket: TicketNow) -> Instead | None:
    """As it stands now: it may have been moved since."""
    if ticket.rebooked_id is None:
        return None
    booked = await ground.database.read(get_appointment, ticket.rebooked_id)
    if booked is None:
        return None
    return Instead(
        start=booked.start_at,
        reference=spell_reference(booked.reference),
        path=holder_path(ground.secret_key, booked.reference),
        stands=booked.status == "confirmed",
    )


def way_to_book(office: OfficeInfo, ticket: TicketNow) -> str:
    """Where to book the same: its times where appointments are given for it, else all services."""
    town = f"/termin/{office.municipality.slug}"
    offers = [office.offer(one.offer_id) for one in ticket.services if one.step_id is None]
    if not offers or not all(offer.is_open_to_book for offer in offers):
        return town
    return f"{town}/zeit?{query_of(wanted_of(office, ticket), office=office.slug)}"
