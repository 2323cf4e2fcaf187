"""Work beside the requests: what breaks begins anew, what is cancelled ends."""

import asyncio

import pytest

from aufruf.core import background
from aufruf.core.background import keep_running

PATIENCE_SECONDS = 30  # only ends a test that would hang


async def test_work_that_breaks_begins_anew(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "AGAIN_SECONDS", 0)
    tries: list[int] = []

    async def work() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise OSError("the database is away")

    async with asyncio.timeout(PATIENCE_SECONDS):
        await keep_running(work, "the board")
    assert tries == [0, 1, 2]
    assert caplog.messages == ["the board broke off and begins anew"] * 2


async def test_work_that_is_cancelled_ends() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    task = keep_running(work, "the board")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
