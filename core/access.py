"""Who may use a route: every route and socket declares it here, and the gate holds it.

What a cookie or token means is the gate's business (`office/access.py`).
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import partial, wraps
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Literal, Protocol, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from .assets import Assets
from .spec import Spec

Who = Literal["display", "kiosk", "counter", "staff", "administrator"]
AsyncHandler = Callable[[Request], Awaitable[Response]]
Handler = AsyncHandler | Callable[[Request], Response]
SocketHandler = Callable[[WebSocket], Awaitable[None]]


@dataclass(frozen=True)
class Visitor:
    """Anybody; citizens never sign in."""


@dataclass(frozen=True)
class Screen:
    """A device with a token: a display, a kiosk, or a counter driven by a program."""

    device_id: int
    kind: Literal["display", "kiosk", "counter"]
    slug: str
    area_id: int
    offices: frozenset[int]
    counter_id: int | None = None


@dataclass(frozen=True)
class Employee:
    """Somebody signed in: clerk of offices, administrator of municipalities (ids)."""

    staff_id: int
    offices: frozenset[int]
    administers: frozenset[int]


Principal = Visitor | Screen | Employee


@dataclass(frozen=True)
class Access:
    """Who may come in, and the names of the path parameters that say where.

    With `office="o"` the caller must belong to the office whose slug is the path's `{o}`; so for
    counter, device and municipality. `holder` means that the handler's command checks a secret.
    """

    who: frozenset[str]
    office: str | None = None
    counter: str | None = None
    device: str | None = None
    municipality: str | None = None


PUBLIC = Access(frozenset({"public"}))
HOLDER = Access(frozenset({"holder"}))


def allow(
    *who: Who,
    office: str | None = None,
    counter: str | None = None,
    device: str | None = None,
    municipality: str | None = None,
) -> Access:
    """Access for these callers, at the place the path names."""
    return Access(frozenset(who), office, counter, device, municipality)


class Gate(Protocol):
    """Tells who is asking and refuses who may not."""

    async def admit(self, connection: HTTPConnection, access: Access) -> Principal:
        """The caller; raises DomainError `not_signed_in` (401) or `not_allowed` (403)."""
        ...


class GuardedRoute(Route):
    """A route that knows who may use it and what it takes and gives."""

    access: Access
    spec: Spec | None


class GuardedSocket(WebSocketRoute):
    """A socket that knows who may use it."""

    access: Access


class GuardedFiles(Mount):
    """Static files, open to everybody."""

    access: Access = PUBLIC


def route(
    path: str,
    endpoint: Handler,
    *,
    access: Access,
    methods: Collection[str] = ("GET",),
    name: str | None = None,
    spec: Spec | None = None,
) -> GuardedRoute:
    """A page or an interface address; `spec` describes it in the OpenAPI document.

    A plain `def` runs in a thread, where it holds nobody up.
    """
    handler = cast("AsyncHandler", endpoint)
    if not iscoroutinefunction(endpoint):
        handler = partial(run_in_threadpool, cast("Callable[[Request], Response]", endpoint))

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        request.scope["pattern"] = path
        request.scope["principal"] = await _gate_of(request).admit(request, access)
        return await handler(request)

    made = GuardedRoute(path, guarded, methods=list(methods), name=name)
    made.access, made.spec = access, spec
    return made


def socket(path: str, endpoint: SocketHandler, *, access: Access) -> GuardedSocket:
    """A web socket; who may not come in is refused before it is accepted."""

    @wraps(endpoint)
    async def guarded(websocket: WebSocket) -> None:
        websocket.scope["pattern"] = path
        websocket.scope["principal"] = await _gate_of(websocket).admit(websocket, access)
        await endpoint(websocket)

    made = GuardedSocket(path, guarded)
    made.access = access
    return made


def files(part: str, directory: Path) -> GuardedFiles:
    """The static folder of a part under `/static/<part>`."""
    return GuardedFiles(f"/static/{part}", app=Assets(directory=directory), name=f"static-{part}")


def principal_of(connection: HTTPConnection) -> Principal:
    """Who is asking, as the gate found out; only inside a handler of a guarded route."""
    return cast("Principal", connection.scope["principal"])


def _gate_of(connection: HTTPConnection) -> Gate:
    return cast("Gate", connection.app.state.ground.gate)
