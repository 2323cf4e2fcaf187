"""Renders a template with what every page has: texts, language, time, addresses of files."""

from collections.abc import Collection, Mapping

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from .framing import framed_prefixes
from .ground import Ground, ground_of
from .language import COOKIE, chosen_language, language_of, languages_for, nearest_of
from .locales import direction_of, language_name

DEMO_NOTE = "common.demo.clock"


def render(
    request: HTTPConnection,
    template: str,
    context: Mapping[str, object],
    status: int = 200,
    language: str | None = None,
) -> Response:
    """The page; remembers the language when the address asked for one.

    `language` is for pages that have their own: a screen on the wall, a ticket.
    """
    ground, offered = ground_of(request), languages_for(request)
    own = nearest_of(language, offered)
    language = chosen_language(request) or own or language_of(request)
    of_request = {"framed": framed_prefixes(ground, request.scope["path"]), "request": request}
    html = write_page(ground, template, {**of_request, **context}, language, offered)
    response = HTMLResponse(html, status, {"Content-Language": language})
    if chosen_language(request):
        response.set_cookie(
            COOKIE,
            language,
            max_age=31_536_000,
            samesite="lax",
            httponly=True,
            secure=ground.settings.https,
        )
    return response


def write_page(
    ground: Ground,
    template: str,
    context: Mapping[str, object],
    language: str,
    offered: Collection[str],
) -> str:
    """The page as text. Without a `request` in its context it is the same for everybody who reads
    this language."""
    everywhere = {
        "t": ground.texts.in_language(language),
        "language": language,
        "direction": direction_of(language),
        "languages": [(code, language_name(code)) for code in offered],
        "now": ground.clock.now(),
        "demo": DEMO_NOTE if ground.settings.demo else None,
        "municipality": None,
        "foot_towns": (),
        "framed": None,
        "request": None,
    }
    return ground.templates.get_template(template).render({**everywhere, **context})
