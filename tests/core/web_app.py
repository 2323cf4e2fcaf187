"""A small real application for tests of the web ground: routes of its own, a gate by the book."""

from collections.abc import Callable, Sequence
from typing import Annotated

import pytest
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from aufruf.core.access import (
    HOLDER,
    PUBLIC,
    Access,
    Employee,
    Principal,
    Visitor,
    allow,
    principal_of,
    route,
    socket,
)
from aufruf.core.assembly import assemble
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.ground import Ground
from aufruf.core.hub import Hub
from aufruf.core.inputs import Input, Line, Slug
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.core.signals import Signals
from aufruf.core.templating import make_environment
from aufruf.core.texts import own_texts
from aufruf.core.web import body_as, form_of, page, query_as

BERND = Employee(staff_id=1, offices=frozenset({1}), administers=frozenset())
CARLA = Employee(staff_id=2, offices=frozenset({2}), administers=frozenset())
HTML = {"accept": "text/html,application/xhtml+xml"}


class Door:
    """A gate by the book: Bernd may enter staff's rooms, Carla is known and may not."""

    async def admit(self, connection: HTTPConnection, access: Access) -> Principal:
        if access in (PUBLIC, HOLDER):
            return Visitor()
        header = connection.headers.get("authorization", "")
        known = {"Bearer bernd": BERND, "Bearer carla": CARLA}.get(header)
        if known is None:
            raise DomainError("not_signed_in", 401)
        if known is CARLA:
            raise DomainError("not_allowed", 403)
        return known


class Wish(Input):
    name: Annotated[str, Line(20)]
    count: int = 1
    services: tuple[Slug, ...] = ()


async def make_wish(request: Request) -> Response:
    wish = await body_as(request, Wish)
    return JSONResponse(wish.model_dump())


async def ask_wish(request: Request) -> Response:
    return JSONResponse(query_as(request, Wish).model_dump())


async def send_form(request: Request) -> Response:
    return JSONResponse((await form_of(request)).multi_items())


async def show_error(request: Request) -> Response:
    return page(request, "core/error.html", {"code": "not_found", "status": 404, "details": {}})


async def break_down(_request: Request) -> Response:
    raise RuntimeError("Amira's secret")


async def take_slot(_request: Request) -> Response:
    raise DomainError("slot_taken", 409, {"alternatives": ["2026-11-26T09:00:00+01:00"]})


async def whisper(request: Request) -> Response:
    return PlainTextResponse(str(principal_of(request)))


async def listen(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(str(principal_of(websocket)))
    await websocket.close()


STAFF = allow("staff")
ROUTES: Sequence[BaseRoute] = [
    route("/api/wish", make_wish, access=PUBLIC, methods=["POST"]),
    route("/api/wish", ask_wish, access=PUBLIC),
    route("/wish", ask_wish, access=PUBLIC),
    route("/form", send_form, access=PUBLIC, methods=["POST"]),
    route("/page/{secret}", show_error, access=HOLDER),
    route("/api/broken/{secret}", break_down, access=PUBLIC),
    route("/broken/{secret}", break_down, access=PUBLIC),
    route("/api/taken", take_slot, access=PUBLIC),
    route("/taken", take_slot, access=PUBLIC),
    route("/staff/{room}", whisper, access=STAFF, methods=["GET", "POST"]),
    route("/api/staff", whisper, access=STAFF),
    socket("/ws/staff", listen, access=STAFF),
    socket("/ws/all", listen, access=PUBLIC),
]

Open = Callable[..., TestClient]


@pytest.fixture
def open_app(sqlite_database: Database, clock: FixedClock) -> Open:
    """Opens the application with the settings given; the client trusts no exception away."""

    def open_with(routes: Sequence[BaseRoute] = ROUTES, **settings: object) -> TestClient:
        app = assemble(routes)
        hub = Hub(sqlite_database)
        app.state.ground = Ground(
            settings=Settings.model_validate({"strict_texts": True, **settings}),
            clock=clock,
            database=sqlite_database,
            runner=Runner(sqlite_database, clock, hub, {}),
            hub=hub,
            signals=Signals(None),
            texts=own_texts(strict=True),
            templates=make_environment(),
            gate=Door(),
            secret_key="k" * 32,
        )
        return TestClient(app, base_url="http://localhost:8000", follow_redirects=False)

    return open_with
