"""The page that asks who comes, while the time is held. Nothing typed is ever lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import HOLDER, route
from ..core.errors import DomainError
from ..core.ground import ground_of
from ..core.language import language_of
from ..core.tx import Tx
from ..core.web import body_as, form_of, page, see_other
from ..office.directory import latest_directory
from . import services, store
from .inputs import ContactForm
from .links import holder_path
from .lookup import Held
from .mails import post_of
from .reading import open_appointment
from .repeats import key_of_replacement, take_once
from .rules import MAX_EXTENSIONS, TEMPORARY, Wanted, required_fields
from .store import Booked
from .time_page import OTHER_TIME, alternatives_of, texts_of
from .words import item_words

_FIELDS = ("name", "email", "phone", "remark")
_REFUSED = frozenset({"invalid_value", "contact_required"})


async def show_contact(request: HttpRequest) -> Response:
    """GET /termin/halten/{reference}/{secret}"""
    booked = await opened(request)
    if booked.status not in TEMPORARY | {"expired"}:
        return see_other(_done_path(request, booked))
    return await _contact_page(request, booked, {})


async def post_contact(request: HttpRequest) -> Response:
    """POST there: booked, or the same page with everything typed and what to do about it."""
    booked = await opened(request)
    typed = {name: str(value) for name, value in (await form_of(request)).items()}
    if booked.status not in TEMPORARY | {"expired"}:
        return see_other(_done_path(request, booked))
    try:
        asked = await body_as(request, ContactForm)
        reference = await _book(request, booked, asked)
    except DomainError as refusal:
        if refusal.code == "wrong_state":
            # The button was pressed twice, or in another tab: what stands now is the answer.
            return see_other(_done_path(request, booked))
        if refusal.code not in OTHER_TIME | _REFUSED:
            raise
        return await _contact_page(request, booked, typed, refusal)
    return see_other(holder_path(ground_of(request).secret_key, reference))


async def extend(request: HttpRequest) -> Response:
    """POST .../verlaengern: more time; what was typed comes along and is shown again."""
    booked = await opened(request)
    typed = {name: str(value) for name, value in (await form_of(request)).items()}
    try:
        await ground_of(request).runner.run(
            booked.office_id, services.extend_hold, reference=booked.reference
        )
    except DomainError as refusal:
        if refusal.code == "wrong_state":
            return see_other(_done_path(request, booked))
        if refusal.code not in {"hold_expired", "too_many"}:
            raise
    return await _contact_page(request, await opened(request), typed, extended=True)


async def _book(request: HttpRequest, booked: Booked, asked: ContactForm) -> str:
    """Confirm the held time; when it has run out or another was chosen, take that one instead.

    Returns the reference of what is booked.
    """
    ground = ground_of(request)
    if asked.start is None:
        try:
            held = await ground.runner.run(
                booked.office_id,
                services.set_contact,
                reference=booked.reference,
                contact=asked.as_contact(),
                post=post_of(ground),
            )
        except DomainError as refusal:
            if refusal.code != "hold_expired":
                raise
        else:
            return held.reference
    return await _book_instead(request, booked, asked)


async def _book_instead(request: HttpRequest, booked: Booked, asked: ContactForm) -> str:
    ground = ground_of(request)
    wanted = await _wanted(request, booked)

    def take(tx: Tx) -> Held:
        return services.hold_slot(
            tx,
            office_id=booked.office_id,
            start=asked.start or booked.start_at,
            services=wanted,
            language=language_of(request),
            contact=asked.as_contact(),
            resident_of=booked.resident_of,
            post=post_of(ground),
        )

    key = key_of_replacement(booked)
    return await ground.runner.run(booked.office_id, take_once, key, take)


async def _wanted(request: HttpRequest, booked: Booked) -> tuple[Wanted, ...]:
    ground = ground_of(request)
    office = (await latest_directory(ground)).office(booked.office_id)
    items = await ground.database.read(store.services_of, booked.id)
    return tuple(Wanted(office.offer(offer).service.slug, count) for offer, count in items)


async def _contact_page(
    request: HttpRequest,
    booked: Booked,
    typed: Mapping[str, str],
    refusal: DomainError | None = None,
    *,
    extended: bool = False,
) -> Response:
    ground = ground_of(request)
    directory = await latest_directory(ground)
    office = directory.office(booked.office_id)
    town = directory.municipality(booked.resident_of) if booked.resident_of else None
    items = await ground.database.read(store.services_of, booked.id)
    t, now = texts_of(request), ground.clock.now()
    until = _alive_until(booked, now)
    context: dict[str, object] = {
        "municipality": town or office.municipality,
        "booked": booked,
        "office": office,
        "items": [item_words(t, office.offer(offer), count) for offer, count in items],
        "typed": {**_known(booked), **{name: typed[name] for name in _FIELDS if name in typed}},
        "mistakes": _mistakes(refusal),
        "other_time": refusal is not None and refusal.code in OTHER_TIME,
        "alternatives": alternatives_of(refusal),
        "required": required_fields(office),
        "until": until,
        "extended": extended,
        "can_extend": until is not None and booked.extensions < MAX_EXTENSIONS,
        "here": request.scope["path"].removesuffix("/verlaengern"),
    }
    return page(request, "booking/contact.html", context, refusal.status if refusal else 200)


def _known(booked: Booked) -> dict[str, str]:
    return {
        "name": booked.name or "",
        "email": booked.email or "",
        "phone": booked.phone or "",
        "remark": booked.remark or "",
    }


def _alive_until(booked: Booked, now: datetime) -> datetime | None:
    return booked.held_until if booked.held_until and booked.held_until > now else None


def _mistakes(refusal: DomainError | None) -> dict[str, str]:
    """Field -> key of the sentence that says what to do."""
    if refusal is None or refusal.code not in _REFUSED:
        return {}
    if refusal.code == "contact_required":
        missing = cast("list[str]", refusal.details["fields"])
        return {name: f"booking.contact.wrong.{name}_missing" for name in missing}
    wrong = cast("list[dict[str, str]]", refusal.details["errors"])
    fields = [each["field"].partition(".")[0] for each in wrong]
    return {name: f"booking.contact.wrong.{name}" for name in (*_FIELDS, "start") if name in fields}


async def opened(request: HttpRequest) -> Booked:
    """The appointment of the secret link; unknown_appointment for any other."""
    params = request.path_params
    return await open_appointment(ground_of(request), params["reference"], params["secret"])


def _done_path(request: HttpRequest, booked: Booked) -> str:
    return holder_path(ground_of(request).secret_key, booked.reference)


_HERE = "/termin/halten/{reference}/{secret}"

routes: list[BaseRoute] = [
    route(_HERE, show_contact, access=HOLDER),
    route(_HERE, post_contact, access=HOLDER, methods=("POST",)),
    route(_HERE + "/verlaengern", extend, access=HOLDER, methods=("POST",)),
]
