"""The steps a counter takes with a ticket, over the JSON interface: one handler each, by its name.

What the counter itself does, and the routes, are in `counter_api.py`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping

from starlette.requests import Request
from starlette.responses import Response

from ..core.api import answer, json_reply
from ..core.database import HIGHEST_ID
from ..core.errors import not_found
from ..core.ground import ground_of
from ..core.idempotency import Reply
from ..core.web import body_as
from ..office.directory import CounterInfo, Directory, OfficeInfo, latest_directory
from . import services, store
from .calling import Called
from .inputs import Nothing, Parking, Rendered, Transfer, called_answer, step_answer
from .state import TicketNow

Command = Callable[..., TicketNow | Called]
Step = Callable[[Request], Awaitable[Response]]


async def take_step(request: Request) -> Response:
    """POST /api/v1/counters/{c}/tickets/{id}/{step}"""
    step = STEPS.get(request.path_params["step"])
    if step is None:
        raise not_found()
    return await step(request)


async def read_desk(request: Request) -> tuple[Directory, OfficeInfo, CounterInfo]:
    """The counter of the address and its office; raises unknown_counter (404)."""
    directory = await latest_directory(ground_of(request))
    counter = directory.counter(request.path_params["c"])
    return directory, directory.office(counter.office_id), counter


def _plain(command: Command) -> Step:
    """A step that needs nothing but the counter and the ticket."""

    async def step(request: Request) -> Response:
        await body_as(request, Nothing)
        return await _run(request, await _offices(request), command)

    return step


async def _finish(request: Request) -> Response:
    done = (await body_as(request, Rendered)).services
    wanted = None if done is None else [service.as_wanted() for service in done]
    return await _run(request, await _offices(request), services.finish, services=wanted)


async def _park(request: Request) -> Response:
    asked = await body_as(request, Parking)
    offices = await _offices(request)
    return await _run(request, offices, services.park, reason=asked.reason, personal=asked.personal)


async def _transfer(request: Request) -> Response:
    asked = await body_as(request, Transfer)
    directory, _, _ = await read_desk(request)
    office = None if asked.office is None else directory.office(asked.office)
    counter = None if asked.counter is None else directory.counter(asked.counter)
    there = {office.id} if office else set[int]()
    there |= {counter.office_id} if counter else set[int]()
    return await _run(
        request,
        await _offices(request) | there,
        services.transfer,
        office_id=None if office is None else office.id,
        to_counter_id=None if counter is None else counter.id,
        not_before=asked.not_before,
    )


async def _undo(request: Request) -> Response:
    await body_as(request, Nothing)
    offices = await _offices(request)
    return await _run(request, offices, services.undo_step, offices=offices)


STEPS: Mapping[str, Step] = {
    "call": _plain(services.call_ticket),
    "recall": _plain(services.recall),
    "start": _plain(services.start_service),
    "finish": _finish,
    "no-show": _plain(services.mark_no_show),
    "return": _plain(services.return_ticket),
    "park": _park,
    "resume": _plain(services.resume),
    "put-back": _plain(services.put_back),
    "transfer": _transfer,
    "undo": _undo,
}


async def _run(
    request: Request, offices: Collection[int], command: Command, /, **said: object
) -> Response:
    """Run the step for all offices it concerns and answer with the ticket as it then is."""
    directory, _, counter = await read_desk(request)
    return await answer(
        request,
        offices,
        command,
        lambda done: _done_reply(directory, done),
        counter_id=counter.id,
        ticket_id=ticket_id_of(request),
        **said,
    )


def ticket_id_of(request: Request) -> int:
    """The ticket of the address; raises unknown_ticket (404) for what is no number."""
    text: str = request.path_params["id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10) or int(text) > HIGHEST_ID:
        raise not_found("unknown_ticket")
    return int(text)


async def _offices(request: Request) -> frozenset[int]:
    """Whose events the step may write: after a transfer the appointment's office has some too."""
    _, office, _ = await read_desk(request)
    database = ground_of(request).database
    concerned = await database.read(store.find_offices_of_ticket, ticket_id_of(request))
    return concerned | {office.id}


def _done_reply(directory: Directory, done: TicketNow | Called) -> Reply:
    if isinstance(done, Called):
        return json_reply(called_answer(done, directory.office(done.ticket.office_id)))
    return json_reply(step_answer(done, directory.office(done.office_id)))
