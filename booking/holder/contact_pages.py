"""The page that asks who comes, while the time is held. Nothing typed is ever lost."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.language import language_of
from ...core.tx import Tx
from ...core.web import body_as, form_of, query_as, see_other
from ...office.directory import latest_directory
from .. import services, store
from ..guard.bots import trust_in
from ..guard.proof import Trust
from ..guard.traffic import require_contact, require_mail
from ..inputs import ContactForm, LaterQuery
from ..links import holder_path
from ..lookup import Held
from ..mails.sending import post_of
from ..places import give_up_hold
from ..repeats import key_of_replacement, take_once
from ..rules import TEMPORARY, Wanted
from ..store import Booked
from ..times.time_page import later_query
from .contact_view import SHOWN_AGAIN, contact_page
from .opened import opened


async def show_contact(request: HttpRequest) -> Response:
    """GET /termin/halten/{reference}/{secret}: who comes, while the time is held."""
    booked = await opened(request)
    if booked.status not in TEMPORARY | {"expired"}:
        return see_other(_done_path(request, booked.reference))
    return await contact_page(request, booked, {})


async def post_contact(request: HttpRequest) -> Response:
    """POST there: booked, or the same page with everything typed and what to do about it."""
    booked = await opened(request)
    typed = {name: str(value) for name, value in (await form_of(request)).items()}
    if booked.status not in TEMPORARY | {"expired"}:
        return see_other(_done_path(request, booked.reference))
    try:
        require_contact(request)
        asked = await body_as(request, ContactForm)
        await require_mail(request, booked.office_id, asked.email)
        with trust_in(request, asked.proof) as trust:
            reference = await _book(request, booked, asked, trust)
    except DomainError as refusal:
        if refusal.code == "wrong_state":
            # The button was pressed twice, or in another tab: what stands now is the answer.
            return see_other(_done_path(request, booked.reference))
        if refusal.code not in SHOWN_AGAIN:
            raise
        return await contact_page(request, booked, typed, refusal)
    return see_other(_done_path(request, reference))


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
            return see_other(_done_path(request, booked.reference))
        if refusal.code not in {"hold_expired", "too_many"}:
            raise
    return await contact_page(request, await opened(request), typed, extended=True)


async def _book(request: HttpRequest, booked: Booked, asked: ContactForm, trust: Trust) -> str:
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
                trust=trust,
                post=post_of(ground),
            )
        except DomainError as refusal:
            if refusal.code != "hold_expired":
                raise
        else:
            return held.reference
    return await _book_instead(request, booked, asked, trust)


async def _book_instead(
    request: HttpRequest, booked: Booked, asked: ContactForm, trust: Trust
) -> str:
    ground = ground_of(request)
    wanted = await _wanted(request, booked)

    def take(tx: Tx) -> Held:
        held = services.hold_slot(
            tx,
            office_id=booked.office_id,
            start=asked.start or booked.start_at,
            services=wanted,
            language=language_of(request),
            contact=asked.as_contact(),
            resident_of=booked.resident_of,
            channel=booked.channel,
            trust=trust,
            post=post_of(ground),
        )
        give_up_hold(tx, booked.office_id, booked.id)
        return held

    key = key_of_replacement(booked)
    return await ground.runner.run(booked.office_id, take_once, key, take)


async def _wanted(request: HttpRequest, booked: Booked) -> tuple[Wanted, ...]:
    ground = ground_of(request)
    office = (await latest_directory(ground)).office(booked.office_id)
    items = await ground.database.read(store.services_of, booked.id)
    return tuple(Wanted(office.offer(offer).service.slug, count) for offer, count in items)


def _done_path(request: HttpRequest, reference: str) -> str:
    """The page of what is booked, which leads on to what comes into another appointment."""
    later = query_as(request, LaterQuery).later()
    return holder_path(ground_of(request).secret_key, reference) + later_query(later)


_HERE = "/termin/halten/{reference}/{secret}"

routes: list[BaseRoute] = [
    route(_HERE, show_contact, access=HOLDER),
    route(_HERE, post_contact, access=HOLDER, methods=("POST",)),
    route(_HERE + "/verlaengern", extend, access=HOLDER, methods=("POST",)),
]
