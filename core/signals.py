"""Short-lived words between the processes of one installation: who is there, what was seen.

For what is worth nothing a moment later: it is kept nowhere, and may be lost. What must not be lost
is an event in the log. On SQLite there is one process, and everything stays in it.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from secrets import token_hex

import psycopg

from .notify import RECONNECT_SECONDS, connect

log = logging.getLogger(__name__)

CHANNEL = "aufruf_signals"
LONGEST = 7000
"""Bytes of a signal, below PostgreSQL's limit for a notice (7,999)."""
MOST_WAITING = 1000
"""Signals that wait while the database is away; the oldest are dropped beyond."""

Word = Mapping[str, object]
Heard = Callable[[Word], None]


class Signals:
    """Says words on topics and hears those of all processes, its own at once.

    Used on one event loop. `conninfo` is None where this process is alone.
    """

    def __init__(self, conninfo: str | None) -> None:
        self.conninfo = conninfo
        self.me = token_hex(8)
        self.listeners: dict[str, list[Heard]] = defaultdict(list)
        self.waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self.tasks: list[asyncio.Task[None]] = []

    def listen(self, topic: str, heard: Heard) -> None:
        """Have `heard` called with every word on the topic. It must not wait."""
        self.listeners[topic].append(heard)

    def say(self, topic: str, word: Word) -> None:
        """Tell everybody; never waits. Raises ValueError for more than LONGEST bytes."""
        text = json.dumps({"from": self.me, "topic": topic, "word": word}, separators=(",", ":"))
        if len(text.encode()) > LONGEST:
            raise ValueError(f"a signal on {topic} is longer than {LONGEST} bytes")
        self._hear(topic, word)
        if self.conninfo is not None:
            if self.waiting.full():
                self.waiting.get_nowait()
            self.waiting.put_nowait(text)

    async def start(self) -> None:
        """Begin hearing other processes."""
        if self.conninfo is not None:
            work = (self._send(self.conninfo), self._receive(self.conninfo))
            self.tasks = [asyncio.create_task(one, name="signals") for one in work]

    async def stop(self) -> None:
        """End; what waits is lost."""
        for task in self.tasks:
            task.cancel()
        for task in self.tasks:
            with suppress(asyncio.CancelledError):
                await task
        self.tasks = []

    def _hear(self, topic: str, word: Word) -> None:
        for heard in self.listeners[topic]:
            heard(word)

    async def _send(self, conninfo: str) -> None:
        while True:
            try:
                async with await connect(conninfo) as conn:
                    while True:
                        text = await self.waiting.get()
                        await conn.execute("SELECT pg_notify(%s, %s)", (CHANNEL, text))
            except psycopg.Error as error:
                log.warning("no connection to send signals: %s", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _receive(self, conninfo: str) -> None:
        while True:
            try:
                async with await connect(conninfo) as conn:
                    await conn.execute(f"LISTEN {CHANNEL}")
                    async for notice in conn.notifies():
                        self._take(notice.payload)
            except psycopg.Error as error:
                log.warning("no connection to hear signals: %s", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    def _take(self, payload: str) -> None:
        said = json.loads(payload)
        if said["from"] != self.me:
            self._hear(said["topic"], said["word"])
