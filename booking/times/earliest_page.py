"""The earliest times of all offices that may do it, in whichever town: the page to choose from."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.ground import ground_of
from ...core.secrets import new_token
from ...core.web import page, query_as
from ...office.directory import latest_directory
from ...office.infos import Channel
from ..choosing.channels_page import channels_of, channels_page
from ..choosing.residence import head_of, home_of
from ..inputs import EarliestQuery
from ..reading import STARTS_SHOWN, earliest_times, in_order_of_time, offices_anywhere, taken_days
from ..words import item_words, near_moment
from .time_page import earliest_path, query_of, texts_of, way_back


async def show_earliest(request: HttpRequest) -> Response:
    """GET /termin/{m}/frueheste, with `service=` and `channel=` as on the page of times."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    home = home_of(directory, request.path_params["m"])
    asked = query_as(request, EarliestQuery)
    wanted, later = asked.wanted(), asked.later()
    offices = offices_anywhere(directory, home, wanted)
    channels, back = channels_of(offices), way_back(home, [*wanted, *later])
    channel = channels[0] if len(channels) == 1 else asked.channel
    if channel is None or channel not in channels:

        def href(way: Channel) -> str:
            return earliest_path(home, wanted, later, channel=way)

        return channels_page(request, head_of(directory, home), offices, href, back)
    offices = [each for each in offices if channel in each[1].channels]
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
        "later": later,
        "channel": channel,
        "query": query_of(wanted, later, channel=channel),
        "press_key": new_token(),
        "back": back,
    }
    return page(request, "booking/earliest.html", context)


routes: list[BaseRoute] = [route("/termin/{m}/frueheste", show_earliest, access=PUBLIC)]
