"""JSON about the master data, and the session a device's browser fetches with its token."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import PUBLIC, route
from ..core.api import json_response
from ..core.formats import iso_text
from ..core.ground import ground_of
from ..core.inputs import Input
from ..core.language import language_of
from ..core.spec import Spec
from ..core.web import body_as
from .devices.commands import open_device_session
from .directory import OfferInfo, latest_directory
from .rules import is_open_at
from .staff.sessions import device_cookie, secrets_in, set_cookie


class MunicipalityAnswer(BaseModel):
    slug: str
    name: str


class OfficeServiceAnswer(BaseModel):
    slug: str
    name: str
    minutes: int
    walk_in: bool
    bookable: bool


class OfficeAnswer(BaseModel):
    slug: str
    name: str
    now: str
    open: bool
    services: list[OfficeServiceAnswer]


class DeviceToken(Input):
    """What a device's link carries in its fragment."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DeviceSessionAnswer(BaseModel):
    """The device, where its own page is, and until when the cookie lasts."""

    kind: str
    slug: str
    path: str
    expires_at: str


async def list_municipalities(request: Request) -> Response:
    """GET /api/v1/municipalities"""
    directory = await latest_directory(ground_of(request))
    return json_response(
        [
            MunicipalityAnswer(slug=town.slug, name=town.name).model_dump()
            for town in directory.municipalities.values()
        ]
    )


async def show_office(request: Request) -> Response:
    """GET /api/v1/offices/{o}: whether it is open now, and what it does."""
    ground = ground_of(request)
    office = (await latest_directory(ground)).office(request.path_params["o"])
    language, now = language_of(request), ground.clock.now()
    return json_response(
        OfficeAnswer(
            slug=office.slug,
            name=office.name,
            now=iso_text(now),
            open=is_open_at(office, now),
            services=[_office_service(offer, language) for offer in office.offers],
        )
    )


def _office_service(offer: OfferInfo, language: str) -> OfficeServiceAnswer:
    return OfficeServiceAnswer(
        slug=offer.service.slug,
        name=offer.service.name_in(language),
        minutes=offer.minutes,
        walk_in=offer.walk_in and not offer.online_only,
        bookable=offer.is_open_to_book,
    )


async def open_session_of_device(request: Request) -> Response:
    """POST /devices/session: the token of a device's link for a cookie out of scripts' reach."""
    ground = ground_of(request)
    sent = await body_as(request, DeviceToken)
    opened = await ground.runner.run(
        (),
        open_device_session,
        token=sent.token,
        present=secrets_in(request, ground.settings),
    )
    response = json_response(
        DeviceSessionAnswer(
            kind=opened.kind,
            slug=opened.slug,
            path=opened.path,
            expires_at=iso_text(opened.session.expires_at),
        )
    )
    set_cookie(response, request, ground.settings, device_cookie(opened.slug), opened.session)
    return response


routes: list[BaseRoute] = [
    route(
        "/api/v1/municipalities",
        list_municipalities,
        access=PUBLIC,
        spec=Spec("The towns that take part", answers={200: list[MunicipalityAnswer]}),
    ),
    route(
        "/api/v1/offices/{o}",
        show_office,
        access=PUBLIC,
        spec=Spec(
            "An office, whether it is open, and its services",
            answers={200: OfficeAnswer},
            errors=("unknown_office",),
        ),
    ),
    route(
        "/devices/session",
        open_session_of_device,
        access=PUBLIC,
        methods=("POST",),
        spec=Spec(
            "A cookie for the browser of a device, for its token",
            body=DeviceToken,
            answers={200: DeviceSessionAnswer},
            errors=("unknown_token",),
        ),
    ),
]
