"""The page of one screen's settings, with a small picture of it and what its size allows.

Handlers only. The form is read in `form.py`, the picture is worked out in `preview.py`.
"""

from functools import partial

from babel.numbers import format_decimal
from starlette.requests import Request
from starlette.responses import Response

from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.language import language_of
from ...core.locales import locale_of
from ...core.web import form_of, see_other
from ...office.devices.commands import change_device, stamp_of
from ...office.devices.screen_settings import MOST_CHOSEN, ScreenSettings
from ...office.directory import latest_directory
from ...office.infos import DeviceInfo, OfficeInfo
from ...office.staff.frame import staff_page
from ...queue.watching.live import live_of
from ..sizes import MOST_OFFICES, Shape
from .form import (
    LAYOUTS,
    LIMITS,
    SHARES,
    THEMES,
    VOICES,
    Said,
    Sheet,
    counter_tick,
    office_tick,
    read_sheet,
    sheet_of,
    sheet_sent,
)
from .preview import allowed_by, picture_of, shape_of
from .room import device_here

_MOST_FIELDS = MOST_CHOSEN  # a tick for each counter of the room


async def show_settings(request: Request) -> Response:
    """GET /office/{o}/screens/{d}: every setting as it holds."""
    office, device = await device_here(request)
    offices = await _offices(request, office)
    return await _page(request, office, device, sheet_of(device, offices))


async def change_settings(request: Request) -> Response:
    """POST /office/{o}/screens/{d}: look at a change, or save it."""
    form = await form_of(request, _MOST_FIELDS)
    office, device = await device_here(request)
    offices = await _offices(request, office)
    sheet, looking = sheet_sent(form, device, offices), form.get("do") == "look"
    if sheet.wrong or looking:
        status = 200 if looking else 422
        return await _page(request, office, device, sheet, status=status)
    said = read_sheet(sheet, device, offices)
    try:
        await _save(request, office, device, said, seen=str(form.get("opened", "")))
    except DomainError as refusal:
        if refusal.code != "device_outdated":
            raise
        return await _page(request, office, device, sheet, refusal=refusal)
    return see_other(f"/office/{office.slug}/screens?done=saved&screen={device.slug}#{device.slug}")


async def _save(
    request: Request, office: OfficeInfo, device: DeviceInfo, said: Said, *, seen: str
) -> None:
    offices = [one.id for one in await _offices(request, office)]
    await ground_of(request).runner.run(
        offices,
        change_device,
        slug=device.slug,
        name=said.name,
        theme=said.theme,
        screen=said.screen,
        seen=seen,
    )


async def _offices(request: Request, office: OfficeInfo) -> tuple[OfficeInfo, ...]:
    directory = await latest_directory(ground_of(request))
    return directory.offices_of_area(office.area_id)


async def _page(
    request: Request,
    office: OfficeInfo,
    device: DeviceInfo,
    sheet: Sheet,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> Response:
    offices, language = await _offices(request, office), language_of(request)
    said = None if sheet.wrong else read_sheet(sheet, device, offices)
    shapes = _shapes(request, device)
    shown = said.screen if said else device.screen
    chosen = [one for one in offices if shown.shows_office(one.slug)]
    counters = [c for one in chosen for c in one.counters if shown.shows(one.slug, c.slug)]
    context: dict[str, object] = {
        "device": device,
        "sheet": sheet,
        "opened": stamp_of(device),
        "changed": said is not None and said != Said(device.name, device.theme, device.screen),
        "refusal": refusal,
        "room": offices,
        "pictures": [picture_of(shown, shape, len(chosen)) for shape in shapes],
        "allowed": allowed_by(shown, shapes[0], len(chosen), len(counters)),
        "layouts": {one: picture_of(ScreenSettings(layout=one), shapes[0]) for one in LAYOUTS},
        "shares": SHARES,
        "themes": THEMES,
        "voices": VOICES,
        "limits": LIMITS,
        "office_tick": office_tick,
        "counter_tick": counter_tick,
        "most_offices": MOST_OFFICES,
        "figure_text": partial(format_decimal, locale=locale_of(language)),
    }
    status = refusal.status if refusal else status
    return await staff_page(request, "display/screens_settings.html", office, context, status)


def _shapes(request: Request, device: DeviceInfo) -> tuple[Shape, ...]:
    """How the screen hangs, as it said last; both ways while nobody knows."""
    hello = live_of(ground_of(request)).screens.state(device.slug).hello
    return ("landscape", "upright") if hello is None else (shape_of(hello.width, hello.height),)
