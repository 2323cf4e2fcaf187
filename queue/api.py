"""The queue's routes of the JSON interface: drawing and checking in. Those of counters are in
`counter_api.py`, those of a ticket's holder in `holder/api.py`. What is decided is decided in the
commands.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..booking.rules import read_code
from ..core.access import Employee, Screen, allow, principal_of, route
from ..core.api import answer, json_reply
from ..core.errors import DomainError, invalid
from ..core.ground import Ground, ground_of
from ..core.idempotency import Reply
from ..core.spec import Spec
from ..core.web import body_as
from ..office.directory import latest_directory
from . import services, store
from .answers import TicketAnswer, ticket_answer
from .counter.counter_api import routes as counter_routes
from .drawing.issue import Issued
from .drawing.next_free import with_next_free
from .emergencies.api import routes as emergency_routes
from .forecasting.waits_api import routes as waits_routes
from .holder.api import routes as holder_routes
from .inputs import CheckInCode, NewTicket
from .remote.api import routes as remote_routes
from .seats.api import routes as seat_routes


async def draw_ticket(request: Request) -> Response:
    """POST /api/v1/offices/{o}/tickets"""
    ground = ground_of(request)
    asked = await body_as(request, NewTicket)
    if asked.language not in ground.texts.languages:
        raise invalid("language", "language")
    by_staff = is_staff(request)
    if not by_staff and asked.is_for_staff:
        raise DomainError("not_allowed", 403)
    office = (await latest_directory(ground)).office(request.path_params["o"])
    wanted = [one.as_wanted() for one in asked.services]
    try:
        return await answer(
            request,
            office.id,
            services.issue_ticket,
            lambda issued: _issued_reply(ground, issued),
            office_id=office.id,
            services=wanted,
            language=asked.language,
            persons=asked.persons,
            priority=asked.priority,
            step_free=asked.step_free,
            drawn_at=asked.drawn_at,
            paper_serial=asked.paper_serial,
            channel=asked.channel,
            remark=asked.remark,
            by_staff=by_staff,
        )
    except DomainError as refusal:
        raise await with_next_free(ground, office, wanted, refusal) from None


async def check_in(request: Request) -> Response:
    """POST /api/v1/offices/{o}/check-ins: for any office of the waiting area."""
    ground = ground_of(request)
    asked = await body_as(request, CheckInCode)
    if asked.appointment is not None and not is_staff(request):
        raise DomainError("not_allowed", 403)
    office = (await latest_directory(ground)).office(request.path_params["o"])
    return await answer(
        request,
        await _offices_of_visit(ground, asked) or office.id,
        services.check_in,
        lambda issued: _issued_reply(ground, issued),
        code=asked.code,
        appointment_id=asked.appointment,
        area_id=office.area_id,
        by_staff=is_staff(request),
    )


def is_staff(request: Request) -> bool:
    """A person signed in, or a counter driven by a program for one."""
    principal = principal_of(request)
    return isinstance(principal, Employee) or (
        isinstance(principal, Screen) and principal.kind == "counter"
    )


async def _offices_of_visit(ground: Ground, asked: CheckInCode) -> frozenset[int]:
    """Of the appointment and of its ticket; none when there is no such appointment."""
    if asked.appointment is not None:
        return await ground.database.read(store.find_offices_of_appointment, asked.appointment)
    reference = read_code(asked.code or "")
    if reference is None:
        return frozenset()
    return await ground.database.read(store.find_offices_of_reference, reference)


def _issued_reply(ground: Ground, issued: Issued) -> Reply:
    return json_reply(ticket_answer(issued, ground.settings.public_url), 201)


_ASKED = ("unknown_office", "unknown_service", "not_walk_in", "not_together", "too_many")
_NUMBERS = ("office_closed", "numbers_used_up")
_LOCKS = ("past_cutoff", "closed_early", "tickets_used_up", "full_today")

routes: list[BaseRoute] = [
    route(
        "/api/v1/offices/{o}/tickets",
        draw_ticket,
        access=allow("kiosk", "counter", "staff", office="o"),
        methods=("POST",),
        spec=Spec(
            "Draw a ticket; a refusal for today names the `next_free` appointment",
            body=NewTicket,
            answers={201: TicketAnswer},
            errors=(*_ASKED, *_NUMBERS, *_LOCKS, "cannot_serve", "number_taken", "before_opening"),
        ),
    ),
    route(
        "/api/v1/offices/{o}/check-ins",
        check_in,
        access=allow("kiosk", "counter", "staff", office="o"),
        methods=("POST",),
        spec=Spec(
            "Turn an appointment into a ticket",
            body=CheckInCode,
            answers={201: TicketAnswer},
            errors=(
                "unknown_code",
                "unknown_appointment",
                "other_day",
                "wrong_place",
                "too_late",
                "closed_early",
                "already_checked_in",
                *_NUMBERS,
            ),
        ),
    ),
    *holder_routes,
    *counter_routes,
    *seat_routes,
    *emergency_routes,
    *remote_routes,
    *waits_routes,
]
