"""Pages of a mass change: whom it concerns before one presses, how far it is, who is to call."""

from typing import Annotated, cast

from pydantic import Field
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import Employee, principal_of, route
from ...core.database import HIGHEST_ID
from ...core.errors import DomainError, invalid, not_found
from ...core.formats import local
from ...core.ground import ground_of
from ...core.inputs import Input
from ...core.secrets import new_token
from ...core.web import body_as, query_as, see_other
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from ..desk import store as desk_store
from ..desk.pages import CLERKS
from ..reading import taken_days
from ..times.time_page import texts_of
from ..words import item_words
from . import store as mass_store
from .commands import Order, Planned, give_back, plan_mass_change, tick_called
from .form import ORDER_FIELDS, MassOrder, MassQuery
from .rules import Period, period_text
from .run import PAGE_SECONDS, carry_on
from .store import Change
from .view import Preview, is_open_in, read_preview

CHANGE = "/office/{o}/change"
ONE = CHANGE + "/{id:int}"
MOST_PAST = 20
_FIELD = "%Y-%m-%dT%H:%M"
_SHOWN_AGAIN = frozenset({"nothing_to_change", "shown_is_old", "invalid_value"})


class CalledForm(Input):
    appointment: Annotated[int, Field(gt=0, le=HIGHEST_ID)]


async def show_change(request: HttpRequest) -> Response:
    """GET /office/{o}/change: choose; with a period, whom it concerns and what is proposed."""
    office = await office_of(request)
    return await _change_page(request, office, query_as(request, MassQuery))


async def order_change(request: HttpRequest) -> Response:
    """POST there: done, or on its way; what is no longer as it was shown is shown again."""
    office = await office_of(request)
    ordered = await body_as(request, MassOrder, ORDER_FIELDS)
    try:
        change = await _plan(request, office, ordered)
    except DomainError as refusal:
        if refusal.code not in _SHOWN_AGAIN:
            raise
        return await _change_page(request, office, ordered.as_query(), ordered, refusal)
    await carry_on(ground_of(request), change, seconds=PAGE_SECONDS)
    return see_other(f"{CHANGE.format(o=office.slug)}/{change.id}")


async def show_one(request: HttpRequest) -> Response:
    """GET /office/{o}/change/{id}: how far it is, what was left, who has to be called."""
    office, change = await _opened(request)
    ground = ground_of(request)
    items = await ground.database.read(mass_store.items_of_change, change.id)
    services = await ground.database.read(
        desk_store.services_of_these, [each.appointment_id for each in items]
    )
    t = texts_of(request)
    period = Period(change.from_at, change.to_at)
    context: dict[str, object] = {
        "change": change,
        "period_words": period_text(t, period),
        "outcome": await ground.database.read(mass_store.outcome_of, change.id),
        "left": [each for each in items if each.result == "left"],
        "done": [each for each in items if each.result in {"moved", "cancelled"}],
        "calls": [each for each in items if each.told_by == "call"],
        "words": {
            number: ", ".join(item_words(t, office.offer(offer), n) for offer, n in its)
            for number, its in services.items()
        },
        "open": period.until > ground.clock.now() and is_open_in(office, period),
        "base": CHANGE.format(o=office.slug),
    }
    return await staff_page(request, "booking/mass_one.html", office, context)


async def carry_on_now(request: HttpRequest) -> Response:
    """POST /office/{o}/change/{id}: go on with what is left undone; done twice, it is done once."""
    office, change = await _opened(request)
    await carry_on(ground_of(request), change, seconds=PAGE_SECONDS)
    return see_other(f"{CHANGE.format(o=office.slug)}/{change.id}")


async def give_time_back(request: HttpRequest) -> Response:
    """POST /office/{o}/change/{id}/offer: the waiting list may have what is open of its time."""
    office, change = await _opened(request)
    await ground_of(request).runner.run(
        office.id, give_back, office_id=office.id, change_id=change.id
    )
    return see_other(f"{CHANGE.format(o=office.slug)}/{change.id}")


async def tick(request: HttpRequest) -> Response:
    """POST /office/{o}/change/{id}/called: somebody was reached."""
    office, change = await _opened(request)
    appointment = (await body_as(request, CalledForm)).appointment
    await ground_of(request).runner.run(
        office.id,
        tick_called,
        office_id=office.id,
        change_id=change.id,
        appointment_id=appointment,
    )
    return see_other(f"{CHANGE.format(o=office.slug)}/{change.id}#calls")


async def _plan(request: HttpRequest, office: OfficeInfo, ordered: MassOrder) -> Change:
    """The change as it is written down, by this press or by the same one before."""
    ground = ground_of(request)
    known = await ground.database.read(mass_store.find_by_key, ordered.key)
    if known is None:
        known = await _write_plan(request, office, ordered)
    change = await ground.database.read(mass_store.get_change, known)
    if change is None or change.office_id != office.id:
        raise not_found()
    return change


async def _write_plan(request: HttpRequest, office: OfficeInfo, ordered: MassOrder) -> int:
    ground = ground_of(request)
    reason, reason_en = ordered.reasons()
    period = ordered.period
    scope = ordered.as_query().scope(office, period)
    preview = await ground.database.read(
        read_preview, taken_days(ground), office, scope, ground.clock.now()
    )
    if preview.more or preview.fingerprint != ordered.shown:
        raise DomainError("shown_is_old", 409)
    left = set(ordered.leave)
    items = [
        Planned(each.listed.id, each.listed.start_at, each.proposals)
        for each in preview.affected
        if each.listed.id not in left and (each.proposals or ordered.kind == "cancel")
    ]
    order = Order(
        key=ordered.key,
        kind=ordered.kind,
        period=period,
        reason=reason,
        reason_en=reason_en,
        internal=ordered.internal,
        close=ordered.close and scope.is_for_all,
    )
    staff = cast("Employee", principal_of(request))
    return await ground.runner.run(
        office.id,
        plan_mass_change,
        office_id=office.id,
        staff_id=staff.staff_id,
        order=order,
        items=items,
    )


async def _change_page(
    request: HttpRequest,
    office: OfficeInfo,
    asked: MassQuery,
    ordered: MassOrder | None = None,
    refusal: DomainError | None = None,
) -> Response:
    ground, t = ground_of(request), texts_of(request)
    now = ground.clock.now()
    period = asked.period(now)
    preview: Preview | None = None
    if period is not None:
        scope = asked.scope(office, period)
        preview = await ground.database.read(read_preview, taken_days(ground), office, scope, now)
    past = await ground.database.read(mass_store.newest_outcomes, office.id, MOST_PAST)
    context: dict[str, object] = {
        "asked": asked,
        "period": period,
        "edges": _edges(asked, period),
        "period_words": period_text(t, period) if period else "",
        "preview": preview,
        "ordered": ordered,
        "refusal": refusal,
        "refused": _refused(refusal) if refusal else None,
        "words": {
            each.listed.id: ", ".join(
                item_words(t, office.offer(offer), count) for offer, count in each.items
            )
            for each in (preview.affected if preview else ())
        },
        "past": past,
        "past_words": {
            each.change.id: period_text(t, Period(each.change.from_at, each.change.to_at))
            for each in past
        },
        "unfinished": [each for each in past if each.change.finished_at is None],
        "to_call": [each for each in past if each.to_call],
        "press_key": ordered.key if ordered else new_token(),
        "base": CHANGE.format(o=office.slug),
    }
    status = refusal.status if refusal else 200
    return await staff_page(request, "booking/mass.html", office, context, status)


def _refused(refusal: DomainError) -> str:
    """The texts of a refusal; of the reasons that cannot be used, one may be missing."""
    if refusal.code != "invalid_value":
        return f"errors.{refusal.code}"
    is_missing = refusal.details == invalid("reason", "missing").details
    return "mass.refused.missing" if is_missing else "mass.refused.unfit"


def _edges(asked: MassQuery, period: Period | None) -> tuple[str, str]:
    """From and to as the fields of a browser have them, local and without a zone."""
    if period is None or asked.chosen != "range":
        return "", ""
    since, until = local(period.since), local(period.until)
    return since.strftime(_FIELD), until.strftime(_FIELD)


async def _opened(request: HttpRequest) -> tuple[OfficeInfo, Change]:
    """The mass change that the path names, in the office it names; else not_found."""
    office = await office_of(request)
    number = int(request.path_params["id"])
    change = None
    if number <= HIGHEST_ID:
        change = await ground_of(request).database.read(mass_store.get_change, number)
    if change is None or change.office_id != office.id:
        raise not_found()
    return office, change


routes: list[BaseRoute] = [
    route(CHANGE, show_change, access=CLERKS),
    route(CHANGE, order_change, access=CLERKS, methods=("POST",)),
    route(ONE, show_one, access=CLERKS),
    route(ONE, carry_on_now, access=CLERKS, methods=("POST",)),
    route(ONE + "/offer", give_time_back, access=CLERKS, methods=("POST",)),
    route(ONE + "/called", tick, access=CLERKS, methods=("POST",)),
]
