"""The first question, where somebody lives; and what a town says about barriers in its pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.texts import T
from ...core.web import page, query_as, see_other
from ...office.directory import Directory, latest_directory
from ...office.infos import MunicipalityInfo, OfficeInfo
from ..inputs import ChooseQuery
from ..rules import Wanted
from ..times.time_page import query_of, texts_of
from .choices import known_services, wanted_words
from .residence import ANYWHERE, able_offices, all_offices, head_of, is_town, matters

# Of the states that take part so far; any other has one too, named in general words.
_ENFORCEMENT = {"HE": "hesse"}


@dataclass(frozen=True, slots=True)
class Home:
    """An answer to the first question; `note` says who is responsible for what a link names."""

    town: MunicipalityInfo
    href: str
    note: str | None


async def choose_town(request: HttpRequest) -> Response:
    """GET /termin: where somebody lives; passed over where a link names what anyone may do."""
    directory = await latest_directory(ground_of(request))
    asked = query_as(request, ChooseQuery)
    wanted = known_services(directory, asked.wanted())
    office = _office(directory, asked.office)
    if wanted and not matters(directory, wanted, office) and "wohnort" not in request.query_params:
        return see_other(services_path(ANYWHERE, wanted, office))
    t = texts_of(request)
    context = {
        **head_of(directory, ANYWHERE),
        "homes": [
            _home(t, directory, town, wanted, office) for town in directory.municipalities.values()
        ],
        "anywhere": _home(t, directory, ANYWHERE, wanted, office),
        "wanted": wanted_words(t, directory, wanted),
    }
    return page(request, "booking/town.html", context)


def _home(
    t: T,
    directory: Directory,
    town: MunicipalityInfo,
    wanted: Sequence[Wanted],
    office: OfficeInfo | None,
) -> Home:
    if not wanted:
        return Home(town, services_path(town, (), office), None)
    try:
        near = [each for each, _ in able_offices(directory, town, wanted)]
        every = [each for each, _ in all_offices(directory, town, wanted)]
    except DomainError:
        note = t("choosing.town.not_here", responsible=_responsible(t, town))
        return Home(town, services_path(town, wanted), note)
    if office in every:
        return Home(town, services_path(town, wanted, office), _name(t, town, office))
    names = ", ".join(_name(t, town, each) for each in near)
    note = t("choosing.town.not_here", responsible=names) if office else names
    return Home(town, services_path(town, wanted), note)


def _name(t: T, home: MunicipalityInfo, office: OfficeInfo) -> str:
    """With its town, where that is another one."""
    if office.municipality.id == home.id:
        return office.name
    return t("booking.service.elsewhere", office=office.name, town=office.municipality.name)


def _responsible(t: T, town: MunicipalityInfo) -> str:
    return town.full_name if is_town(town) else t("choosing.town.own_town")


def _office(directory: Directory, slug: str | None) -> OfficeInfo | None:
    return next((each for each in directory.offices.values() if each.slug == slug), None)


def services_path(
    home: MunicipalityInfo, wanted: Sequence[Wanted], office: OfficeInfo | None = None
) -> str:
    """The page of services, with what is chosen already."""
    query = _query(wanted, office)
    return f"/termin/{home.slug}?{query}" if query else f"/termin/{home.slug}"


def residence_path(wanted: Sequence[Wanted], office: OfficeInfo | None) -> str:
    """The first question once more, asked in any case."""
    return f"/termin?{_query(wanted, office, wohnort='1')}"


def _query(wanted: Sequence[Wanted], office: OfficeInfo | None, **more: str) -> str:
    return query_of(wanted, **({"office": office.slug} if office else {}), **more)


async def show_statement(request: HttpRequest) -> Response:
    """GET /termin/{m}/barrierefreiheit, for towns without a statement of their own."""
    directory = await latest_directory(ground_of(request))
    town = directory.municipality(request.path_params["m"])
    context = {
        "municipality": town,
        "enforcement": _ENFORCEMENT.get(town.state),
        "offices": directory.offices_of(town.id),
    }
    return page(request, "booking/statement.html", context)


routes: list[BaseRoute] = [
    route("/termin", choose_town, access=PUBLIC),
    route("/termin/{m}/barrierefreiheit", show_statement, access=PUBLIC),
]
