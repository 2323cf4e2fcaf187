"""The routes of the JSON interface for the holder of a ticket, whose token is the right to it."""

from collections.abc import Callable

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.api import answer, empty_reply, json_reply, json_response
from ...core.errors import not_found
from ...core.ground import ground_of
from ...core.idempotency import Reply
from ...core.spec import Spec
from ...core.tx import Tx
from ...core.web import body_as
from ...office.directory import latest_directory
from .. import store
from ..answers import HolderAnswer, iso_or_none
from ..forecasting.outlook import read_outlook
from ..inputs import Later
from ..rules import MOST_DELAYS, is_on_the_way
from ..state import TicketNow
from ..watching.views import wait_of
from . import commands


class HolderStep(BaseModel):
    """The ticket after what its holder asked for."""

    state: str
    not_before: str | None
    delays_left: int
    on_the_way: bool


async def show_ticket(request: Request) -> Response:
    """GET /api/v1/tickets/{token}"""
    ground = ground_of(request)
    token = request.path_params["token"]
    directory = await latest_directory(ground)
    ticket = await ground.database.read(store.find_by_token, token)
    if ticket is None:
        raise not_found("unknown_ticket")
    office = directory.office(ticket.office_id)
    view = None
    if ticket.status == "waiting":
        view = await ground.database.read(read_outlook, office, ticket, ground.clock.now())
    counter = office.counter(ticket.counter_id) if ticket.counter_id else None
    return json_response(
        HolderAnswer(
            number=ticket.number,
            state=ticket.status,
            ahead=None if view is None else view.ahead,
            wait=None if view is None else wait_of(view.wait),
            counter=None if counter is None else counter.label,
            word=None if counter is None else counter.word_in(ticket.language),
            way=None if counter is None else counter.way_in(ticket.language),
            not_before=iso_or_none(ticket.not_before),
            delays_left=MOST_DELAYS - ticket.delays,
            on_the_way=is_on_the_way(ticket),
        )
    )


async def leave(request: Request) -> Response:
    """DELETE /api/v1/tickets/{token}"""
    return await _run(request, commands.leave, lambda _: empty_reply())


async def delay(request: Request) -> Response:
    """POST /api/v1/tickets/{token}/delay"""
    asked = await body_as(request, Later)

    def later(tx: Tx, *, token: str) -> TicketNow:
        return commands.delay(tx, token=token, minutes=asked.minutes)

    return await _run(request, later, _step_reply)


async def say_on_the_way(request: Request) -> Response:
    """POST /api/v1/tickets/{token}/on-the-way"""
    return await _run(request, commands.say_on_the_way, _step_reply)


async def stay(request: Request) -> Response:
    """POST /api/v1/tickets/{token}/stay"""
    return await _run(request, commands.stay, _step_reply)


async def _run(
    request: Request, command: Callable[..., TicketNow], reply: Callable[[TicketNow], Reply]
) -> Response:
    """Run it for the offices it concerns: the ticket's and its appointment's."""
    token = request.path_params["token"]
    database = ground_of(request).database
    offices = await database.read(store.find_offices_of_token, token)
    if not offices:
        raise not_found("unknown_ticket")
    return await answer(request, offices, command, reply, token=token)


def _step_reply(ticket: TicketNow) -> Reply:
    return json_reply(
        HolderStep(
            state=ticket.status,
            not_before=iso_or_none(ticket.not_before),
            delays_left=MOST_DELAYS - ticket.delays,
            on_the_way=is_on_the_way(ticket),
        )
    )


_STEP = "/api/v1/tickets/{token}"
_REFUSED = ("unknown_ticket", "wrong_state")

routes: list[BaseRoute] = [
    route(
        _STEP,
        show_ticket,
        access=HOLDER,
        spec=Spec(
            "The ticket as it stands", answers={200: HolderAnswer}, errors=("unknown_ticket",)
        ),
    ),
    route(
        _STEP,
        leave,
        access=HOLDER,
        methods=("DELETE",),
        spec=Spec("Go away", answers={204: None}, errors=_REFUSED),
    ),
    route(
        f"{_STEP}/delay",
        delay,
        access=HOLDER,
        methods=("POST",),
        spec=Spec(
            "Not to be called for some minutes; twice at most. A call is withdrawn",
            body=Later,
            answers={200: HolderStep},
            errors=(*_REFUSED, "delay_used_up"),
        ),
    ),
    route(
        f"{_STEP}/on-the-way",
        say_on_the_way,
        access=HOLDER,
        methods=("POST",),
        spec=Spec(
            "Tell the counters that one is coming", answers={200: HolderStep}, errors=_REFUSED
        ),
    ),
    route(
        f"{_STEP}/stay",
        stay,
        access=HOLDER,
        methods=("POST",),
        spec=Spec(
            "Not to go away after all, within a minute", answers={200: HolderStep}, errors=_REFUSED
        ),
    ),
]
