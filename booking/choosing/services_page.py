"""The page of services: everything open to somebody's home, searched, with what is chosen."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.web import page, query_as
from ...office.directory import Directory, latest_directory
from ...office.infos import MunicipalityInfo, OfficeInfo
from ..inputs import ChooseQuery
from ..rules import Wanted
from ..times.time_page import query_of, texts_of
from .choices import listing_of, not_here, wanted_words
from .residence import closed_services, head_of, home_of, open_offers, visits_of
from .town_pages import residence_path, services_path


async def choose_services(request: HttpRequest) -> Response:
    """GET /termin/{m}, with `service=slug:2` for what is chosen, `suche` for what is looked for."""
    directory = await latest_directory(ground_of(request))
    home = home_of(directory, request.path_params["m"])
    return services_page(request, directory, home, query_as(request, ChooseQuery))


def services_page(
    request: HttpRequest,
    directory: Directory,
    home: MunicipalityInfo,
    asked: ChooseQuery,
    refusal: DomainError | None = None,
) -> Response:
    """The list, with why what was chosen cannot be booked so, and what to do instead."""
    t, wanted = texts_of(request), asked.wanted()
    chosen = {each.slug: each.count for each in wanted}
    named = next((each for each in directory.offices.values() if each.slug == asked.office), None)
    office = named if named and _is_open(directory, home, named) else None
    context = {
        **head_of(directory, home),
        "home": home,
        "office": office,
        "other_office": named if named is not office else None,
        "listing": listing_of(t, directory, home, chosen, (asked.typed or "").strip(), office),
        "missing": [
            not_here(t, home, service)
            for service in closed_services(directory, home)
            if service.slug in chosen
        ],
        "visits": _visits(request, directory, home, wanted, refusal),
        "refusal": refusal,
        "residence": residence_path(wanted, office),
        "all_services": services_path(home, wanted),
    }
    return page(request, "booking/services.html", context, refusal.status if refusal else 200)


def _is_open(directory: Directory, home: MunicipalityInfo, office: OfficeInfo) -> bool:
    offers = open_offers(directory, home).values()
    return any(offer.office_id == office.id for each in offers for offer in each)


def _visits(
    request: HttpRequest,
    directory: Directory,
    home: MunicipalityInfo,
    wanted: tuple[Wanted, ...],
    refusal: DomainError | None,
) -> list[tuple[str, str]]:
    """What goes into each appointment where all of it does not go into one, and the way there.

    The way carries the others along, so that the first one booked leads on to them.
    """
    if refusal is None or refusal.code != "not_together":
        return []
    t, visits = texts_of(request), visits_of(directory, home, wanted)

    def href(visit: list[Wanted]) -> str:
        later = [each for other in visits if other is not visit for each in other]
        return f"/termin/{home.slug}/zeit?{query_of(visit, later)}"

    return [(wanted_words(t, directory, visit), href(visit)) for visit in visits]
