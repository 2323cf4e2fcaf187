"""The counters' routes of the JSON interface: what a counter does, its queue, who is next.

The steps with a ticket are in `steps_api.py`, discards in `discards_api.py`.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import Employee, allow, principal_of, route
from ...core.api import answer, empty_reply, json_reply, respond
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.idempotency import Reply
from ...core.language import language_of
from ...core.spec import Spec
from ...core.web import body_as
from .. import services, store
from ..answers import SessionAnswer, StepAnswer, called_answer, session_answer
from ..inputs import Calling, CounterSession
from ..seats.rights import seated
from ..watching.counter_view import CounterTeller, OfficeTeller
from ..watching.live import live_of
from ..watching.picture import paint
from ..watching.views import CounterView
from .discards_api import routes as discard_routes
from .steps_api import read_desk
from .steps_api import routes as step_routes


async def set_session(request: Request) -> Response:
    """POST /api/v1/counters/{c}/session"""
    _, office, counter = await read_desk(request)
    asked = await body_as(request, CounterSession)
    principal = principal_of(request)
    return await answer(
        request,
        office.id,
        services.set_counter_state,
        lambda done: json_reply(session_answer(done, office)),
        counter_id=counter.id,
        state=asked.state,
        offers=asked.offers_in(office),
        until=asked.until,
        staff_id=principal.staff_id if isinstance(principal, Employee) else None,
        take_over=asked.take_over,
    )


async def show_queue(request: Request) -> Response:
    """GET /api/v1/counters/{c}/queue: read afresh, so that it holds what was just answered."""
    ground = ground_of(request)
    directory, office, counter = await read_desk(request)
    now, language = ground.clock.now(), language_of(request)
    state = await ground.database.read(store.load_office_state, office.id, local_day(now), now)
    picture = paint(directory, state, ground.hub.seq.get(office.id, 0), now)
    live, t = live_of(ground), ground.texts.in_language(language)
    teller = CounterTeller(counter.id, OfficeTeller(t, language, live.boot), live.screens)
    return respond(Reply(200, teller.told(picture).whole()))


async def call_next(request: Request) -> Response:
    """POST /api/v1/counters/{c}/next: the ticket with "why"; 204 when there is nobody to call."""
    directory, office, counter = await read_desk(request)
    asked = await body_as(request, Calling)
    return await answer(
        request,
        office.id,
        seated(request, counter.id, services.call_next),
        lambda called: (
            empty_reply() if called is None else json_reply(called_answer(called, directory))
        ),
        counter_id=counter.id,
        silent=asked.silent,
    )


_COUNTER = "/api/v1/counters/{c}"
_ACCESS = allow("staff", "counter", counter="c")

routes: list[BaseRoute] = [
    route(
        _COUNTER + "/session",
        set_session,
        access=_ACCESS,
        methods=("POST",),
        spec=Spec(
            "Open, pause or close the counter",
            body=CounterSession,
            answers={200: SessionAnswer},
            errors=("unknown_counter", "unknown_service", "cannot_serve", "counter_taken"),
        ),
    ),
    route(
        _COUNTER + "/queue",
        show_queue,
        access=_ACCESS,
        spec=Spec(
            "Everybody who waits, is called, parked, missed, finished or expected today",
            answers={200: CounterView},
            errors=("unknown_counter",),
        ),
    ),
    route(
        _COUNTER + "/next",
        call_next,
        access=_ACCESS,
        methods=("POST",),
        spec=Spec(
            "Call who is next; 204 when there is nobody",
            body=Calling,
            answers={200: StepAnswer, 204: None},
            errors=("unknown_counter", "counter_taken", "counter_busy", "counter_closed"),
        ),
    ),
    *step_routes,
    *discard_routes,
]
