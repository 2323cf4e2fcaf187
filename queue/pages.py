"""The routes of all pages of the queue. The ticket on the phone is in `holder/pages.py`, the
counter's page in `counter/counter_pages.py`.
"""

from starlette.routing import BaseRoute

from .counter.counter_pages import routes as counter_routes
from .holder.pages import routes as holder_routes
from .paper.pages import routes as paper_routes
from .remote.pages import routes as remote_routes
from .watching.sockets import routes as socket_routes

routes: list[BaseRoute] = [
    *counter_routes,
    *holder_routes,
    *paper_routes,
    *remote_routes,
    *socket_routes,
]
