"""Pages behind the secret link: the appointment as it stands, moving, cancelling, confirming."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.problems import retry_headers
from ...core.web import body_as, form_of, page, query_as, see_other
from ...office.directory import Directory, latest_directory
from ...office.infos import OfferInfo, OfficeInfo
from .. import services, store
from ..guard.traffic import require_mail, require_mail_again, require_move
from ..inputs import LaterQuery, MailAgain, MailCode, MoveQuery, NewStart, SeenStart
from ..links import contact_path, holder_path
from ..mails.sending import post_of
from ..rules import BEFORE_THE_VISIT, Wanted, check_bookable_by_staff, read_request
from ..store import Booked
from ..times.time_page import TIMES_AGAIN, Way, later_query, texts_of, times_page
from ..waiting import store as waiting_store
from ..waiting.view import invitation_to_wait
from .calendar_file import calendar_response
from .done_view import done_context, next_visit, status_now
from .opened import opened

# What is wrong with a corrected address is said beside it.
_SAID_ON_THE_PAGE = frozenset({"invalid_value", "limit_reached", "too_many_requests"})


async def show_appointment(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}: what to print, and what can still be done about it."""
    booked = await opened(request)
    ground = ground_of(request)
    if booked.status == "held" and booked.held_until and booked.held_until > ground.clock.now():
        there = contact_path(ground.secret_key, booked.reference)
        return see_other(there + later_query(query_as(request, LaterQuery).later()))
    return await _done_page(request, booked)


async def _done_page(
    request: HttpRequest,
    booked: Booked,
    refusal: DomainError | None = None,
    typed: str | None = None,
) -> Response:
    directory, office, items = await _about(request, booked)
    context = _common(request, directory, office, booked) | done_context(request, booked, items)
    context |= {"refusal": refusal, "email": typed or booked.email}
    context["next"] = next_visit(request, directory, booked)
    ground = ground_of(request)
    entry = await ground.database.read(waiting_store.entry_of, booked.id)
    now = ground.clock.now()
    context |= invitation_to_wait(texts_of(request), office, booked, entry, now)
    response = page(request, "booking/done.html", context, refusal.status if refusal else 200)
    response.headers.update(retry_headers(refusal) if refusal else {})
    return response


async def show_calendar(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/kalender.ics: the appointment as a calendar file."""
    return await calendar_response(ground_of(request), await opened(request))


async def choose_new_time(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/verschieben: the times an appointment may move to."""
    booked = await opened(request)
    day = query_as(request, MoveQuery).day
    return await times_page(request, await _way(request, booked), day)


async def move(request: HttpRequest) -> Response:
    """POST there: moved, or the times again with what is still free."""
    booked = await opened(request)
    ground = ground_of(request)
    start = (await body_as(request, NewStart)).start
    said = "schon" if booked.start_at == start else "1"
    try:
        if booked.start_at != start:
            await require_move(request, booked)
        await ground.runner.run(
            booked.office_id,
            services.move_appointment,
            reference=booked.reference,
            start=start,
            post=post_of(ground),
        )
    except DomainError as refusal:
        if refusal.code == "wrong_state":
            # Called off in another tab, or the visit began: what stands now is the answer.
            return see_other(_path(request, booked))
        if refusal.code not in TIMES_AGAIN:
            raise
        way = await _way(request, booked)
        return await times_page(request, way, local_day(start), refusal)
    return see_other(f"{_path(request, booked)}?verschoben={said}")


async def _way(request: HttpRequest, booked: Booked) -> Way:
    directory, office, items = await _about(request, booked)
    wanted = [Wanted(offer.service.slug, count) for offer, count in items]
    town = directory.municipality(booked.resident_of or office.municipality.id)
    asked = read_request(office, wanted, check_bookable_by_staff)
    return Way(town, office, asked, wanted, _path(request, booked), booked, booked.channel)


async def ask_to_cancel(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/absagen: the one step that cannot be undone asks first."""
    booked = await opened(request)
    if booked.status not in BEFORE_THE_VISIT:
        return see_other(_path(request, booked))
    return await _cancel_page(request, booked)


async def _cancel_page(
    request: HttpRequest, booked: Booked, *, moved_meanwhile: bool = False
) -> Response:
    directory, office, _ = await _about(request, booked)
    context = _common(request, directory, office, booked) | {"moved_meanwhile": moved_meanwhile}
    return page(request, "booking/cancel.html", context, 409 if moved_meanwhile else 200)


async def cancel(request: HttpRequest) -> Response:
    """POST there: cancelled, whoever was first; asks again when it was moved in another tab."""
    booked = await opened(request)
    seen = (await body_as(request, SeenStart)).start
    if seen is not None and seen != booked.start_at and booked.status in BEFORE_THE_VISIT:
        return await _cancel_page(request, booked, moved_meanwhile=True)
    ground = ground_of(request)
    try:
        await ground.runner.run(
            booked.office_id,
            services.cancel_appointment,
            reference=booked.reference,
            post=post_of(ground),
        )
    except DomainError as refusal:
        # Pressed twice or in another tab, or the visit began: what stands now is the answer.
        if refusal.code != "wrong_state":
            raise
    return see_other(_path(request, booked))


async def ask_to_confirm(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/bestaetigen?code=…: scanners of mail open links too."""
    booked = await opened(request)
    if status_now(booked, ground_of(request).clock.now()) != "awaiting_email":
        return see_other(_path(request, booked))
    code = query_as(request, MailCode).code
    directory, office, _ = await _about(request, booked)
    context = _common(request, directory, office, booked) | {"code": code}
    return page(request, "booking/confirm.html", context)


async def confirm(request: HttpRequest) -> Response:
    """POST there: only this books; a scanner that opens links posts nothing."""
    booked = await opened(request)
    ground = ground_of(request)
    await ground.runner.run(
        booked.office_id,
        services.confirm_email,
        reference=booked.reference,
        code=(await body_as(request, MailCode)).code,
        post=post_of(ground),
    )
    return see_other(_path(request, booked))


async def send_again(request: HttpRequest) -> Response:
    """POST .../mail: the confirmation mail once more, to a corrected address if there is one."""
    booked = await opened(request)
    ground, here = ground_of(request), _path(request, booked)
    try:
        asked = await body_as(request, MailAgain)
        require_mail_again(request, booked.reference)
        await require_mail(request, booked.office_id, asked.email)
        await ground.runner.run(
            booked.office_id,
            services.ask_again,
            reference=booked.reference,
            email=asked.email,
            post=post_of(ground),
        )
    except DomainError as refusal:
        if refusal.code not in _SAID_ON_THE_PAGE:
            raise
        typed = str((await form_of(request)).get("email", ""))
        return await _done_page(request, booked, refusal, typed)
    return see_other(f"{here}?gesendet=1")


async def _about(
    request: HttpRequest, booked: Booked
) -> tuple[Directory, OfficeInfo, list[tuple[OfferInfo, int]]]:
    ground = ground_of(request)
    directory = await latest_directory(ground)
    office = directory.office(booked.office_id)
    items = await ground.database.read(store.services_of, booked.id)
    return directory, office, [(office.offer(offer), count) for offer, count in items]


def _common(
    request: HttpRequest, directory: Directory, office: OfficeInfo, booked: Booked
) -> dict[str, object]:
    town = directory.municipality(booked.resident_of or office.municipality.id)
    return {
        "municipality": town,
        "office": office,
        "booked": booked,
        "here": _path(request, booked),
    }


def _path(request: HttpRequest, booked: Booked) -> str:
    return holder_path(ground_of(request).secret_key, booked.reference)


_HERE = "/termin/{reference}/{secret}"

routes: list[BaseRoute] = [
    route(_HERE, show_appointment, access=HOLDER),
    route(_HERE + "/kalender.ics", show_calendar, access=HOLDER),
    route(_HERE + "/verschieben", choose_new_time, access=HOLDER),
    route(_HERE + "/verschieben", move, access=HOLDER, methods=("POST",)),
    route(_HERE + "/absagen", ask_to_cancel, access=HOLDER),
    route(_HERE + "/absagen", cancel, access=HOLDER, methods=("POST",)),
    route(_HERE + "/bestaetigen", ask_to_confirm, access=HOLDER),
    route(_HERE + "/bestaetigen", confirm, access=HOLDER, methods=("POST",)),
    route(_HERE + "/mail", send_again, access=HOLDER, methods=("POST",)),
]
