"""The same request twice has one effect."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.idempotency import OnceKey, Reply, forget_old_replies, once
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from tests.core.events import ring
from tests.core.test_runner import read_log
from tests.races import race

KEY = OnceKey("amira", "one", "hash")


def ring_once(tx: Tx, key: OnceKey | None = KEY, status: int = 201) -> Reply:
    def act() -> Reply:
        ring(tx)
        return Reply(status, f'{{"seq":{tx.emitted[-1].seq}}}')

    return once(tx, key, act)


def ring_in_race(tx: Tx, _nth: int) -> Reply:
    return ring_once(tx)


def fail(tx: Tx) -> Reply:
    def act() -> Reply:
        ring(tx)
        raise DomainError("wrong_state", 409)

    return once(tx, KEY, act)


def rings(database: Database) -> int:
    return len(database.read_now(read_log))


def test_once_gives_the_first_reply_again(runner: Runner, database: Database):
    first = runner.run_now(1, ring_once)
    assert first == runner.run_now(1, ring_once) == Reply(201, '{"seq":1}')
    assert rings(database) == 1


def test_once_without_key_acts_each_time(runner: Runner, database: Database):
    runner.run_now(1, ring_once, None)
    runner.run_now(1, ring_once, None)
    assert rings(database) == 2


def test_once_tells_callers_and_keys_apart(runner: Runner, database: Database):
    for key in (KEY, OnceKey("bernd", "one", "hash"), OnceKey("amira", "two", "hash")):
        runner.run_now(1, ring_once, key)
    assert rings(database) == 3


def test_once_with_another_body_is_refused(runner: Runner, database: Database):
    runner.run_now(1, ring_once)
    with pytest.raises(DomainError) as refusal:
        runner.run_now(1, ring_once, OnceKey("amira", "one", "other"))
    assert (refusal.value.code, refusal.value.status) == ("key_reused", 422)
    assert rings(database) == 1


def test_once_forgets_what_was_raised(runner: Runner, database: Database):
    with pytest.raises(DomainError):
        runner.run_now(1, fail)
    assert runner.run_now(1, ring_once) == Reply(201, '{"seq":1}')
    assert rings(database) == 1


def test_once_forgets_a_reply_that_failed(runner: Runner):
    assert runner.run_now(1, ring_once, KEY, 409).status == 409
    assert runner.run_now(1, ring_once).status == 201


def test_once_forgets_after_a_day(runner: Runner, clock: FixedClock):
    assert runner.run_now(1, ring_once) == Reply(201, '{"seq":1}')
    clock.move(timedelta(hours=24, seconds=-1))
    assert runner.run_now(1, ring_once) == Reply(201, '{"seq":1}')
    clock.move(timedelta(seconds=1))
    assert runner.run_now(1, ring_once, OnceKey("amira", "one", "other")).body == '{"seq":2}'


def test_forget_old_replies_keeps_the_last_day(
    runner: Runner, database: Database, clock: FixedClock
):
    runner.run_now(1, ring_once)
    clock.move(timedelta(hours=23))
    runner.run_now(1, ring_once, OnceKey("amira", "two", "hash"))
    assert runner.run_now((), forget_old_replies) == 0
    clock.move(timedelta(hours=1))
    assert runner.run_now((), forget_old_replies) == 1
    left = database.read_now(
        lambda c: c.execute(text("SELECT key FROM idempotency_key")).scalars().all()
    )
    assert left == ["two"]


async def test_repeats_at_once_have_one_effect(database: Database, clock: FixedClock):
    async with Runner(database, clock, None, {}) as runner:
        replies = await asyncio.gather(*(runner.run(1, ring_once) for _ in range(32)))
    assert replies == [Reply(201, '{"seq":1}')] * 32
    assert rings(database) == 1


@pytest.mark.parametrize("offices", [[1], []], ids=["office", "installation"])
def test_repeats_in_several_processes_have_one_effect(
    database: Database, clock: FixedClock, offices: list[int]
):
    ran = race(database, clock, ring_in_race, racers=32, offices=offices, locked=True)
    assert [one.value for one in ran] == [Reply(201, '{"seq":1}')] * 32
    assert rings(database) == 1
