"""The socket of a screen: snapshot, then calls; the screen says what it is, showed and spoke."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from ..core.access import Screen, allow, principal_of, socket
from ..core.ground import ground_of
from ..office.directory import latest_directory
from ..queue.watching.live import live_of
from ..queue.watching.presence import Hello, Said
from ..queue.watching.screens import Screens
from .feeds import AreaFeed, boards_of


class HelloMessage(Hello):
    """What the screen is like; on connect and whenever some of it changes."""

    type: Literal["hello"]


class Acknowledgement(Said):
    """`shown`: first painted frame with the number. `announced`: chime and voice have ended.

    `spoken`: a voice said it.
    """

    type: Literal["shown", "announced"]
    office: str
    call_id: int
    sound: bool
    spoken: bool = False


_SAID = TypeAdapter[HelloMessage | Acknowledgement](
    Annotated[HelloMessage | Acknowledgement, Field(discriminator="type")]
)


async def follow_display(websocket: WebSocket) -> None:
    """WS /ws/displays/{d}: everything the screens of an area show, in order.

    Staff who look at a screen's page are told the same; they are no screen.
    """
    ground = ground_of(websocket)
    directory = await latest_directory(ground)
    device = directory.display(websocket.path_params["d"])
    feed = boards_of(ground).feed(directory, device.area_id)
    screens = live_of(ground).screens
    if isinstance(principal_of(websocket), Screen):
        heard, there = listener_of(screens, feed, device.slug), screens.connection(device.slug)
    else:
        heard, there = None, nullcontext()
    with there:
        await feed.fanout.serve(websocket, feed.snapshot_when_ready, heard)


def listener_of(screens: Screens, feed: AreaFeed, slug: str) -> Callable[[str], Awaitable[None]]:
    """Takes what a screen says. What an older or newer page says otherwise is passed over."""

    async def hear(text: str) -> None:
        try:
            said = _SAID.validate_json(text)
        except ValidationError:
            return
        if isinstance(said, HelloMessage):
            screens.hello(slug, said)
        elif feed.has_called(said.call_id):
            screens.acknowledge(said.call_id, slug, said.type, sound=said.sound, spoken=said.spoken)

    return hear


routes: list[BaseRoute] = [
    socket(
        "/ws/displays/{d}",
        follow_display,
        access=allow("display", "staff", device="d"),
    )
]
