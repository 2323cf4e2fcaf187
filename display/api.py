"""The socket of a screen: snapshot, then calls; the screen says what it is, showed and spoke."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from ..core.access import Screen, allow, principal_of, socket
from ..core.ground import Ground, ground_of
from ..office.directory import known_directory, latest_directory
from ..queue.watching.live import live_of
from ..queue.watching.presence import Hello, Said
from .feeds import AreaFeed, Called, boards_of


class HelloMessage(Hello):
    """What the screen is like; on connect and whenever some of it changes."""

    type: Literal["hello"]


class Acknowledgement(Said):
    """`shown`: first painted frame with the number. `announced`: chime and voice have ended.

    `sound`: it is heard as well, or was; `spoken`: a voice said it.
    """

    type: Literal["shown", "announced"]
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
    if isinstance(principal_of(websocket), Screen):
        heard = listener_of(ground, feed, device.slug)
        there = live_of(ground).screens.connection(device.slug)
    else:
        heard, there = None, nullcontext()
    with there:
        await feed.fanout.serve(websocket, feed.snapshot_when_ready, heard)


def listener_of(ground: Ground, feed: AreaFeed, slug: str) -> Callable[[str], Awaitable[None]]:
    """Takes what a screen says of itself and of calls that are for it.

    What an older or newer page says otherwise is passed over.
    """
    screens = live_of(ground).screens

    async def hear(text: str) -> None:
        try:
            said = _SAID.validate_json(text)
        except ValidationError:
            return
        if isinstance(said, HelloMessage):
            screens.hello(slug, said)
        elif is_for_screen(ground, feed.call(said.call_id), slug):
            screens.acknowledge(said.call_id, slug, said.type, sound=said.sound, spoken=said.spoken)

    return hear


def is_for_screen(ground: Ground, call: Called | None, slug: str) -> bool:
    """Whether a screen, as it is set up now, shows this call."""
    directory = known_directory(ground)
    if call is None or directory is None:
        return False
    devices = (one for one in directory.devices.values() if one.slug == slug)
    return any(one.screen.shows(call.office, call.place) for one in devices)


routes: list[BaseRoute] = [
    socket(
        "/ws/displays/{d}",
        follow_display,
        access=allow("display", "staff", device="d"),
    )
]
