"""The questions about free days and times in the JSON interface."""

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.api import json_response
from ...core.errors import invalid
from ...core.formats import iso_text, local_day
from ...core.ground import ground_of
from ...core.spec import Spec
from ...core.web import query_as
from ...office.directory import latest_directory
from ..days import free_days, free_times_on
from ..inputs import (
    MAX_DAYS,
    DaysAnswer,
    DaysQuery,
    EarliestAnswer,
    FreeDay,
    FreeStart,
    ServicesQuery,
    TimesAnswer,
    TimesQuery,
)
from ..reading import (
    STARTS_SHOWN,
    Possibility,
    earliest_times,
    in_order_of_time,
    offices_anywhere,
    taken_days,
)
from ..rules import read_request

_WEEKS = timedelta(days=27)

# What asking for services can be refused with.
ASKED = ("unknown_service", "not_bookable", "not_together", "too_many")


async def list_days(request: Request) -> Response:
    """GET /api/v1/offices/{o}/days"""
    ground = ground_of(request)
    asked = query_as(request, DaysQuery)
    office = (await latest_directory(ground)).office(request.path_params["o"])
    wanted = read_request(office, asked.wanted())
    now = ground.clock.now()
    days = _range(asked, local_day(now))
    found = await ground.database.read(free_days, taken_days(ground), office, wanted, days, now)
    return json_response(
        DaysAnswer(days=[FreeDay(date=day.isoformat(), free=free) for day, free in found])
    )


def _range(asked: DaysQuery, today: date) -> list[date]:
    first = asked.from_ or (today if asked.to is None else min(today, asked.to))
    last = asked.to or first + _WEEKS
    if not 0 <= (last - first).days < MAX_DAYS:
        raise invalid("to", "date_range")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


async def list_times(request: Request) -> Response:
    """GET /api/v1/offices/{o}/times"""
    ground = ground_of(request)
    asked = query_as(request, TimesQuery)
    office = (await latest_directory(ground)).office(request.path_params["o"])
    wanted = read_request(office, asked.wanted())
    found = await ground.database.read(
        free_times_on, taken_days(ground), office, wanted, [asked.date], ground.clock.now()
    )
    times = [FreeStart(start=iso_text(time.start), free=time.free) for time in found[asked.date]]
    return json_response(TimesAnswer(times=times))


async def list_earliest(request: Request) -> Response:
    """GET /api/v1/municipalities/{m}/earliest"""
    ground = ground_of(request)
    asked = query_as(request, ServicesQuery)
    directory = await latest_directory(ground)
    town = directory.municipality(request.path_params["m"])
    offices = offices_anywhere(directory, town, asked.wanted())
    found = await ground.database.read(
        earliest_times, taken_days(ground), offices, ground.clock.now(), STARTS_SHOWN
    )
    return json_response([_earliest(each).model_dump() for each in in_order_of_time(found)])


def _earliest(found: Possibility) -> EarliestAnswer:
    starts = [iso_text(start) for start in found.starts]
    return EarliestAnswer(
        office=found.office.slug,
        name=found.office.name,
        municipality=found.office.municipality.slug,
        start=starts[0] if starts else None,
        then=starts[1:],
    )


routes: list[BaseRoute] = [
    route(
        "/api/v1/municipalities/{m}/earliest",
        list_earliest,
        access=PUBLIC,
        spec=Spec(
            "The earliest free times of each office that may do it, in order",
            query=ServicesQuery,
            answers={200: list[EarliestAnswer]},
            errors=("unknown_municipality", *ASKED),
        ),
    ),
    route(
        "/api/v1/offices/{o}/days",
        list_days,
        access=PUBLIC,
        spec=Spec(
            "How many times are free on each day",
            query=DaysQuery,
            answers={200: DaysAnswer},
            errors=("unknown_office", *ASKED),
        ),
    ),
    route(
        "/api/v1/offices/{o}/times",
        list_times,
        access=PUBLIC,
        spec=Spec(
            "The free times of a day",
            query=TimesQuery,
            answers={200: TimesAnswer},
            errors=("unknown_office", *ASKED),
        ),
    ),
]
