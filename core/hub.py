"""Follows the log and hands committed events to whoever subscribed, in order and without gaps.

Sockets are served in `fanout.py`; this knows no client. Everything here runs on one event loop,
but for `wake`.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Self, cast

from pydantic import ValidationError
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from .database import Database
from .driver import Raw
from .events import Event, Logged, read_event
from .models import EventRow, EventSequence
from .notify import notices
from .watch import file_changes

log = logging.getLogger(__name__)

CHUNK = 500
RETRY_SECONDS = 1.0

SEQUENCES = select(col(EventSequence.office_id), col(EventSequence.seq))
SEQUENCE = Raw("SELECT seq FROM event_sequence WHERE office_id = :office_id")
LATER = (
    select(col(EventRow.seq), col(EventRow.at), col(EventRow.type), col(EventRow.data))
    .where(
        col(EventRow.office_id) == bindparam("office_id"), col(EventRow.seq) > bindparam("after")
    )
    .order_by(col(EventRow.seq))
    .limit(CHUNK)
)


class UnknownEvent(Event):
    """Written by a newer version of the program; only its number counts here."""

    type_name: str


class Subscription:
    """Events of some offices as they are committed: an async iterator of tuples.

    Never holds the hub back: when more than `limit` events wait, they are dropped and the next
    batch comes with `lost` set. Then a fresh snapshot is due; the events of that batch and of later
    ones may be older than it, so compare their numbers.
    """

    def __init__(self, hub: "Hub", offices: frozenset[int] | None, limit: int) -> None:
        self.lost = False
        self._hub = hub
        self._offices = offices
        self._limit = limit
        self._waiting: deque[Logged] = deque()
        self._overflowed = False
        self._closed = False
        self._due = asyncio.Event()

    def offer(self, events: Iterable[Logged]) -> None:
        """Called by the hub. Never waits."""
        wanted = [e for e in events if self._offices is None or e.office_id in self._offices]
        if not wanted:
            return
        self._waiting.extend(wanted)
        if len(self._waiting) > self._limit:
            self._waiting.clear()
            self._overflowed = True
        self._due.set()

    def close(self) -> None:
        """No more events; an iteration under way ends."""
        self._closed = True
        self._due.set()
        self._hub.forget(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> tuple[Logged, ...]:
        await self._due.wait()
        if self._closed:
            raise StopAsyncIteration
        self._due.clear()
        self.lost, self._overflowed = self._overflowed, False
        batch = tuple(self._waiting)
        self._waiting.clear()
        return batch


class Hub:
    """Delivers each office's events once, in the order of their numbers.

    What this process commits is delivered directly when it is the next number; everything else,
    and whatever came in between, is read from the log.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seq: dict[int, int] = {}
        self._subscriptions: set[Subscription] = set()
        self._due = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def seq(self) -> Mapping[int, int]:
        """The last number delivered, per office."""
        return self._seq

    @property
    def follows(self) -> bool:
        """Whether the log is being followed: started, and none of its tasks has ended."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def start(self) -> None:
        """Begin at the present end of the log."""
        self._loop = asyncio.get_running_loop()
        self._seq.update(await self._database.read(_sequences))
        self._tasks = [
            asyncio.create_task(self._watch(), name="hub-watch"),
            asyncio.create_task(self._follow(), name="hub-follow"),
        ]

    async def stop(self) -> None:
        """End every subscription."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        self._loop = None
        for subscription in tuple(self._subscriptions):
            subscription.close()

    def subscribe(self, offices: Collection[int] | None = None, limit: int = 256) -> Subscription:
        """Events from now on; of all offices when none are named. Close it, or use `async with`."""
        wanted = None if offices is None else frozenset(offices)
        subscription = Subscription(self, wanted, limit)
        self._subscriptions.add(subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        """Called by a subscription that closes."""
        self._subscriptions.discard(subscription)

    def committed(self, events: Iterable[Logged]) -> None:
        """What this process has just committed."""
        if not self._deliver(events):
            self._due.set()

    def wake(self) -> None:
        """Look at the log soon. May be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._due.set)

    def _deliver(self, events: Iterable[Logged]) -> bool:
        """Hand on those that are next; false when one was missing in between."""
        fresh: list[Logged] = []
        whole = True
        for logged in events:
            last = self._seq.get(logged.office_id, 0)
            if logged.seq == last + 1:
                self._seq[logged.office_id] = logged.seq
                fresh.append(logged)
            elif logged.seq > last:
                whole = False
        if fresh:
            for subscription in tuple(self._subscriptions):
                subscription.offer(fresh)
        return whole

    async def _watch(self) -> None:
        async with aclosing(self._changes()) as changes:
            async for _ in changes:
                self._due.set()

    def _changes(self) -> AsyncGenerator[None]:
        if self._database.dialect == "sqlite":
            return file_changes(self._database.file)
        return notices(self._database.conninfo)

    async def _follow(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self._catch_up()
            except SQLAlchemyError as error:
                log.warning("the log cannot be read now: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                self._due.set()

    async def _catch_up(self) -> None:
        ends = await self._database.read(_sequences)
        for office_id, end in ends.items():
            while (last := self._seq.get(office_id, 0)) < end:
                events = await self._database.read(_read_log, office_id, last)
                if not events:
                    self._seq[office_id] = end  # the rows were cleared away
                    break
                if last == self._seq.get(office_id, 0):
                    self._seq[office_id] = events[0].seq - 1
                self._deliver(events)


def find_seq(conn: Connection, office_id: int) -> int:
    """The number of an office's last event, 0 before the first."""
    row = SEQUENCE.run(conn, {"office_id": office_id})
    return 0 if row is None else cast("int", row[0])


def _sequences(conn: Connection) -> dict[int, int]:
    return {row.office_id: row.seq for row in conn.execute(SEQUENCES)}


def _read_log(conn: Connection, office_id: int, after: int) -> list[Logged]:
    rows = conn.execute(LATER, {"office_id": office_id, "after": after})
    return [Logged(office_id, row.seq, row.at, _event(row.type, row.data)) for row in rows]


def _event(type_name: str, data: str) -> Event:
    try:
        return read_event(type_name, data)
    except (KeyError, ValidationError):
        log.warning("an event of type %s is not known to this version", type_name)
        return UnknownEvent(type_name=type_name)
