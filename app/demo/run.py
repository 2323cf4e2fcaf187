"""Runs the demo: finds its day, fills it, serves it, and remembers how far its clock has gone."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, AsyncExitStack, closing, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from starlette.routing import BaseRoute

from ...core.clock import Clock, SystemClock
from ...core.database import Database
from ...core.filelock import alone
from ...core.formats import local_day
from ...core.ground import Ground
from ...core.runner import Runner
from ...core.settings import Settings
from ..migrate import migrate
from ..parts import REACTIONS
from .data import NotADemoError, require_demo, require_tables
from .day import demo_start
from .pages import Demo, routes
from .play import Play
from .seed import ACCESS_FILE, DemoAccess, last_event_at, seed

SQLITE = "sqlite:///"
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
    """Fill the data folder and the database for a day that is open now.

    Touches nothing that is served (AlreadyServedError), is not a demo's (NotADemoError) or was made
    by a version with other tables (OldDataError).
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if fresh:
        with unserved(settings):
            forget(settings)
    with closing(Database(settings.database)) as database:
        with unserved(settings):
            require_demo(database)
        migrate(database)  # takes the same lock, for as long as it has something to do
        require_tables(database)
        with unserved(settings):
            return _fill(database, settings, real or SystemClock(), live=live)


def _fill(
    database: Database, settings: Settings, real: Clock, *, live: bool
) -> tuple[Clock, DemoGuest]:
    folder, real_now = settings.data_dir, real.now()
    shown = [database.read_now(last_event_at), read_clock(folder)]
    last = max((moment for moment in shown if moment is not None), default=None)
    clock = DemoClock(real, demo_start(real_now, last) - real_now)
    runner = Runner(database, clock, None, REACTIONS)
    access = seed(runner, database, folder, settings.public_url, local_day(clock.now()))
    write_clock(folder, clock)
    return clock, DemoGuest(access, folder, live=live)


def unserved(settings: Settings) -> AbstractContextManager[None]:
    """Holds the lock of the embedded database; raises AlreadyServedError. PostgreSQL needs none."""
    if not settings.database.startswith(SQLITE):
        return nullcontext()
    return alone(Path(settings.database.removeprefix(SQLITE)))


def forget(settings: Settings) -> None:
    """Remove what an earlier demo left in its folder; raises NotADemoError for anything else."""
    folder = settings.data_dir
    if settings.database_url:
        raise NotADemoError("A fresh demo empties only its own folder: unset AUFRUF_DATABASE_URL.")
    if (folder / "aufruf.db").exists() and not (folder / ACCESS_FILE).exists():
        raise NotADemoError(f"{folder} was not filled by a demo; nothing was removed.")
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
