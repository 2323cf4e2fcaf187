"""The counter's page, and a number on paper once more. Who is next comes through the socket."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...booking.holder.done_view import qr_code
from ...core.access import Employee, allow, principal_of, route
from ...core.database import HIGHEST_ID
from ...core.errors import not_found
from ...core.formats import clock_text, day_text
from ...core.ground import ground_of
from ...core.language import language_of
from ...core.locales import PLAIN_GERMAN, language_name, locale_of
from ...core.web import page
from ...office.directory import Directory, OfficeInfo, latest_directory
from ..seats.page_part import seat_context
from ..store import find_ticket

_ACCESS = allow("staff", "counter", counter="c")


async def show_counter(request: Request) -> Response:
    """GET /counter/{c}: the frame, with what does not change while it is open."""
    ground, language = ground_of(request), language_of(request)
    directory = await latest_directory(ground)
    counter = directory.counter(request.path_params["c"])
    office = directory.office(counter.office_id)
    others = (one for one in directory.offices_of_area(office.area_id) if one.id != office.id)
    context = {
        "words": ground.texts.in_language(language).table("counter.words"),
        "house": {
            "offices": [_office(one, language) for one in (office, *others)],
            "towns": _towns(directory, office),
            "languages": _languages(ground.settings.languages, language),
        },
        "counter": counter,
        "office": office,
        "municipality": office.municipality,
        "by_staff": isinstance(principal_of(request), Employee),
        **await seat_context(request, office, counter),
    }
    return page(request, "queue/counter.html", context)


async def print_ticket(request: Request) -> Response:
    """GET /counter/{c}/tickets/{id}/print: the number as the kiosk gave it, for 80 mm of paper."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    counter = directory.counter(request.path_params["c"])
    office = directory.office(counter.office_id)
    ticket = await ground.database.read(find_ticket, _ticket_id(request))
    if ticket is None or ticket.office_id != office.id:
        raise not_found("unknown_ticket")
    language, start = language_of(request), ticket.appointment_start
    offers = {offer.id: offer.service for offer in office.offers}
    context = {
        "ticket": ticket,
        "services": [
            offers[offer_id].name_in(language)
            for offer_id in dict.fromkeys(one.offer_id for one in ticket.services)
        ],
        "day": day_text(ticket.day, language),
        "time": clock_text(ticket.drawn_at),
        "start": None if start is None else clock_text(start),
        "qr": qr_code(f"{ground.settings.public_url}/t/{ticket.token}"),
        "office": office,
        "municipality": office.municipality,
        "mine": f"/counter/{counter.slug}",
    }
    return page(request, "queue/reprint.html", context)


def _office(office: OfficeInfo, language: str) -> Mapping[str, object]:
    services = [
        {
            "slug": offer.service.slug,
            "name": offer.service.name_in(language),
            "most": offer.max_count,
        }
        for offer in office.offers
        if not offer.online_only
    ]
    services.sort(key=lambda service: str(service["name"]).casefold())
    return {"slug": office.slug, "name": office.name, "services": services}


def _towns(directory: Directory, office: OfficeInfo) -> list[Mapping[str, str]]:
    """The towns whose residents the office serves, its own first; one where it is not shared."""
    served = {town for offer in office.offers for town in offer.residents}
    others = [directory.municipality(town) for town in sorted(served - {office.municipality.id})]
    towns = (office.municipality, *others)
    return [{"slug": town.slug, "name": town.name} for town in towns]


def _languages(codes: tuple[str, ...], language: str) -> Mapping[str, str]:
    """How the languages of citizens are called in the clerk's."""
    locale = locale_of(language)
    return {
        code: language_name(code)
        if code == PLAIN_GERMAN
        else str(locale_of(code).get_display_name(locale))
        for code in codes
    }


def _ticket_id(request: Request) -> int:
    text: str = request.path_params["id"]
    if not (text.isascii() and text.isdecimal() and len(text) <= 10) or int(text) > HIGHEST_ID:
        raise not_found("unknown_ticket")
    return int(text)


routes: list[BaseRoute] = [
    route("/counter/{c}", show_counter, access=_ACCESS, name="counter"),
    route("/counter/{c}/tickets/{id}/print", print_ticket, access=_ACCESS, name="reprint"),
]
