"""Calling for help over the JSON interface, for counters alone."""

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import Screen, allow, principal_of, route
from ...core.api import answer, first_answer, json_reply
from ...core.database import HIGHEST_ID
from ...core.errors import DomainError, not_found
from ...core.ground import ground_of
from ...core.idempotency import Reply
from ...core.inputs import Input, Slug
from ...core.limits import require_try
from ...core.spec import Spec
from ...core.web import body_as
from ...office.directory import CounterInfo, Directory, OfficeInfo, latest_directory
from ..inputs import Nothing
from ..state import EmergencyNow
from .commands import acknowledge_emergency, end_emergency, raise_emergency

# A counter may call in vain so often before somebody has to go and look.
MOST_CALLS = 10
CALL_EVERY_SECONDS = 30.0


class EmergencyCall(Input):
    """Which counter calls; `test` is an alarm everybody sees as such."""

    counter: Slug
    test: bool = False


class EmergencyReply(Input):
    """Which counter comes."""

    counter: Slug


class EmergencyAnswer(BaseModel):
    """`acknowledged_by` is the label of the counter that comes."""

    id: int
    test: bool
    acknowledged_by: str | None


async def call_for_help(request: Request) -> Response:
    """POST /api/v1/offices/{o}/emergency"""
    return await first_answer(request, _call_for_help)


async def _call_for_help(request: Request) -> Response:
    asked = await body_as(request, EmergencyCall)
    directory, office = await _office_of(request)
    counter = _own_counter(request, directory, office, asked.counter)
    ground = ground_of(request)
    require_try(ground, "emergency", str(counter.id), size=MOST_CALLS, seconds=CALL_EVERY_SECONDS)
    return await answer(
        request,
        _area_of(directory, office),
        raise_emergency,
        lambda raised: _reply(directory, raised, 201),
        counter_id=counter.id,
        test=asked.test,
    )


async def answer_call(request: Request) -> Response:
    """POST /api/v1/offices/{o}/emergency/{id}/ack"""
    asked = await body_as(request, EmergencyReply)
    directory, office = await _office_of(request)
    counter = _own_counter(request, directory, office, asked.counter)
    return await answer(
        request,
        _area_of(directory, office),
        acknowledge_emergency,
        lambda known: _reply(directory, known),
        emergency_id=_emergency_id(request),
        counter_id=counter.id,
    )


async def end_call(request: Request) -> Response:
    """POST /api/v1/offices/{o}/emergency/{id}/end"""
    await body_as(request, Nothing)
    directory, office = await _office_of(request)
    return await answer(
        request,
        _area_of(directory, office),
        end_emergency,
        lambda known: _reply(directory, known),
        emergency_id=_emergency_id(request),
        office_id=office.id,
    )


async def _office_of(request: Request) -> tuple[Directory, OfficeInfo]:
    directory = await latest_directory(ground_of(request))
    return directory, directory.office(request.path_params["o"])


def _own_counter(
    request: Request, directory: Directory, office: OfficeInfo, slug: str
) -> CounterInfo:
    """The counter that speaks. A program speaks for its own; a clerk for any of their office, for
    who sits where must never keep a call for help back.
    """
    counter = directory.counter(slug)
    if counter.office_id != office.id:
        raise not_found("unknown_counter")
    principal = principal_of(request)
    if isinstance(principal, Screen) and principal.counter_id != counter.id:
        raise DomainError("not_allowed", 403)
    return counter


def _area_of(directory: Directory, office: OfficeInfo) -> list[int]:
    """Everybody in the waiting area hears of it."""
    return [one.id for one in directory.offices_of_area(office.area_id)]


def _emergency_id(request: Request) -> int:
    text: str = request.path_params["id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10) or int(text) > HIGHEST_ID:
        raise not_found("unknown_emergency")
    return int(text)


def _reply(directory: Directory, known: EmergencyNow, status: int = 200) -> Reply:
    by = known.acknowledged_by
    label = None if by is None else directory.counter(by).label
    return json_reply(EmergencyAnswer(id=known.id, test=known.test, acknowledged_by=label), status)


_EMERGENCY = "/api/v1/offices/{o}/emergency"
_ACCESS = allow("staff", "counter", office="o")

routes: list[BaseRoute] = [
    route(
        _EMERGENCY,
        call_for_help,
        access=_ACCESS,
        methods=("POST",),
        spec=Spec(
            "Call all counters of the waiting area for help",
            body=EmergencyCall,
            answers={201: EmergencyAnswer},
            errors=("unknown_office", "unknown_counter", "too_many_requests"),
        ),
    ),
    route(
        _EMERGENCY + "/{id}/ack",
        answer_call,
        access=_ACCESS,
        methods=("POST",),
        spec=Spec(
            "Say which counter comes",
            body=EmergencyReply,
            answers={200: EmergencyAnswer},
            errors=("unknown_emergency", "unknown_counter", "own_emergency", "emergency_over"),
        ),
    ),
    route(
        _EMERGENCY + "/{id}/end",
        end_call,
        access=_ACCESS,
        methods=("POST",),
        spec=Spec(
            "Withdraw it, or say that it is over",
            body=Nothing,
            answers={200: EmergencyAnswer},
            errors=("unknown_emergency",),
        ),
    ),
]
