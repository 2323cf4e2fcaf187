"""The way to an appointment without its link: the reference and the short code, as on the phone.

Whoever knows both gets to the page of the secret link. Every wrong pair is answered alike.
"""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.errors import DomainError
from ...core.ground import Ground, ground_of
from ...core.problems import retry_headers
from ...core.secrets import is_same
from ...core.web import body_as, form_of, page, see_other
from .. import store
from ..guard.traffic import require_guess
from ..inputs import FindForm
from ..links import FIND_PATH, change_code, holder_path
from ..rules import read_code, read_signs
from ..store import Booked

_SHOWN_AGAIN = frozenset({"invalid_value", "unknown_appointment", "too_many_requests"})


async def ask_for_code(request: HttpRequest) -> Response:
    """GET /termin/aendern: to an appointment by its reference and code, without the link."""
    return _find_page(request, {})


async def find(request: HttpRequest) -> Response:
    """POST there: on to the appointment, or the form again with what was typed."""
    typed = {name: str(value) for name, value in (await form_of(request)).items()}
    ground = ground_of(request)
    try:
        asked = await body_as(request, FindForm)
        reference = read_code(asked.reference) or ""
        require_guess(request, reference or asked.reference)
        booked = await find_by_code(ground, reference, asked.code)
    except DomainError as refusal:
        if refusal.code not in _SHOWN_AGAIN:
            raise
        return _find_page(request, typed, refusal)
    return see_other(holder_path(ground.secret_key, booked.reference))


async def find_by_code(ground: Ground, reference: str, code: str) -> Booked:
    """The appointment of a reference and its code; unknown_appointment for any other pair.

    Both are looked up and compared whatever the other says, so that the time tells nothing.
    """
    fits = is_same(read_signs(code), change_code(ground.secret_key, reference))
    booked = await ground.database.read(store.find_appointment, reference)
    if booked is None or not fits:
        raise DomainError("unknown_appointment", 404)
    return booked


def _find_page(
    request: HttpRequest, typed: dict[str, str], refusal: DomainError | None = None
) -> Response:
    context = {
        "typed": {name: typed.get(name, "") for name in ("reference", "code")},
        "refusal": refusal,
        "action": FIND_PATH,
    }
    status = refusal.status if refusal else 200
    response = page(request, "booking/find.html", context, status)
    response.headers.update(retry_headers(refusal) if refusal else {})
    return response


routes: list[BaseRoute] = [
    route(FIND_PATH, ask_for_code, access=PUBLIC),
    route(FIND_PATH, find, access=PUBLIC, methods=("POST",)),
]
