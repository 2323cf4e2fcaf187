"""One appointment before a clerk: read out, moved, called off, told again."""

from typing import Annotated

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import route
from ...core.errors import DomainError, not_found
from ...core.ground import ground_of
from ...core.inputs import Input, Line
from ...core.limits import require_try
from ...core.secrets import is_same
from ...core.web import body_as, query_as, see_other
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from .. import place_store, services, store
from ..links import change_code
from ..mails.post import post_of
from ..reading import taken_days
from ..rules import Wanted, read_reference, read_signs, spell_reference
from ..spelling import spell
from ..store import Booked
from ..times.time_page import OTHER_TIME, texts_of
from ..visits import Item, items_of
from ..words import item_words
from .commands import send_again
from .form import DeskView
from .pages import CLERKS, DESK
from .times import Wish, desk_times
from .view import request_at_desk

HERE = DESK + "/{reference}"
_MAY_MOVE = frozenset({"confirmed", "awaiting_email"})


class Told(Input):
    """What has just happened to it; `new`, `moved`, `cancelled` or `mailed`."""

    done: Annotated[str, Line(10)] | None = None


class SaidCode(Input):
    code: Annotated[str, Line(40)]


class Reason(Input):
    """Why the office does it, as the citizen is told; nothing when the citizen asked for it."""

    reason: Annotated[str, Line(200)] | None = None


async def show_one(request: HttpRequest) -> Response:
    """GET /office/{o}/appointments/{reference}: one appointment, and what to do with it."""
    office, booked = await opened_by_clerk(request)
    return await _one_page(request, office, booked, done=query_as(request, Told).done)


async def verify(request: HttpRequest) -> Response:
    """POST .../verify: whether the code that a caller says belongs to it."""
    office, booked = await opened_by_clerk(request)
    ground = ground_of(request)
    require_try(ground, "desk code", booked.reference, size=10, seconds=60.0)
    said = read_signs((await body_as(request, SaidCode)).code)
    right = is_same(said, change_code(ground.secret_key, booked.reference))
    return await _one_page(request, office, booked, verified=right)


async def cancel(request: HttpRequest) -> Response:
    """POST .../cancel: called off, whoever was first."""
    office, booked = await opened_by_clerk(request)
    ground = ground_of(request)
    reason = (await body_as(request, Reason)).reason
    try:
        await ground.runner.run(
            office.id,
            services.cancel_appointment,
            reference=booked.reference,
            by_staff=True,
            post=post_of(ground),
            reason=reason,
        )
    except DomainError as refusal:
        # The button was pressed twice, or the citizen was faster: it is called off all the same.
        if refusal.details.get("state") != "cancelled":
            raise
    return see_other(f"{_path(office, booked)}?done=cancelled")


async def mail_again(request: HttpRequest) -> Response:
    """POST .../mail: the confirmation once more."""
    office, booked = await opened_by_clerk(request)
    ground = ground_of(request)
    await ground.runner.run(office.id, send_again, reference=booked.reference, post=post_of(ground))
    return see_other(f"{_path(office, booked)}?done=mailed")


async def show_move(request: HttpRequest) -> Response:
    """GET .../move: the next free time on top."""
    office, booked = await opened_by_clerk(request)
    return await _move_page(request, office, booked, DeskView())


async def move(request: HttpRequest) -> Response:
    """POST there: moved, or other days, or the times again with what is still free."""
    office, booked = await opened_by_clerk(request)
    view = await body_as(request, DeskView)
    if view.start is None:
        return await _move_page(request, office, booked, view)
    ground = ground_of(request)
    try:
        await ground.runner.run(
            office.id,
            services.move_appointment,
            reference=booked.reference,
            start=view.start,
            by_staff=True,
            post=post_of(ground),
            reason=view.reason,
        )
    except DomainError as refusal:
        if refusal.code not in OTHER_TIME:
            raise
        return await _move_page(request, office, booked, view, refusal)
    return see_other(f"{_path(office, booked)}?done=moved")


async def opened_by_clerk(request: HttpRequest) -> tuple[OfficeInfo, Booked]:
    """The appointment that the path names, in the office it names; else unknown_appointment."""
    office = await office_of(request)
    reference = read_reference(request.path_params["reference"])
    booked = None
    if reference is not None:
        booked = await ground_of(request).database.read(store.find_appointment, reference)
    if booked is None or booked.office_id != office.id:
        raise not_found("unknown_appointment")
    return office, booked


async def items_before_clerk(
    request: HttpRequest, office: OfficeInfo, booked: Booked
) -> list[Item]:
    return await ground_of(request).database.read(items_of, office, booked)


async def _one_page(
    request: HttpRequest,
    office: OfficeInfo,
    booked: Booked,
    *,
    done: str | None = None,
    verified: bool | None = None,
) -> Response:
    t = texts_of(request)
    items = await items_before_clerk(request, office, booked)
    now = ground_of(request).clock.now()
    documents = [line for offer, _ in items for line in offer.service.documents_in(t.language)]
    context: dict[str, object] = {
        "booked": booked,
        "done": done,
        "verified": verified,
        "items": [item_words(t, offer, count) for offer, count in items],
        "documents": list(dict.fromkeys(each.line for each in documents)),
        "reference": spell_reference(booked.reference),
        "letters": spell(t, booked.reference),
        "changeable": booked.status in _MAY_MOVE and booked.end_at > now,
        "mine": _path(office, booked),
        "base": DESK.format(o=office.slug),
    }
    return await staff_page(request, "booking/desk_one.html", office, context)


async def _move_page(
    request: HttpRequest,
    office: OfficeInfo,
    booked: Booked,
    view: DeskView,
    refusal: DomainError | None = None,
) -> Response:
    if booked.status not in _MAY_MOVE:
        return see_other(_path(office, booked))
    ground = ground_of(request)
    items = await items_before_clerk(request, office, booked)
    asked = request_at_desk(office, [Wanted(offer.service.slug, n) for offer, n in items])
    own = await ground.database.read(place_store.places_of, booked.id)
    now = ground.clock.now()
    wish = Wish(office, asked, own, booked.start_at)
    times = await ground.database.read(desk_times, taken_days(ground), wish, now, view.shown())
    t = texts_of(request)
    context: dict[str, object] = {
        "booked": booked,
        "items": [item_words(t, offer, count) for offer, count in items],
        "times": times,
        "elsewhere": [],
        "refusal": refusal,
        "reason": view.reason or "",
        "focus": "next",
        "mine": _path(office, booked),
        "base": DESK.format(o=office.slug),
    }
    status = refusal.status if refusal else 200
    return await staff_page(request, "booking/desk_move.html", office, context, status)


def _path(office: OfficeInfo, booked: Booked) -> str:
    return f"{DESK.format(o=office.slug)}/{booked.reference}"


routes: list[BaseRoute] = [
    route(HERE, show_one, access=CLERKS),
    route(HERE + "/verify", verify, access=CLERKS, methods=("POST",)),
    route(HERE + "/cancel", cancel, access=CLERKS, methods=("POST",)),
    route(HERE + "/mail", mail_again, access=CLERKS, methods=("POST",)),
    route(HERE + "/move", show_move, access=CLERKS),
    route(HERE + "/move", move, access=CLERKS, methods=("POST",)),
]
