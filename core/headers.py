"""Security headers on every answer, and bounds on addresses and headers that arrive."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import DomainError
from .framing import is_shared_script, origins_for
from .ground import ground_of
from .problems import refuse
from .settings import is_loopback

ADDRESS_LIMIT = 4 * 1024
HEADER_LIMIT = 16 * 1024

_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors "
)
# A kiosk may read QR codes with its camera, a screen stays awake; nothing else is asked for.
PERMISSIONS = (
    "camera=(self), screen-wake-lock=(self), fullscreen=(self), geolocation=(), microphone=(), "
    "payment=(), usb=()"
)

ALWAYS = (
    ("Permissions-Policy", PERMISSIONS),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


class SecurityHeaders:
    """Adds the headers; answers are not stored anywhere unless they say so themselves."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                _add(HTTPConnection(scope), MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, secured)


class Bounds:
    """Refuses a request whose address or headers are oversized, before anybody reads them.

    And one with a NUL in its address, which no address of ours has and no database takes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and is_oversized(scope):
            await refuse(DomainError("too_large", 431), scope, receive, send)
        elif scope["type"] != "lifespan" and has_nul(scope):
            await refuse(DomainError("bad_request", 400), scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_oversized(scope: Scope) -> bool:
    """Whether address or headers are longer than anything we ever send ourselves."""
    address = len(scope["path"]) + len(scope["query_string"])
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return address > ADDRESS_LIMIT or headers > HEADER_LIMIT


def has_nul(scope: Scope) -> bool:
    """Whether the address has a NUL, in its path or written as %00 in its query."""
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _add(connection: HTTPConnection, headers: MutableHeaders) -> None:
    for name, value in ALWAYS:
        headers[name] = value
    origins = origins_for(connection)
    if "Content-Security-Policy" not in headers:  # an answer may bring a stricter one
        headers["Content-Security-Policy"] = _POLICY + (" ".join(origins) or "'none'")
        if not origins:
            headers["X-Frame-Options"] = "DENY"  # it knows no list of origins
    sharing = "cross-origin" if is_shared_script(connection) else "same-origin"
    headers["Cross-Origin-Resource-Policy"] = sharing
    headers["Referrer-Policy"] = _referrer_policy(connection)
    headers.setdefault("Cache-Control", "no-store")
    if ground_of(connection).settings.https:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def _referrer_policy(connection: HTTPConnection) -> str:
    """`no-referrer`; on plain http beyond this machine `same-origin`.

    There browsers send no Sec-Fetch-Site, and under `no-referrer` the Origin of a form is `null`
    (Fetch, "append a request Origin header"): our own forms would look like another site's.
    """
    if connection.url.scheme in {"https", "wss"} or is_loopback(connection.url.hostname):
        return "no-referrer"
    return "same-origin"
