"""A room with a screen on its wall, before a real server that a test can stop and look into."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page
from starlette.routing import BaseRoute

from aufruf.core.ground import Ground
from aufruf.core.settings import Settings
from aufruf.display.feeds import boards_of
from aufruf.office.devices.commands import renew_device_token
from aufruf.office.files.loader import load_files
from tests.browser import serve_app
from tests.display.house import shared_house
from tests.people import People, Screen
from tests.queue.room import Room

SCREEN = "amtal-anzeige"
PATIENCE = 20_000  # ms; only ends a test that would hang


class Inside:
    """The server's ground and loop, for what no request asks for."""

    def __init__(self, routes: Sequence[BaseRoute] = ()) -> None:
        self.routes = routes  # before those of the house
        self.ground: Ground | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    async def start(self, ground: Ground, stack: AsyncExitStack) -> None:  # noqa: ARG002
        self.ground, self.loop = ground, asyncio.get_running_loop()

    def do(self, work: Callable[[Ground], object]) -> None:
        """Have the server do something soon."""
        assert self.loop is not None
        assert self.ground is not None
        self.loop.call_soon_threadsafe(work, self.ground)

    def wait_for(self, work: Coroutine[None, None, None]) -> None:
        """Have the server do something now."""
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE / 1000)


class Wall:
    """The room with its screen, and a server that can be stopped and started again."""

    def __init__(
        self, room: Room, people: People, folder: Path, inside: Inside | None = None
    ) -> None:
        self.room = room
        self.people = people
        url = room.database.url.render_as_string(hide_password=False)
        self.settings = Settings(database_url=url, data_dir=folder, strict_texts=True)
        self.running = ExitStack()
        self.inside = inside or Inside()
        self.address = ""
        token = room.runner.run_now((), renew_device_token, slug=SCREEN).token
        self.path = f"/display/{SCREEN}#{token}"
        self.start()

    def start(self) -> None:
        port = int(self.address.rpartition(":")[2] or 0)
        serving = serve_app(self.settings, self.room.clock, port, self.inside)
        self.address = self.running.enter_context(serving)

    def stop(self) -> None:
        self.running.close()

    def screen(self, width: int = 1920, height: int = 1080) -> Screen:
        return self.people.screen(f"{self.address}{self.path}", width, height)

    def alter(self, **changes: str) -> None:
        """Load the house with other texts."""
        self.room.runner.run_now((), load_files, [shared_house(**changes)])

    def order(self, do: Literal["reload", "identify"]) -> None:
        """As the office's list of screens does it."""
        self.inside.do(lambda ground: boards_of(ground).order(SCREEN, do))


Hang = Callable[[Inside], Wall]
"""Hangs up the screen of a house whose server lets a test in."""


class Loads:
    """Counts how often a page has been loaded, and waits until it is once more.

    By its events: to look into a page that is about to go may never be answered.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0
        page.on("domcontentloaded", self._note)

    @contextmanager
    def once_more(self, after: int = 0) -> Iterator[None]:
        """What is done inside leads to a load, `after` so many others."""
        wanted = self.count + after + 1
        with self.page.expect_event(
            "domcontentloaded", lambda _: self.count >= wanted, timeout=PATIENCE
        ):
            yield

    def _note(self, _page: Page) -> None:
        self.count += 1


def stand_still(page: Page) -> None:
    """Its time goes on only when the test says so."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


def run_until(page: Page, condition: str) -> None:
    """Let the page's time pass until this is so; a page that loads anew is for `Loads`."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.clock.run_for(500)
    raise AssertionError(condition)
