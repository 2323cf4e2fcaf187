"""The pages beside the counter, gathered: how an office calls, said and set; a ticket's life."""

from starlette.routing import BaseRoute

from .settings import pages as settings_pages

routes: list[BaseRoute] = [*settings_pages.routes]
