"""The one road to a change: runs commands in transactions, then publishes what they emitted.

Nobody is answered and nothing is published before the commit returned.
"""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar, cast

from .batch import BatchWriter, Command, Done
from .clock import Clock
from .database import WRITERS, Database
from .errors import try_again
from .filelock import FileLock
from .hub import Hub
from .lanes import Lanes, Turn, Waiting
from .notify import Notifier, notify_now
from .tx import Reactions, Tx

P = ParamSpec("P")
T = TypeVar("T")

WAITING_LIMIT = 2000  # more than this is a storm; better an honest 503 than a minute of waiting


class Runner:
    """Runs commands: on SQLite on one writer thread, on PostgreSQL in one lane per office.

    Commands that wait together share a commit. A command may be run a second time when the
    database made its transaction give way, so it must touch nothing but its `tx`.
    """

    def __init__(
        self, database: Database, clock: Clock, hub: Hub | None, reactions: Reactions
    ) -> None:
        self._database = database
        self._hub = hub
        self._writer = BatchWriter(database, clock, reactions)
        single = database.dialect == "sqlite"
        self._lanes = Lanes(single=single)
        self._free = 1 if single else WRITERS
        self._lock = FileLock(database.file) if single else None
        self._notifier = None if single else Notifier(database.conninfo)
        self._threads: ThreadPoolExecutor | None = None
        self._accepts = False
        self._running: set[asyncio.Future[Done]] = set()

    async def start(self) -> None:
        """Take the SQLite file for this process and start the hub.

        Raises AlreadyServedError when another server has the file.
        """
        if self._lock is not None:
            self._lock.take()
        self._threads = ThreadPoolExecutor(self._free, thread_name_prefix="write")
        try:
            if self._hub is not None:
                await self._hub.start()
        except BaseException:
            await self.stop()
            raise
        if self._notifier is not None:
            self._notifier.start()
        self._accepts = True

    async def stop(self) -> None:
        """Refuse new commands, finish those that wait, and let go of everything."""
        self._accepts = False
        while self._running:
            await asyncio.wait(self._running)
        if self._notifier is not None:
            await self._notifier.stop()
        if self._hub is not None:
            await self._hub.stop()
        if self._threads is not None:
            self._threads.shutdown()
        if self._lock is not None:
            self._lock.release()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def run(
        self,
        offices: int | Collection[int],
        command: Callable[Concatenate[Tx, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """`command(tx, ...)` in a transaction holding these offices; () is the installation lane.

        Raises what the command raised, its own changes undone; DomainError `try_again` when the
        transaction was lost and nothing of it was saved.
        """
        if not self._accepts or self._lanes.count >= WAITING_LIMIT:
            raise try_again()
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        wanted = Command(_sorted(offices), lambda tx: command(tx, *args, **kwargs))
        self._lanes.add(Waiting(wanted, future))
        self._dispatch()
        return cast("T", await future)

    def run_now(
        self,
        offices: int | Collection[int],
        command: Callable[Concatenate[Tx, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The same at once, in a transaction and on a connection of its own.

        For the shell, seeding and tests; needs no start. A running server notices.
        """
        wanted = Command(_sorted(offices), lambda tx: command(tx, *args, **kwargs))
        done = self._writer.run(wanted.offices, [wanted])
        if done.events and self._notifier is not None:
            notify_now(self._database.conninfo)
        if done.events and self._hub is not None:
            self._hub.wake()
        (outcome,) = done.outcomes
        if outcome.error is not None:
            raise outcome.error
        return cast("T", outcome.value)

    def _dispatch(self) -> None:
        while self._free and (turn := self._lanes.take()):
            self._free -= 1
            self._begin(turn)

    def _begin(self, turn: Turn) -> None:
        loop = asyncio.get_running_loop()
        offices = turn.waiting[0].command.offices
        commands = [waiting.command for waiting in turn.waiting]
        running = loop.run_in_executor(self._threads, self._writer.run, offices, commands)
        self._running.add(running)
        running.add_done_callback(partial(self._end, turn))

    def _end(self, turn: Turn, running: asyncio.Future[Done]) -> None:
        self._free += 1
        self._lanes.release(turn)
        error = running.exception()
        if error is None:
            done = running.result()
            self._publish(done)
            for waiting, outcome in zip(turn.waiting, done.outcomes, strict=True):
                _settle(waiting.future, outcome.value, outcome.error)
        else:
            for waiting in turn.waiting:
                _settle(waiting.future, None, error)
        self._dispatch()
        self._running.discard(running)

    def _publish(self, done: Done) -> None:
        if not done.events:
            return
        if self._hub is not None:
            self._hub.committed(done.events)
        if self._notifier is not None:
            self._notifier.nudge()


def _sorted(offices: int | Collection[int]) -> tuple[int, ...]:
    return (offices,) if isinstance(offices, int) else tuple(sorted(set(offices)))


def _settle(future: asyncio.Future[object], value: object, error: BaseException | None) -> None:
    if future.done():
        return  # the caller went away; the command counts all the same
    if error is None:
        future.set_result(value)
    else:
        future.set_exception(error)
