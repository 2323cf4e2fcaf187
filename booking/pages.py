"""Pages up to the held time: town, services, office, time. They work without script.

What the holder of an appointment sees stands in `holder_pages.py`.
"""

from collections.abc import Sequence

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import PUBLIC, route
from ..core.errors import DomainError
from ..core.formats import local_day
from ..core.ground import ground_of
from ..core.language import language_of
from ..core.tx import Tx
from ..core.web import body_as, page, query_as, see_other
from ..office.directory import Directory, latest_directory
from ..office.infos import MunicipalityInfo, OfficeInfo
from . import contact_pages, holder_pages, services
from .choosing import topics_for
from .inputs import HoldForm, ServicesChosen, TimeQuery
from .links import contact_path
from .lookup import Held
from .mails import post_of
from .reading import earliest_times, offices_for, taken_days
from .repeats import key_of_press, take_once
from .rules import Request, Wanted
from .time_page import OTHER_TIME, Way, query_of, texts_of, times_page, way_back
from .words import near_moment

_OTHER_SERVICES = frozenset({"not_together", "too_many", "not_bookable", "unknown_service"})


async def choose_town(request: HttpRequest) -> Response:
    """GET /termin"""
    directory = await latest_directory(ground_of(request))
    towns = list(directory.municipalities.values())
    return page(request, "booking/town.html", {"towns": towns})


async def choose_services(request: HttpRequest) -> Response:
    """GET /termin/{m}, with `service=slug:2` for what is chosen already."""
    directory = await latest_directory(ground_of(request))
    town = directory.municipality(request.path_params["m"])
    return _services_page(request, directory, town, query_as(request, ServicesChosen).wanted())


def _services_page(
    request: HttpRequest,
    directory: Directory,
    town: MunicipalityInfo,
    wanted: Sequence[Wanted],
    refusal: DomainError | None = None,
) -> Response:
    chosen = {each.slug: each.count for each in wanted}
    context = {
        "municipality": town,
        "topics": topics_for(texts_of(request), directory, town, chosen),
        "refusal": refusal,
        "back": "/termin",
    }
    return page(request, "booking/services.html", context, refusal.status if refusal else 200)


async def choose_time(request: HttpRequest) -> Response:
    """GET /termin/{m}/zeit: the office first, where several may do it; then the times."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    town = directory.municipality(request.path_params["m"])
    asked = query_as(request, TimeQuery)
    if not asked.service:
        nothing = DomainError("nothing_chosen", 422)
        return _services_page(request, directory, town, (), nothing)
    try:
        offices = offices_for(directory, town, asked.wanted())
    except DomainError as refusal:
        if refusal.code not in _OTHER_SERVICES:
            raise
        return _services_page(request, directory, town, asked.wanted(), refusal)
    found = _named(offices, asked.office)
    if found is None:
        return await _offices_page(request, town, offices, asked.wanted())
    way = Way(town, *found, asked.wanted())
    return await times_page(request, way, asked.day)


def _named(
    offices: Sequence[tuple[OfficeInfo, Request]], slug: str | None
) -> tuple[OfficeInfo, Request] | None:
    """The office asked for, or the only one."""
    if len(offices) == 1:
        return offices[0]
    return next((each for each in offices if each[0].slug == slug), None)


async def _offices_page(
    request: HttpRequest,
    town: MunicipalityInfo,
    offices: list[tuple[OfficeInfo, Request]],
    wanted: Sequence[Wanted],
) -> Response:
    ground = ground_of(request)
    now = ground.clock.now()
    found = await ground.database.read(earliest_times, taken_days(ground), offices, now)
    t = texts_of(request)
    ways = [
        {
            "office": each.office,
            "earliest": near_moment(t, each.start, now) if each.start else None,
            "href": f"/termin/{town.slug}/zeit?{query_of(wanted, office=each.office.slug)}",
        }
        for each in found
    ]
    context = {"municipality": town, "ways": ways, "back": way_back(town, wanted)}
    return page(request, "booking/offices.html", context)


async def hold_time(request: HttpRequest) -> Response:
    """POST /termin/{m}/halten: on to the contact, or the times again with what is still free."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    town = directory.municipality(request.path_params["m"])
    asked = await body_as(request, HoldForm)
    office = directory.office(asked.office)
    found = _named(offices_for(directory, town, asked.wanted()), office.slug)
    if found is None or found[0].id != office.id:
        raise DomainError("not_for_residents", 409)
    key = key_of_press(asked.key, office.id, asked.start, asked.wanted())

    def take(tx: Tx) -> Held:
        return services.hold_slot(
            tx,
            office_id=office.id,
            start=asked.start,
            services=asked.wanted(),
            language=language_of(request),
            resident_of=town.id,
            post=post_of(ground),
        )

    try:
        reference = await ground.runner.run(office.id, take_once, key, take)
    except DomainError as refusal:
        if refusal.code not in OTHER_TIME:
            raise
        way = Way(town, *found, asked.wanted())
        return await times_page(request, way, local_day(asked.start), refusal)
    return see_other(contact_path(ground.secret_key, reference))


routes: list[BaseRoute] = [
    route("/termin", choose_town, access=PUBLIC),
    route("/termin/{m}", choose_services, access=PUBLIC),
    route("/termin/{m}/zeit", choose_time, access=PUBLIC),
    route("/termin/{m}/halten", hold_time, access=PUBLIC, methods=("POST",)),
    *contact_pages.routes,
    *holder_pages.routes,
]
