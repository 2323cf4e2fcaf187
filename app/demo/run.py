"""Runs the demo: finds its day, fills it, serves it, and remembers how far its clock has gone."""

import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from starlette.routing import BaseRoute

from ...core.clock import Clock, SystemClock
from ...core.database import Database
from ...core.formats import local_day
from ...core.ground import Ground
from ...core.runner import Runner
from ...core.settings import Settings
from ..migrate import migrate
from ..parts import REACTIONS
from .day import demo_start
from .pages import Demo, routes
from .play import Play
from .seed import ACCESS_FILE, DemoAccess, last_event_at, seed

logger = logging.getLogger(__name__)

CLOCK_FILE = "clock.json"
REMEMBER_SECONDS = 10.0
# What a fresh start removes; nothing else of the folder is touched.
OWN_FILES = (ACCESS_FILE, CLOCK_FILE, "secret.key", "aufruf.db", "aufruf.db-wal", "aufruf.db-shm")


@dataclass(frozen=True)
class DemoClock:
    """Another clock, ahead by a fixed time."""

    real: Clock
    offset: timedelta

    def now(self) -> datetime:
        return self.real.now() + self.offset


class DemoGuest:
    """The demo on top of the house."""

    def __init__(self, access: DemoAccess, folder: Path, *, live: bool) -> None:
        self.access = access
        self.folder = folder
        self.live = live

    @property
    def routes(self) -> Sequence[BaseRoute]:
        return routes

    async def start(self, ground: Ground, stack: AsyncExitStack) -> None:
        """Begin the simulated day if wanted, and keep the clock's place."""
        play = Play(ground)
        ground.parts["app"] = Demo(self.access, play)
        stack.push_async_callback(play.stop)
        remembering = asyncio.create_task(self._remember(ground.clock), name="demo clock")
        stack.callback(remembering.cancel)
        stack.callback(write_clock, self.folder, ground.clock)
        if self.live:
            await play.start()

    async def _remember(self, clock: Clock) -> None:
        while True:
            write_clock(self.folder, clock)
            await asyncio.sleep(REMEMBER_SECONDS)


def prepare(
    settings: Settings, *, fresh: bool, live: bool, real: Clock | None = None
) -> tuple[Clock, DemoGuest]:
    """Fill the data folder and the database for a day that is open now."""
    real = real or SystemClock()
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        forget(folder)
    with closing(Database(settings.database)) as database:
        migrate(database)
        shown = [database.read_now(last_event_at), read_clock(folder)]
        last = max((moment for moment in shown if moment is not None), default=None)
        real_now = real.now()
        clock = DemoClock(real, demo_start(real_now, last) - real_now)
        runner = Runner(database, clock, None, REACTIONS)
        access = seed(runner, database, folder, settings.public_url, local_day(clock.now()))
    write_clock(folder, clock)
    return clock, DemoGuest(access, folder, live=live)


def forget(folder: Path) -> None:
    """Remove what an earlier demo left in its folder."""
    for name in OWN_FILES:
        (folder / name).unlink(missing_ok=True)


def read_clock(folder: Path) -> datetime | None:
    """The last time an earlier start of the demo showed."""
    path = folder / CLOCK_FILE
    if not path.exists():
        return None
    return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["shown"])


def write_clock(folder: Path, clock: Clock) -> None:
    """Keep the time the demo shows now, so that the next start does not go back."""
    kept = {"shown": clock.now().isoformat()}
    if isinstance(clock, DemoClock):
        kept["offset"] = str(clock.offset)
    (folder / CLOCK_FILE).write_text(json.dumps(kept) + "\n", encoding="utf-8")
