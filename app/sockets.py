"""Web sockets under uvicorn, as a thousand friendly clients and some hostile ones need them.

What is sent to many is framed once. Nobody makes us keep more for them than uvicorn's buffer of
64 kB, and who does not take what is left is cut off. What is said stands in core/listener.py.
"""

import asyncio
from functools import lru_cache

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from ..core.listener import WRITE_NOW

# Our pages send each message in one piece.
MOST_FRAGMENTS = 16
TOO_BIG = 1009  # RFC 6455 section 7.4.1
# After the goodbye: what is not taken by then is thrown away.
CUT_OFF_SECONDS = 12.0


@lru_cache(maxsize=16)
def frame_of(text: str) -> bytes:
    """The text as a server's frame (RFC 6455 section 5.2). The latest are remembered: each goes to
    everybody in turn, and framing it was a third of what sending costs (measured).
    """
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class Sockets(WebSocketsSansIOProtocol):
    """One socket."""

    cut_off: asyncio.TimerHandle | None = None

    async def send(self, message: ASGISendEvent) -> None:
        """As uvicorn does it; a refusal completes the handshake, too: each would be logged as an
        error.
        """
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True

    def write_now(self, text: str) -> bool:
        """Send a text without waiting; False when it must wait for the client, or never can go."""
        if not self.handshake_complete or self.close_sent or self.disconnected:
            return False
        if self.conn.state is not State.OPEN or not self.writable.is_set() or self.conn.extensions:
            return False
        self.transport.write(frame_of(text))
        return True

    def handle_ping(self) -> None:
        """Who does not read gets no answers either: a flood of pings would fill our memory.

        Section 5.5.3 lets us answer only the latest of several.
        """
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()  # thrown away

    def handle_cont(self, event: Frame) -> None:
        """Empty fragments count for no limit of size, and each would be kept."""
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
        elif not self.close_sent:
            self.conn.fail(TOO_BIG)
            self.handle_parser_exception()

    async def run_asgi(self) -> None:
        """uvicorn ends with a `close`, which waits for as long as a client likes."""
        ours: dict[str, dict[object, object]] = {WRITE_NOW: {WRITE_NOW: self.write_now}}
        self.scope["extensions"] = {**(self.scope.get("extensions") or {}), **ours}
        await super().run_asgi()
        if not self.disconnected:
            self.cut_off = self.loop.call_later(CUT_OFF_SECONDS, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.cut_off is not None:
            self.cut_off.cancel()
