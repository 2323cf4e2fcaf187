"""One socket of an audience: a bounded queue, filled by the fanout, emptied by its own task."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import cast

from starlette.websockets import WebSocket, WebSocketDisconnect

log = logging.getLogger(__name__)

Snapshot = Callable[[], Awaitable[str]]
Receive = Callable[[str], Awaitable[None]]
WriteNow = Callable[[str], bool]

WRITE_NOW = "aufruf.write_now"
"""An extension of the ASGI scope that our server has (app/sockets.py). Under its own name it holds
a function that sends a text here and now, or says False: the client is slow, or gone."""

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


class Listener:
    """A connected client. `serve` runs until it goes; the rest never waits.

    One timer watches over heartbeat and stalled sends: a time-out around each send would cost
    more than the send.
    """

    def __init__(
        self, websocket: WebSocket, snapshot: Snapshot, *, ping_seconds: float, send_seconds: float
    ) -> None:
        self._websocket = websocket
        self._snapshot = snapshot
        self._ping_seconds = ping_seconds
        self._send_seconds = send_seconds
        self._texts: deque[str] = deque()
        self._stale = True  # the next thing to send is a snapshot
        self._busy = True  # the task has something to send; else a text may go out at once
        self._write_now = _write_now_of(websocket)
        self._code: int | None = None
        self._due = asyncio.Event()
        self._due.set()
        self._loop = asyncio.get_running_loop()
        self._latest = self._loop.time()  # when the latest send began
        self._sending = False

    def offer(self, text: str) -> None:
        """Send the text, or a snapshot when too many wait already."""
        if self._stale:
            return  # the snapshot is not begun yet and will know it
        if not self._busy and self._write_now(text):
            # Most can take it at once; waking the task for each cost twice as much (measured).
            self._latest = self._loop.time()
        elif len(self._texts) < QUEUE_LIMIT:
            self._texts.append(text)
            self._busy = True
            self._due.set()
        else:
            self.renew()

    def renew(self) -> None:
        """Send a fresh snapshot instead of what waits."""
        self._texts.clear()
        self._stale = self._busy = True
        self._due.set()

    def end(self, code: int) -> None:
        """Close the socket with this code."""
        self._code = code
        self._due.set()

    async def serve(self, receive: Receive | None) -> None:
        """Send what is due and hear what is said, until either ends."""
        sender = asyncio.create_task(self._send_all(), name="socket-send")
        receiver = asyncio.create_task(self._receive_all(receive), name="socket-receive")
        watch = asyncio.create_task(self._watch(), name="socket-watch")
        tasks = (sender, receiver, watch)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        await self._part(ends)

    async def _send_all(self) -> None:
        while self._code is None:
            await self._send_due()
            self._busy = False
            await self._due.wait()
            self._due.clear()

    async def _send_due(self) -> None:
        while self._code is None and (self._stale or self._texts):
            if self._stale:
                self._stale = False
                await self._transmit(await self._snapshot())
            else:
                await self._transmit(self._texts.popleft())

    async def _transmit(self, text: str) -> None:
        self._latest = self._loop.time()
        self._sending = True
        await self._websocket.send({"type": "websocket.send", "text": text})
        self._sending = False

    async def _watch(self) -> None:
        """Break the silence now and then; ends when a send has stalled."""
        while True:
            silent = self._loop.time() - self._latest
            limit = self._send_seconds if self._sending else self._ping_seconds
            if silent < limit:
                # A send that begins meanwhile must not stall unseen until the next heartbeat.
                await asyncio.sleep(min(limit - silent, self._send_seconds))
            elif self._sending:
                return
            else:
                self.offer(PING)
                await asyncio.sleep(0)

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
                case None | asyncio.CancelledError() | WebSocketDisconnect():
                    pass  # gone, or does not read: it would not hear us either
                case _:
                    code = FAILED
                    log.error("serving a socket failed", exc_info=end)
        if code is not None:
            with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
                async with asyncio.timeout(1):
                    await self._websocket.close(code)


def _write_now_of(websocket: WebSocket) -> WriteNow:
    """That of our server; under another, every text is sent by the task."""
    found = websocket.scope.get("extensions", {}).get(WRITE_NOW, {}).get(WRITE_NOW)
    return cast("WriteNow", found) if callable(found) else lambda _text: False
