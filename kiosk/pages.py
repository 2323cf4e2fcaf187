"""The kiosk's start, the number that was drawn, and help; all its routes.

The steps between are in `selecting.py`, `drawing.py` (without appointment) and `arriving.py`.
"""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import allow, route
from ..core.formats import local_day
from ..core.ground import ground_of
from ..core.qr import make_qr
from ..core.web import see_other
from ..queue.drawing.walk_in import again_key
from ..queue.forecasting.outlook import read_outlook
from ..queue.rules import is_late
from ..queue.state import TicketNow
from ..queue.store import find_by_token
from .arriving import arrive, show_code, show_problem
from .drawing import draw, show_request, show_service
from .hours import greeting_key, is_today_over, start_state
from .instead import LEADS_ON
from .outlook import clock_range_text, range_text, waiting_line
from .place import Kiosk, kiosk_of, kiosk_page, texts_of
from .selecting import show_search, show_services, show_topics

# The number may be shown again to whoever draws or checks in again, not to the next person.
_SHOWN_FOR = timedelta(minutes=5)
_LIVES = frozenset({"waiting", "parked", "called", "serving"})


async def show_start(request: Request) -> Response:
    """GET /kiosk/{k}: have you an appointment? Without numbers it says why, and when again."""
    kiosk = await kiosk_of(request)
    walk_in = kiosk.walk_in_here
    context = {
        "walk_in": walk_in,
        "lead_on": walk_in.state in LEADS_ON,
        "again": again_key(walk_in.again, local_day(kiosk.now)),
        "over": is_today_over(kiosk.offices, kiosk.now),
        "state": start_state(walk_in, kiosk.offices, kiosk.now),
        "greeting": greeting_key(kiosk.now),
        "waiting": waiting_line(ground_of(request), kiosk, texts_of(request, kiosk)),
    }
    return kiosk_page(request, kiosk, "start.html", context)


async def show_ticket(request: Request) -> Response:
    """GET /kiosk/{k}/tickets/{token}: number, where to sit, how long, code for the phone."""
    kiosk = await kiosk_of(request)
    ground = ground_of(request)
    ticket = await ground.database.read(find_by_token, request.path_params["token"])
    again = request.query_params.get("again") == "1"
    if ticket is None or not _may_show(kiosk, ticket, again=again):
        return see_other(kiosk.restart)
    if ticket.status not in _LIVES:
        return see_other(kiosk.to("problem/ticket_over"))
    t, office = texts_of(request, kiosk), kiosk.directory.office(ticket.office_id)
    outlook = await ground.database.read(read_outlook, office, ticket, kiosk.now)
    start = ticket.appointment_start
    context = {
        "ticket": ticket,
        "services": [
            office.offer(offer_id).service.name_in(kiosk.language)
            for offer_id in dict.fromkeys(one.offer_id for one in ticket.services)
        ],
        "again": again,
        "late": start is not None
        and is_late(start, ticket.drawn_at, grace_minutes=office.grace_minutes),
        "counter": office.counter(ticket.counter_id) if ticket.counter_id else None,
        "outlook": outlook,
        "range": range_text(outlook.wait, t) if outlook.wait else None,
        "clock_range": clock_range_text(outlook.wait, kiosk.now, t) if outlook.wait else None,
        "qr": make_qr(f"{ground.settings.public_url}/t/{ticket.token}"),
    }
    return kiosk_page(request, kiosk, "ticket.html", context)


async def show_help(request: Request) -> Response:
    """GET /kiosk/{k}/help: how it goes, and who helps."""
    kiosk = await kiosk_of(request)
    return kiosk_page(request, kiosk, "help.html", {"back_href": kiosk.to()})


def _may_show(kiosk: Kiosk, ticket: TicketNow, *, again: bool) -> bool:
    """A ticket of this area and day, just drawn, or asked for again by its appointment."""
    if ticket.area_id != kiosk.area.id or ticket.day != local_day(kiosk.now):
        return False
    return again or kiosk.now - ticket.drawn_at <= _SHOWN_FOR


# Staff may look; only the kiosk itself gives out numbers.
LOOK = allow("kiosk", "staff", device="k")
ACT = allow("kiosk", device="k")

routes: list[BaseRoute] = [
    route("/kiosk/{k}", show_start, access=LOOK, name="kiosk"),
    route("/kiosk/{k}/services", show_services, access=LOOK),
    route("/kiosk/{k}/services/{s}", show_service, access=LOOK),
    route("/kiosk/{k}/topics", show_topics, access=LOOK),
    route("/kiosk/{k}/search", show_search, access=LOOK),
    route("/kiosk/{k}/request", show_request, access=LOOK),
    route("/kiosk/{k}/tickets", draw, access=ACT, methods=["POST"]),
    route("/kiosk/{k}/tickets/{token}", show_ticket, access=LOOK),
    route("/kiosk/{k}/code", show_code, access=LOOK),
    route("/kiosk/{k}/check-ins", arrive, access=ACT, methods=["POST"]),
    route("/kiosk/{k}/problem/{code}", show_problem, access=LOOK),
    route("/kiosk/{k}/help", show_help, access=LOOK),
]
