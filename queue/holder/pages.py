"""The ticket on the phone: its page, and the steps its holder takes there. Live data come through
`watching/sockets.py`.

A step is a form. The page's script sends the same form and asks for JSON, so that the page stays:
loaded anew it would have to be touched once more before it may sound.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.api import json_response
from ...core.errors import DomainError, not_found
from ...core.ground import Ground, ground_of
from ...core.inputs import Input
from ...core.language import chosen_language
from ...core.web import body_as, page, see_other
from ...office.directory import latest_directory
from ..closing.on_phone import appointment_instead, way_to_book
from ..counter.call_store import find_called_silently
from ..remote.pages import reach_of
from ..rules import MOST_DELAYS
from ..state import TicketNow
from ..store import find_by_token, find_offices_of_token
from ..watching.live import live_of
from ..watching.phone_view import PhoneTeller
from ..watching.picture import OfficePicture
from ..watching.views import PhoneView
from . import commands
from .places import place_words

LATER_MINUTES = 10
# What a page that is not quite new may ask for: it is shown how the ticket stands instead.
TOO_LATE = frozenset({"wrong_state", "delay_used_up"})


class AskedLater(Input):
    """How often they had asked for later when the page was made."""

    seen: int


async def show_ticket(request: Request) -> Response:
    """GET /t/{token}: the holder's page; without script it is right at the moment it is loaded."""
    ground = ground_of(request)
    ticket, picture = await _look(ground, request.path_params["token"])
    office = (await latest_directory(ground)).office(ticket.office_id)
    silent = await ground.database.read(find_called_silently, picture.state.day)
    chosen = chosen_language(request)
    language = chosen or ticket.language
    context = {
        "ticket": ticket,
        "view": PhoneTeller(ticket).view(picture),
        "place": place_words(ground.texts, language),
        "last_call": picture.last_called(silent),
        "office": office,
        "municipality": office.municipality,
        "path": f"/t/{ticket.token}",
        "asked_language": f"?lang={chosen}" if chosen else "",
        "minutes": LATER_MINUTES,
        "most_delays": MOST_DELAYS,
        "instead": await appointment_instead(ground, ticket),
        "book": way_to_book(office, ticket),
        "reach": await reach_of(ground, office, ticket),
        "words": ground.texts.in_language(language).table("ticket.words"),
    }
    return page(request, "queue/ticket.html", context, language=language)


async def ask_for_later(request: Request) -> Response:
    """POST /t/{token}/later: not called for ten minutes; called already, the call is withdrawn."""
    asked = await body_as(request, AskedLater)
    return await _take(request, commands.delay, minutes=LATER_MINUTES, seen=asked.seen)


async def say_on_the_way(request: Request) -> Response:
    """POST /t/{token}/coming: the counters see that somebody is on the way."""
    return await _take(request, commands.say_on_the_way)


async def leave_queue(request: Request) -> Response:
    """POST /t/{token}/leave: the holder gives the number back."""
    return await _take(request, commands.leave)


async def stay_in_queue(request: Request) -> Response:
    """POST /t/{token}/stay: and takes it back, within the minute."""
    return await _take(request, commands.stay)


async def _take(request: Request, step: Callable[..., TicketNow], **said: object) -> Response:
    """Take the step, and show how the ticket stands: as it was left, where the step came too late.

    Raises unknown_ticket (404).
    """
    ground, token = ground_of(request), request.path_params["token"]
    offices = await ground.database.read(find_offices_of_token, token)
    if not offices:
        raise not_found("unknown_ticket")
    try:
        await ground.runner.run(offices, step, token=token, **said)
    except DomainError as refusal:
        if refusal.code not in TOO_LATE:
            raise
    if "application/json" in request.headers.get("accept", ""):
        return json_response(await _view(ground, token))
    chosen = chosen_language(request)
    return see_other(f"/t/{token}" + (f"?lang={chosen}" if chosen else ""))


async def _view(ground: Ground, token: str) -> PhoneView:
    """What the phone shows now; of a picture that has the step already."""
    ticket, picture = await _look(ground, token)
    painted = picture.ticket(ticket.id)
    if painted is None or painted.version < ticket.version:
        office = live_of(ground).office(ticket.office_id)
        await office.refresh()
        picture = await office.current()
    return PhoneTeller(ticket).view(picture)


async def _look(ground: Ground, token: str) -> tuple[TicketNow, OfficePicture]:
    """The ticket, and the picture of its office, which may be a moment older."""
    ticket = await ground.database.read(find_by_token, token)
    if ticket is None:
        raise not_found("unknown_ticket")
    return ticket, await live_of(ground).office(ticket.office_id).current()


routes: list[BaseRoute] = [
    route("/t/{token}", show_ticket, access=HOLDER, name="ticket", chapter="ticket"),
    *(
        route(f"/t/{{token}}/{name}", step, access=HOLDER, methods=("POST",), chapter="ticket")
        for name, step in (
            ("later", ask_for_later),
            ("coming", say_on_the_way),
            ("leave", leave_queue),
            ("stay", stay_in_queue),
        )
    ),
]
