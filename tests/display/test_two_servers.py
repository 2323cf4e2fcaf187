"""Two server processes on one PostgreSQL: a counter at one, a screen at the other."""

import asyncio
from pathlib import Path

import pytest

from aufruf.display.feeds import boards_of
from aufruf.queue.watching import presence
from aufruf.queue.watching.live import live_of
from tests.databases import PostgresEngine
from tests.display.conftest import make_room
from tests.display.test_socket import call, hang_up
from tests.listening import PATIENCE_SECONDS, Listener, Message, listening
from tests.queue.server_process import another_server
from tests.queue.web import open_hall

SCREEN = "amtal-rathaus-anzeige"
HELLO: Message = {
    "type": "hello",
    "version": "0123456789ab",
    "width": 1920,
    "height": 1080,
    "sound": True,
    "voice": "system",
    "keeps": True,
    "late": 0,
}


async def test_counter_and_list_hear_of_a_screen_at_another_process(
    postgres_engine: PostgresEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there and what it is like, it gets what it is to do, what it showed and spoke is
    counted; once it has gone, the counter is told which one.
    """
    monkeypatch.setattr(presence, "REPEAT_SECONDS", 0.2)
    room = make_room(postgres_engine)
    token = hang_up(room)
    url = room.database.url.render_as_string(hide_password=False)
    async with open_hall(room, tmp_path) as hall, another_server(url, tmp_path) as other:
        place = other.base_url.netloc.decode()
        ground = hall.app.state.ground
        gone = asyncio.Event()
        live_of(ground).ground.signals.listen(presence.GONE, lambda _: gone.set())
        counter_path = "/ws/counters/amtal-1"
        async with listening(hall.place, counter_path, hall.one.token) as counter:
            async with listening(place, f"/ws/displays/{SCREEN}", token) as screen:
                await screen.until_type("snapshot")
                await screen.send(HELLO)
                await call(hall)
                await acknowledge(screen)
                everywhere = {"expected": 1, "shown": 1, "announced": 1, "spoken": 1, "silent": 0}
                await counter.until(lambda one: one["seen"] == everywhere)
                state = live_of(ground).screens.state(SCREEN)
                assert state.connected
                assert state.hello is not None
                assert (state.hello.width, state.hello.voice) == (1920, "system")
                boards_of(ground).order(SCREEN, "identify")
                assert (await screen.until_type("identify"))["screen"] == SCREEN
            start = len(counter.messages)
            assert counter.messages[-1]["screens"] == []
            async with asyncio.timeout(PATIENCE_SECONDS):
                await gone.wait()
            assert not live_of(ground).screens.state(SCREEN).connected
            room.wait(seconds=30)
            away = [{"name": "Anzeige", "state": "offline"}]
            await counter.until(lambda one: one["screens"] == away, after=start)
    room.database.close()


async def acknowledge(screen: Listener) -> None:
    shown = await screen.until_type("call")
    said = {"office": shown["office"], "call_id": shown["call_id"], "sound": True}
    await screen.send({"type": "shown", **said, "spoken": False})
    await screen.send({"type": "announced", **said, "spoken": True})
