"""What a new screen or kiosk shows until somebody has typed its code, and how it goes on then.

Typing the code is done on the page of screens (`display/screens/pages.py`).
"""

from typing import Annotated, Literal, cast

from pydantic import BaseModel, StringConstraints
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, Employee, allow, principal_of, route
from ...core.api import json_response
from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.inputs import Input
from ...core.limits import network_of, require_try_from
from ...core.qr import Qr, make_qr
from ...core.secrets import token_hash
from ...core.settings import is_loopback
from ...core.spec import Spec
from ...core.web import body_as, page, see_other
from ..directory import OfficeInfo, latest_directory
from ..staff import access_store
from ..staff.access_store import KnownDevice
from ..staff.sessions import (
    OpenedSession,
    clear_cookie,
    device_cookie,
    secret_in,
    secrets_in,
    set_cookie,
)
from . import pairing_store as store
from .commands import OpenedDevice
from .pairing import ShownCode, code_in_groups, collect_session, plain_code, show_code

COOKIE_HOURS = 24
# From one network, where all screens of a town hall may stand; then one every ten seconds.
NEW_CODES = 60

Kind = Literal["display", "kiosk"]


class PairingAsked(Input):
    """`shows` is the code on the screen now, empty when there is none."""

    kind: Kind
    shows: Annotated[str, StringConstraints(max_length=20)] = ""


class PairingCode(BaseModel):
    """A QR code of `size` modules a side; `path` strokes the dark ones."""

    code: str
    size: int
    path: str


class PairingAnswer(BaseModel):
    """`go` is the page of what the device has become; `next` another code than it shows."""

    go: str | None = None
    next: PairingCode | None = None


async def show_pairing(request: Request) -> Response:
    """GET /display: the code of a new device, a kiosk too; with a session on to its own page."""
    kind = cast("Kind", request.scope["path"].strip("/"))
    own = await _own_page(request, kind)
    if own is not None:
        return see_other(own)
    try:
        stand = await _stand(request, kind)
    except DomainError as refusal:
        if refusal.status != 429:
            raise
        return _code_page(request, kind, None)
    if isinstance(stand, OpenedDevice):
        return _with_session(see_other(stand.path), request, kind, stand)
    response = _code_page(request, kind, stand)
    _keep_secret(response, request, kind, stand)
    return response


async def ask_pairing(request: Request) -> Response:
    """POST /devices/pairing: what a screen with a code asks again and again."""
    asked = await body_as(request, PairingAsked)
    stand = await _stand(request, asked.kind)
    if isinstance(stand, OpenedDevice):
        answer = json_response(PairingAnswer(go=stand.path))
        return _with_session(answer, request, asked.kind, stand)
    if stand.code == plain_code(asked.shows):
        return json_response(PairingAnswer())
    qr = _qr(request, stand)
    shown = PairingCode(code=stand.code, size=qr.size, path=qr.path)
    answer = json_response(PairingAnswer(next=shown))
    _keep_secret(answer, request, asked.kind, stand)
    return answer


async def lead_to_screens(request: Request) -> Response:
    """GET /devices/pair: where the QR code leads; on to the page of screens of the right room."""
    directory = await latest_directory(ground_of(request))
    administers = cast("Employee", principal_of(request)).administers
    rooms: dict[int, OfficeInfo] = {}
    for office in directory.offices.values():
        if office.municipality.id in administers:
            rooms.setdefault(office.area.id, office)
    code = plain_code(request.query_params.get("code", ""))
    ways = [
        (office, f"/office/{office.slug}/screens?code={code}#pair") for office in rooms.values()
    ]
    if len(ways) == 1:
        return see_other(ways[0][1])
    return page(request, "office/pairing_room.html", {"ways": ways})


async def _own_page(request: Request, kind: Kind) -> str | None:
    """The page of the device that this browser is already."""
    ground = ground_of(request)
    hashes = [token_hash(secret) for secret in secrets_in(request, ground.settings)]
    callers = await ground.database.read(
        access_store.callers_of_sessions, hashes, ground.clock.now()
    )
    own = (one for one in callers if isinstance(one, KnownDevice) and one.kind == kind)
    return next((f"/{kind}/{one.slug}" for one in own), None)


async def _stand(request: Request, kind: Kind) -> OpenedDevice | ShownCode:
    """Its session once the code was claimed, else its code. Asking again costs one look-up.

    Raises too_many_requests (429).
    """
    ground = ground_of(request)
    secret = secret_in(request, ground.settings, _cookie(kind))
    if secret is not None:
        known = await ground.database.read(store.pairing_of_secret, token_hash(secret))
        if known is not None and known.kind == kind and known.expires_at > ground.clock.now():
            if known.device is None:
                return ShownCode(known.code, known.expires_at)
            present = secrets_in(request, ground.settings)
            return await ground.runner.run((), collect_session, secret=secret, present=present)
    require_try_from(request, "pairing", size=NEW_CODES, seconds=10)
    network = network_of(request) or ""
    return await ground.runner.run((), show_code, kind=kind, secret=secret, network=network)


def _code_page(request: Request, kind: Kind, shown: ShownCode | None) -> Response:
    context = {
        "kind": kind,
        "code": shown and shown.code,
        "spoken": shown and code_in_groups(shown.code),
        "qr": shown and _qr(request, shown),
        "theme": "auto",
    }
    # A screen speaks the house's language, whatever its browser was installed with.
    language = ground_of(request).settings.languages[0]
    return page(request, "office/pairing.html", context, 200 if shown else 429, language)


def _qr(request: Request, shown: ShownCode) -> Qr:
    """Leads to where the code is typed, on the address by which the device found the server.

    That one works in the house; the public address may serve citizens alone.
    """
    own = f"{request.url.scheme}://{request.url.netloc}"
    only_here = is_loopback(request.url.hostname)
    address = ground_of(request).settings.public_url if only_here else own
    return make_qr(f"{address}/devices/pair?code={shown.code}")


def _with_session(
    response: Response, request: Request, kind: Kind, opened: OpenedDevice
) -> Response:
    settings = ground_of(request).settings
    set_cookie(response, request, settings, device_cookie(opened.slug), opened.session)
    clear_cookie(response, request, settings, _cookie(kind))
    return response


def _keep_secret(response: Response, request: Request, kind: Kind, shown: ShownCode) -> None:
    if shown.secret is not None:
        kept = OpenedSession(shown.secret, shown.expires_at, COOKIE_HOURS)
        set_cookie(response, request, ground_of(request).settings, _cookie(kind), kept)


def _cookie(kind: Kind) -> str:
    """Not among those that begin as sessions do: the gate need not look it up."""
    return f"pairing-{kind}"


routes: list[BaseRoute] = [
    route("/display", show_pairing, access=PUBLIC, chapter="screens"),
    route("/kiosk", show_pairing, access=PUBLIC, chapter="screens"),
    route("/devices/pair", lead_to_screens, access=allow("administrator")),
    route(
        "/devices/pairing",
        ask_pairing,
        access=PUBLIC,
        methods=("POST",),
        spec=Spec(
            "Whether a new device has been claimed, for the browser that shows its code",
            body=PairingAsked,
            answers={200: PairingAnswer},
            errors=("too_many_requests", "unknown_pairing"),
        ),
    ),
]
