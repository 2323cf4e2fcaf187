"""The earliest times of all offices that may do it, in whichever town: the page to choose from."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.ground import ground_of
from ...core.secrets import new_token
from ...core.web import page, query_as
from ...office.directory import latest_directory
from ..choosing.residence import head_of, home_of
from ..inputs import ServicesQuery
from ..reading import (
    STARTS_SHOWN,
    earliest_times,
    in_order_of_time,
    offices_anywhere,
    taken_days,
)
from ..words import item_words, near_moment
from .time_page import query_of, texts_of, way_back


async def show_earliest(request: HttpRequest) -> Response:
    """GET /termin/{m}/frueheste, with `service=` as on the page of times."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    home = home_of(directory, request.path_params["m"])
    wanted = query_as(request, ServicesQuery).wanted()
    offices = offices_anywhere(directory, home, wanted)
    now = ground.clock.now()
    found = await ground.database.read(
        earliest_times, taken_days(ground), offices, now, STARTS_SHOWN
    )
    t = texts_of(request)
    context = {
        **head_of(directory, home),
        "home": home,
        "found": [
            (each, near_moment(t, each.start, now) if each.start else None)
            for each in in_order_of_time(found)
        ],
        "items": [item_words(t, offer, count) for offer, count in offices[0][1].items],
        "wanted": wanted,
        "query": query_of(wanted),
        "press_key": new_token(),
        "back": way_back(home, wanted),
    }
    return page(request, "booking/earliest.html", context)


routes: list[BaseRoute] = [route("/termin/{m}/frueheste", show_earliest, access=PUBLIC)]
