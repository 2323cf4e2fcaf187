"""Words between processes: heard at once here, soon elsewhere, again after a lost connection."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psycopg
import pytest

from aufruf.core import signals
from aufruf.core.database import Database
from aufruf.core.signals import LONGEST, Signals, Word

PATIENCE_SECONDS = 30


class Ear:
    """Keeps what one process hears on a topic."""

    def __init__(self, heard_by: Signals) -> None:
        self.words: list[Word] = []
        self.news = asyncio.Event()
        heard_by.listen("topic", self.hear)

    def hear(self, word: Word) -> None:
        self.words.append(word)
        self.news.set()


@asynccontextmanager
async def running(conninfo: str | None) -> AsyncGenerator[tuple[Signals, Ear]]:
    made = Signals(conninfo)
    ear = Ear(made)
    await made.start()
    try:
        yield made, ear
    finally:
        await made.stop()


async def say_until_heard(speaker: Signals, ear: Ear, word: Word) -> None:
    """Signals may be lost while a connection is made: say it again until it arrives."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while word not in ear.words:
            ear.news.clear()
            speaker.say("topic", word)
            try:
                async with asyncio.timeout(0.2):
                    await ear.news.wait()
            except TimeoutError:
                continue


async def test_own_words_are_heard_at_once() -> None:
    async with running(None) as (alone, ear):
        alone.say("topic", {"n": 1})
        alone.say("another", {"n": 2})
        assert ear.words == [{"n": 1}]
        with pytest.raises(ValueError, match="topic"):
            alone.say("topic", {"text": "ä" * LONGEST})


async def test_other_processes_hear_also_after_the_connection_was_lost(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "RECONNECT_SECONDS", 0.05)
    conninfo = postgres_database.conninfo
    async with running(conninfo) as (one, own), running(conninfo) as (_, others):
        await say_until_heard(one, others, {"n": 1})
        assert {"n": 1} in own.words
        async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as third:
            cut = await third.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN aufruf_signals%'"
            )
            assert len(await cut.fetchall()) == 2
        await say_until_heard(one, others, {"n": 2})
