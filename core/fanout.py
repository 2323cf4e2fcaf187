"""The sockets of one audience: everybody gets the same texts, and nobody waits for anybody.

What the texts say is the business of the parts (`feeds.py` there).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

log = logging.getLogger(__name__)

Snapshot = Callable[[], Awaitable[str]]
Receive = Callable[[str], Awaitable[None]]

PING = '{"type":"ping"}'
QUEUE_LIMIT = 32
SEND_SECONDS = 10.0
PING_SECONDS = 15.0
INCOMING_BYTES = 4096
INCOMING_PER_SECOND = 20

# Close codes of RFC 6455 section 7.4.1 and its registry.
UNSUPPORTED = 1003
POLICY = 1008
TOO_BIG = 1009
FAILED = 1011
RESTART = 1012


class TooMuch(Exception):
    """The client sends more than a screen or a phone ever has to say."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Fanout:
    """All connected clients of one audience. Used on one event loop.

    `ping_seconds` and `send_seconds` are there for tests.
    """

    def __init__(
        self, *, ping_seconds: float = PING_SECONDS, send_seconds: float = SEND_SECONDS
    ) -> None:
        self._ping_seconds = ping_seconds
        self._send_seconds = send_seconds
        self._clients: set[_Client] = set()
        self._closed = False

    @property
    def count(self) -> int:
        """How many clients are connected now."""
        return len(self._clients)

    async def serve(
        self, websocket: WebSocket, snapshot: Snapshot, receive: Receive | None = None
    ) -> None:
        """Serve this client until it goes: the snapshot first, then what is published.

        A snapshot must know what was published before it was asked for. What is published while it
        is made follows it and may be older; a client compares numbers. One that falls 32 texts
        behind gets a fresh snapshot instead of them. `receive` gets each text the client sends.
        Accepts the socket when that is still to be done.
        """
        if websocket.application_state is WebSocketState.CONNECTING:
            await websocket.accept()
        client = _Client(websocket, snapshot, self._ping_seconds, self._send_seconds)
        self._clients.add(client)
        if self._closed:
            client.end(RESTART)
        try:
            await client.serve(receive)
        finally:
            self._clients.discard(client)

    def publish(self, text: str) -> None:
        """Give the text to every client. Never waits."""
        for client in self._clients:
            client.offer(text)

    def refresh(self) -> None:
        """Have every client sent a fresh snapshot, for what came in between is lost."""
        for client in self._clients:
            client.renew()

    def close(self) -> None:
        """Send everybody away, as the server stops; they come back with jitter."""
        self._closed = True
        for client in self._clients:
            client.end(RESTART)


class _Client:
    """One socket: a bounded queue, filled by the fanout and emptied by a task of its own."""

    def __init__(
        self, websocket: WebSocket, snapshot: Snapshot, ping_seconds: float, send_seconds: float
    ) -> None:
        self._websocket = websocket
        self._snapshot = snapshot
        self._ping_seconds = ping_seconds
        self._send_seconds = send_seconds
        self._texts: deque[str] = deque()
        self._stale = True  # the next thing to send is a snapshot
        self._code: int | None = None
        self._due = asyncio.Event()
        self._due.set()

    def offer(self, text: str) -> None:
        if self._stale:
            return  # the snapshot is not begun yet and will know it
        if len(self._texts) >= QUEUE_LIMIT:
            self.renew()
            return
        self._texts.append(text)
        self._due.set()

    def renew(self) -> None:
        self._texts.clear()
        self._stale = True
        self._due.set()

    def end(self, code: int) -> None:
        self._code = code
        self._due.set()

    async def serve(self, receive: Receive | None) -> None:
        sender = asyncio.create_task(self._send_all(), name="socket-send")
        receiver = asyncio.create_task(self._receive_all(receive), name="socket-receive")
        try:
            await asyncio.wait((sender, receiver), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sender, receiver):
                task.cancel()
            ends = await asyncio.gather(sender, receiver, return_exceptions=True)
        await self._part(ends)

    async def _send_all(self) -> None:
        while self._code is None:
            try:
                async with asyncio.timeout(self._ping_seconds):
                    await self._due.wait()
            except TimeoutError:
                await self._send(PING)
                continue
            self._due.clear()
            await self._send_due()

    async def _send_due(self) -> None:
        while self._code is None and (self._stale or self._texts):
            if self._stale:
                self._stale = False
                await self._send(await self._snapshot())
            else:
                await self._send(self._texts.popleft())

    async def _send(self, text: str) -> None:
        async with asyncio.timeout(self._send_seconds):
            await self._websocket.send_text(text)

    async def _receive_all(self, receive: Receive | None) -> None:
        loop = asyncio.get_running_loop()
        latest: deque[float] = deque(maxlen=INCOMING_PER_SECOND)
        while (message := await self._websocket.receive())["type"] != "websocket.disconnect":
            now = loop.time()
            if len(latest) == INCOMING_PER_SECOND and now - latest[0] < 1:
                raise TooMuch(POLICY)
            latest.append(now)
            text = message.get("text")
            if not isinstance(text, str):
                raise TooMuch(UNSUPPORTED)
            if len(text.encode()) > INCOMING_BYTES:
                raise TooMuch(TOO_BIG)
            if receive is not None:
                await receive(text)

    async def _part(self, ends: Iterable[BaseException | None]) -> None:
        """Say goodbye as far as the client still listens."""
        code = self._code
        for end in ends:
            match end:
                case TooMuch():
                    code = end.code
                case None | asyncio.CancelledError() | WebSocketDisconnect() | TimeoutError():
                    pass  # gone, or does not read: it would not hear us either
                case _:
                    code = FAILED
                    log.error("serving a socket failed", exc_info=end)
        if code is not None:
            with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
                async with asyncio.timeout(1):
                    await self._websocket.close(code)
