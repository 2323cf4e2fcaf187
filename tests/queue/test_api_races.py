"""Many press at once, through a real server; on PostgreSQL also through two processes."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import httpx2
import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.conftest import START
from tests.databases import PostgresEngine
from tests.queue.conftest import build
from tests.queue.room import Room, move_in
from tests.queue.server_process import another_server
from tests.queue.test_races import open_more_counters
from tests.queue.web import API, CARD, OFFICE, Caller, Hall, add_counter, open_hall

pytestmark = pytest.mark.anyio

MANY = 64


@pytest.fixture
async def hall(room: Room, tmp_path: Path) -> AsyncGenerator[Hall]:
    async with open_hall(room, tmp_path) as opened:
        yield opened


async def draw_at_once(kiosks: Sequence[Caller]) -> list[str]:
    """The numbers that so many kiosks get at the same moment."""
    answers = await asyncio.gather(*(kiosk.post(f"{OFFICE}/tickets", CARD) for kiosk in kiosks))
    assert {answer.status_code for answer in answers} == {201}
    return sorted(answer.json()["number"] for answer in answers)


async def press_next(counters: dict[str, Caller]) -> list[httpx2.Response]:
    pressed = (caller.post(f"{API}/counters/{slug}/next") for slug, caller in counters.items())
    return await asyncio.gather(*pressed)


def eight_counters(hall: Hall) -> dict[str, Caller]:
    open_more_counters(hall.room, 8)
    slugs = [f"amtal-9{number}" for number in range(8)]
    return {slug: Caller(hall.client, add_counter(hall.room, slug)) for slug in slugs}


def numbers(first: int, count: int) -> list[str]:
    return [f"A{number:03d}" for number in range(first, first + count)]


async def test_draws_at_once_are_different_and_consecutive(hall: Hall) -> None:
    assert await draw_at_once([hall.kiosk] * MANY) == numbers(1, MANY)


async def test_next_at_eight_counters_calls_eight_citizens(hall: Hall) -> None:
    counters = eight_counters(hall)
    await draw_at_once([hall.kiosk] * 8)
    answers = await press_next(counters)
    assert sorted(answer.json()["number"] for answer in answers) == numbers(1, 8)


async def test_next_pressed_many_times_at_one_counter_calls_once(hall: Hall) -> None:
    await draw_at_once([hall.kiosk] * 8)
    path = f"{API}/counters/amtal-1/next"
    answers = await asyncio.gather(*(hall.one.post(path) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


async def test_next_repeated_with_one_key_at_once_is_one_call(hall: Hall) -> None:
    await draw_at_once([hall.kiosk] * 8)
    path = f"{API}/counters/amtal-1/next"
    answers = await asyncio.gather(*(hall.one.post(path, key="press") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["call_id"] for answer in answers}) == 1


async def test_two_processes_on_one_database_share_numbers_and_tickets(
    postgres_engine: PostgresEngine, tmp_path: Path
) -> None:
    database = Database(postgres_engine.copy_of("queue_house", build))
    room = move_in(database, FixedClock(START))
    url = database.url.render_as_string(hide_password=False)
    async with open_hall(room, tmp_path) as hall, another_server(url, tmp_path) as client:
        there = Caller(client, hall.kiosk.token)
        assert await draw_at_once([hall.kiosk, there] * 32) == numbers(1, MANY)
        here = eight_counters(hall)
        mixed = {
            slug: Caller(client, caller.token) if nth % 2 else caller
            for nth, (slug, caller) in enumerate(here.items())
        }
        answers = await press_next(mixed)
        assert sorted(answer.json()["number"] for answer in answers) == numbers(1, 8)
    database.close()
