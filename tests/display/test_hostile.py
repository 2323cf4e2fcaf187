"""Hostile clients before the whole house: the others get every call, in order, and nobody makes us
keep more for them than a bounded buffer. How fast that is, is measured by the bench.
"""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from aufruf.app import sockets
from aufruf.app.sockets import Sockets
from aufruf.core import listener
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.listener import POLICY, QUEUE_LIMIT, TOO_BIG
from aufruf.display.board import KEPT_CALLS
from aufruf.display.feeds import AreaFeed, boards_of
from aufruf.office.devices.commands import add_device
from aufruf.queue.watching.live import OfficeLive, live_of
from tests.bench.listeners import CLOSE, Audience
from tests.bench.listeners import Listener as Plain
from tests.conftest import START
from tests.databases import SqliteEngine
from tests.display.house import build
from tests.listening import Listener, Message, listening
from tests.queue.room import Room, move_in
from tests.queue.web import API, Hall, open_hall

# Before a client that never reads has been cut off.
MOST_CALLS = 1000
# The bench has a thousand.
RECONNECTS = 300
# What uvicorn lets wait for a client, and what one look at the line can add to it.
MOST_BUFFERED = 2 * 65_536

MASK = bytes(4)
PING = bytes((0x89, 0x80 | 125)) + MASK + b"x" * 125
TEXT = bytes((0x81, 0x81)) + MASK + b"x"
FRAGMENT, MORE = bytes((0x01, 0x80)) + MASK, bytes((0x00, 0x80)) + MASK
FLOODS = {"texts": TEXT * 2000, "pings": PING * 2000, "fragments": FRAGMENT + MORE * 2000}


@dataclass
class Wall:
    """The house behind a server, screens by token, and what was called."""

    hall: Hall
    screens: dict[str, str]
    called: list[datetime] = field(default_factory=list[datetime])
    most_texts: int = 0
    most_bytes: int = 0

    @property
    def feed(self) -> AreaFeed:
        (feed,) = boards_of(self.hall.app.state.ground).feeds.values()
        return feed

    @property
    def office(self) -> OfficeLive:
        return live_of(self.hall.app.state.ground).office(self.hall.room.office_id)

    @property
    def doors(self) -> list[tuple[str, str]]:
        """Paths and tokens of the screens."""
        return list(self.screens.items())

    async def call(self, times: int) -> None:
        """The same number, called and put back so often."""
        counter = f"{API}/counters/amtal-1"
        for _ in range(times):
            self.hall.room.wait(seconds=1)
            self.called.append(self.hall.room.clock.now())
            ticket = (await self.hall.one.post(f"{counter}/next")).json()
            answer = await self.hall.one.post(f"{counter}/tickets/{ticket['id']}/put-back")
            assert answer.status_code == 200
            self.look()

    async def all_heard(self, *friends: Listener) -> None:
        """Each call, once, in the order they were made; phones know a call by its time."""
        for one in friends:
            await one.until(lambda _, one=one: len(calls_of(one)) >= len(self.called))
            assert calls_of(one) == self.called

    def listeners(self) -> Iterator[listener.Listener]:
        """The server's side of all screens and phones."""
        yield from self.feed.fanout._listeners
        for audience in self.office.phones.values():
            yield from audience.fanout._listeners

    def look(self) -> None:
        """How much waits for each client: texts, and bytes beside the kernel's."""
        for one in self.listeners():
            self.most_texts = max(self.most_texts, len(one._texts))
            waiting = protocol_of(one).transport.get_write_buffer_size()
            self.most_bytes = max(self.most_bytes, waiting)


def protocol_of(one: listener.Listener) -> Sockets:
    found = getattr(one._write_now, "__self__", None)
    assert isinstance(found, Sockets)
    return found


def fill(database: Database) -> None:
    """A house whose board is as large as it gets, and somebody waiting."""
    build(database)
    room = move_in(database, FixedClock(START))
    for _ in range(KEPT_CALLS):
        room.draw()
        room.finish(room.one, room.serve(room.one).id)
    room.draw()


@pytest.fixture
async def wall(
    sqlite_engine: SqliteEngine, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Wall]:
    """Patience with clients is short here."""
    monkeypatch.setattr(sockets, "CUT_OFF_SECONDS", 0.1)
    with closing(Database(sqlite_engine.copy_of("full_board", fill))) as database:
        room = move_in(database, clock)
        screens = dict(hang_up(room, number) for number in range(2))
        async with open_hall(room, tmp_path) as hall:
            made = Wall(hall, screens)
            made.feed.fanout._send_seconds = 0.3
            yield made


def hang_up(room: Room, number: int) -> tuple[str, str]:
    """Path and token of a new screen."""
    area = room.house.directory.area(room.house.area_id).slug
    named = f"Wand {number}"
    added = room.runner.run_now((), add_device, kind="display", area=area, name=named)
    return f"/ws/displays/{added.slug}", added.token


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  (what is waited for knows no event)
            await asyncio.sleep(0.01)


def calls_of(one: Listener) -> list[datetime]:
    """When the calls were made that a screen or a phone was told of, in the order it was told."""
    told = (said for said in one.messages if said["type"] == "call")
    return [datetime.fromisoformat(said.get("at") or said["called_at"]) for said in told]


@dataclass
class Bad:
    """A client that has shaken hands and reads nothing by itself, and the server's side of it.

    The kernel keeps as little as it can between the two, so that little is enough to be too much.
    """

    client: Plain
    server: listener.Listener

    def read(self) -> list[Message]:
        """What has arrived since it was last asked."""
        with suppress(BlockingIOError):
            while more := self.client.socket.recv(65_536):
                self.client._received += more
        return [json.loads(text) for text in self.client.waiting()]

    async def read_when_waited_for(self) -> None:
        """Run until cancelled: a slow client reads when the server already keeps texts for it."""
        while True:
            if self.server._texts:
                self.read()
            await asyncio.sleep(0.01)

    async def close_code(self) -> int | None:
        """What the server says as it closes, behind everything else it sent."""
        texts = await asyncio.to_thread(self._read_to_the_end)
        return int.from_bytes(texts[-1][:2]) if texts else None

    def _read_to_the_end(self) -> list[bytes]:
        self.client.socket.settimeout(60)
        found: list[bytes] = []
        with suppress(ConnectionError):
            while True:
                self.client._receive()
                while (frame := self.client._next_frame()) is not None:
                    kind, content = frame
                    found += [content] if kind == CLOSE else []
        return found


@contextmanager
def bad_client(client: Plain, server: listener.Listener, window: int) -> Iterator[Bad]:
    ours: socket.socket = protocol_of(server).transport.get_extra_info("socket")
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.socket.setblocking(False)
    try:
        yield Bad(client, server)
    finally:
        client.socket.close()


async def connect(
    wall: Wall, path: str, token: str | None = None
) -> tuple[Plain, listener.Listener]:
    """A plain socket, and the server's side of it, once it has been sent its snapshot."""
    known = set(wall.listeners())
    made = await asyncio.to_thread(lambda: Plain(f"http://{wall.hall.place}", path, token))
    await asyncio.to_thread(made.shake_hands)
    await until(lambda: any(not one._busy for one in set(wall.listeners()) - known))
    (served,) = set(wall.listeners()) - known
    return made, served


async def test_clients_that_never_read_hold_nobody_back_and_are_cut_off(wall: Wall) -> None:
    """Beside them one that reads only when the server already waits for it: it is kept, and ends
    with what the others have.
    """
    screen, other = wall.doors
    phone = (f"/ws/tickets/{wall.hall.room.draw().token}", None)
    async with AsyncExitStack() as now_open:
        good = [
            await now_open.enter_async_context(listening(wall.hall.place, *door))
            for door in (screen, other, phone)
        ]
        for one in good:
            await one.until(lambda _: True)
        never = [
            now_open.enter_context(bad_client(*await connect(wall, *door), window=1)).server
            for door in (screen, other)
        ]
        slow = now_open.enter_context(bad_client(*await connect(wall, *other), window=30_000))
        slow.server._send_seconds = 60  # however slow this machine is
        reading = asyncio.create_task(slow.read_when_waited_for())
        while not set(never).isdisjoint(wall.listeners()):
            await wall.call(1)
            assert len(wall.called) < MOST_CALLS
        reading.cancel()
        await wall.all_heard(*good)
        last = max(said["seq"] for said in good[0].messages if said["type"] == "board")
        await until(lambda: last in [said.get("seq") for said in slow.read()])
    assert 1 < wall.most_texts <= QUEUE_LIMIT
    assert 65_536 < wall.most_bytes <= MOST_BUFFERED


async def test_clients_that_flood_are_sent_away(wall: Wall) -> None:
    """Whatever they send too much of; they read nothing of what they are told meanwhile."""
    screen, other = wall.doors
    async with listening(wall.hall.place, *screen) as good:
        await good.until_type("snapshot")
        with ExitStack() as now_open:
            floods = {
                kind: now_open.enter_context(bad_client(*await connect(wall, *other), window=1))
                for kind in FLOODS
            }
            for kind, bad in floods.items():
                with suppress(ConnectionError):
                    await asyncio.get_running_loop().sock_sendall(bad.client.socket, FLOODS[kind])
            await wall.call(3)
            codes = {kind: await bad.close_code() for kind, bad in floods.items()}
        await wall.all_heard(good)
        await until(lambda: wall.feed.fanout.count == 1)
    # One that still sends may have its connection reset before it has read why.
    assert {code for code in codes.values() if code} <= {POLICY, TOO_BIG}
    assert wall.most_bytes <= MOST_BUFFERED


async def test_reconnects_at_once_leave_nobody_out(wall: Wall) -> None:
    """Those who stayed hear every call meanwhile, and those who came back the one after; when they
    are gone again, nothing of them is left.
    """
    async with listening(wall.hall.place, *wall.doors[0]) as good:
        await good.until_type("snapshot")
        before = len(asyncio.all_tasks())
        doors = (wall.doors * RECONNECTS)[:RECONNECTS]
        coming = asyncio.create_task(
            asyncio.to_thread(Audience, f"http://{wall.hall.place}", doors)
        )
        await wall.call(5)
        with await coming as audience:
            await asyncio.to_thread(audience.gather, b'"type":"snapshot"')
            hearing = asyncio.create_task(asyncio.to_thread(audience.gather, b'"type":"call"'))
            await wall.call(1)
            arrived, _ = await hearing
        assert len(arrived) == RECONNECTS
        await wall.all_heard(good)
        await until(lambda: wall.feed.fanout.count == 1)
        await until(lambda: len(asyncio.all_tasks()) <= before)
    assert wall.most_bytes <= MOST_BUFFERED
