"""Which language a request is answered in: `?lang=`, then the cookie, then the browser's wish."""

from starlette.requests import HTTPConnection

from .ground import ground_of

COOKIE = "lang"


def language_of(connection: HTTPConnection) -> str:
    """A language that is offered; the first of the settings when nothing else fits."""
    offered = ground_of(connection).settings.languages
    for wish in (chosen_language(connection), connection.cookies.get(COOKIE)):
        if wish in offered:
            return wish
    for wish in _wishes(connection.headers.get("accept-language", "")):
        if wish in offered:
            return wish
    return offered[0]


def chosen_language(connection: HTTPConnection) -> str | None:
    """The language the address asks for, if it is offered; then it is remembered in a cookie."""
    wish = connection.query_params.get("lang")
    return wish if wish in ground_of(connection).settings.languages else None


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
