"""The interface for the holder of an appointment's secret: look, confirm, move, cancel."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.api import answer, empty_reply, first_answer, json_reply, json_response
from ...core.formats import iso_text
from ...core.ground import Ground, ground_of
from ...core.idempotency import Reply
from ...core.spec import Spec
from ...core.web import body_as
from ...office.directory import latest_directory
from .. import services, store
from ..guard.bots import trust_in_program
from ..guard.traffic import require_contact, require_mail, require_move
from ..inputs import (
    AppointmentAnswer,
    AppointmentState,
    ContactWithProof,
    MailCode,
    NewStart,
    StatusAnswer,
    WantedService,
)
from ..links import secret_of
from ..lookup import Held
from ..mails.sending import post_of
from .calendar_file import calendar_response
from .opened import opened_by_bearer

# What choosing a time can be refused with.
TIME = ("in_the_past", "too_soon", "too_far", "closed_that_day", "slot_not_offered", "slot_taken")
# What saying who comes can be refused with.
WHO_COMES = ("contact_required", "limit_reached", "proof_required", "proof_wrong", "proof_used")
_HELD = ("unknown_appointment", "wrong_state", "hold_expired")
_APPOINTMENT = "/api/v1/appointments/{reference}"


async def show_appointment(request: Request) -> Response:
    """GET /api/v1/appointments/{reference}"""
    ground = ground_of(request)
    booked = await opened_by_bearer(request)
    office = (await latest_directory(ground)).office(booked.office_id)
    items = await ground.database.read(store.services_of, booked.id)
    return json_response(
        AppointmentState(
            reference=booked.reference,
            status=booked.status,
            office=office.slug,
            start=iso_text(booked.start_at),
            end=iso_text(booked.end_at),
            held_until=_iso(booked.held_until),
            services=[
                WantedService(slug=office.offer(offer).service.slug, count=count)
                for offer, count in items
            ],
        )
    )


async def put_contact(request: Request) -> Response:
    """PUT /api/v1/appointments/{reference}/contact; a repeat gets the first answer."""
    return await first_answer(request, _say_who_comes)


async def _say_who_comes(request: Request) -> Response:
    booked = await opened_by_bearer(request)
    asked = await body_as(request, ContactWithProof)
    require_contact(request)
    await require_mail(request, booked.office_id, asked.email)
    with trust_in_program(request, asked.proof) as trust:
        return await answer(
            request,
            booked.office_id,
            services.set_contact,
            _status_reply,
            reference=booked.reference,
            contact=asked.as_contact(),
            trust=trust,
            post=post_of(ground_of(request)),
        )


async def confirm_appointment(request: Request) -> Response:
    """POST /api/v1/appointments/{reference}/confirm"""
    booked = await opened_by_bearer(request)
    code = (await body_as(request, MailCode)).code
    return await answer(
        request,
        booked.office_id,
        services.confirm_email,
        _status_reply,
        reference=booked.reference,
        code=code,
        post=post_of(ground_of(request)),
    )


async def extend_appointment(request: Request) -> Response:
    """POST /api/v1/appointments/{reference}/extend"""
    booked = await opened_by_bearer(request)
    return await answer(
        request,
        booked.office_id,
        services.extend_hold,
        _status_reply,
        reference=booked.reference,
    )


async def move_appointment(request: Request) -> Response:
    """PUT /api/v1/appointments/{reference}/start; a repeat gets the first answer."""
    return await first_answer(request, _move)


async def _move(request: Request) -> Response:
    ground = ground_of(request)
    booked = await opened_by_bearer(request)
    start = (await body_as(request, NewStart)).start
    if start != booked.start_at:
        await require_move(request, booked)
    return await answer(
        request,
        booked.office_id,
        services.move_appointment,
        lambda held: held_reply(ground, held, 200),
        reference=booked.reference,
        start=start,
        post=post_of(ground),
    )


async def cancel_appointment(request: Request) -> Response:
    """DELETE /api/v1/appointments/{reference}"""
    booked = await opened_by_bearer(request)
    return await answer(
        request,
        booked.office_id,
        services.cancel_appointment,
        lambda _: empty_reply(),
        reference=booked.reference,
        post=post_of(ground_of(request)),
    )


async def show_calendar(request: Request) -> Response:
    """GET /api/v1/appointments/{reference}/calendar.ics"""
    return await calendar_response(ground_of(request), await opened_by_bearer(request))


def held_reply(ground: Ground, held: Held, status: int) -> Reply:
    """What a time taken is answered with, its secret included."""
    return json_reply(
        AppointmentAnswer(
            reference=held.reference,
            secret=secret_of(ground.secret_key, held.reference),
            start=iso_text(held.start),
            end=iso_text(held.end),
            status=held.status,
            held_until=_iso(held.held_until),
        ),
        status,
    )


def _status_reply(held: Held) -> Reply:
    return json_reply(StatusAnswer(status=held.status, held_until=_iso(held.held_until)))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else iso_text(moment)


routes: list[BaseRoute] = [
    route(
        _APPOINTMENT,
        show_appointment,
        access=HOLDER,
        spec=Spec(
            "The appointment as it stands",
            answers={200: AppointmentState},
            errors=("unknown_appointment",),
            secret=True,
        ),
    ),
    route(
        _APPOINTMENT,
        cancel_appointment,
        access=HOLDER,
        methods=("DELETE",),
        spec=Spec("Cancel it", answers={204: None}, errors=(*_HELD, "in_the_past"), secret=True),
    ),
    route(
        _APPOINTMENT + "/contact",
        put_contact,
        access=HOLDER,
        methods=("PUT",),
        spec=Spec(
            "Say who comes: this books the held time",
            body=ContactWithProof,
            answers={200: StatusAnswer},
            errors=(*_HELD, *WHO_COMES),
            secret=True,
        ),
    ),
    route(
        _APPOINTMENT + "/confirm",
        confirm_appointment,
        access=HOLDER,
        methods=("POST",),
        spec=Spec(
            "Confirm with the code from the mail",
            body=MailCode,
            answers={200: StatusAnswer},
            errors=(*_HELD, "wrong_code"),
            secret=True,
        ),
    ),
    route(
        _APPOINTMENT + "/extend",
        extend_appointment,
        access=HOLDER,
        methods=("POST",),
        spec=Spec(
            "Begin the hold's time anew, ten times at most",
            answers={200: StatusAnswer},
            errors=(*_HELD, "too_many"),
            secret=True,
        ),
    ),
    route(
        _APPOINTMENT + "/start",
        move_appointment,
        access=HOLDER,
        methods=("PUT",),
        spec=Spec(
            "Move it to another time",
            body=NewStart,
            answers={200: AppointmentAnswer},
            errors=(*_HELD, *TIME),
            secret=True,
        ),
    ),
    route(
        _APPOINTMENT + "/calendar.ics",
        show_calendar,
        access=HOLDER,
        spec=Spec(
            "The calendar file",
            answers={200: None},
            errors=("unknown_appointment", "wrong_state"),
            secret=True,
            media_type="text/calendar",
        ),
    ),
]
