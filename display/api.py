"""The socket of a screen: snapshot, then calls; the screen tells what it showed and spoke."""

from typing import Literal

from pydantic import ValidationError
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from ..core.access import Screen, allow, principal_of, socket
from ..core.ground import ground_of
from ..office.directory import latest_directory
from ..queue.watching.live import live_of
from .board import Frozen
from .feeds import boards_of


class Acknowledgement(Frozen):
    """`shown`: first painted frame with the number. `announced`: chime and voice have ended."""

    type: Literal["shown", "announced"]
    office: str
    call_id: int
    sound: bool


async def follow_display(websocket: WebSocket) -> None:
    """WS /ws/displays/{d}: everything the screens of an area show, in order."""
    ground = ground_of(websocket)
    screen = principal_of(websocket)
    directory = await latest_directory(ground)
    device = directory.display(websocket.path_params["d"])
    boards = boards_of(ground)
    feed = boards.feed(directory, device.area_id)
    live = live_of(ground)

    async def acknowledge(text: str) -> None:
        try:
            seen = Acknowledgement.model_validate_json(text)
        except ValidationError:
            return  # an older or newer page: what it says is not needed to serve it
        if isinstance(screen, Screen):
            live.screens.acknowledge(seen.call_id, screen.slug, seen.type, sound=seen.sound)

    with live.screens.connection(device.area_id, device.slug):
        await feed.fanout.serve(websocket, feed.snapshot_when_ready, acknowledge)


routes: list[BaseRoute] = [
    socket(
        "/ws/displays/{d}",
        follow_display,
        access=allow("display", "staff", device="d"),
    )
]
