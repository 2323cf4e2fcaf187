"""With appointment: the code typed or scanned, checking in; and every page that says "not so"."""

import json
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from ..booking.rules import REFERENCE_ALPHABET, REFERENCE_LENGTH
from ..core.api import json_reply
from ..core.errors import DomainError
from ..core.formats import local_day
from ..core.ground import ground_of
from ..core.idempotency import Reply, once
from ..core.tx import Tx
from ..core.web import form_of, see_other
from ..office.rules import day_spans
from ..queue.services import check_in
from .drawing import once_key
from .instead import LEADS_ON, instead_of_number
from .place import Kiosk, kiosk_of, kiosk_page, typed, wanted_in
from .store import find_by_number, find_office_of_code, find_offices_of_code, find_status_of_code

# As long as the longest link of a confirmation that a scanner types.
CODE_LIMIT = 300
_NOT_CONFIRMED = frozenset({"held", "awaiting_email", "expired"})

# What the one button of a problem's page does; everything else goes back to the start.
_WAYS = {
    "unknown_code": "code",
    "no_code": "code",
    "cancelled": "services",
    "not_confirmed": "services",
    "try_again": "again",
    "cannot_serve": "services",
    "not_walk_in": "services",
    "not_together": "services",
    "too_many": "services",
}


async def show_code(request: Request) -> Response:
    """GET /kiosk/{k}/code: `code` so far; `key` is a letter more, `-` one less."""
    kiosk = await kiosk_of(request)
    code = typed(request.query_params.get("code", ""), request.query_params.get("key", ""))
    context = {
        "code": code[:CODE_LIMIT],
        "keys": REFERENCE_ALPHABET,
        "length": REFERENCE_LENGTH,
        "limit": CODE_LIMIT,
        "back_href": kiosk.to(),
    }
    return kiosk_page(request, kiosk, "code.html", context)


async def arrive(request: Request) -> Response:
    """POST /kiosk/{k}/check-ins: the appointment becomes a ticket; a repeat gives the same one."""
    kiosk = await kiosk_of(request)
    form = await form_of(request)
    code = str(form.get("code", ""))[:CODE_LIMIT]
    if not code:
        return see_other(kiosk.to("problem/no_code"))
    ground = ground_of(request)
    key = once_key(request, str(form.get("key", "")), code)
    offices = await ground.database.read(find_offices_of_code, code)

    def command(tx: Tx) -> Reply:
        def act() -> Reply:
            issued = check_in(tx, code=code, area_id=kiosk.area.id)
            return json_reply({"token": issued.token}, 201)

        return once(tx, key, act)

    try:
        reply = await ground.runner.run(offices or kiosk.offices[0].id, command)
    except DomainError as error:
        return see_other(await _way_on(request, kiosk, code, error))
    return see_other(kiosk.to(f"tickets/{json.loads(reply.body)['token']}"))


async def _way_on(request: Request, kiosk: Kiosk, code: str, error: DomainError) -> str:
    """Where somebody goes who could not be checked in."""
    ground = ground_of(request)
    match error.code:
        case "already_checked_in":
            number = str(error.details["number"])
            day = local_day(kiosk.now)
            known = await ground.database.read(find_by_number, kiosk.area.id, day, number)
            if known is None:
                return kiosk.to("problem/ticket_over")
            return kiosk.to(f"tickets/{known.token}", again=1)
        case "unknown_code":
            status = await ground.database.read(find_status_of_code, code)
            if status == "cancelled":
                return kiosk.to("problem/cancelled")
            return kiosk.to(
                f"problem/{'not_confirmed' if status in _NOT_CONFIRMED else error.code}"
            )
        case "other_day":
            return kiosk.to("problem/other_day", start=error.details["start"])
        case "wrong_place":
            office_id = await ground.database.read(find_office_of_code, code)
            office = kiosk.directory.office(office_id) if office_id else None
            return kiosk.to("problem/wrong_place", office=office.slug if office else None)
        case other:
            return kiosk.to(f"problem/{other}")


async def show_problem(request: Request) -> Response:
    """GET /kiosk/{k}/problem/{code}: what happened, what now, one button."""
    kiosk = await kiosk_of(request)
    code = request.path_params["code"]
    if f"kiosk.problem.{code}.title" not in ground_of(request).texts.in_language(kiosk.language):
        code = "other"
    wanted = wanted_in(request.query_params.getlist("service"))
    way = _WAYS.get(code, "start")
    hrefs = {
        "code": kiosk.to("code"),
        "services": kiosk.to("services"),
        "again": kiosk.to("request", wanted) if wanted else kiosk.to("code"),
        "start": kiosk.restart,
    }
    slug = request.query_params.get("office", "")
    instead = None
    if code in LEADS_ON:
        instead = await instead_of_number(ground_of(request), kiosk, wanted, code)
    context = {
        "code": code,
        "way": way,
        "way_href": hrefs[way],
        "start": _moment(request.query_params.get("start", "")),
        "office": next((o for o in kiosk.directory.offices.values() if o.slug == slug), None),
        "opens": _opens(kiosk),
        "instead": instead,
    }
    return kiosk_page(request, kiosk, "problem.html", context)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 2000 < found.year < 2100 else None


def _opens(kiosk: Kiosk) -> datetime | None:
    """When the first office of the area opens today, if that is still to come."""
    today = local_day(kiosk.now)
    starts = [span.start for office in kiosk.offices for span in day_spans(office, today)]
    first = min(starts, default=None)
    return first if first is not None and first > kiosk.now else None
