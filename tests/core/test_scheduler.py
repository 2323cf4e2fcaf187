"""Jobs run, in one process at a time, and a failing one does not stop the others."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.delivery import deliver_due
from aufruf.core.ground import Ground
from aufruf.core.hub import Hub
from aufruf.core.runner import Runner
from aufruf.core.scheduler import Job, Scheduler, run_once
from aufruf.core.settings import Settings
from aufruf.core.signals import Signals
from aufruf.core.templating import make_environment
from aufruf.core.texts import own_texts
from aufruf.core.tx import Tx
from aufruf.office.staff.access import OfficeGate
from tests.core.test_delivery import CONFIRMED, read_mails, write
from tests.mail_server import receiving
from tests.races import race

PATIENCE_SECONDS = 30  # only ends a test that would hang


@asynccontextmanager
async def standing(
    database: Database, clock: FixedClock, smtp_url: str = ""
) -> AsyncGenerator[Ground]:
    async with Runner(database, clock, None, {}) as runner, asyncio.timeout(PATIENCE_SECONDS):
        yield Ground(
            settings=Settings.model_validate({"smtp_url": smtp_url}),
            clock=clock,
            database=database,
            runner=runner,
            hub=Hub(database),
            signals=Signals(None),
            texts=own_texts(strict=True),
            templates=make_environment(),
            gate=OfficeGate(clock),
            secret_key="k" * 32,
        )


@asynccontextmanager
async def scheduling(ground: Ground, *wanted: Job) -> AsyncGenerator[Scheduler]:
    scheduler = Scheduler(ground, wanted, claim_seconds=0.05)
    await scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.stop()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  (what is waited for knows no event)
        await asyncio.sleep(0.01)


async def test_jobs_run_at_once_and_again_though_one_fails(
    database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
):
    ran: list[str] = []

    async def work(_ground: Ground) -> None:
        ran.append("work")

    async def fail(_ground: Ground) -> None:
        ran.append("fail")
        raise LookupError("no such day")

    async with (
        standing(database, clock) as ground,
        scheduling(ground, Job("fail", 0.05, fail), Job("work", 0.05, work)),
    ):
        await until(lambda: ran.count("work") > 2 and ran.count("fail") > 2)
    assert "job fail failed" in caplog.text


async def test_job_that_takes_long_runs_once_at_a_time(
    sqlite_database: Database, clock: FixedClock
):
    now: list[int] = []
    most = 0
    ended = 0

    async def work(_ground: Ground) -> None:
        nonlocal most, ended
        now.append(1)
        most = max(most, len(now))
        await asyncio.sleep(0.05)
        now.pop()
        ended += 1

    async with (
        standing(sqlite_database, clock) as ground,
        scheduling(ground, Job("work", 0.01, work)),
    ):
        await until(lambda: ended > 3)
    assert most == 1


async def test_stop_lets_a_job_finish(database: Database, clock: FixedClock):
    begun = asyncio.Event()
    ended: list[int] = []

    async def work(_ground: Ground) -> None:
        begun.set()
        await asyncio.sleep(0.05)
        ended.append(1)

    async with standing(database, clock) as ground, scheduling(ground, Job("work", 60, work)):
        await begun.wait()
    assert ended == [1]


async def test_one_process_owns_the_jobs_and_another_takes_over(
    postgres_database: Database, clock: FixedClock
):
    async with standing(postgres_database, clock) as ground, scheduling(ground) as first:
        await until(lambda: first.owns)
        async with scheduling(ground) as second:
            await asyncio.sleep(0.3)
            assert (first.owns, second.owns) == (True, False)
            await first.stop()
            await until(lambda: second.owns)


async def test_owner_that_loses_its_connection_lets_go_and_comes_back(
    postgres_database: Database, clock: FixedClock
):
    async with standing(postgres_database, clock) as ground, scheduling(ground) as scheduler:
        await until(lambda: scheduler.owns)
        with psycopg.connect(postgres_database.conninfo, autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND classid = 3"
            )
        await until(lambda: not scheduler.owns)
        await until(lambda: scheduler.owns)


def test_run_once_is_true_for_one_of_many(database: Database, clock: FixedClock):
    def claim(tx: Tx, _nth: int) -> bool:
        return run_once(tx, "statistics", tx.now)

    ran = race(database, clock, claim, racers=32, meet_before="INSERT INTO job_run")
    assert sorted(bool(one.value) for one in ran) == [False] * 31 + [True]


def test_run_once_is_true_again_for_another_instant(runner: Runner, clock: FixedClock):
    def claim(tx: Tx) -> bool:
        return run_once(tx, "statistics", tx.now)

    assert [runner.run_now((), claim), runner.run_now((), claim)] == [True, False]
    clock.move(timedelta(days=1))
    assert runner.run_now((), claim)


async def test_mails_are_delivered_where_there_is_a_mail_server(
    database: Database, clock: FixedClock
):
    async with receiving() as mail_server, standing(database, clock, mail_server.url) as ground:
        await ground.runner.run(1, write, CONFIRMED)
        await deliver_due(ground)
        assert len(mail_server.mails) == 1
    assert read_mails(database) == [("sent", 1, None)]


async def test_mails_wait_while_there_is_no_mail_server(database: Database, clock: FixedClock):
    async with standing(database, clock) as ground:
        await ground.runner.run(1, write, CONFIRMED)
        await deliver_due(ground)
    assert read_mails(database) == [("waiting", 0, None)]
