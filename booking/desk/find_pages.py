"""Finding an appointment: what is said on the phone comes in a POST, a day in the address."""

from datetime import date, timedelta
from typing import Annotated

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import route
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.inputs import Input, Line
from ...core.web import body_as, query_as, see_other
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from ..inputs import Day
from ..times.time_page import texts_of
from ..words import item_words
from . import search as desk_search
from .pages import CLERKS, DESK
from .search import Found
from .store import Listed

FIND = DESK + "/find"


class Said(Input):
    """A name or part of it, a reference, a telephone number, or a day such as 26.11."""

    said: Annotated[str, Line(200)]


class DayQuery(Input):
    day: Day | None = None


async def show_day(request: HttpRequest) -> Response:
    """GET /office/{o}/appointments/find: the appointments of a day, today's if none is named."""
    office = await office_of(request)
    ground = ground_of(request)
    day = query_as(request, DayQuery).day or local_day(ground.clock.now())
    found = await ground.database.read(desk_search.day_at_desk, office.id, day)
    return await _found_page(request, office, found, "")


async def find(request: HttpRequest) -> Response:
    """POST there: the only one that fits is opened, several are listed."""
    office = await office_of(request)
    ground = ground_of(request)
    said = (await body_as(request, Said)).said
    now = ground.clock.now()
    found = await ground.database.read(desk_search.find_at_desk, office.id, said, now)
    if found.day is None and len(found.listed) == 1:
        return see_other(f"{DESK.format(o=office.slug)}/{found.listed[0].reference}")
    return await _found_page(request, office, found, said)


async def _found_page(
    request: HttpRequest, office: OfficeInfo, found: Found, said: str
) -> Response:
    t = texts_of(request)
    words: dict[int, str] = {
        each.id: ", ".join(
            item_words(t, office.offer(offer), count) for offer, count in found.items[each.id]
        )
        for each in found.listed
    }
    by_day: dict[date, list[Listed]] = {}
    for each in found.listed:
        by_day.setdefault(local_day(each.start_at), []).append(each)
    context: dict[str, object] = {
        "found": found,
        "said": said,
        "by_day": by_day,
        "words": words,
        "before": found.day - timedelta(days=1) if found.day else None,
        "after": found.day + timedelta(days=1) if found.day else None,
        "base": DESK.format(o=office.slug),
    }
    return await staff_page(request, "booking/desk_found.html", office, context)


routes: list[BaseRoute] = [
    route(FIND, show_day, access=CLERKS),
    route(FIND, find, access=CLERKS, methods=("POST",)),
]
