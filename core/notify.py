"""PostgreSQL: telling other processes that the log has grown, and hearing it from them.

A notice says only "look": the log itself is read by the hub, so a lost notice costs nothing.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress

import psycopg

log = logging.getLogger(__name__)

CHANNEL = "aufruf_log"
LOOK_SECONDS = 1.0
RECONNECT_SECONDS = 0.5


def notify_now(conninfo: str) -> None:
    """One notice on a connection of its own, for a process that ends soon."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute(f"NOTIFY {CHANNEL}")


class Notifier:
    """Sends notices after commits, merged: however many commits, at most one is on its way.

    On a connection of its own, for NOTIFY inside the transaction makes the commits of all offices
    wait for each other (measured: half of them a second).
    """

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin sending; needs a running loop."""
        self._task = asyncio.create_task(self._run(), name="notify")

    def nudge(self) -> None:
        """Something was committed. Never waits."""
        self._due.set()

    async def stop(self) -> None:
        """End; a notice not yet sent is lost, which costs nothing."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                async with await connect(self._conninfo) as conn:
                    while True:
                        await self._due.wait()
                        self._due.clear()
                        await conn.execute(f"NOTIFY {CHANNEL}")
            except psycopg.Error as error:
                log.warning("no connection to send notices: %s", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)


async def notices(conninfo: str) -> AsyncGenerator[None]:
    """Yields whenever the log may have grown: at a notice, once a second, after a reconnect."""
    while True:
        try:
            async with await connect(conninfo) as conn:
                await conn.execute(f"LISTEN {CHANNEL}")
                while True:
                    yield
                    await _one_notice(conn)
        except psycopg.Error as error:
            log.warning("no connection to hear notices: %s", type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)


async def _one_notice(conn: psycopg.AsyncConnection) -> None:
    async for _ in conn.notifies(timeout=LOOK_SECONDS, stop_after=1):
        return


async def connect(conninfo: str) -> psycopg.AsyncConnection:
    """A connection beside the pool, outside any transaction; raises psycopg.Error."""
    return await psycopg.AsyncConnection.connect(conninfo, autocommit=True, connect_timeout=5)
