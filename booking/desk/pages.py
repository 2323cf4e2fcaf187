"""The desk: a clerk books for somebody on the phone or before them, on one screen.

Everything typed travels in the body of a POST, so that no name gets into an address, a history or a
log. Finding, moving and cancelling stand in `desk/find_pages.py` and `desk/one_pages.py`.
"""

from datetime import datetime
from typing import cast

from pydantic import ValidationError
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import Employee, allow, principal_of, route
from ...core.errors import DomainError
from ...core.ground import Ground, ground_of
from ...core.problems import invalid_value
from ...core.secrets import new_token
from ...core.tx import Tx
from ...core.web import body_as, form_of, query_as, see_other
from ...office.directory import latest_directory
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from .. import services
from ..inputs import ServicesChosen
from ..lookup import Held
from ..mails.post import post_of
from ..reading import taken_days
from ..repeats import take_once
from ..rules import Request, Wanted
from ..times.time_page import OTHER_TIME, texts_of
from .form import DeskContact, DeskView, Typed, chosen_text, key_of_booking, typed_for, typed_from
from .times import DeskTimes, Wish
from .view import (
    Elsewhere,
    choices_of,
    offices_of,
    others_for,
    read_desk,
    request_at_desk,
    sooner_elsewhere,
)

_TYPED = frozenset({"invalid_value", "nothing_chosen", "channel_not_offered"})
_SERVICES = frozenset({"not_together", "too_many", "not_bookable", "not_for_residents"})
CLERKS = allow("staff", "administrator", office="o")
DESK = "/office/{o}/appointments"


async def show_desk(request: HttpRequest) -> Response:
    """GET /office/{o}/appointments: an empty form, or with `service=slug:2` chosen."""
    office = await office_of(request)
    typed = typed_for(query_as(request, ServicesChosen).wanted())
    return await _desk_page(request, office, typed, DeskView())


async def post_desk(request: HttpRequest) -> Response:
    """POST there: a time was pressed, and it is booked; else the form again with its times."""
    office = await office_of(request)
    typed = typed_from(await form_of(request))
    view = await body_as(request, DeskView)
    wanted = _wanted(typed)
    start = view.pressed(chosen_text(wanted, typed["channel"] or "on_site"))
    if start is None:
        return await _desk_page(request, office, typed, view)
    try:
        reference = await _book(request, office, view.key, wanted, start)
    except DomainError as refusal:
        if refusal.code not in OTHER_TIME | _SERVICES | _TYPED:
            raise
        return await _desk_page(request, office, typed, view, refusal)
    return see_other(f"{DESK.format(o=office.slug)}/{reference}?done=new")


async def _book(
    request: HttpRequest,
    office: OfficeInfo,
    form_key: str | None,
    wanted: tuple[Wanted, ...],
    start: datetime,
) -> str:
    """The reference of what is booked, now or by the same press before."""
    if not wanted:
        raise DomainError("nothing_chosen", 422)
    ground = ground_of(request)
    contact = await body_as(request, DeskContact)
    who = contact.contact_for(office)

    def take(tx: Tx) -> Held:
        return services.hold_slot(
            tx,
            office_id=office.id,
            start=start,
            services=wanted,
            language=_offered(ground, contact.language),
            contact=who,
            channel=contact.channel,
            by_staff=True,
            post=post_of(ground),
        )

    key = key_of_booking(form_key, office.id, start, wanted, who)
    return await ground.runner.run(office.id, take_once, key, take)


async def _desk_page(
    request: HttpRequest,
    office: OfficeInfo,
    typed: Typed,
    view: DeskView,
    refusal: DomainError | None = None,
) -> Response:
    ground = ground_of(request)
    directory = await latest_directory(ground)
    offices = offices_of(directory, cast("Employee", principal_of(request)))
    asked, wanted = None, _wanted(typed)
    try:
        asked = request_at_desk(office, wanted) if wanted else None
    except DomainError as unfit:
        refusal = refusal or unfit
    times, elsewhere = await _read(ground, office, asked, view, others_for(offices, office, wanted))
    channels = asked.channels if asked else ()
    channel = typed["channel"] if typed["channel"] in channels else next(iter(channels), "on_site")
    context: dict[str, object] = {
        "typed": typed,
        "rows": typed.rows,
        "choices": choices_of(office, texts_of(request).language),
        "channels": channels,
        "channel": channel,
        "asked": asked,
        "shown_for": chosen_text(wanted, channel),
        "times": times,
        "elsewhere": sooner_elsewhere(times, elsewhere),
        "offices": [each for each in offices if each.id != office.id],
        "refusal": refusal,
        "mistakes": _mistakes(refusal),
        "press_key": typed["key"] or new_token(),
        "focus": _focus(typed, times, refusal),
        "base": DESK.format(o=office.slug),
    }
    status = refusal.status if refusal else 200
    return await staff_page(request, "booking/desk.html", office, context, status)


async def _read(
    ground: Ground,
    office: OfficeInfo,
    asked: Request | None,
    view: DeskView,
    others: list[tuple[OfficeInfo, Request]],
) -> tuple[DeskTimes | None, list[Elsewhere]]:
    if asked is None:
        return None, []
    return await ground.database.read(
        read_desk,
        taken_days(ground),
        Wish(office, asked),
        others,
        ground.clock.now(),
        view.shown(),
    )


def _wanted(typed: Typed) -> tuple[Wanted, ...]:
    try:
        return typed.wanted
    except ValidationError as error:
        raise invalid_value(error) from None


def _offered(ground: Ground, language: str) -> str:
    offered = ground.settings.languages
    return language if language in offered else offered[0]


def _mistakes(refusal: DomainError | None) -> dict[str, str]:
    """Field -> key of the sentence that says what to do."""
    if refusal is None or refusal.code != "invalid_value":
        return {}
    errors = cast("list[dict[str, str]]", refusal.details.get("errors", []))
    return {each["field"]: f"desk.wrong.{each['field']}" for each in errors}


def _focus(typed: Typed, times: DeskTimes | None, refusal: DomainError | None) -> str:
    """Where the next key should go: without script each step is a page of its own."""
    mistakes = _mistakes(refusal)
    if mistakes:
        return next(iter(mistakes))
    if typed["act"] == "more" or times is None:
        return f"service{len(typed.rows)}"
    if not typed["name"]:
        return "name"
    return "next" if times.earliest else "jump"


routes: list[BaseRoute] = [
    route(DESK, show_desk, access=CLERKS),
    route(DESK, post_desk, access=CLERKS, methods=("POST",)),
]
