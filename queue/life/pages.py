"""For staff of an office: its tickets of a day by number, and one ticket's life, step by step.

There is no name of a citizen and none of staff, and no way to ask what a counter or person did.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from ...core.access import allow, route
from ...core.errors import not_found
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.inputs import Input
from ...core.language import language_of
from ...core.web import query_as
from ...office.directory import latest_directory
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from ..state import TicketNow
from ..store import find_ticket
from .sentences import Teller
from .spans import MEASURED, spans_of, verdict
from .store import Found, find_tickets, read_forecast, read_life

STAFF = allow("staff", "administrator", office="o")
DAYS = 30
"""How far back one may look."""

_MOST = 300
_HIGHEST_ID = 2**31
_NUMBER = re.compile(r"\s*([A-Za-z])?\s*0*(\d{1,3})?\s*")


class TicketsQuery(Input):
    number: Annotated[str, StringConstraints(max_length=12)] = ""
    day: date | None = None


async def show_tickets(request: Request) -> Response:
    """GET /office/{o}/tickets: the tickets of a day, or those with a number."""
    asked = query_as(request, TicketsQuery)
    office, ground = await office_of(request), ground_of(request)
    today = local_day(ground.clock.now())
    first = today - timedelta(days=DAYS)
    day = min(max(asked.day or today, first), today)
    found = await ground.database.read(_search, office.id, day, asked.number)
    context = {
        "asked": asked.number,
        "day": day,
        "today": today,
        "first": first,
        "found": found[:_MOST],
        "more": len(found) > _MOST,
        "services": _names(office, language_of(request)),
    }
    return await staff_page(request, "queue/tickets.html", office, context)


async def show_life(request: Request) -> Response:
    """GET /office/{o}/tickets/{id}: every step of one ticket, in order."""
    office, ground = await office_of(request), ground_of(request)
    directory, now = await latest_directory(ground), ground.clock.now()
    area = [one.id for one in directory.offices_of_area(office.area_id)]
    ticket_id = request.path_params["id"]
    # No row has a larger number, and PostgreSQL could not even compare it.
    known = ticket_id < _HIGHEST_ID
    ticket = await ground.database.read(find_ticket, ticket_id) if known else None
    if ticket is None or local_day(now) - ticket.day > timedelta(days=DAYS):
        raise not_found("unknown_ticket")
    found = await ground.database.read(read_life, ticket_id, ticket.day, area)
    # Also in an office that has sent it on; in no other.
    if office.id not in {ticket.office_id, *(one.office_id for one in found)}:
        raise not_found("unknown_ticket")
    forecast = await ground.database.read(read_forecast, ticket_id)
    teller = Teller(ground.texts.in_language(language_of(request)), directory)
    spans = spans_of(ticket.drawn_at, found, now)
    context = {
        "ticket": ticket,
        "steps": [(one.at, teller.tell(one)) for one in found],
        "facts": [(name, spans.minutes[name]) for name in MEASURED if spans.minutes[name]],
        "forecast": forecast,
        "called_after": None if spans.called_after is None else round(spans.called_after),
        "verdict": None if forecast is None else verdict(forecast, spans.called_after),
        "moved": None if ticket.office_id == office.id else _office_name(directory.offices, ticket),
    }
    return await staff_page(request, "queue/ticket_life.html", office, context)


def _search(conn: Connection, office_id: int, day: date, number: str) -> list[Found]:
    asked = _NUMBER.fullmatch(number)
    if asked is None:
        return []
    letter = asked[1].upper() if asked[1] else None
    serial = int(asked[2]) if asked[2] else None
    return find_tickets(conn, office_id, day, letter, serial, _MOST + 1)


def _names(office: OfficeInfo, language: str) -> dict[int, str]:
    return {offer.id: offer.service.name_in(language) for offer in office.offers}


def _office_name(offices: Mapping[int, OfficeInfo], ticket: TicketNow) -> str:
    return offices[ticket.office_id].name


routes = [
    route("/office/{o}/tickets", show_tickets, access=STAFF),
    route("/office/{o}/tickets/{id:int}", show_life, access=STAFF),
]
