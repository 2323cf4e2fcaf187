"""The public's route of how long one would wait, service by service."""

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.api import json_response
from ...core.ground import ground_of
from ...core.spec import Spec
from ...office.directory import latest_directory
from ..watching.live import live_of
from ..watching.views import Wait, wait_of


class ServiceWait(BaseModel):
    """What somebody who draws a number for this now would wait; null: nobody can say."""

    model_config = ConfigDict(extra="forbid")

    slug: str
    wait: Wait | None


class OfficeWaits(BaseModel):
    """In the order of showing; only what one may come for without an appointment."""

    model_config = ConfigDict(extra="forbid")

    services: list[ServiceWait]


async def show_waits(request: Request) -> Response:
    """GET /api/v1/offices/{o}/waits: reckoned once for each picture of the office."""
    ground = ground_of(request)
    office = (await latest_directory(ground)).office(request.path_params["o"])
    picture = await live_of(ground).office(office.id).current()
    waits = [
        ServiceWait(slug=picture.offers[offer_id].service.slug, wait=wait_of(wait))
        for offer_id, wait in picture.walk_in_waits.items()
    ]
    return json_response(OfficeWaits(services=waits))


routes: list[BaseRoute] = [
    route(
        "/api/v1/offices/{o}/waits",
        show_waits,
        access=PUBLIC,
        spec=Spec(
            "How long one would wait without an appointment, service by service",
            answers={200: OfficeWaits},
            errors=("unknown_office",),
        ),
    ),
]
