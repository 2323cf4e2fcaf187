"""Web sockets under uvicorn, as a thousand friendly clients and some hostile ones need them.

What is sent to many is framed once. Nobody makes us keep more for them than uvicorn's buffer of
64 kB, and who does not take what is left is cut off. What is said stands in core/listener.py.
"""

import asyncio
from functools import lru_cache

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from ..core.listener import INCOMING_PER_SECOND, POLICY, TOO_BIG, WRITE_NOW

# Our pages send each message in one piece.
MOST_FRAGMENTS = 16
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
    controls = 0  # pings and pongs in the second since
    counted_since = 0.0

    async def send(self, message: ASGISendEvent) -> None:
        """As uvicorn does it. Two things it would log as errors: a text for somebody it gave up
        itself, as no pong came, and a refusal, which completes the handshake.
        """
        if message["type"] == "websocket.send" and self.close_sent:
            raise ClientDisconnected
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
        if self._is_patient():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self._is_patient():
            super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        """Empty fragments count for no limit of size, and each would be kept."""
        if len(self.frames) < MOST_FRAGMENTS:
            super().handle_cont(event)
        else:
            self._refuse(TOO_BIG)

    def _is_patient(self) -> bool:
        """Each ping asks for a pong: who sends many and reads none would fill our memory."""
        now = self.loop.time()
        if now - self.counted_since >= 1:
            self.counted_since, self.controls = now, 0
        self.controls += 1
        if self.controls > INCOMING_PER_SECOND:
            self._refuse(POLICY)
        return not self.close_sent

    def _refuse(self, code: int) -> None:
        """End it as uvicorn ends what breaks the protocol; what came with it is passed over."""
        if not self.close_sent:
            self.conn.fail(code)
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
