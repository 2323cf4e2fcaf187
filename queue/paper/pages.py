"""Numbers given out on paper in an outage, entered afterwards: one form, for many in a row."""

import re
from dataclasses import replace
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...booking.rules import Wanted
from ...core.access import allow, route
from ...core.api import caller_of, json_reply
from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.idempotency import OnceKey, Reply, once
from ...core.language import language_of
from ...core.secrets import new_token
from ...core.tx import Tx
from ...core.web import form_of, see_other
from ...office.directory import OfferInfo, OfficeInfo
from ...office.staff.frame import office_of, staff_page
from ..drawing.issue import issue_ticket
from ..state import TicketNow
from ..store import load_office_state
from .form import PaperForm, Slip, next_form, read_form, read_slip, refused

_KEY = re.compile(r"[a-z2-7]{26}")


async def show_paper(request: Request) -> Response:
    """GET /office/{o}/paper: the next slip, and what was entered today."""
    return await _page(request, await office_of(request))


async def enter_paper(request: Request) -> Response:
    """POST there: entered, and the form is ready for the next; or what is wrong beside the field.

    Sent twice by one press it is entered once: the form carries a key.
    """
    office, typed = await office_of(request), await form_of(request)
    form = read_form({name: str(value) for name, value in typed.items()})
    day = local_day(ground_of(request).clock.now())
    slip = read_slip(form, day, _offers(office, request))
    if isinstance(slip, dict):
        return await _page(request, office, replace(form, wrong=slip))
    try:
        await _enter(request, office, slip, str(typed.get("key", "")))
    except DomainError as error:
        if error.status >= 500:
            raise
        return await _page(request, office, refused(form, error))
    return see_other(f"/office/{office.slug}/paper?entered={slip.serial}")


async def _enter(request: Request, office: OfficeInfo, slip: Slip, key: str) -> None:
    asked = f"{office.slug}\n{slip}".encode()
    kept = OnceKey(caller_of(request), key, sha256(asked).hexdigest()) if _KEY.match(key) else None

    def command(tx: Tx) -> Reply:
        return once(tx, kept, lambda: _issue(tx, office, slip))

    await ground_of(request).runner.run(office.id, command)


def _issue(tx: Tx, office: OfficeInfo, slip: Slip) -> Reply:
    issued = issue_ticket(
        tx,
        office_id=office.id,
        services=[Wanted(slip.service)],
        language="de",
        persons=slip.persons,
        drawn_at=slip.drawn_at,
        paper_serial=slip.serial,
        by_staff=True,
    )
    return json_reply({"number": issued.number}, 201)


async def _page(request: Request, office: OfficeInfo, form: PaperForm | None = None) -> Response:
    entered = await _entered(request, office)
    offers = _offers(office, request)
    context = {
        "form": form or next_form(entered, {offer.id: offer.service.slug for offer in offers}),
        "offers": offers,
        "entered": entered,
        "names": {o.id: o.service.name_in(language_of(request)) for o in office.offers},
        "done": None if form else _just_entered(request, entered),
        "key": new_token(),
        "action": f"/office/{office.slug}/paper",
    }
    return await staff_page(request, "queue/paper.html", office, context, 422 if form else 200)


async def _entered(request: Request, office: OfficeInfo) -> list[TicketNow]:
    """Today's numbers of paper, the last one entered first."""
    ground = ground_of(request)
    now = ground.clock.now()
    state = await ground.database.read(load_office_state, office.id, local_day(now), now)
    paper = (ticket for ticket in state.tickets if ticket.paper)
    return sorted(paper, key=lambda ticket: ticket.id, reverse=True)


def _just_entered(request: Request, entered: list[TicketNow]) -> TicketNow | None:
    serial = request.query_params.get("entered")
    return next((ticket for ticket in entered if str(ticket.serial) == serial), None)


def _offers(office: OfficeInfo, request: Request) -> list[OfferInfo]:
    """What is done at a counter, by name."""
    language = language_of(request)
    served = (offer for offer in office.offers if not offer.online_only)
    return sorted(served, key=lambda offer: offer.service.name_in(language))


_PATH = "/office/{o}/paper"
_ACCESS = allow("staff", "administrator", office="o")

routes: list[BaseRoute] = [
    route(_PATH, show_paper, access=_ACCESS),
    route(_PATH, enter_paper, access=_ACCESS, methods=("POST",)),
]
