"""Who may use a route: every route and socket declares it here, and the gate holds it.

What a cookie or token means is the gate's business (`office/staff/access.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial, wraps
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Literal, Protocol, cast

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from .assets import Assets
from .database import is_breakdown
from .errors import DomainError
from .listener import POLICY
from .spec import Spec

Who = Literal["display", "kiosk", "counter", "staff", "administrator"]
AsyncHandler = Callable[[Request], Awaitable[Response]]
Handler = AsyncHandler | Callable[[Request], Response]
SocketHandler = Callable[[WebSocket], Awaitable[None]]

ADMIT_SECONDS = 5.0

CHAPTER = "chapter"
"""Where a route leaves its chapter of the catalogue in the scope of a request."""

# The chapter of the catalogue that pages are written in, by who they are made for: a device before
# the staff who look at it, staff before the public.
_CHAPTERS = {
    "display": "display",
    "kiosk": "kiosk",
    "counter": "counter",
    "staff": "office",
    "administrator": "office",
    "holder": "booking",
    "public": "booking",
}


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
    """Somebody signed in: clerk of offices, administrator of municipalities (ids).

    `calls_any` are the offices in which they may call numbers out of turn and discard them.
    """

    staff_id: int
    offices: frozenset[int]
    administers: frozenset[int]
    calls_any: frozenset[int] = frozenset()


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

    @property
    def chapter(self) -> str:
        """What a language must have so that pages with this access can be read in it."""
        return next(chapter for who, chapter in _CHAPTERS.items() if who in self.who)


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
    chapter: str | None = None,
) -> GuardedRoute:
    """A page or an interface address; `spec` describes it in the OpenAPI document.

    `chapter` is that of the catalogue where it is not the usual one of those who may use the route:
    only languages that have it are offered. A plain `def` runs in a thread, where it holds nobody
    up.
    """
    handler = cast("AsyncHandler", endpoint)
    if not iscoroutinefunction(endpoint):
        handler = partial(run_in_threadpool, cast("Callable[[Request], Response]", endpoint))

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        request.scope["pattern"] = path
        request.scope[CHAPTER] = chapter or access.chapter
        request.scope["principal"] = await _gate_of(request).admit(request, access)
        return await handler(request)

    made = GuardedRoute(path, guarded, methods=list(methods), name=name)
    made.access, made.spec = access, spec
    return made


def socket(
    path: str,
    endpoint: SocketHandler,
    *,
    access: Access,
    admit_seconds: float = ADMIT_SECONDS,
) -> GuardedSocket:
    """A web socket; who may not come in is refused before it is accepted.

    The gate is asked again as long as it is open: who signs out, is revoked, expires or gets other
    roles is sent away. `admit_seconds` is there for tests.
    """

    @wraps(endpoint)
    async def guarded(websocket: WebSocket) -> None:
        websocket.scope["pattern"] = path
        websocket.scope[CHAPTER] = access.chapter
        websocket.scope["principal"] = await _gate_of(websocket).admit(websocket, access)
        if access in (PUBLIC, HOLDER):
            await endpoint(websocket)
        else:
            await _serve_admitted(websocket, endpoint, access, admit_seconds)

    made = GuardedSocket(path, guarded)
    made.access = access
    return made


async def _serve_admitted(
    websocket: WebSocket, endpoint: SocketHandler, access: Access, seconds: float
) -> None:
    """Serve until either side ends, or the gate would not let this client in any more."""
    serving = asyncio.ensure_future(endpoint(websocket))
    watch = asyncio.create_task(_until_refused(websocket, access, seconds), name="socket-admit")
    try:
        await asyncio.wait((serving, watch), return_when=asyncio.FIRST_COMPLETED)
    finally:
        serving.cancel()
        watch.cancel()
        await asyncio.gather(serving, watch, return_exceptions=True)
    if not serving.cancelled():
        serving.result()
        return
    watch.result()  # raises where asking itself went wrong
    with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(1):
            await websocket.close(POLICY)


async def _until_refused(websocket: WebSocket, access: Access, seconds: float) -> None:
    """Ask the gate again until it refuses. A database that is away refuses nobody."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await _gate_of(websocket).admit(websocket, access)
        except DomainError as refusal:
            if refusal.status < 500:
                return
        except OperationalError as error:
            if not is_breakdown(error):
                raise


def files(part: str, directory: Path) -> GuardedFiles:
    """The static folder of a part under `/static/<part>`."""
    return GuardedFiles(f"/static/{part}", app=Assets(directory=directory), name=f"static-{part}")


def principal_of(connection: HTTPConnection) -> Principal:
    """Who is asking, as the gate found out; only inside a handler of a guarded route."""
    return cast("Principal", connection.scope["principal"])


def bearer_of(connection: HTTPConnection) -> str | None:
    """The token of the Authorization header; other schemes are the business of a proxy."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _gate_of(connection: HTTPConnection) -> Gate:
    return cast("Gate", connection.app.state.ground.gate)
