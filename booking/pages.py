"""Pages from the services to the held time: online first, office, way, time. All without script.

The first question and the services stand in `choosing/`; what the holder of an appointment sees in
`holder/pages.py`.
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
from ..office.infos import Channel, MunicipalityInfo
from . import services
from .choosing import town_pages
from .choosing.channels_page import channels_page
from .choosing.residence import Able, able_offices, all_offices, head_of, home_of, is_town
from .choosing.services_page import choose_services, services_page
from .choosing.town_pages import services_path
from .guard.traffic import require_hold
from .holder import contact_pages, find_pages, mine_pages
from .holder import pages as holder_pages
from .inputs import ChooseQuery, HoldForm, TimeQuery
from .links import contact_path
from .lookup import Held
from .mails.sending import post_of
from .reading import earliest_times, taken_days
from .repeats import key_of_press, take_once
from .times import earliest_page
from .times.time_page import (
    TIMES_AGAIN,
    Way,
    earliest_path,
    later_query,
    query_of,
    texts_of,
    times_page,
)
from .waiting import new_pages as waiting_new_pages
from .waiting import offer_pages
from .waiting import pages as waiting_pages
from .words import near_moment

_OTHER_SERVICES = frozenset(
    {"not_together", "too_many", "not_bookable", "unknown_service", "not_for_residents"}
    | {"nothing_chosen"}
)


async def choose_time(request: HttpRequest) -> Response:
    """GET /termin/{m}/zeit: what goes online first, then office and way if there are several."""
    directory = await latest_directory(ground_of(request))
    home = home_of(directory, request.path_params["m"])
    asked = query_as(request, TimeQuery)
    try:
        offices = _able(directory, home, asked)
    except DomainError as refusal:
        if refusal.code not in _OTHER_SERVICES:
            raise
        chosen = ChooseQuery.model_validate({"service": asked.service, "office": asked.office})
        return services_page(request, directory, home, chosen, refusal)
    if asked.first == "online" and (found := _online_page(request, directory, home, asked)):
        return found
    able = _named(directory, home, offices, asked)
    if able is None:
        return await _offices_page(request, home, offices, asked)
    channels = able[1].channels
    channel = channels[0] if len(channels) == 1 else asked.channel
    if channel is None or channel not in channels:
        return _channels_page(request, home, able, asked)
    way = Way(home, *able, asked.wanted(), channel=channel, later=asked.later())
    return await times_page(request, way, asked.day)


def _able(directory: Directory, home: MunicipalityInfo, asked: TimeQuery) -> list[Able]:
    if not asked.service:
        raise DomainError("nothing_chosen", 422)
    return able_offices(directory, home, asked.wanted())


def _named(
    directory: Directory,
    home: MunicipalityInfo,
    offices: Sequence[Able],
    asked: TimeQuery | HoldForm,
) -> Able | None:
    """The office asked for, if it does all of it for this home; unasked, the only one."""
    if asked.office is None:
        return offices[0] if len(offices) == 1 else None
    every = all_offices(directory, home, asked.wanted())
    return next((each for each in every if each[0].slug == asked.office), None)


def _online_page(
    request: HttpRequest, directory: Directory, home: MunicipalityInfo, asked: TimeQuery
) -> Response | None:
    """Before anything else: what need not be come for. None where all of it needs a visit."""
    t, wanted = texts_of(request), asked.wanted()
    online = [each for each in wanted if directory.service(each.slug).online_url]
    if not online:
        return None
    rest = [each for each in wanted if each not in online]
    more = {"office": asked.office} if asked.office else {}
    ahead = f"/termin/{home.slug}/zeit?"
    context = {
        **head_of(directory, home),
        "online": [
            (service.name_in(t.language), service.online_url)
            for service in (directory.service(each.slug) for each in online)
        ],
        "anyway": ahead + query_of(wanted, **more),
        "rest": ahead + query_of(rest, **more) if rest else None,
        "back": services_path(home, wanted),
    }
    return page(request, "booking/online.html", context)


async def _offices_page(
    request: HttpRequest,
    home: MunicipalityInfo,
    offices: list[Able],
    asked: TimeQuery,
) -> Response:
    """Which office, with the earliest time in each; why not the one that was asked for."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    now, t = ground.clock.now(), texts_of(request)
    wanted, later = asked.wanted(), asked.later()
    found = await ground.database.read(earliest_times, taken_days(ground), offices, now)
    other = next(
        (office for office in directory.offices.values() if office.slug == asked.office),
        None,
    )
    ways = [
        {
            "office": each.office,
            "earliest": near_moment(t, each.start, now) if each.start else None,
            "href": f"/termin/{home.slug}/zeit?{query_of(wanted, later, office=each.office.slug)}",
        }
        for each in found
    ]
    context = {
        **head_of(directory, home),
        "home": home,
        "ways": ways,
        "other": other,
        "everywhere": earliest_path(home, wanted, later),
        "back": services_path(home, [*wanted, *later]),
    }
    return page(request, "booking/offices.html", context)


def _channels_page(
    request: HttpRequest, home: MunicipalityInfo, able: Able, asked: TimeQuery
) -> Response:
    """On site, by phone, by video: whatever all of the services can be done by here."""
    office, wanted = able[0], asked.wanted()

    def href(channel: Channel) -> str:
        query = query_of(wanted, asked.later(), office=office.slug, channel=channel)
        return f"/termin/{home.slug}/zeit?{query}"

    head = {"municipality": home if is_town(home) else office.municipality}
    back = services_path(home, [*wanted, *asked.later()])
    return channels_page(request, head, [able], href, back)


async def hold_time(request: HttpRequest) -> Response:
    """POST /termin/{m}/halten: on to the contact, or the times again with what is still free."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    home = home_of(directory, request.path_params["m"])
    asked = await body_as(request, HoldForm)
    office = directory.office(asked.office)
    able = _named(directory, home, [], asked)
    if able is None:
        raise DomainError("not_for_residents", 409)
    channel = asked.channel or able[1].channels[0]
    key = key_of_press(asked.key, office.id, asked.start, asked.wanted())

    def take(tx: Tx) -> Held:
        return services.hold_slot(
            tx,
            office_id=office.id,
            start=asked.start,
            services=asked.wanted(),
            language=language_of(request),
            resident_of=home.id if is_town(home) else None,
            channel=channel,
            post=post_of(ground),
        )

    try:
        require_hold(request)
        reference = await ground.runner.run(office.id, take_once, key, take)
    except DomainError as refusal:
        if refusal.code not in TIMES_AGAIN:
            raise
        way = Way(home, *able, asked.wanted(), channel=channel, later=asked.later())
        return await times_page(request, way, local_day(asked.start), refusal)
    there = contact_path(ground.secret_key, reference)
    return see_other(there + later_query(asked.later()))


routes: list[BaseRoute] = [
    *find_pages.routes,
    *mine_pages.routes,
    *town_pages.routes,
    *waiting_new_pages.routes,
    *waiting_pages.routes,
    *offer_pages.routes,
    route("/termin/{m}", choose_services, access=PUBLIC),
    route("/termin/{m}/zeit", choose_time, access=PUBLIC),
    route("/termin/{m}/halten", hold_time, access=PUBLIC, methods=("POST",)),
    *earliest_page.routes,
    *contact_pages.routes,
    *holder_pages.routes,
]
