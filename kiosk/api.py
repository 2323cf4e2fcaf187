"""The kiosk's line to the server: what the start page says now, and that the server is there."""

import asyncio

from pydantic import BaseModel
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from ..core.access import allow, socket
from ..core.fanout import Fanout
from ..core.formats import iso_text
from ..core.ground import ground_of
from .hours import greeting_key, start_state
from .outlook import waiting_line
from .place import kiosk_of

# As often as screens hear of ranges (design: events and screens).
TELL_SECONDS = 2.0


class KioskNow(BaseModel):
    """`state` decides what the start page looks like: when it differs, the page is loaded again."""

    type: str = "kiosk"
    now: str
    state: str
    greeting: str
    waiting: str


async def follow_kiosk(websocket: WebSocket) -> None:
    """WS /ws/kiosks/{k}: how many wait and how long, from the pictures in memory."""
    fanout = Fanout()

    async def describe() -> str:
        return (await kiosk_now(websocket)).model_dump_json()

    teller = asyncio.create_task(_tell(fanout, websocket), name="kiosk line")
    teller.add_done_callback(lambda _: fanout.close())
    try:
        await fanout.serve(websocket, describe)
    finally:
        teller.cancel()
        await asyncio.gather(teller, return_exceptions=True)


async def kiosk_now(websocket: WebSocket) -> KioskNow:
    """What the start page of this kiosk says at this moment."""
    kiosk, ground = await kiosk_of(websocket), ground_of(websocket)
    t = ground.texts.in_language(kiosk.language)
    return KioskNow(
        now=iso_text(kiosk.now),
        state=start_state(kiosk.walk_in_here, kiosk.offices, kiosk.now),
        greeting=t(f"kiosk.greeting.{greeting_key(kiosk.now)}"),
        waiting=waiting_line(ground, kiosk, t),
    )


async def _tell(fanout: Fanout, websocket: WebSocket) -> None:
    """Publish what is new, for as long as the kiosk listens."""
    last = ""
    while True:
        await asyncio.sleep(TELL_SECONDS)
        now = await kiosk_now(websocket)
        said = now.model_dump_json(exclude={"now"})
        if said != last:
            last = said
            fanout.publish(now.model_dump_json())


routes: list[BaseRoute] = [
    socket("/ws/kiosks/{k}", follow_kiosk, access=allow("kiosk", "staff", device="k")),
]
