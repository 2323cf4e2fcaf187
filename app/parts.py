"""What each part brings: its routes, what it keeps running, and how it reacts to those below.

Everything the house serves is listed here, and whether it may face the internet.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Literal

from starlette.routing import BaseRoute

from ..booking import api as booking_api
from ..booking import office_pages as booking_office
from ..booking import pages as booking_pages
from ..booking.desk import routes as booking_desk
from ..booking.hours import pages as booking_hours
from ..booking.services import recount_days
from ..core.access import PUBLIC, files, route
from ..core.assets import ROOT
from ..core.fonts import serve_font
from ..core.framing import FRAMING, Framing
from ..core.ground import Ground
from ..core.scheduler import Scheduler
from ..core.tx import Tx
from ..display import api as display_api
from ..display import keeping as display_keeping
from ..display import pages as display_pages
from ..display.feeds import Boards
from ..display.screens import pages as display_screens
from ..display.slides import api as slides_api
from ..display.slides import pages as slides_pages
from ..display.slides import slide_pages
from ..display.speech import api as speech_api
from ..display.speech.clips import Engine
from ..display.speech.speech import Speech
from ..kiosk import api as kiosk_api
from ..kiosk import pages as kiosk_pages
from ..office import api as office_api
from ..office import town_colours
from ..office.changes import OpeningRulesChanged, StaffSignedOut
from ..office.devices import pairing_pages as office_pairing
from ..office.framing import frame_origins
from ..office.staff import pages as office_pages
from ..office.staff.frame import MenuEntry
from ..queue import api as queue_api
from ..queue import office_pages as queue_office
from ..queue import pages as queue_pages
from ..queue.closing import pages as queue_closing
from ..queue.seats import pages as queue_seats
from ..queue.seats.leaving import leave_seats
from ..queue.status import pages as queue_status
from ..queue.status.kept import STATUS, StatusTexts
from ..queue.watching.live import QueueLive
from . import health, openapi, start
from .jobs import JOBS

REACTIONS: Mapping[type, Callable[[Tx, Any], None]] = {
    OpeningRulesChanged: recount_days,
    StaffSignedOut: leave_seats,
}

MENU = (
    MenuEntry("office.menu.appointments", "/office/{o}/appointments"),
    MenuEntry("office.menu.day", "/office/{o}/day"),
    MenuEntry("office.menu.change", "/office/{o}/change"),
    MenuEntry("closing.menu", "/office/{o}/close"),
    MenuEntry("slides.menu", "/office/{o}/slides"),
    MenuEntry("roll.menu", "/office/{o}/paper"),
    MenuEntry("office.menu.hours", "/office/{o}/hours"),
    MenuEntry("office.menu.tickets", "/office/{o}/tickets"),
    MenuEntry("office.menu.calling", "/office/{o}/calling", administrators_only=True),
    MenuEntry("screens.menu", "/office/{o}/screens"),
    MenuEntry("office.menu.mails", "/office/{o}/mails", administrators_only=True),
)

STATIC = ("core", "office", "booking", "queue", "display", "kiosk", "app")

# What may face the internet: paths that begin so. Kiosks, counters, screens, sign-in and devices
# stay in the house network.
FACING_THE_INTERNET = (
    "/api/openapi.json",
    "/api/v1/appointments/",
    "/api/v1/challenge",
    "/api/v1/municipalities",
    "/api/v1/tickets/",
    "/aufruf/",
    "/healthz",
    "/kalender/",
    "/readyz",
    "/stand/",
    "/static/",
    "/t/",
    "/termin",
    "/ws/tickets/",
)
PUBLIC_OF_OFFICES = ("", "/appointments", "/days", "/status", "/waits", "/times")


def routes_of(only: Literal["all", "public"]) -> list[BaseRoute]:
    """Every route that is served here."""
    every = [
        *health.routes,
        *openapi.routes,
        *office_api.routes,
        *booking_api.routes,
        *queue_api.routes,
        *display_api.routes,
        *speech_api.routes,
        *office_pages.routes,
        *office_pairing.routes,
        *booking_pages.routes,
        *booking_desk.routes,
        *booking_hours.routes,
        *booking_office.routes,
        *queue_pages.routes,
        *queue_status.routes,
        *queue_seats.routes,
        *queue_office.routes,
        *queue_closing.routes,
        *display_keeping.routes,
        *display_pages.routes,
        *slides_api.routes,
        *slides_pages.routes,
        *slide_pages.routes,
        *display_screens.routes,
        *kiosk_api.routes,
        *kiosk_pages.routes,
        *start.routes,
        *town_colours.routes,
        *static_routes(),
    ]
    return every if only == "all" else [item for item in every if faces_the_internet(item)]


def faces_the_internet(item: BaseRoute) -> bool:
    """Whether `aufruf serve --only public` has this route."""
    path: str = getattr(item, "path", "")
    if path.startswith("/api/v1/offices/{o}"):
        return path.removeprefix("/api/v1/offices/{o}") in PUBLIC_OF_OFFICES
    return path == "/" or path.startswith(FACING_THE_INTERNET)


def static_routes() -> Sequence[BaseRoute]:
    """The parts' static folders and the fonts."""
    folders = {part: ROOT / part / "static" for part in STATIC}
    return [
        route("/static/fonts/{name}", serve_font, access=PUBLIC, name="font"),
        *(files(part, folder) for part, folder in folders.items() if folder.is_dir()),
    ]


async def start_parts(ground: Ground, stack: AsyncExitStack) -> None:
    """Start what lives as long as the server, in the order one needs the other."""
    ground.parts["menu"] = MENU
    ground.parts[FRAMING] = Framing(
        ("/termin", "/stand"), "/static/booking/embed.js", frame_origins
    )
    live = ground.parts["queue"] = QueueLive(ground)
    stack.push_async_callback(live.stop)
    await live.start()
    status = ground.parts[STATUS] = StatusTexts(ground)
    stack.push_async_callback(status.stop)
    if ground.settings.only == "all":
        boards = ground.parts["display"] = Boards(ground, live)
        stack.push_async_callback(boards.stop)
        await boards.start()
        settings = ground.settings
        ground.parts["speech"] = Speech(settings.data_dir, ground.texts, Engine.found())
    scheduler = Scheduler(ground, JOBS)
    stack.push_async_callback(scheduler.stop)
    await scheduler.start()
