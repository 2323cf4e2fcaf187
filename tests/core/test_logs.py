"""What is merely told is written together; what is wrong at once, after all that came before."""

import asyncio
import io
import logging
from collections.abc import Iterator

import pytest

from aufruf.core import logs


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    monkeypatch.setattr(logs, "TOGETHER_SECONDS", 3600)
    stream, logger = io.StringIO(), logging.getLogger("told")
    handler = logs.Together(stream)
    logger.addHandler(handler)
    monkeypatch.setattr(logger, "propagate", False)
    logger.setLevel(logging.INFO)
    yield logger, stream
    logger.removeHandler(handler)
    handler.close()


async def test_lines_wait_for_each_other(told: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = told
    logger.info("one")
    logger.info("two")
    assert stream.getvalue() == ""
    logger.warning("three")
    assert stream.getvalue() == "one\ntwo\nthree\n"


async def test_lines_are_written_soon(
    told: tuple[logging.Logger, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "TOGETHER_SECONDS", 0)
    logger, stream = told
    logger.info("one")
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0, done.set)
    await done.wait()
    assert stream.getvalue() == "one\n"


def test_lines_are_written_at_the_end(told: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = told

    async def tell() -> None:
        logger.info("one")

    asyncio.run(tell())
    assert stream.getvalue() == ""
    logger.handlers[0].flush()
    assert stream.getvalue() == "one\n"


def test_without_a_loop_lines_are_written_at_once(
    told: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, stream = told
    logger.info("one")
    assert stream.getvalue() == "one\n"
