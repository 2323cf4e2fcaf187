"""The pages of an office about its mails, its calendar and its day, gathered."""

from starlette.routing import BaseRoute

from .lists import day_pages, feed_pages
from .mails import outbox_pages
from .mails import text_pages as mail_text_pages

# The outbox before the texts, whose path has a name for each kind in its place.
routes: list[BaseRoute] = [
    *day_pages.routes,
    *outbox_pages.routes,
    *feed_pages.routes,
    *mail_text_pages.routes,
]
