"""The waiting list over the interface, for programs of whoever holds an appointment's secret."""

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.api import answer, empty_reply, json_reply
from ...core.ground import ground_of
from ...core.idempotency import Reply
from ...core.spec import Spec
from ...core.web import body_as
from ..guard.traffic import require_mail
from ..holder.opened import opened_by_bearer
from ..mails.sending import post_of
from . import commands as waiting
from . import store as waiting_store
from .inputs import WindowBody
from .store import Entry

_WAITING = "/api/v1/appointments/{reference}/waiting"


class WaitingAnswer(BaseModel):
    """What somebody waits for; minutes are local, after midnight, 0 is Monday."""

    status: str
    from_day: str
    to_day: str
    weekdays: list[int]
    from_minute: int
    to_minute: int
    lead_minutes: int


async def join(request: Request) -> Response:
    """POST /api/v1/appointments/{reference}/waiting"""
    booked = await opened_by_bearer(request)
    asked = await body_as(request, WindowBody)
    await require_mail(request, booked.office_id, asked.email)
    return await answer(
        request,
        booked.office_id,
        waiting.join_waiting_list,
        _reply,
        reference=booked.reference,
        window=asked.window(),
        language=booked.language,
        email=asked.email,
    )


async def leave_waiting_list(request: Request) -> Response:
    """DELETE /api/v1/appointments/{reference}/waiting"""
    ground, booked = ground_of(request), await opened_by_bearer(request)
    entry = await ground.database.read(waiting_store.entry_of, booked.id)
    return await answer(
        request,
        booked.office_id,
        waiting.leave_waiting_list,
        lambda _: empty_reply(),
        entry_id=entry.id if entry else 0,
        post=post_of(ground),
    )


def _reply(entry: Entry) -> Reply:
    return json_reply(
        WaitingAnswer(
            status=entry.status,
            from_day=entry.from_day.isoformat(),
            to_day=entry.to_day.isoformat(),
            weekdays=entry.weekdays,
            from_minute=entry.from_minute,
            to_minute=entry.to_minute,
            lead_minutes=entry.lead_minutes,
        )
    )


routes: list[BaseRoute] = [
    route(
        _WAITING,
        join,
        access=HOLDER,
        methods=("POST",),
        spec=Spec(
            "Be told by e-mail when something earlier is free, or change in which days",
            body=WindowBody,
            answers={200: WaitingAnswer},
            errors=(
                "unknown_appointment",
                "wrong_state",
                "in_the_past",
                "no_waiting_list",
                "contact_required",
                "invalid_window",
            ),
            secret=True,
        ),
    ),
    route(
        _WAITING,
        leave_waiting_list,
        access=HOLDER,
        methods=("DELETE",),
        spec=Spec(
            "Wait no longer",
            answers={204: None},
            errors=("unknown_appointment", "unknown_entry"),
            secret=True,
        ),
    ),
]
