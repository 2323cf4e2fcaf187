"""The status is kept in memory: a thousand readers at once, how old it may be, who waits for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from aufruf.core.ground import Ground
from aufruf.queue.status.kept import BELIEVED_SECONDS, FRESH_SECONDS, STATUS, StatusTexts
from aufruf.queue.watching.live import live_of
from tests.queue.room import Room
from tests.queue.web import CARD, OFFICE, Hall, open_hall

pytestmark = pytest.mark.anyio

PATHS = ("/stand/amtal-buergerbuero", "/stand/amtal-buergerbuero/klein", "/stand/amtal",
         f"{OFFICE}/status")  # fmt: skip
READERS = 1000


class Hours:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Away:
    """In the place of a database: whoever wants something of it gets nothing."""

    def __getattr__(self, name: str) -> object:
        raise ConnectionError(name)


def ground_of(hall: Hall) -> Ground:
    return cast("Ground", hall.app.state.ground)


@asynccontextmanager
async def without_database(hall: Hall) -> AsyncGenerator[None]:
    """Whatever a request would ask of the database fails meanwhile."""
    ground = ground_of(hall)
    database, ground.database = ground.database, cast("Any", Away())
    try:
        yield
    finally:
        ground.database = database


@asynccontextmanager
async def watched_hall(room: Room, folder: Path) -> AsyncGenerator[tuple[Hall, StatusTexts, Hours]]:
    """The room served, and its status whose age the test decides."""
    async with open_hall(room, folder) as hall:
        hours = Hours()
        status = StatusTexts(ground_of(hall), hours)
        ground_of(hall).parts[STATUS] = status
        yield hall, status, hours


async def waiting(hall: Hall) -> int:
    return (await hall.citizen.get(f"{OFFICE}/status")).json()["waiting"]


async def draw_and_see(hall: Hall) -> None:
    """Draw a number; the live picture has it."""
    await hall.kiosk.post(f"{OFFICE}/tickets", CARD)
    live = live_of(ground_of(hall)).office(hall.room.office_id)
    await live.refresh()


async def test_thousand_readers_at_once_ask_the_database_nothing(
    room: Room, tmp_path: Path
) -> None:
    async with watched_hall(room, tmp_path) as (hall, status, _):
        first = [await hall.citizen.get(path) for path in PATHS]
        bodies = {path: answer.content for path, answer in zip(PATHS, first, strict=True)}
        async with without_database(hall):
            answers = await asyncio.gather(
                *(hall.citizen.get(PATHS[nth % len(PATHS)]) for nth in range(READERS))
            )
        assert {answer.status_code for answer in answers} == {200}
        wrong = [one for one in answers if one.content != bodies[one.url.path]]
        assert wrong == []
        assert len(status.texts) == len(PATHS)


async def test_first_readers_share_one_look(room: Room, tmp_path: Path) -> None:
    async with watched_hall(room, tmp_path) as (hall, status, _):
        readers = [asyncio.create_task(waiting(hall)) for _ in range(40)]
        looks: set[asyncio.Task[Any]] = set()
        while not all(reader.done() for reader in readers):
            looks |= set(status.looking.values())
            await asyncio.sleep(0)
        assert [reader.result() for reader in readers] == [0] * 40
        assert len(looks) <= 1  # it may have ended between two glances of ours
        assert len(status.looks) == 1


async def test_what_is_told_grows_old_and_is_renewed_beside_the_requests(
    room: Room, tmp_path: Path
) -> None:
    async with watched_hall(room, tmp_path) as (hall, status, hours):
        assert await waiting(hall) == 0
        await draw_and_see(hall)
        hours.now += FRESH_SECONDS - 1
        assert await waiting(hall) == 0
        assert not status.looking
        hours.now += 1
        assert await waiting(hall) == 0  # the last who is told the old figure
        await asyncio.gather(*status.looking.values())
        assert await waiting(hall) == 1
        await draw_and_see(hall)
        hours.now += BELIEVED_SECONDS
        assert await waiting(hall) == 2  # after a quiet hour nobody is told of the last one


async def test_a_database_that_is_away_is_not_seen_for_a_while(
    room: Room, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with watched_hall(room, tmp_path) as (hall, status, hours):
        assert await waiting(hall) == 0
        hours.now += FRESH_SECONDS
        async with without_database(hall):
            assert await waiting(hall) == 0
            await asyncio.gather(*status.looking.values(), return_exceptions=True)
        assert "no look at office" in caplog.text
        await draw_and_see(hall)
        hours.now += BELIEVED_SECONDS
        assert await waiting(hall) == 1


async def test_same_facts_make_no_new_text(room: Room, tmp_path: Path) -> None:
    async with watched_hall(room, tmp_path) as (hall, status, hours):
        await hall.citizen.get(PATHS[0])
        (before,) = status.texts.values()
        hours.now += BELIEVED_SECONDS
        await hall.citizen.get(PATHS[0])
        (after,) = status.texts.values()
        assert after is before
