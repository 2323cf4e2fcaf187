"""What each part brings: its routes, what it keeps running, and how it reacts to those below.

Everything the house serves is listed here, and whether it may face the internet.
"""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from starlette.routing import BaseRoute

from ..core.access import PUBLIC, files, route
from ..core.assets import ROOT
from ..core.fonts import serve_font
from ..core.ground import Ground
from ..core.tx import Tx
from ..display.feeds import Boards
from ..queue.live import QueueLive
from . import health, openapi

Only = Literal["all", "public"]

STATIC = ("core", "office", "booking", "queue", "display", "kiosk", "app")


def _routes(name: str) -> list[BaseRoute]:
    if find_spec(f"aufruf.{name}") is None:
        return []
    return list(import_module(f"aufruf.{name}").routes)


def routes_of(only: Only) -> list[BaseRoute]:
    """Every route of the parts that are served here."""
    names = [
        "office.api",
        "office.pages",
        "booking.api",
        "booking.pages",
        "queue.api",
        "queue.pages",
    ]
    if only == "all":
        names += ["display.api", "display.pages", "kiosk.api", "kiosk.pages", "app.pages"]
    found = [item for name in names for item in _routes(name)]
    return [*health.routes, *openapi.routes, *found, *static_routes()]


def static_routes() -> list[BaseRoute]:
    """The parts' static folders and the fonts."""
    folders = [
        files(part, ROOT / part / "static") for part in STATIC if (ROOT / part / "static").is_dir()
    ]
    return [
        route("/static/fonts/{name}", serve_font, access=PUBLIC, name="font"),
        *folders,
    ]


def reactions() -> Mapping[type, Callable[[Tx, Any], None]]:
    """What parts do, inside the transaction, when one below them changed something."""
    return {}


async def start_parts(ground: Ground, stack: AsyncExitStack) -> None:
    """Start what lives as long as the server, in the order one needs the other."""
    live = QueueLive(ground)
    ground.parts["queue"] = live
    await live.start()
    stack.push_async_callback(live.stop)
    if ground.settings.only == "all":
        boards = Boards(ground, live)
        ground.parts["display"] = boards
        await boards.start()
        stack.push_async_callback(boards.stop)
