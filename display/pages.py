"""The full-screen page of a screen. All it shows comes through its socket."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import allow, route
from ..core.ground import ground_of
from ..core.web import page
from ..office.directory import latest_directory


async def show_display(request: Request) -> Response:
    """GET /display/{d}: for the screen itself and for staff; others see how it is set up."""
    directory = await latest_directory(ground_of(request))
    device = directory.display(request.path_params["d"])
    area = directory.area(device.area_id)
    offices = directory.offices_of_area(area.id)
    ground = ground_of(request)
    context = {
        "device": device,
        "area": area,
        "offices": offices,
        "municipality": directory.municipality(area.municipality_id),
        "english": ground.texts.in_language("en"),
    }
    # A screen speaks the house's language, whatever its browser was installed with.
    language = ground.settings.languages[0]
    return page(request, "display/display.html", context, language=language)


routes: list[BaseRoute] = [
    route(
        "/display/{d}",
        show_display,
        access=allow("display", "staff", device="d"),
        name="display",
    )
]
