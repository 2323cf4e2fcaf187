"""The sockets of counters and of tickets on the phone. What they say is made in the views."""

from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from ...core.access import HOLDER, allow, socket
from ...core.errors import not_found
from ...core.ground import ground_of
from ...core.language import language_of
from ...office.directory import latest_directory
from ..store import find_by_token
from .counter_view import CounterTeller
from .live import live_of
from .phone_view import PhoneTeller


async def follow_counter(websocket: WebSocket) -> None:
    """WS /ws/counters/{c}: the counter's whole view, then what changes in its office."""
    ground = ground_of(websocket)
    directory = await latest_directory(ground)
    counter = directory.counter(websocket.path_params["c"])
    live, language = live_of(ground), language_of(websocket)
    office = live.office(counter.office_id)
    teller = CounterTeller(counter.id, office.teller(language), live.screens)
    picture = await office.current()
    with office.counters.join(f"{counter.id}/{language}", teller.told, picture) as audience:
        office.hurried.set()
        await audience.fanout.serve(websocket, audience.snapshot)


async def follow_ticket(websocket: WebSocket) -> None:
    """WS /ws/tickets/{token}: the holder's number, position and range; its call at once."""
    ground = ground_of(websocket)
    token = websocket.path_params["token"]
    ticket = await ground.database.read(find_by_token, token)
    if ticket is None:
        raise not_found("unknown_ticket")
    office = live_of(ground).office(ticket.office_id)
    teller = PhoneTeller(ticket)
    picture = await office.current()
    with office.phones.join(str(ticket.id), teller.told, picture) as audience:
        await audience.fanout.serve(websocket, audience.snapshot)


routes: list[BaseRoute] = [
    socket("/ws/counters/{c}", follow_counter, access=allow("staff", "counter", counter="c")),
    socket("/ws/tickets/{token}", follow_ticket, access=HOLDER),
]
