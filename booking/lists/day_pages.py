"""The day list of an office, to look at and to print."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import allow, route
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.inputs import Input
from ...core.web import query_as
from ...office.rules import closed_reason, day_spans
from ...office.staff.frame import office_of, staff_page
from ..inputs import Day
from ..times.time_page import texts_of
from .day_list import next_opening_day, read_day_list

DAY = "/office/{o}/day"


class DayQuery(Input):
    """Which day; today when nothing is said."""

    date: Day | None = None


async def show_day(request: Request) -> Response:
    """GET /office/{o}/day?date=…: time, reference, name, services, channel; when to destroy it."""
    office, ground = await office_of(request), ground_of(request)
    today = local_day(ground.clock.now())
    day = query_as(request, DayQuery).date or today
    t = texts_of(request)
    context = {
        "found": await ground.database.read(read_day_list, t, office, day),
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "next_open": next_opening_day(office, today),
        "closed": None if day_spans(office, day) else closed_reason(office, day, t.language),
        "mailed_at": office.day_list_minute,
        "base": DAY.format(o=office.slug),
    }
    return await staff_page(request, "booking/day.html", office, context)


routes: list[BaseRoute] = [
    route(DAY, show_day, access=allow("staff", "administrator", office="o")),
]
