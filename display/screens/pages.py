"""An office's list of the screens and kiosks in its waiting room, and what is done with them there.

A new device comes in by `pairing.py`, settings are changed in `settings.py`.
"""

from collections.abc import Mapping
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import Employee, allow, principal_of, route
from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.web import form_of, see_other
from ...office.devices.commands import revoke_device
from ...office.devices.screen_settings import ScreenSettings
from ...office.directory import Directory, latest_directory
from ...office.infos import OfficeInfo
from ...office.staff.frame import administers, office_of, staff_page
from ...queue.watching.live import live_of
from ..feeds import boards_of
from ..screen_page import page_version
from .form import LAYOUTS
from .pairing import NOTHING_ENTERED, Entered, claim, is_at_work, kind_of_code, read_entered
from .preview import picture_of
from .room import KINDS, device_here
from .settings import change_settings, show_settings
from .view import row_of

_DONE = frozenset({"reload", "identify", "away", "paired", "replaced", "saved", "revoked"})
# Refusals of what was typed beside a code that is good.
_BESIDE_THE_CODE = frozenset({"invalid_value", "device_at_work"})


async def show_screens(request: Request) -> Response:
    """GET /office/{o}/screens: the devices of the waiting room, and the way in for a new one."""
    office = await office_of(request)
    code = request.query_params.get("code", "")
    return await _page(request, office, Entered(code=code) if code else NOTHING_ENTERED)


async def pair(request: Request) -> Response:
    """POST /office/{o}/screens: pair the device whose code was typed, or say what is wrong."""
    office = await office_of(request)
    entered = read_entered(await form_of(request))
    try:
        slug = await claim(request, office, entered)
    except DomainError as refusal:
        if refusal.status not in {404, 409, 422, 429}:
            raise
        return await _page(request, office, entered, refusal)
    done = "replaced" if entered.device else "paired"
    return see_other(f"/office/{office.slug}/screens?done={done}&screen={slug}#{slug}")


async def do(request: Request) -> Response:
    """POST /office/{o}/screens/{d}/do: reload a screen or have it show its name, wherever it is."""
    office, device = await device_here(request)
    boards = boards_of(ground_of(request))
    match (await form_of(request)).get("do"), device.kind:
        case ("reload" | "identify") as wanted, "display":
            boards.order(device.slug, wanted)
        case _:
            raise DomainError("bad_request", 400)
    done = wanted if is_at_work(request, device.slug) else "away"
    return see_other(
        f"/office/{office.slug}/screens?done={done}&screen={device.slug}#{device.slug}"
    )


async def revoke(request: Request) -> Response:
    """POST /office/{o}/screens/{d}/revoke: the first press asks, the second puts it out of use."""
    office, device = await device_here(request)
    if (await form_of(request)).get("sure") != "1":
        return see_other(f"/office/{office.slug}/screens?revoke={device.slug}#{device.slug}")
    await ground_of(request).runner.run((), revoke_device, slug=device.slug)
    return see_other(f"/office/{office.slug}/screens?done=revoked")


async def _page(
    request: Request, office: OfficeInfo, entered: Entered, refusal: DomainError | None = None
) -> Response:
    ground, now = ground_of(request), ground_of(request).clock.now()
    directory = await latest_directory(ground)
    screens, version = live_of(ground).screens, page_version()
    rows = [
        row_of(device, screens.state(device.slug), version, now)
        for device in directory.devices.values()
        if device.area_id == office.area_id and device.kind in KINDS
    ]
    known = refusal is None or refusal.code in _BESIDE_THE_CODE
    if entered.code and known and administers(request, office):
        try:
            entered = await kind_of_code(request, entered)
        except DomainError as wrong:
            refusal = wrong
    context: dict[str, object] = {
        "rows": [row for row in rows if row.device.kind == "display"],
        "kiosks": [row for row in rows if row.device.kind == "kiosk"],
        "began": screens.began,
        "asking": request.query_params.get("revoke"),
        "entered": entered,
        "refusal": refusal,
        "replaceable": [
            row.device
            for row in rows
            if not row.state.connected or row.device.slug == entered.device
        ],
        "layouts": {one: picture_of(ScreenSettings(layout=one), "landscape") for one in LAYOUTS},
        "others": _others(request, directory, office),
        **_done(request, directory),
    }
    status = refusal.status if refusal else 200
    return await staff_page(request, "display/screens.html", office, context, status)


def _done(request: Request, directory: Directory) -> Mapping[str, object]:
    """What was just done, and with which device: it is said in its row, which one looks at."""
    done, slug = request.query_params.get("done"), request.query_params.get("screen")
    known = done in _DONE and any(one.slug == slug for one in directory.devices.values())
    return {"done": done if known or done == "revoked" else None, "done_with": slug}


def _others(request: Request, directory: Directory, office: OfficeInfo) -> list[OfficeInfo]:
    """The other offices of this waiting room, as far as who is signed in works for them."""
    own = cast("Employee", principal_of(request)).offices
    room = directory.offices_of_area(office.area_id)
    return [one for one in room if one.id != office.id and one.id in own]


LOOK = allow("staff", "administrator", office="o")
CHANGE = allow("administrator", office="o")

routes: list[BaseRoute] = [
    route("/office/{o}/screens", show_screens, access=LOOK),
    route("/office/{o}/screens", pair, access=CHANGE, methods=["POST"]),
    route("/office/{o}/screens/{d}", show_settings, access=CHANGE),
    route("/office/{o}/screens/{d}", change_settings, access=CHANGE, methods=["POST"]),
    route("/office/{o}/screens/{d}/do", do, access=LOOK, methods=["POST"]),
    route("/office/{o}/screens/{d}/revoke", revoke, access=CHANGE, methods=["POST"]),
]
