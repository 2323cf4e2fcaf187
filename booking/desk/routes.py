"""The routes of the desk, gathered from where they are written."""

from starlette.routing import BaseRoute

from ..mass import pages as mass_pages
from . import find_pages as desk_find_pages
from . import one_pages as desk_one_pages
from . import pages as desk_pages
from . import paper_pages

# "find" stands before any reference: no reference is so short.
routes: list[BaseRoute] = [
    *desk_pages.routes,
    *desk_find_pages.routes,
    *desk_one_pages.routes,
    *paper_pages.routes,
    *mass_pages.routes,
]
