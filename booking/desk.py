"""The routes of the desk, gathered from where they are written."""

from starlette.routing import BaseRoute

from . import desk_find_pages, desk_one_pages, desk_pages, mass_pages, paper_pages

# "find" stands before any reference: no reference is so short.
routes: list[BaseRoute] = [
    *desk_pages.routes,
    *desk_find_pages.routes,
    *desk_one_pages.routes,
    *paper_pages.routes,
    *mass_pages.routes,
]
