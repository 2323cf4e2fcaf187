"""Runs the jobs: interval scans of due tables, in one process at a time.

A job is a few lines in a part's `jobs.py`: claim by row count, call the command, log. Nothing is
scheduled at a local time, for on two nights a year that comes twice or not at all.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import bindparam, text
from sqlmodel.sql.sqltypes import UTCDateTime

from .notify import connect
from .tx import SCHEDULER_LOCK, Tx

if TYPE_CHECKING:
    from .ground import Ground

log = logging.getLogger(__name__)

CLAIM_SECONDS = 5.0
FINISH_SECONDS = 5.0

FIRST = text(
    "INSERT INTO job_run (job, due_at, ran_at) VALUES (:job, :due_at, :ran_at)"
    " ON CONFLICT (job, due_at) DO NOTHING"
).bindparams(bindparam("due_at", type_=UTCDateTime()), bindparam("ran_at", type_=UTCDateTime()))


@dataclass(frozen=True, slots=True)
class Job:
    """What runs every so many seconds of real time, at the start first. Must be repeatable."""

    name: str
    seconds: float
    act: "Callable[[Ground], Awaitable[None]]"


def run_once(tx: Tx, job: str, due_at: datetime) -> bool:
    """True for the first who asks for this job at this instant, in whatever process."""
    values = {"job": job, "due_at": due_at, "ran_at": tx.now}
    return tx.conn.execute(FIRST, values).rowcount == 1


class Scheduler:
    """Owns the jobs while it can: on SQLite always, on PostgreSQL while it holds the lock.

    When the owner ends or loses its connection, another process takes over within seconds.
    """

    def __init__(
        self, ground: "Ground", jobs: Iterable[Job], *, claim_seconds: float = CLAIM_SECONDS
    ) -> None:
        self._ground = ground
        self._jobs = tuple(jobs)
        self._claim_seconds = claim_seconds
        self._timer: AsyncIOScheduler | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._owner: asyncio.Task[None] | None = None

    @property
    def owns(self) -> bool:
        """Whether the jobs run in this process."""
        return self._timer is not None

    async def start(self) -> None:
        """Begin, or wait for the turn to."""
        if self._ground.database.dialect == "sqlite":
            self._begin()
        else:
            self._owner = asyncio.create_task(self._keep_owning(), name="scheduler")

    async def stop(self) -> None:
        """End; jobs under way have five seconds to finish."""
        self._end()
        if self._owner is not None:
            self._owner.cancel()
            with suppress(asyncio.CancelledError):
                await self._owner
        await asyncio.sleep(0)  # the timer shuts down at the loop's next turn
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=FINISH_SECONDS)
            for task in late:
                task.cancel()

    async def _keep_owning(self) -> None:
        while True:
            try:
                async with await connect(self._ground.database.conninfo) as conn:
                    await self._own(conn)
            except psycopg.Error as error:
                log.warning("no connection to own the jobs with: %s", type(error).__name__)
            finally:
                self._end()
            await asyncio.sleep(self._claim_seconds)

    async def _own(self, conn: psycopg.AsyncConnection) -> None:
        """Until the connection is lost, and the lock with it."""
        while not await _take(conn):  # noqa: ASYNC110  (held in another process)
            await asyncio.sleep(self._claim_seconds)
        self._begin()
        while True:
            await asyncio.sleep(self._claim_seconds)
            await conn.execute("SELECT 1")

    def _begin(self) -> None:
        log.info("this process runs the jobs")
        self._timer = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
        )
        for job in self._jobs:
            self._timer.add_job(  # pyright: ignore[reportUnknownMemberType]  (it has no types)
                self._run,
                "interval",
                args=(job,),
                seconds=job.seconds,
                next_run_time=datetime.now(UTC),
            )
        self._timer.start()

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.shutdown(wait=False)
            self._timer = None

    async def _run(self, job: Job) -> None:
        task = asyncio.create_task(self._try(job), name=job.name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # Ending the timer cancels what it started; a job that began is finished all the same.
        await asyncio.shield(task)

    async def _try(self, job: Job) -> None:
        try:
            await job.act(self._ground)
        except Exception:
            log.exception("job %s failed", job.name)


async def _take(conn: psycopg.AsyncConnection) -> bool:
    cursor = await conn.execute(b"SELECT pg_try_advisory_lock(%s, 0)", (SCHEDULER_LOCK,))
    row = await cursor.fetchone()
    return row is not None and bool(row[0])
