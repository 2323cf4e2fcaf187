"""Pages behind the secret link: the appointment as it stands, moving, cancelling, confirming."""

from io import BytesIO

import segno
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import HOLDER, route
from ..core.errors import DomainError
from ..core.formats import local_day
from ..core.ground import ground_of
from ..core.web import body_as, page, query_as, see_other
from ..office.directory import Directory, latest_directory
from ..office.infos import OfferInfo, OfficeInfo
from . import services, store
from .calendar_file import calendar_response
from .contact_pages import opened
from .inputs import MailCode, MoveQuery, NewStart
from .links import contact_path, holder_path
from .mails import post_of
from .rules import Wanted, read_request, spell_reference
from .store import Booked
from .time_page import OTHER_TIME, Way, texts_of, times_page
from .words import item_words, large_day


async def show_appointment(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}: what to print, and what can still be done about it."""
    booked = await opened(request)
    ground = ground_of(request)
    if booked.status == "held" and booked.held_until and booked.held_until > ground.clock.now():
        return see_other(contact_path(ground.secret_key, booked.reference))
    directory, office, items = await _about(request, booked)
    t = texts_of(request)
    changeable = booked.status in {"confirmed", "awaiting_email"}
    context = _common(request, directory, office, booked) | {
        "status": "expired" if booked.status == "held" else booked.status,
        "items": [item_words(t, offer, count) for offer, count in items],
        "large_day": large_day(local_day(booked.start_at), t.language),
        "minutes": round((booked.end_at - booked.start_at).total_seconds() / 60),
        "bring": _to_bring(items, t.language),
        "reference": spell_reference(booked.reference),
        "qr": qr_code(f"AUFRUF:{booked.reference}"),
        "changeable": changeable and booked.start_at > ground.clock.now(),
        "moved": request.query_params.get("verschoben") == "1",
    }
    return page(request, "booking/done.html", context)


def _to_bring(items: list[tuple[OfferInfo, int]], language: str) -> list[tuple[str, str]]:
    """(kind, text): documents, then fees; each once."""
    documents = [
        ("document", document.line)
        for offer, _ in items
        for document in offer.service.documents_in(language)
    ]
    names = len(items) > 1
    fees = [
        ("fee", f"{offer.service.name_in(language)}, {fee}" if names else fee)
        for offer, _ in items
        if (fee := offer.service.fee_in(language))
    ]
    return list(dict.fromkeys([*documents, *fees]))


def qr_code(text: str) -> str:
    """A QR code as SVG, dark on nothing: the page lays white paper under it."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        border=2,
        svgclass="qr",
        lineclass=None,
    )
    return out.getvalue().decode()


async def show_calendar(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/kalender.ics"""
    return await calendar_response(ground_of(request), await opened(request))


async def choose_new_time(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/verschieben"""
    booked = await opened(request)
    day = query_as(request, MoveQuery).day
    return await times_page(request, await _way(request, booked), day)


async def move(request: HttpRequest) -> Response:
    """POST there: moved, or the times again with what is still free."""
    booked = await opened(request)
    ground = ground_of(request)
    start = (await body_as(request, NewStart)).start
    try:
        await ground.runner.run(
            booked.office_id,
            services.move_appointment,
            reference=booked.reference,
            start=start,
            post=post_of(ground),
        )
    except DomainError as refusal:
        if refusal.code not in OTHER_TIME:
            raise
        way = await _way(request, booked)
        return await times_page(request, way, local_day(start), refusal)
    return see_other(f"{_path(request, booked)}?verschoben=1")


async def _way(request: HttpRequest, booked: Booked) -> Way:
    directory, office, items = await _about(request, booked)
    wanted = [Wanted(offer.service.slug, count) for offer, count in items]
    town = directory.municipality(booked.resident_of or office.municipality.id)
    return Way(town, office, read_request(office, wanted), wanted, _path(request, booked), booked)


async def ask_to_cancel(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/absagen: the one step that cannot be undone asks first."""
    booked = await opened(request)
    if booked.status not in {"confirmed", "awaiting_email", "held"}:
        return see_other(_path(request, booked))
    directory, office, _ = await _about(request, booked)
    return page(request, "booking/cancel.html", _common(request, directory, office, booked))


async def cancel(request: HttpRequest) -> Response:
    """POST there: cancelled, whoever was first."""
    booked = await opened(request)
    ground = ground_of(request)
    try:
        await ground.runner.run(
            booked.office_id,
            services.cancel_appointment,
            reference=booked.reference,
            post=post_of(ground),
        )
    except DomainError as refusal:
        # The button was pressed twice, or in another tab: it is called off all the same.
        if refusal.details.get("state") != "cancelled":
            raise
    return see_other(_path(request, booked))


async def ask_to_confirm(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/bestaetigen?code=…: scanners of mail open links too."""
    booked = await opened(request)
    if booked.status != "awaiting_email":
        return see_other(_path(request, booked))
    code = query_as(request, MailCode).code
    directory, office, _ = await _about(request, booked)
    context = _common(request, directory, office, booked) | {"code": code}
    return page(request, "booking/confirm.html", context)


async def confirm(request: HttpRequest) -> Response:
    """POST there"""
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
]
