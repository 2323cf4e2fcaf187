"""Puts the parts together into one ASGI application; what each brings is listed in `parts.py`."""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from ..core.assembly import assemble
from ..core.clock import Clock, SystemClock
from ..core.database import Database
from ..core.ground import Ground
from ..core.hub import Hub
from ..core.logs import write_what_waits
from ..core.runner import Runner
from ..core.secrets import secret_key_of
from ..core.settings import Settings
from ..core.signals import Signals
from ..core.templating import make_environment
from ..core.texts import Texts, own_texts
from ..office.staff.access import OfficeGate
from .migrate import migrate
from .parts import REACTIONS, routes_of, start_parts

logger = logging.getLogger("aufruf.app")


class Guest(Protocol):
    """Something on top of the house, such as the demo: its routes come first, it starts last."""

    @property
    def routes(self) -> Sequence[BaseRoute]: ...
    async def start(self, ground: Ground, stack: AsyncExitStack) -> None: ...


def create_app(
    settings: Settings, clock: Clock | None = None, guest: Guest | None = None
) -> Starlette:
    """The application; nothing is opened or started before its lifespan begins.

    Raises ValueError when the catalogue of texts is not valid.
    """
    texts = own_texts(strict=settings.strict_texts)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(write_what_waits)  # a signal ends the process without more ado
            try:
                ground = await open_ground(stack, settings, clock or SystemClock(), texts)
                app.state.ground = ground
                if guest is not None:
                    await guest.start(ground, stack)
            except Exception as error:
                app.state.failure = error  # the server is told only that it failed
                raise
            logger.info("started")
            yield
            logger.info("stopping")

    own: Sequence[BaseRoute] = () if guest is None else guest.routes
    return assemble([*own, *routes_of(settings.only)], lifespan)


async def open_ground(
    stack: AsyncExitStack, settings: Settings, clock: Clock, texts: Texts
) -> Ground:
    """Open database and hub, start what runs beside the requests; the stack ends it all again."""
    database = Database(settings.database)
    stack.callback(database.close)
    migrate(database)
    hub = Hub(database)
    runner = Runner(database, clock, hub, REACTIONS)
    signals = Signals(database.conninfo if database.dialect == "postgresql" else None)
    await signals.start()
    stack.push_async_callback(signals.stop)
    ground = Ground(
        settings=settings,
        clock=clock,
        database=database,
        runner=runner,
        hub=hub,
        signals=signals,
        texts=texts,
        templates=make_environment(reload=settings.demo),
        gate=OfficeGate(clock),
        secret_key=secret_key_of(settings),
    )
    await stack.enter_async_context(runner)
    await start_parts(ground, stack)
    return ground
