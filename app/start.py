"""The address itself leads citizens to the booking; in the demo a page of its own comes first."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import PUBLIC, route
from ..core.web import see_other


async def lead_on(_request: Request) -> Response:
    """GET /: to the choice of a town."""
    return see_other("/termin")


routes: list[BaseRoute] = [route("/", lead_on, access=PUBLIC, name="start")]
