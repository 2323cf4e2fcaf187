"""The page that asks for the way: on site, by phone, by video. Where each leads, others know."""

from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ...core.web import page
from ...office.infos import Channel
from .residence import Able


def channels_of(able: Sequence[Able]) -> tuple[Channel, ...]:
    """The ways that any of these offices has for all that is wanted."""
    return tuple(dict.fromkeys(way for _, asked in able for way in asked.channels))


def channels_page(
    request: HttpRequest,
    head: Mapping[str, object],
    able: Sequence[Able],
    href: Callable[[Channel], str],
    back: str,
) -> Response:
    """Every way there is, with the offices one comes to; `href` is where each of them leads."""
    context = {
        **head,
        "ways": [(channel, href(channel)) for channel in channels_of(able)],
        "offices": [office for office, asked in able if "on_site" in asked.channels],
        "office": able[0][0],
        "back": back,
    }
    return page(request, "booking/channels.html", context)
