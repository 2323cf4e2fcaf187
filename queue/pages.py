"""The ticket on the phone, and the routes of all pages of the queue. Live data come through
`sockets.py`; the counter's page is in `counter_pages.py`.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import HOLDER, route
from ..core.errors import not_found
from ..core.ground import ground_of
from ..core.language import chosen_language
from ..core.web import page, see_other
from ..office.directory import latest_directory
from .closing.on_phone import appointment_instead, way_to_book
from .counter.call_store import find_called_silently
from .counter.counter_pages import routes as counter_routes
from .paper.pages import routes as paper_routes
from .remote.pages import reach_of
from .remote.pages import routes as remote_routes
from .services import leave
from .store import find_by_token, find_offices_of_token
from .watching.live import live_of
from .watching.phone_view import PhoneTeller
from .watching.sockets import routes as socket_routes


async def show_ticket(request: Request) -> Response:
    """GET /t/{token}: the holder's page; without script it is right at the moment it is loaded."""
    ground = ground_of(request)
    ticket = await ground.database.read(find_by_token, request.path_params["token"])
    if ticket is None:
        raise not_found("unknown_ticket")
    directory = await latest_directory(ground)
    office = directory.office(ticket.office_id)
    picture = await live_of(ground).office(office.id).current()
    silent = await ground.database.read(find_called_silently, picture.state.day)
    language = chosen_language(request) or ticket.language
    context = {
        "ticket": ticket,
        "view": PhoneTeller(ticket, language).view(picture),
        "last_call": picture.last_called(silent),
        "office": office,
        "municipality": office.municipality,
        "token": ticket.token,
        "instead": await appointment_instead(ground, ticket),
        "book": way_to_book(office, ticket),
        "reach": await reach_of(ground, office, ticket),
        "words": ground.texts.in_language(language).table("ticket.words"),
    }
    return page(request, "queue/ticket.html", context, language=language)


async def leave_queue(request: Request) -> Response:
    """POST /t/{token}/leave: the holder gives the number back; the page then says so."""
    ground, token = ground_of(request), request.path_params["token"]
    offices = await ground.database.read(find_offices_of_token, token)
    if not offices:
        raise not_found("unknown_ticket")
    await ground.runner.run(offices, leave, token=token)
    return see_other(f"/t/{token}")


routes: list[BaseRoute] = [
    *counter_routes,
    route("/t/{token}", show_ticket, access=HOLDER, name="ticket", chapter="ticket"),
    route("/t/{token}/leave", leave_queue, access=HOLDER, methods=("POST",), chapter="ticket"),
    *paper_routes,
    *remote_routes,
    *socket_routes,
]
