"""The public status of an office and of a town, as a page, as a small one for frames, as JSON.

Every answer comes from memory (`kept.py`); a browser or proxy that has it already gets 304.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...booking.times.day_words import full_day
from ...core.access import PUBLIC, route
from ...core.errors import DomainError
from ...core.formats import short_day_text
from ...core.framing import framed_prefixes
from ...core.ground import ground_of
from ...core.language import chosen_language, language_of, languages_for
from ...core.rendering import write_page
from ...core.spec import Spec
from ...office.directory import Directory, latest_directory
from ...office.infos import MunicipalityInfo, OfficeInfo
from .answers import OfficeStatus, status_answer
from .kept import Seen, Text, directory_for_readers, status_of
from .words import told

# What may keep an answer may use it so long, and so long more while it asks anew.
CACHE = "public, max-age=10, stale-while-revalidate=30"
SMALL = "queue/status_small.html"
THEMES = frozenset({"light", "dark"})
HTML, JSON = "text/html; charset=utf-8", "application/json"


async def show_place(request: Request) -> Response:
    """GET /stand/{place}: how full it is in an office, or in all offices of a town."""
    directory, place = await _place(request)
    if isinstance(place, OfficeInfo):
        return await _page(request, "queue/status.html", (place,), place.municipality)
    return await _page(request, "queue/status_town.html", directory.offices_of(place.id), place)


async def show_small(request: Request) -> Response:
    """GET /stand/{place}/klein: the same of an office in a few lines, for a frame.

    `?theme=light` or `dark` for a homepage that has only that; else it follows the device.
    """
    _, place = await _place(request)
    if not isinstance(place, OfficeInfo):
        raise DomainError("unknown_office", 404)
    return await _page(request, SMALL, (place,), place.municipality)


async def show_status(request: Request) -> Response:
    """GET /api/v1/offices/{o}/status: for programs, a town's homepage among them."""
    ground, slug = ground_of(request), request.path_params["o"]
    try:
        office = (await directory_for_readers(ground)).office(slug)
    except DomainError:
        office = (await latest_directory(ground)).office(slug)
    base = ground.settings.public_url

    def write(seen: Seen) -> str:
        return status_answer(seen[0], base).model_dump_json()

    text = await status_of(ground).text(("json", office.slug), (office,), write)
    # Anybody may read it from a page of their own: there is nothing in it about the reader.
    return _answer(request, text, JSON, {"Access-Control-Allow-Origin": "*"})


async def _place(request: Request) -> tuple[Directory, OfficeInfo | MunicipalityInfo]:
    """The office or the town of the address; one that was loaded just now is looked for."""
    ground, slug = ground_of(request), request.path_params["place"]
    known = await directory_for_readers(ground)
    try:
        return known, _find(known, slug)
    except DomainError:
        latest = await latest_directory(ground)
        return latest, _find(latest, slug)


def _find(directory: Directory, slug: str) -> OfficeInfo | MunicipalityInfo:
    try:
        return directory.office(slug)
    except DomainError:
        return directory.municipality(slug)


async def _page(
    request: Request,
    template: str,
    offices: tuple[OfficeInfo, ...],
    municipality: MunicipalityInfo,
) -> Response:
    ground, chosen = ground_of(request), chosen_language(request)
    language = chosen or language_of(request)
    framed = framed_prefixes(ground, request.scope["path"])
    t = ground.texts.in_language(language)
    theme = request.query_params.get("theme") if template == SMALL else None
    theme = theme if theme in THEMES else "auto"
    write_day = short_day_text if template == SMALL else full_day

    def write(seen: Seen) -> str:
        context = {
            "said": [told(t, facts, write_day) for facts in seen],
            "municipality": municipality,
            "theme": theme,
            "framed": framed,
            "at": max((facts.at for facts in seen), default=ground.clock.now()),
        }
        return write_page(ground, template, context, language, languages_for(request))

    key = (template, request.path_params["place"], language, theme, framed or "")
    text = await status_of(ground).text(key, offices, write)
    headers = {"Content-Language": language}
    if chosen is None:
        headers["Vary"] = "Accept-Language, Cookie"
    return _answer(request, text, HTML, headers)


def _answer(request: Request, text: Text, media_type: str, headers: dict[str, str]) -> Response:
    """The text, or 304 to who has it already (RFC 9110, 13.1.2: compared weakly)."""
    headers |= {"ETag": text.etag, "Cache-Control": CACHE}
    asked = request.headers.get("if-none-match")
    known = {one.strip().removeprefix("W/") for one in (asked or "").split(",")}
    if known & {text.etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(text.body, headers=headers, media_type=media_type)


routes: list[BaseRoute] = [
    route("/stand/{place}", show_place, access=PUBLIC, name="status", chapter="status"),
    route("/stand/{place}/klein", show_small, access=PUBLIC, chapter="status"),
    route(
        "/api/v1/offices/{o}/status",
        show_status,
        access=PUBLIC,
        spec=Spec(
            "Open or not, who waits how long, numbers or why none, the earliest appointment",
            answers={200: OfficeStatus},
            errors=("unknown_office",),
        ),
    ),
]
