"""Refuses requests that another site made our visitors' browsers send, by headers alone.

Browsers say where a request comes from: Sec-Fetch-Site where the connection counts as secure,
Origin on plain http. No tokens in forms, no state.
"""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from .errors import DomainError
from .ground import ground_of
from .problems import refuse

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class SameSite:
    """Lets unsafe requests and handshakes through only from our own pages or from programs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" or (
            scope["type"] == "http" and scope["method"] not in _SAFE
        ):
            connection = HTTPConnection(scope)
            if not is_same_site(connection):
                await refuse(DomainError("cross_site", 403), scope, receive, send)
                return
        await self.app(scope, receive, send)


def is_same_site(connection: HTTPConnection) -> bool:
    """Whether an unsafe request comes from our own page, or from a program without cookies."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None and connection.scope["type"] == "http":
        return site in {"same-origin", "none"}
    origin = connection.headers.get("origin")
    if origin is not None:
        return _is_ours(connection, origin)
    return "cookie" not in connection.headers


def _is_ours(connection: HTTPConnection, origin: str) -> bool:
    if origin == ground_of(connection).settings.public_url:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == connection.headers.get("host")
