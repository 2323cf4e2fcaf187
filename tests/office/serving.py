"""Serves routes of this part on a real database, as the whole application would."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from aufruf.app.parts import static_routes
from aufruf.core.clock import Clock
from aufruf.core.csrf import SameSite
from aufruf.core.database import Database
from aufruf.core.ground import Ground
from aufruf.core.headers import SecurityHeaders
from aufruf.core.hub import Hub
from aufruf.core.logs import RequestLog
from aufruf.core.problems import handlers
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.core.signals import Signals
from aufruf.core.templating import make_environment
from aufruf.core.texts import own_texts
from aufruf.office import api
from aufruf.office.staff import pages
from aufruf.office.staff.access import OfficeGate
from aufruf.queue.seats import pages as seats

_SECONDS = count()


def application(
    database: Database,
    clock: Clock,
    settings: Settings,
    more: Sequence[BaseRoute] = (),
    monotonic: Callable[[], float] = _SECONDS.__next__,
) -> Starlette:
    """Login, counters, devices and the interface about master data, and `more` routes.

    Unless told otherwise, seconds pass between requests, so that the gate looks every time.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        hub = Hub(database)
        runner = Runner(database, clock, hub, {})
        app.state.ground = Ground(
            settings=settings,
            clock=clock,
            database=database,
            runner=runner,
            hub=hub,
            signals=Signals(None),
            texts=own_texts(strict=True),
            templates=make_environment(),
            gate=OfficeGate(clock, monotonic),
            secret_key="k" * 32,
        )
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(runner)
            yield

    return Starlette(
        routes=[*pages.routes, *seats.routes, *api.routes, *static_routes(), *more],
        middleware=[Middleware(RequestLog), Middleware(SecurityHeaders), Middleware(SameSite)],
        exception_handlers=handlers(),
        lifespan=lifespan,
    )
