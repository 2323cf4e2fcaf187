"""The full-screen page of a screen. All it shows comes through its socket."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import Screen, allow, principal_of, route
from ..core.ground import ground_of
from ..core.web import page
from ..office.directory import latest_directory
from .keeping import page_file
from .screen_page import counters_shown, offices_shown, page_settings


async def show_display(request: Request) -> Response:
    """GET /display/{d}: for the screen itself and for staff; others see how it is set up."""
    directory = await latest_directory(ground_of(request))
    device = directory.display(request.path_params["d"])
    area = directory.area(device.area_id)
    ground = ground_of(request)
    # A screen speaks the house's language, whatever its browser was installed with.
    language = ground.settings.languages[0]
    words = ground.texts.in_language(language)
    is_own = isinstance(principal_of(request), Screen)
    context = {
        "device": device,
        "area": area,
        "offices": offices_shown(directory, device),
        "counters": counters_shown(directory, device),
        "screen": page_settings(directory, device, words, own=is_own),
        "script": page_file("display/display.js"),
        "municipality": directory.municipality(area.municipality_id),
        "english": ground.texts.in_language("en"),
    }
    return page(request, "display/display.html", context, language=language)


routes: list[BaseRoute] = [
    route(
        "/display/{d}",
        show_display,
        access=allow("display", "staff", device="d"),
        name="display",
    )
]
