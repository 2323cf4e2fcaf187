"""The pages beside the counter, gathered: how an office calls, said and set; a ticket's life."""

from starlette.routing import BaseRoute

from .explained import pages as explained_pages
from .life import pages as life_pages
from .settings import pages as settings_pages

routes: list[BaseRoute] = [
    *settings_pages.routes,
    *explained_pages.routes,
    *life_pages.routes,
]
