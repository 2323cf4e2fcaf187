"""A town's own two colours, served as a stylesheet (core/colours.py checks them when loaded).

The colour of a call fills panels under dark ink in both themes. The colour of buttons and links
stands on white and is used in the light theme; dark pages keep the house's light blue.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import PUBLIC, route
from ..core.assets import YEAR
from ..core.ground import ground_of
from .directory import latest_directory
from .infos import MunicipalityInfo

_LIGHT = """:root {{
  --action: {action};
  --action-hover: color-mix(in oklab, {action}, #000 14%);
  --action-pressed: color-mix(in oklab, {action}, #000 24%);
  --action-soft: color-mix(in oklab, {action} 7%, #fff);
}}
"""


def stylesheet(town: MunicipalityInfo) -> str:
    """The tokens that a town replaces; empty for a town that has no colours of its own."""
    call = f":root {{ --call: {town.colour_call}; }}\n" if town.colour_call else ""
    if not town.colour_action:
        return call
    light = _LIGHT.format(action=town.colour_action)
    by_device = f"@media (prefers-color-scheme: light) {{\n{light}}}\n"
    themes = light.replace(":root", '[data-theme="light"]') + by_device.replace(
        ":root", '[data-theme="auto"]'
    )
    return call + themes


async def serve_colours(request: Request) -> Response:
    """GET /static/towns/{m}.css: for a year, as its address changes with the colours."""
    directory = await latest_directory(ground_of(request))
    town = directory.municipality(request.path_params["m"])
    return Response(stylesheet(town), media_type="text/css", headers={"Cache-Control": YEAR})


routes: list[BaseRoute] = [
    route("/static/towns/{m}.css", serve_colours, access=PUBLIC, name="town_colours")
]
