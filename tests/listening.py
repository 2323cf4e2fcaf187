"""Real sockets for tests: listens, remembers every text, and waits for what a test expects.

A counter is told changes; its listener remembers the whole view after each, as the page does.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.folding import fold

PATIENCE_SECONDS = 30  # only ends a test that would hang

Message = dict[str, Any]


class Listener:
    """A client of one socket, with all it has been told."""

    def __init__(self, client: ClientConnection) -> None:
        self.client = client
        self.texts: list[str] = []
        self.messages: list[Message] = []
        self.closed = False
        self._heard = asyncio.Condition()

    async def listen(self) -> None:
        """Run until the socket closes."""
        with suppress(ConnectionClosed):
            async for text in self.client:
                assert isinstance(text, str)
                async with self._heard:
                    self.texts.append(text)
                    message: Message = json.loads(text)
                    if message["type"] == "change":
                        message = fold(self.messages[-1], message)
                    if message["type"] != "ping":
                        self.messages.append(message)
                    self._heard.notify_all()
        async with self._heard:
            self.closed = True
            self._heard.notify_all()

    async def until(self, expected: Callable[[Message], bool], after: int = 0) -> Message:
        """The first message that is as expected, from the `after`-th on."""
        async with self._heard, asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for message in self.messages[after:]:
                    if expected(message):
                        return message
                assert not self.closed, "the socket was closed"
                await self._heard.wait()

    async def until_type(self, kind: str, after: int = 0) -> Message:
        return await self.until(lambda message: message["type"] == kind, after)

    async def until_closed(self) -> int | None:
        """The code the server closed with."""
        async with self._heard, asyncio.timeout(PATIENCE_SECONDS):
            await self._heard.wait_for(lambda: self.closed)
        return self.client.close_code

    async def send(self, message: Message) -> None:
        await self.client.send(json.dumps(message))


@asynccontextmanager
async def listening(place: str, path: str, token: str | None = None) -> AsyncGenerator[Listener]:
    """Follow a socket of the server at `place`, as a program with this token."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with connect(f"ws://{place}{path}", additional_headers=headers) as client:
        listener = Listener(client)
        task = asyncio.create_task(listener.listen())
        try:
            yield listener
        finally:
            await client.close()
            await task


async def refused(place: str, path: str, token: str | None = None) -> int:
    """The status with which the server refuses this socket."""
    try:
        async with listening(place, path, token):
            raise AssertionError(f"{path} let us in")
    except InvalidStatus as error:
        return error.response.status_code
