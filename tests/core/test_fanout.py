"""Fanning out over real sockets: all get everything, nobody waits for the one who does not read."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from aufruf.core.fanout import Fanout
from aufruf.core.listener import PING, QUEUE_LIMIT
from tests.serving import serving

PATIENCE_SECONDS = 30  # only ends a test that would hang


class Audience:
    """A fanout behind a socket, the state it shows, and what its clients said."""

    def __init__(self, fanout: Fanout) -> None:
        self.fanout = fanout
        self.state = 0
        self.snapshots = 0
        self.heard: list[str] = []
        self.padding = ""

    async def snapshot(self) -> str:
        self.snapshots += 1
        return json.dumps({"type": "snapshot", "seq": self.state})

    async def hear(self, text: str) -> None:
        self.heard.append(text)
        if text == "fail":
            raise LookupError(text)

    async def serve(self, websocket: WebSocket) -> None:
        await self.fanout.serve(websocket, self.snapshot, self.hear)

    def change(self) -> None:
        self.state += 1
        self.fanout.publish(
            json.dumps({"type": "call", "seq": self.state, "padding": self.padding})
        )


@asynccontextmanager
async def audience(**seconds: float) -> AsyncGenerator[tuple[Audience, str]]:
    shown = Audience(Fanout(**seconds))
    app = Starlette(routes=[WebSocketRoute("/", shown.serve)])
    async with serving(app) as address, asyncio.timeout(PATIENCE_SECONDS):
        yield shown, f"ws://{address}/"


async def read(client: ClientConnection) -> dict[str, object]:
    found: dict[str, object] = json.loads(await client.recv())
    return found


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  (what is waited for knows no event)
        await asyncio.sleep(0.01)


async def follow(client: ClientConnection, last: int) -> list[int]:
    """Read until number `last`, as a client does: a snapshot counts as its number."""
    numbers: list[int] = []
    while not numbers or numbers[-1] < last:
        found = await read(client)
        assert isinstance(found["seq"], int)
        numbers.append(found["seq"])
    return numbers


async def never_reads(address: str) -> socket.socket:
    """A client that shakes hands, takes a little, and then leaves its window shut."""
    host, port = address.removeprefix("ws://").rstrip("/").split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await asyncio.to_thread(client.connect, (host, int(port)))
    client.sendall(
        f"GET / HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = await asyncio.to_thread(client.recv, 64)
    assert answer.startswith(b"HTTP/1.1 101")
    return client


async def test_client_gets_a_snapshot_and_then_every_change():
    async with audience() as (shown, address), connect(address) as client:
        assert await read(client) == {"type": "snapshot", "seq": 0}
        for _ in range(100):
            shown.change()
            await asyncio.sleep(0)
        numbers = await follow(client, 100)
    assert numbers == sorted(set(numbers))


async def test_all_clients_get_the_same_texts():
    async with audience() as (shown, address):
        clients = [await connect(address) for _ in range(20)]
        for client in clients:
            await read(client)
        assert shown.fanout.count == 20
        shown.change()
        shown.change()
        assert [await follow(client, 2) for client in clients] == [[1, 2]] * 20
        for client in clients:
            await client.close()
        await until(lambda: shown.fanout.count == 0)


async def test_client_that_falls_behind_gets_a_fresh_snapshot():
    async with audience() as (shown, address), connect(address) as client:
        await read(client)
        shown.padding = "x" * 500_000  # more than the kernel takes
        for _ in range(3 * QUEUE_LIMIT):
            shown.change()  # all in one turn of the loop: nothing is read in between
        numbers = await follow(client, 3 * QUEUE_LIMIT)
        assert numbers == sorted(set(numbers))
        assert len(numbers) < 2 * QUEUE_LIMIT
        assert shown.snapshots == 2
        shown.change()
        assert (await read(client))["seq"] == 3 * QUEUE_LIMIT + 1


async def test_client_that_never_reads_is_dropped_and_holds_nobody_back():
    async with audience(send_seconds=2) as (shown, address), connect(address) as good:
        bad = await never_reads(address)
        with bad:
            await until(lambda: shown.fanout.count == 2)
            reading = asyncio.create_task(follow(good, 300))
            shown.padding = "x" * 60_000
            for _ in range(300):
                shown.change()
                await asyncio.sleep(0.002)
            assert (await reading)[-1] == 300
            await until(lambda: shown.fanout.count == 1)


async def test_slow_client_ends_with_the_present_state():
    async with audience() as (shown, address), connect(address, max_queue=1) as client:
        shown.padding = "x" * 20_000
        for _ in range(400):
            shown.change()
            await asyncio.sleep(0)
        assert shown.snapshots < 400
        numbers = await follow(client, 400)
    assert numbers == sorted(set(numbers))


async def test_silence_is_broken_by_a_heartbeat():
    async with audience(ping_seconds=0.05) as (_, address), connect(address) as client:
        await read(client)
        assert [await client.recv(), await client.recv()] == [PING, PING]


async def test_refresh_sends_everybody_a_snapshot():
    async with audience() as (shown, address), connect(address) as client:
        await read(client)
        shown.state = 7
        shown.fanout.refresh()
        assert await read(client) == {"type": "snapshot", "seq": 7}


async def test_what_clients_say_is_heard():
    async with audience() as (shown, address), connect(address) as client:
        await client.send("shown 7")
        await until(lambda: shown.heard == ["shown 7"])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (["x" * 4097], 1009),
        (["ü" * 2049], 1009),
        ([b"bytes"], 1003),
        (["a"] * 21, 1008),
        (["fail"], 1011),
    ],
    ids=["long", "long-in-bytes", "binary", "flood", "failing"],
)
async def test_client_that_says_what_it_should_not_is_closed(said: list[str | bytes], code: int):
    async with audience() as (shown, address), connect(address) as client:
        await read(client)
        for text in said:
            await client.send(text)
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == code
        await until(lambda: shown.fanout.count == 0)


async def test_close_sends_everybody_away_and_newcomers_too():
    async with audience() as (shown, address), connect(address) as client:
        await read(client)
        shown.fanout.close()
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == 1012
        async with connect(address) as late:
            with pytest.raises(ConnectionClosed):
                await late.recv()
            assert late.close_code == 1012


async def test_snapshot_that_fails_closes_the_client_and_no_other():
    async with audience() as (shown, address), connect(address) as good:
        await read(good)
        whole, shown.snapshot = shown.snapshot, fail
        async with connect(address) as bad:
            with pytest.raises(ConnectionClosed):
                await bad.recv()
            assert bad.close_code == 1011
        shown.snapshot = whole
        shown.change()
        assert (await read(good))["seq"] == 1


async def fail() -> str:
    raise LookupError("no snapshot today")
