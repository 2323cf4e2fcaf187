"""The sockets of one audience: everybody gets the same texts, and nobody waits for anybody.

One socket is served in `listener.py`; what the texts say is the business of the parts.
"""

from starlette.websockets import WebSocket, WebSocketState

from .listener import PING_SECONDS, RESTART, SEND_SECONDS, Listener, Receive, Snapshot


class Fanout:
    """All connected clients of one audience. Used on one event loop.

    `ping_seconds` and `send_seconds` are there for tests.
    """

    def __init__(
        self, *, ping_seconds: float = PING_SECONDS, send_seconds: float = SEND_SECONDS
    ) -> None:
        self._ping_seconds = ping_seconds
        self._send_seconds = send_seconds
        self._listeners: set[Listener] = set()
        self._closed = False

    @property
    def count(self) -> int:
        """How many clients are connected now."""
        return len(self._listeners)

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
        listener = Listener(
            websocket, snapshot, ping_seconds=self._ping_seconds, send_seconds=self._send_seconds
        )
        self._listeners.add(listener)
        if self._closed:
            listener.end(RESTART)
        try:
            await listener.serve(receive)
        finally:
            self._listeners.discard(listener)

    def publish(self, text: str) -> None:
        """Give the text to every client. Never waits."""
        for listener in self._listeners:
            listener.offer(text)

    def refresh(self) -> None:
        """Have every client sent a fresh snapshot, for what came in between is lost."""
        for listener in self._listeners:
            listener.renew()

    def close(self) -> None:
        """Send everybody away, as the server stops; they come back with jitter."""
        self._closed = True
        for listener in self._listeners:
            listener.end(RESTART)
