"""Coroutines that are started without a task."""

import asyncio

import pytest

from aufruf.core.eager import start


async def test_start_runs_to_the_end_what_need_not_wait():
    said: list[str] = []

    async def speak() -> None:
        said.append("now")

    assert start(speak()) is None
    assert said == ["now"]


async def test_rest_goes_on_in_whatever_task_awaits_it():
    said: list[object] = []
    first, second = asyncio.Event(), asyncio.Event()

    async def speak() -> None:
        said.append("begun")
        await first.wait()
        said.append("first")
        await second.wait()
        async with asyncio.timeout(10):
            await asyncio.sleep(0)
        said.append("second")

    async def finish() -> None:
        assert rest is not None
        await rest

    rest = start(speak())
    first.set()
    task = asyncio.create_task(finish())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert said == ["begun", "first"]
    second.set()
    await task
    assert said == ["begun", "first", "second"]


async def test_rest_that_is_cancelled_ends_the_coroutine():
    ended: list[str] = []
    never = asyncio.Event()

    async def speak() -> None:
        try:
            await never.wait()
        finally:
            ended.append("ended")

    async def finish() -> None:
        assert rest is not None
        await rest

    rest = start(speak())
    task = asyncio.create_task(finish())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["ended"]


async def test_start_and_rest_raise_what_the_coroutine_raises():
    go_on = asyncio.Event()

    async def fail_at_once() -> None:
        raise LookupError("at once")

    async def fail_later() -> None:
        await go_on.wait()
        raise LookupError("later")

    with pytest.raises(LookupError, match="at once"):
        start(fail_at_once())
    rest = start(fail_later())
    assert rest is not None
    go_on.set()
    with pytest.raises(LookupError, match="later"):
        await rest


async def test_rest_that_nobody_wants_is_closed():
    ended: list[str] = []

    async def speak() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    rest = start(speak())
    assert rest is not None
    rest.close()
    assert ended == ["ended"]
