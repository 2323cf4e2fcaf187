"""Which language a request is answered in: `?lang=`, then the cookie, then the browser's wish.

Only languages that have the chapter of the route are offered (`access.py` says which that is), so
that a page never claims a language it does not speak.
"""

from collections.abc import Collection

from starlette.requests import HTTPConnection

from .access import CHAPTER
from .ground import ground_of
from .locales import LANGUAGES, fallbacks_of

COOKIE = "lang"


def language_of(connection: HTTPConnection) -> str:
    """A language that is offered here; the first of the settings when nothing else fits."""
    offered = languages_for(connection)
    remembered = connection.cookies.get(COOKIE)
    if known := chosen_language(connection) or nearest_of(remembered, offered):
        return known
    wishes = _wishes(connection.headers.get("accept-language", ""))
    return next((wish for wish in wishes if wish in offered), offered[0])


def chosen_language(connection: HTTPConnection) -> str | None:
    """The language the address asks for, if it is offered; then it is remembered in a cookie."""
    wish = connection.query_params.get("lang")
    return wish if wish in languages_for(connection) else None


def languages_for(connection: HTTPConnection) -> tuple[str, ...]:
    """The languages of the settings that speak the chapter of the request's route; never none."""
    ground = ground_of(connection)
    chapter, wanted = connection.scope.get(CHAPTER, "common"), ground.settings.languages
    return tuple(name for name in wanted if ground.texts.speaks(name, chapter)) or wanted[:1]


def nearest_of(language: str | None, offered: Collection[str]) -> str | None:
    """The language itself or the first it falls back to that is offered."""
    chain = fallbacks_of(language) if language in LANGUAGES else ()
    return next((name for name in chain if name in offered), None)


def _wishes(header: str) -> list[str]:
    """Primary languages of an Accept-Language header, the dearest first (RFC 9110, 12.5.4)."""
    wishes: list[tuple[float, str]] = []
    for item in header[:200].split(","):
        name, _, quality = item.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        wishes.append((-weight, name.partition("-")[0].lower()))
    return [name for weight, name in sorted(wishes, key=lambda wish: wish[0]) if weight < 0]
