"""Throwing away a range of numbers and bringing it back, over the JSON interface."""

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import allow, route
from ...core.api import answer, json_reply, json_response
from ...core.formats import iso_text, local_day
from ...core.ground import ground_of
from ...core.spec import Spec
from ...core.web import body_as
from .. import services, store
from ..answers import DiscardAnswer
from ..inputs import Nothing, NumberRange
from ..seats.rights import require_calls_any, seated
from .discard_store import find_gone, load_discards
from .discarding import Discard
from .steps_api import number_of, read_desk


class DiscardOfToday(BaseModel):
    """Numbers that were thrown away in one step and can be brought back."""

    id: int
    at: str
    numbers: list[str]


async def list_discards(request: Request) -> Response:
    """GET /api/v1/counters/{c}/discards"""
    ground = ground_of(request)
    _, office, _ = await read_desk(request)
    day = local_day(ground.clock.now())
    found = await ground.database.read(load_discards, office.id, day)
    return json_response(
        [DiscardOfToday(id=one.id, at=iso_text(one.at), numbers=list(one.numbers)) for one in found]
    )


async def discard_range(request: Request) -> Response:
    """POST /api/v1/counters/{c}/discards"""
    asked = await body_as(request, NumberRange)
    _, office, counter = await read_desk(request)
    require_calls_any(request, office.id)
    return await answer(
        request,
        office.id,
        seated(request, counter.id, services.discard_range),
        lambda done: json_reply(_told(done)),
        counter_id=counter.id,
        letter=asked.first[0],
        first=int(asked.first[1:]),
        last=int(asked.last[1:]),
    )


async def undo_discard(request: Request) -> Response:
    """POST /api/v1/counters/{c}/discards/{id}/undo"""
    await body_as(request, Nothing)
    _, office, counter = await read_desk(request)
    require_calls_any(request, office.id)
    discard_id = number_of(request, "id", "unknown_discard")
    database = ground_of(request).database
    # Somebody thrown away alone may have an appointment, of another office after a transfer.
    offices = {office.id}
    for ticket_id in await database.read(find_gone, discard_id):
        offices |= await database.read(store.find_offices_of_ticket, ticket_id)
    return await answer(
        request,
        offices,
        seated(request, counter.id, services.undo_discard),
        lambda done: json_reply(_told(done)),
        counter_id=counter.id,
        discard_id=discard_id,
    )


def _told(done: Discard) -> DiscardAnswer:
    return DiscardAnswer(id=done.id, numbers=list(done.numbers))


_DISCARDS = "/api/v1/counters/{c}/discards"
_ACCESS = allow("staff", "counter", counter="c")

routes: list[BaseRoute] = [
    route(
        _DISCARDS,
        list_discards,
        access=_ACCESS,
        spec=Spec(
            "Numbers thrown away today that can be brought back",
            answers={200: list[DiscardOfToday]},
            errors=("unknown_counter",),
        ),
    ),
    route(
        _DISCARDS,
        discard_range,
        access=_ACCESS,
        methods=("POST",),
        spec=Spec(
            "Throw away numbers that nobody is behind, in one step",
            body=NumberRange,
            answers={200: DiscardAnswer},
            errors=("unknown_counter", "counter_taken", "nothing_to_discard"),
        ),
    ),
    route(
        _DISCARDS + "/{id}/undo",
        undo_discard,
        access=_ACCESS,
        methods=("POST",),
        spec=Spec(
            "Bring back the numbers of a discard, at any time of that day",
            body=Nothing,
            answers={200: DiscardAnswer},
            errors=("unknown_counter", "counter_taken", "unknown_discard", "discard_over"),
        ),
    ),
]
