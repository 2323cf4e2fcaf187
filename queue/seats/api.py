"""What a page asks when somebody else may have sat down at its counter."""

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import Employee, allow, principal_of, route
from ...core.api import json_response
from ...core.formats import iso_text
from ...core.ground import ground_of
from ...core.spec import Spec
from ...office.directory import latest_directory
from . import store


class SeatAnswer(BaseModel):
    """Who sits at a counter, as a number that names nobody; `mine`: it is you, or nobody else."""

    seat: int | None
    mine: bool
    since: str | None


async def show_seat(request: Request) -> Response:
    """GET /api/v1/counters/{c}/seat: in every window of the same person it is theirs."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    counter = directory.counter(request.path_params["c"])
    sitting = await ground.database.read(store.find_sitting, counter.id)
    principal = principal_of(request)
    if sitting is None:
        return json_response(SeatAnswer(seat=None, mine=True, since=None))
    mine = not isinstance(principal, Employee) or principal.staff_id == sitting.staff_id
    return json_response(SeatAnswer(seat=sitting.id, mine=mine, since=iso_text(sitting.since)))


routes: list[BaseRoute] = [
    route(
        "/api/v1/counters/{c}/seat",
        show_seat,
        access=allow("staff", "counter", counter="c"),
        spec=Spec(
            "Whether it is you who sits there, or somebody else",
            answers={200: SeatAnswer},
            errors=("unknown_counter",),
        ),
    ),
]
