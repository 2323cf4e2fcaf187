"""Whether the server lives, and whether it can do its work: for proxies and supervisors."""

import asyncio

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from ..core.access import PUBLIC, route
from ..core.errors import DomainError
from ..core.ground import Ground, ground_of
from ..core.tx import Tx

PATIENCE_SECONDS = 5.0


async def show_alive(_request: Request) -> Response:
    """GET /healthz: the process answers."""
    return PlainTextResponse("alive\n")


async def show_ready(request: Request) -> Response:
    """GET /readyz: the database answers, a transaction can be committed, and the hub follows.

    503 otherwise; a proxy then sends people elsewhere.
    """
    if not await is_ready(ground_of(request)):
        return PlainTextResponse("not ready\n", 503)
    return PlainTextResponse("ready\n")


async def is_ready(ground: Ground) -> bool:
    """Read once and commit once, within five seconds; events reach the screens."""
    if not ground.hub.follows:
        return False
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await ground.database.read(_look)
            await ground.runner.run((), _touch)
    except (TimeoutError, DomainError, SQLAlchemyError):
        return False
    return True


def _look(conn: Connection) -> None:
    conn.execute(text("SELECT 1"))


def _touch(tx: Tx) -> None:
    tx.conn.execute(text("SELECT 1"))


routes: list[BaseRoute] = [
    route("/healthz", show_alive, access=PUBLIC),
    route("/readyz", show_ready, access=PUBLIC),
]
