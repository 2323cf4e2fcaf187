"""The counters' routes of the JSON interface: what a counter does, who is next, the steps."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import Employee, allow, principal_of, route
from ..core.api import answer, empty_reply, json_reply, json_response
from ..core.errors import not_found
from ..core.formats import local_day
from ..core.ground import ground_of
from ..core.idempotency import Reply
from ..core.language import language_of
from ..core.spec import Spec
from ..core.web import body_as
from ..office.directory import CounterInfo, Directory, OfficeInfo, latest_directory
from . import services, store
from .calling import Called
from .counter_view import CounterTeller
from .inputs import (
    HIGHEST_ID,
    CounterSession,
    Nothing,
    Parking,
    Rendered,
    SessionAnswer,
    StepAnswer,
    Transfer,
    called_answer,
    session_answer,
    step_answer,
)
from .live import live_of
from .picture import paint
from .state import TicketNow
from .views import CounterView


async def set_session(request: Request) -> Response:
    """POST /api/v1/counters/{c}/session"""
    _, office, counter = await _desk(request)
    asked = await body_as(request, CounterSession)
    slugs = asked.services
    principal = principal_of(request)
    return await answer(
        request,
        office.id,
        services.set_counter_state,
        lambda present: json_reply(session_answer(present, office)),
        counter_id=counter.id,
        state=asked.state,
        offers=None if slugs is None else [office.offer(slug).id for slug in slugs],
        until=asked.until,
        staff_id=principal.staff_id if isinstance(principal, Employee) else None,
    )


async def show_queue(request: Request) -> Response:
    """GET /api/v1/counters/{c}/queue: read afresh, so that it holds what was just answered."""
    ground = ground_of(request)
    directory, office, counter = await _desk(request)
    now, language = ground.clock.now(), language_of(request)
    state = await ground.database.read(store.load_office_state, office.id, local_day(now), now)
    picture = paint(directory, state, ground.hub.seq.get(office.id, 0), now)
    t = ground.texts.in_language(language)
    teller = CounterTeller(counter.id, live_of(ground).screens, t, language)
    return json_response(teller.view(picture))


async def call_next(request: Request) -> Response:
    """POST /api/v1/counters/{c}/next: the ticket with "why"; 204 when there is nobody to call."""
    _, office, counter = await _desk(request)
    await body_as(request, Nothing)
    return await answer(
        request,
        office.id,
        services.call_next,
        lambda called: empty_reply() if called is None else _called_reply(office, called),
        counter_id=counter.id,
    )


async def take_step(request: Request) -> Response:
    """POST /api/v1/counters/{c}/tickets/{id}/{step}"""
    step = STEPS.get(request.path_params["step"])
    if step is None:
        raise not_found()
    _ticket_id(request)
    return await step(request)


async def _call(request: Request) -> Response:
    return await _plain(request, services.call_ticket)


async def _recall(request: Request) -> Response:
    return await _plain(request, services.recall)


async def _start(request: Request) -> Response:
    return await _plain(request, services.start_service)


async def _no_show(request: Request) -> Response:
    return await _plain(request, services.mark_no_show)


async def _return(request: Request) -> Response:
    return await _plain(request, services.return_ticket)


async def _resume(request: Request) -> Response:
    return await _plain(request, services.resume)


async def _put_back(request: Request) -> Response:
    return await _plain(request, services.put_back)


async def _plain(request: Request, command: Callable[..., TicketNow | Called]) -> Response:
    """A step that needs nothing but the counter and the ticket."""
    _, office, counter = await _desk(request)
    await body_as(request, Nothing)
    return await answer(
        request,
        await _offices(request, office),
        command,
        lambda done: _done_reply(office, done),
        counter_id=counter.id,
        ticket_id=_ticket_id(request),
    )


async def _finish(request: Request) -> Response:
    _, office, counter = await _desk(request)
    done = (await body_as(request, Rendered)).services
    return await answer(
        request,
        await _offices(request, office),
        services.finish,
        lambda ticket: _done_reply(office, ticket),
        counter_id=counter.id,
        ticket_id=_ticket_id(request),
        services=None if done is None else [service.as_wanted() for service in done],
    )


async def _park(request: Request) -> Response:
    _, office, counter = await _desk(request)
    asked = await body_as(request, Parking)
    return await answer(
        request,
        await _offices(request, office),
        services.park,
        lambda ticket: _done_reply(office, ticket),
        counter_id=counter.id,
        ticket_id=_ticket_id(request),
        reason=asked.reason,
        personal=asked.personal,
    )


async def _transfer(request: Request) -> Response:
    directory, office, counter = await _desk(request)
    asked = await body_as(request, Transfer)
    to_office = None if asked.office is None else directory.office(asked.office)
    to_counter = None if asked.counter is None else directory.counter(asked.counter)
    there = {
        one for one in (to_office and to_office.id, to_counter and to_counter.office_id) if one
    }
    return await answer(
        request,
        await _offices(request, office) | there,
        services.transfer,
        lambda ticket: _done_reply(directory.office(ticket.office_id), ticket),
        counter_id=counter.id,
        ticket_id=_ticket_id(request),
        office_id=None if to_office is None else to_office.id,
        to_counter_id=None if to_counter is None else to_counter.id,
        not_before=asked.not_before,
    )


async def _undo(request: Request) -> Response:
    _, office, counter = await _desk(request)
    await body_as(request, Nothing)
    offices = await _offices(request, office)
    return await answer(
        request,
        offices,
        services.undo_step,
        lambda ticket: _done_reply(office, ticket),
        counter_id=counter.id,
        ticket_id=_ticket_id(request),
        offices=offices,
    )


Step = Callable[[Request], Awaitable[Response]]
STEPS: Mapping[str, Step] = {
    "call": _call,
    "recall": _recall,
    "start": _start,
    "finish": _finish,
    "no-show": _no_show,
    "return": _return,
    "park": _park,
    "resume": _resume,
    "put-back": _put_back,
    "transfer": _transfer,
    "undo": _undo,
}


async def _desk(request: Request) -> tuple[Directory, OfficeInfo, CounterInfo]:
    directory = await latest_directory(ground_of(request))
    counter = directory.counter(request.path_params["c"])
    return directory, directory.office(counter.office_id), counter


def _ticket_id(request: Request) -> int:
    text: str = request.path_params["id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10) or int(text) > HIGHEST_ID:
        raise not_found("unknown_ticket")
    return int(text)


async def _offices(request: Request, office: OfficeInfo) -> frozenset[int]:
    """Whose events the step may write: after a transfer the appointment's office has some too."""
    database = ground_of(request).database
    concerned = await database.read(store.find_offices_of_ticket, _ticket_id(request))
    return concerned | {office.id}


def _called_reply(office: OfficeInfo, called: Called) -> Reply:
    return json_reply(called_answer(called, office))


def _done_reply(office: OfficeInfo, done: TicketNow | Called) -> Reply:
    if isinstance(done, Called):
        return _called_reply(office, done)
    return json_reply(step_answer(done, office))


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
            errors=("unknown_counter", "unknown_service", "cannot_serve"),
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
            body=Nothing,
            answers={200: StepAnswer, 204: None},
            errors=("unknown_counter", "counter_busy", "counter_closed"),
        ),
    ),
    route(
        _COUNTER + "/tickets/{id}/{step}",
        take_step,
        access=_ACCESS,
        methods=("POST",),
        spec=Spec(
            "Take a step with a ticket: call, recall, start, finish, no-show, return, park,"
            " resume, put-back, transfer, undo",
            answers={200: StepAnswer},
            errors=(
                "unknown_counter",
                "unknown_ticket",
                "wrong_state",
                "counter_busy",
                "counter_closed",
                "cannot_serve",
                "wrong_place",
                "nothing_to_undo",
            ),
        ),
    ),
]
