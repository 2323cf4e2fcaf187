"""What somebody by phone or video sees: the way from the appointment to its ticket, and on the
ticket's page where they are reached.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...booking.links import holder_path
from ...booking.reading import open_appointment
from ...core.access import HOLDER, route
from ...core.ground import Ground, ground_of
from ...core.web import see_other
from ...office.directory import OfficeInfo
from ..state import TicketNow
from ..store import find_by_appointment
from .reaching import REMOTE, video_url_of
from .store import contact_of


@dataclass(frozen=True, slots=True)
class Reach:
    """`phone` is the number we call, `url` the room of the video; None what is not known."""

    channel: str
    phone: str | None
    url: str | None


async def reach_of(ground: Ground, office: OfficeInfo, ticket: TicketNow) -> Reach | None:
    """How the holder of a ticket by phone or video is reached; None for who comes to the house."""
    if ticket.channel not in REMOTE:
        return None
    contact = await ground.database.read(contact_of, ticket)
    return Reach(ticket.channel, contact.phone, video_url_of(ticket, office))


async def follow_appointment(request: Request) -> Response:
    """GET /t/termin/{reference}/{secret}: on to the ticket, or back to the appointment without one.

    The appointment's page links here, whose part knows no tickets.
    """
    ground = ground_of(request)
    parameters = request.path_params
    booked = await open_appointment(ground, parameters["reference"], parameters["secret"])
    ticket = await ground.database.read(find_by_appointment, booked.id)
    if ticket is None:
        return see_other(holder_path(ground.secret_key, booked.reference))
    return see_other(f"/t/{ticket.token}")


routes: list[BaseRoute] = [
    route("/t/termin/{reference}/{secret}", follow_appointment, access=HOLDER, chapter="ticket"),
]
