"""The runner on both engines: what is answered, what is kept, what is published."""

import asyncio
import threading

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import col, select

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.filelock import AlreadyServedError
from aufruf.core.hub import Hub
from aufruf.core.models import EventRow
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from tests.core.events import ring

LOG = select(col(EventRow.office_id), col(EventRow.seq), col(EventRow.data))


def read_log(conn: Connection) -> list[tuple[int, int, str]]:
    rows = conn.execute(LOG.order_by(col(EventRow.office_id), col(EventRow.seq))).all()
    return [(row.office_id, row.seq, row.data) for row in rows]


def refuse(tx: Tx) -> None:
    ring(tx, nth=99)
    raise DomainError("not_allowed", 403)


def insert_twice(tx: Tx) -> None:
    for _ in range(2):
        tx.conn.execute(text("INSERT INTO event_sequence (office_id, seq) VALUES (77, 1)"))


def test_run_now_returns_the_value_and_writes_the_event(runner: Runner, database: Database):
    assert runner.run_now(1, ring, nth=7) == 7
    assert database.read_now(read_log) == [(1, 1, '{"nth":7}')]


def test_run_now_refused_leaves_nothing(runner: Runner, database: Database):
    with pytest.raises(DomainError) as refusal:
        runner.run_now(1, refuse)
    assert refusal.value.code == "not_allowed"
    assert database.read_now(read_log) == []


async def test_run_together_numbers_without_gaps(database: Database, clock: FixedClock):
    async with Runner(database, clock, None, {}) as runner:
        values = await asyncio.gather(*(runner.run(1, ring, nth=n) for n in range(200)))
    assert values == list(range(200))
    assert [seq for _, seq, _ in database.read_now(read_log)] == list(range(1, 201))


async def test_run_refused_between_others_undoes_only_itself(database: Database, clock: FixedClock):
    async with Runner(database, clock, None, {}) as runner:
        results = await asyncio.gather(
            runner.run(1, ring, nth=1),
            runner.run(1, refuse),
            runner.run(1, ring, nth=2),
            runner.run(1, insert_twice),
            runner.run(1, ring, nth=3),
            return_exceptions=True,
        )
    assert results[::2] == [1, 2, 3]
    assert isinstance(results[1], DomainError)
    assert isinstance(results[3], IntegrityError)
    assert database.read_now(read_log) == [(1, n, f'{{"nth":{n}}}') for n in (1, 2, 3)]


async def test_run_for_two_offices_emits_in_both(database: Database, clock: FixedClock):
    def ring_both(tx: Tx) -> None:
        ring(tx, office_id=1)
        ring(tx, office_id=2)

    async with Runner(database, clock, None, {}) as runner:
        await asyncio.gather(
            *(runner.run([2, 1], ring_both) for _ in range(10)),
            *(runner.run(office, ring, office_id=office) for office in (1, 2) * 10),
        )
    log = database.read_now(read_log)
    assert [(office, seq) for office, seq, _ in log] == [
        (office, seq) for office in (1, 2) for seq in range(1, 21)
    ]


def test_emit_for_another_office_is_a_mistake(runner: Runner):
    with pytest.raises(LookupError):
        runner.run_now(1, ring, office_id=2)


def test_emit_in_the_installation_lane_reaches_any_office(runner: Runner, database: Database):
    runner.run_now((), ring, office_id=5, nth=1)
    assert database.read_now(read_log) == [(5, 1, '{"nth":1}')]


def test_reaction_runs_in_the_same_transaction(database: Database, clock: FixedClock):
    def answer(tx: Tx, change: str) -> None:
        ring(tx, nth=len(change))

    def change(tx: Tx, *, fail: bool) -> None:
        tx.react("four")
        tx.react(4)
        if fail:
            raise DomainError("not_allowed", 403)

    runner = Runner(database, clock, None, {str: answer})
    with pytest.raises(DomainError):
        runner.run_now(1, change, fail=True)
    runner.run_now(1, change, fail=False)
    assert database.read_now(read_log) == [(1, 1, '{"nth":4}')]


async def test_batch_cache_is_emptied_by_a_failure(database: Database, clock: FixedClock):
    seen: list[object] = []

    def remember(tx: Tx, *, fail: bool = False) -> None:
        seen.append(tx.batch.get("known"))
        tx.batch["known"] = True
        if fail:
            raise DomainError("not_allowed", 403)

    async with Runner(database, clock, None, {}) as runner:
        await asyncio.gather(
            runner.run(1, ring),  # the next four wait for it and share a transaction
            runner.run(1, remember),
            runner.run(1, remember, fail=True),
            runner.run(1, remember),
            runner.run(1, remember),
            return_exceptions=True,
        )
    assert seen == [None, True, None, True]


async def test_run_whose_caller_went_away_counts_all_the_same(
    database: Database, clock: FixedClock
):
    async with Runner(database, clock, None, {}) as runner:
        waiting = asyncio.create_task(runner.run(1, ring))
        await asyncio.sleep(0)
        waiting.cancel()
    assert len(database.read_now(read_log)) == 1


async def test_run_before_start_and_after_stop_asks_to_try_again(
    database: Database, clock: FixedClock
):
    runner = Runner(database, clock, None, {})
    for _ in range(2):
        with pytest.raises(DomainError) as refusal:
            await runner.run(1, ring)
        assert refusal.value.code == "try_again"
        await runner.start()
        await runner.stop()


async def test_stop_finishes_what_waits(database: Database, clock: FixedClock):
    runner = Runner(database, clock, None, {})
    await runner.start()
    tasks = [asyncio.create_task(runner.run(1, ring, nth=n)) for n in range(100)]
    await asyncio.sleep(0)
    await runner.stop()
    assert await asyncio.gather(*tasks) == list(range(100))


async def test_second_server_on_a_file_is_refused_and_names_postgresql(
    sqlite_database: Database, clock: FixedClock
):
    async with Runner(sqlite_database, clock, None, {}):
        with pytest.raises(AlreadyServedError, match="PostgreSQL"):
            await Runner(sqlite_database, clock, None, {}).start()
    async with Runner(sqlite_database, clock, None, {}):
        pass


async def test_offices_run_beside_each_other_on_postgresql(
    postgres_database: Database, clock: FixedClock
):
    both = threading.Barrier(2, timeout=20)

    def meet(_tx: Tx) -> None:
        both.wait()

    async with Runner(postgres_database, clock, None, {}) as runner:
        await asyncio.gather(runner.run(1, meet), runner.run(2, meet))


async def test_hub_tells_what_was_committed_and_nothing_else(database: Database, clock: FixedClock):
    hub = Hub(database)
    async with Runner(database, clock, hub, {}) as runner, hub.subscribe([1]) as subscription:
        with pytest.raises(DomainError):
            await runner.run(1, refuse)
        await runner.run(2, ring, office_id=2, nth=1)
        await runner.run(1, ring, nth=2)
        batch = await anext(subscription)
    assert [(e.office_id, e.seq, e.event.model_dump()) for e in batch] == [(1, 1, {"nth": 2})]


async def test_start_that_fails_lets_go_of_the_file(sqlite_database: Database, clock: FixedClock):
    with sqlite_database.write_engine.begin() as conn:
        conn.execute(text("DROP TABLE event_sequence"))
    for _ in range(2):
        with pytest.raises(OperationalError):
            await Runner(sqlite_database, clock, Hub(sqlite_database), {}).start()
