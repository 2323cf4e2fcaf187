"""How a counter reaches somebody by phone or video: only while it is their turn there."""

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import allow, route
from ...core.api import json_response
from ...core.errors import DomainError, not_found, wrong_state
from ...core.ground import ground_of
from ...core.spec import Spec
from ..counter.steps_api import read_desk, ticket_id_of
from ..rules import AT_A_COUNTER
from ..state import TicketNow
from ..store import find_ticket
from .reaching import REMOTE, video_url_of
from .store import contact_of


class ContactAnswer(BaseModel):
    """Whom to call, and how; null what was not said."""

    name: str | None
    phone: str | None
    email: str | None
    video_url: str | None


async def show_contact(request: Request) -> Response:
    """GET /api/v1/counters/{c}/tickets/{id}/contact"""
    ground = ground_of(request)
    _, office, counter = await read_desk(request)
    ticket = await ground.database.read(find_ticket, ticket_id_of(request))
    if ticket is None or ticket.office_id != office.id:
        raise not_found("unknown_ticket")
    _check_turn(ticket, counter.id)
    contact = await ground.database.read(contact_of, ticket)
    return json_response(
        ContactAnswer(
            name=contact.name,
            phone=contact.phone,
            email=contact.email,
            video_url=video_url_of(ticket, office),
        )
    )


def _check_turn(ticket: TicketNow, counter_id: int) -> None:
    if ticket.channel not in REMOTE:
        raise DomainError("no_contact", 409)
    if ticket.status not in AT_A_COUNTER or ticket.counter_id != counter_id:
        raise wrong_state(ticket.status)


routes: list[BaseRoute] = [
    route(
        "/api/v1/counters/{c}/tickets/{id}/contact",
        show_contact,
        access=allow("staff", "counter", counter="c"),
        spec=Spec(
            "Name, phone and video link of somebody called by phone or video, while it is their"
            " turn at this counter",
            answers={200: ContactAnswer},
            errors=("unknown_counter", "unknown_ticket", "wrong_state", "no_contact"),
        ),
    ),
]
