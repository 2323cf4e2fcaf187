"""The secret address of an office's calendar: programs fetch it, the office renews it."""

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.errors import not_found
from ...core.ground import ground_of
from ...core.secrets import new_token, token_hash
from ...core.tx import Tx
from ...core.web import form_of, see_other
from ...office.directory import latest_directory
from ...office.staff.frame import office_of
from ..mails.post import post_of
from ..mails.text_pages import ADMINISTRATORS, MAILS, kinds_page
from . import feed_store
from .feed import AHEAD, PAST, write_feed


async def show_feed(request: Request) -> Response:
    """GET /kalender/{token}.ics: the calendar, or 304 for whoever has it already.

    Written anew each time, so that it is never stale: 40 us for each entry.
    """
    ground = ground_of(request)
    digest = token_hash(request.path_params["token"])
    office_id = await ground.database.read(feed_store.office_of_feed, digest)
    office = (await latest_directory(ground)).offices.get(office_id or 0)
    if office is None:
        raise not_found()
    now = ground.clock.now()
    entries = await ground.database.read(feed_store.entries_of, office.id, now - PAST, now + AHEAD)
    t = ground.texts.in_language(ground.settings.languages[0])
    file = write_feed(t, office, entries, post_of(ground).host).encode()
    tag = f'"{sha256(file).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)


async def change_feed(request: Request) -> Response:
    """POST /office/{o}/mails/feed: a new address, shown this once, or none any more."""
    office, ground = await office_of(request), ground_of(request)
    if (await form_of(request)).get("act") == "end":
        await ground.runner.run(office.id, end_feed, office_id=office.id)
        return see_other(MAILS.format(o=office.slug))
    token = await ground.runner.run(office.id, renew_feed, office_id=office.id)
    return await kinds_page(request, office, f"{ground.settings.public_url}/kalender/{token}.ics")


def renew_feed(tx: Tx, *, office_id: int) -> str:
    """The secret of a new address; the one before opens nothing any more. For administrators."""
    token = new_token()
    feed_store.keep_feed(tx, office_id, token_hash(token))
    return token


def end_feed(tx: Tx, *, office_id: int) -> None:
    """No address any more. For administrators."""
    feed_store.end_feed(tx, office_id)


routes: list[BaseRoute] = [
    route("/kalender/{token}.ics", show_feed, access=HOLDER),
    route(f"{MAILS}/feed", change_feed, access=ADMINISTRATORS, methods=("POST",)),
]
