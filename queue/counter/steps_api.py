"""The steps a counter takes with a ticket, over the JSON interface: one route each.

What the counter itself does is in `counter_api.py`, throwing numbers away in `discards_api.py`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...booking.inputs import WantedService
from ...booking.rules import Wanted
from ...core.access import allow, route
from ...core.api import answer, json_reply
from ...core.database import HIGHEST_ID
from ...core.errors import not_found
from ...core.ground import ground_of
from ...core.idempotency import Reply
from ...core.spec import Spec
from ...core.web import body_as
from ...office.directory import CounterInfo, Directory, OfficeInfo, latest_directory
from .. import services, store
from ..answers import FinishedAnswer, StepAnswer, called_answer, finished_answer, step_answer
from ..inputs import Calling, Change, Finishing, Join, Note, Nothing, Parking, Priority, Transfer
from ..seats.rights import require_calls_any, seated
from ..state import TicketNow
from .calling import Called
from .counter_store import find_last_tickets
from .finishing import FinishedAndCalled

Done = TicketNow | Called | FinishedAndCalled
Command = Callable[..., Done]
Handler = Callable[[Request], Awaitable[Response]]
AtDesk = tuple[Directory, OfficeInfo, CounterInfo]


async def read_desk(request: Request) -> AtDesk:
    """The counter of the address and its office, looked up once for the request; raises
    unknown_counter (404).
    """
    known = cast("AtDesk | None", request.scope.get("desk"))
    if known is None:
        directory = await latest_directory(ground_of(request))
        counter = directory.counter(request.path_params["c"])
        known = (directory, directory.office(counter.office_id), counter)
        request.scope["desk"] = known
    return known


def _plain(command: Command) -> Handler:
    """A step that needs nothing but the counter and the ticket."""

    async def step(request: Request) -> Response:
        await body_as(request, Nothing)
        return await _run(request, await _offices(request), command)

    return step


async def _call(request: Request) -> Response:
    asked = await body_as(request, Calling)
    await _require_calls_any(request)
    offices = await _offices(request)
    return await _run(request, offices, services.call_ticket, silent=asked.silent)


async def _finish(request: Request) -> Response:
    asked = await body_as(request, Finishing)
    done = None if asked.services is None else _wanted(asked.services)
    command = services.finish_and_call_next if asked.next else services.finish
    return await _run(
        request,
        await _offices(request),
        command,
        services=done,
        residence=asked.residence,
        unsure=asked.unsure,
    )


async def _park(request: Request) -> Response:
    asked = await body_as(request, Parking)
    return await _run(
        request,
        await _offices(request),
        services.park,
        reason=asked.reason,
        personal=asked.personal,
        done=_wanted(asked.done),
    )


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
        after_minutes=asked.after_minutes,
        services=_wanted(asked.services),
        done=_wanted(asked.done),
    )


async def _change(request: Request) -> Response:
    asked = await body_as(request, Change)
    return await _run(
        request,
        await _offices(request),
        services.change_services,
        services=_wanted(asked.services),
        persons=asked.persons,
    )


async def _join(request: Request) -> Response:
    """The appointment's office must be the ticket's: its events are among those of the step."""
    asked = await body_as(request, Join)
    offices = await _offices(request)
    command = services.join_appointment
    return await _run(request, offices, command, appointment_id=asked.appointment)


async def _priority(request: Request) -> Response:
    asked = await body_as(request, Priority)
    offices = await _offices(request)
    return await _run(request, offices, services.set_priority, priority=asked.priority)


async def _discard(request: Request) -> Response:
    await body_as(request, Nothing)
    await _require_calls_any(request)
    return await _run(request, await _offices(request), services.discard)


async def _note(request: Request) -> Response:
    asked = await body_as(request, Note)
    offices = await _offices(request)
    return await _run(request, offices, services.set_note, text=asked.text, was=asked.was)


async def _undo(request: Request) -> Response:
    """Two steps of one press concern two tickets, and each may concern two offices."""
    await body_as(request, Nothing)
    _, _, counter = await read_desk(request)
    offices = await _offices(request)
    database = ground_of(request).database
    for ticket_id in await database.read(find_last_tickets, counter.id):
        offices |= await database.read(store.find_offices_of_ticket, ticket_id)
    return await _run(request, offices, services.undo_step, offices=offices)


@dataclass(frozen=True, slots=True)
class Step:
    """What a step's route says about itself."""

    summary: str
    handle: Handler
    body: type[BaseModel] = Nothing
    errors: tuple[str, ...] = ()
    answer: object = StepAnswer


STEPS: Mapping[str, Step] = {
    "call": Step(
        "Call this number, out of turn",
        _call,
        Calling,
        ("counter_busy", "counter_closed", "cannot_serve"),
    ),
    "recall": Step(
        "Call the same person once more", _plain(services.recall), errors=("call_too_soon",)
    ),
    "start": Step("The person came", _plain(services.start_service)),
    "finish": Step(
        "The visit is over; with next, who comes next is called in the same transaction",
        _finish,
        Finishing,
        ("unknown_service", "unknown_municipality", "counter_closed"),
        StepAnswer | FinishedAnswer,
    ),
    "no-show": Step(
        "Nobody came to the calls", _plain(services.mark_no_show), errors=("call_too_soon",)
    ),
    "return": Step(
        "Somebody finished or missed came back: waits again", _plain(services.return_ticket)
    ),
    "put-back": Step("Let the person wait again, the call is withdrawn", _plain(services.put_back)),
    "park": Step("Set somebody aside", _park, Parking, ("unknown_service",)),
    "resume": Step("Let a parked ticket wait again", _plain(services.resume)),
    "transfer": Step(
        "Send somebody on to an office's queue or a counter; number and rank are kept",
        _transfer,
        Transfer,
        ("cannot_serve", "wrong_place", "unknown_service", "not_together"),
    ),
    "change": Step(
        "Correct what somebody came for; number and rank are kept",
        _change,
        Change,
        ("unknown_service", "cannot_serve", "not_together", "not_walk_in", "too_many"),
    ),
    "join": Step(
        "The number is that of an appointment after all: the better rank, one number",
        _join,
        Join,
        (
            "unknown_appointment",
            "other_day",
            "wrong_place",
            "already_checked_in",
            "cannot_serve",
        ),
    ),
    "restore-place": Step(
        "Give somebody late the place of the appointment back",
        _plain(services.restore_place),
        errors=("not_late",),
    ),
    "priority": Step("Say that somebody is urgent, or not any more", _priority, Priority),
    "discard": Step("Somebody has left", _discard),
    "note": Step(
        "Write a note for colleagues, in place of the one that was seen",
        _note,
        Note,
        ("note_changed",),
    ),
    "undo": Step(
        "Undo what this counter did last, within 10 seconds",
        _undo,
        errors=("nothing_to_undo", "counter_busy"),
    ),
}


async def _run(
    request: Request, offices: Collection[int], command: Command, /, **said: object
) -> Response:
    """Run the step for all offices it concerns and answer with the ticket as it then is."""
    directory, _, counter = await read_desk(request)
    return await answer(
        request,
        offices,
        seated(request, counter.id, command),
        lambda done: _done_reply(directory, done),
        counter_id=counter.id,
        ticket_id=ticket_id_of(request),
        **said,
    )


def ticket_id_of(request: Request) -> int:
    """The ticket of the address; raises unknown_ticket (404) for what is no number."""
    return number_of(request, "id", "unknown_ticket")


def number_of(request: Request, name: str, code: str) -> int:
    """A number of the address; raises the code (404) for what is none."""
    text: str = request.path_params[name]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10) or int(text) > HIGHEST_ID:
        raise not_found(code)
    return int(text)


async def _require_calls_any(request: Request) -> None:
    _, office, _ = await read_desk(request)
    require_calls_any(request, office.id)


async def _offices(request: Request) -> frozenset[int]:
    """Whose events the step may write: after a transfer the appointment's office has some too."""
    _, office, _ = await read_desk(request)
    database = ground_of(request).database
    concerned = await store.look_for_offices_of_ticket(database, ticket_id_of(request))
    return concerned | {office.id}


def _wanted(said: Collection[WantedService]) -> list[Wanted]:
    return [one.as_wanted() for one in said]


def _done_reply(directory: Directory, done: Done) -> Reply:
    if isinstance(done, FinishedAndCalled):
        return json_reply(finished_answer(done, directory))
    if isinstance(done, Called):
        return json_reply(called_answer(done, directory))
    return json_reply(step_answer(done, directory))


def _route(name: str, step: Step) -> BaseRoute:
    common = ("unknown_counter", "counter_taken", "unknown_ticket", "wrong_state")
    return route(
        f"/api/v1/counters/{{c}}/tickets/{{id}}/{name}",
        step.handle,
        access=allow("staff", "counter", counter="c"),
        methods=("POST",),
        name=f"{name.replace('-', '_')}_ticket",
        spec=Spec(
            step.summary,
            body=step.body,
            answers={200: step.answer},
            errors=(*common, *step.errors),
        ),
    )


routes: list[BaseRoute] = [_route(name, step) for name, step in STEPS.items()]
