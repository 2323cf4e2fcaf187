"""The page behind the secret link on which somebody waits for something earlier than they have."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.language import language_of
from ...core.web import body_as, form_of, page, see_other
from ...office.directory import latest_directory
from ...office.infos import OfficeInfo
from .. import place_store, store
from ..days import first_starts
from ..guard.traffic import require_contact, require_mail
from ..holder.opened import opened
from ..links import holder_path
from ..mails.sending import post_of
from ..reading import taken_days
from ..store import Booked
from ..taken_days import TakenDays
from ..times.time_page import texts_of
from . import commands as waiting
from . import store as waiting_store
from .inputs import WindowForm
from .prospects import Prospects
from .store import Entry
from .view import SHOWN_AGAIN, mistakes_of, window_view


async def show_waiting(request: HttpRequest) -> Response:
    """GET /termin/{reference}/{secret}/warteliste: come earlier? The times that suit."""
    return await _waiting_page(request, await opened(request))


async def post_waiting(request: HttpRequest) -> Response:
    """POST there: waits from now on, or in another window."""
    booked = await opened(request)
    typed = await typed_in(request)
    ground = ground_of(request)
    try:
        require_contact(request)
        asked = await body_as(request, WindowForm)
        await require_mail(request, booked.office_id, asked.email)
        await ground.runner.run(
            booked.office_id,
            waiting.join_waiting_list,
            reference=booked.reference,
            window=asked.window(),
            language=language_of(request),
            email=asked.email,
        )
    except DomainError as refusal:
        if refusal.code not in SHOWN_AGAIN:
            raise
        return await _waiting_page(request, booked, typed, refusal)
    return see_other(_here(request, booked))


async def stop_waiting(request: HttpRequest) -> Response:
    """POST .../warteliste/aus: waits no longer. Pressed twice it changes nothing."""
    booked = await opened(request)
    ground = ground_of(request)
    entry = await ground.database.read(waiting_store.entry_of, booked.id)
    if entry is not None:
        await ground.runner.run(
            entry.office_id, waiting.leave_waiting_list, entry_id=entry.id, post=post_of(ground)
        )
    return see_other(f"{_here(request, booked)}?aus=1")


async def typed_in(request: HttpRequest) -> dict[str, list[str]]:
    """Every value of every field, as it was typed."""
    form = await form_of(request)
    return {name: [str(value) for value in form.getlist(name)] for name in form}


async def _waiting_page(
    request: HttpRequest,
    booked: Booked,
    typed: Mapping[str, Sequence[str]] | None = None,
    refusal: DomainError | None = None,
) -> Response:
    ground = ground_of(request)
    now, t = ground.clock.now(), texts_of(request)
    directory = await latest_directory(ground)
    office = directory.office(booked.office_id)
    holder = holder_path(ground.secret_key, booked.reference)
    if booked.status != "confirmed" or booked.start_at <= now or not office.waiting_list:
        return see_other(holder)
    entry, prospects, earlier = await ground.database.read(
        _read, taken_days(ground), office, booked, now
    )
    waits = entry is not None and entry.status == "waiting"
    window = entry.window if entry and waits else prospects.usual_window()
    context = {
        "municipality": directory.municipality(booked.resident_of or office.municipality.id),
        "office": office,
        "booked": booked,
        "waits": waits,
        "stopped": request.query_params.get("aus") == "1" and not waits,
        "window": window_view(office, window, prospects.horizon, typed),
        "earlier": earlier,
        "needs_email": booked.email is None,
        "email": _email(typed, booked, entry),
        "mistakes": mistakes_of(t, refusal, with_appointment=True),
        "trouble": refusal if refusal and refusal.code == "too_many_requests" else None,
        "holder": holder,
        "here": _here(request, booked),
    }
    return page(request, "booking/waiting.html", context, refusal.status if refusal else 200)


def _read(
    conn: Connection, known: TakenDays, office: OfficeInfo, booked: Booked, now: datetime
) -> tuple[Entry | None, Prospects, datetime | None]:
    """The entry, what may be offered, and the first time that is free already and earlier."""
    items = store.services_of(conn, booked.id)
    prospects = waiting.prospects_with(office, booked, items, now)
    own = place_store.places_of(conn, booked.id)
    entry = waiting_store.entry_of(conn, booked.id)
    if prospects.request is None:
        return entry, prospects, None
    found = first_starts(conn, known, office, prospects.request, now, own)
    first = found[0] if found else None
    return entry, prospects, first if first is not None and first < booked.start_at else None


def _email(
    typed: Mapping[str, Sequence[str]] | None, booked: Booked, entry: Entry | None
) -> str | None:
    if typed and typed.get("email"):
        return typed["email"][-1]
    return booked.email or (entry.email if entry else None)


def _here(request: HttpRequest, booked: Booked) -> str:
    return holder_path(ground_of(request).secret_key, booked.reference) + "/warteliste"


_HERE = "/termin/{reference}/{secret}/warteliste"

routes: list[BaseRoute] = [
    route(_HERE, show_waiting, access=HOLDER),
    route(_HERE, post_waiting, access=HOLDER, methods=("POST",)),
    route(_HERE + "/aus", stop_waiting, access=HOLDER, methods=("POST",)),
]
