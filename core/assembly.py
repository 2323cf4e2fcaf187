"""An application around routes: in this order headers, log, bounds, same-site check, errors."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from .csrf import SameSite
from .headers import Bounds, SecurityHeaders
from .logs import RequestLog
from .problems import handlers
from .routing import ShelvedRouter


def assemble(routes: Sequence[BaseRoute], lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """The application; whoever calls this puts a `Ground` into `app.state.ground`."""
    app = Starlette(
        middleware=[Middleware(one) for one in (SecurityHeaders, RequestLog, Bounds, SameSite)],
        exception_handlers=handlers(),
    )
    app.router = ShelvedRouter(routes, lifespan)
    return app
