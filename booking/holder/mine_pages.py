"""The page that sends somebody all their appointments; it says the same whether there are any."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.inputs import EmailText, Input
from ...core.language import language_of
from ...core.limits import require_try_from
from ...core.problems import retry_headers
from ...core.web import body_as, form_of, page
from ..mails.post import post_of
from .mine import send_my_appointments

MINE_PATH = "/termin/meine"
_SHOWN_AGAIN = frozenset({"invalid_value", "too_many_requests"})


class EmailForm(Input):
    """Whose appointments."""

    email: EmailText


async def ask_for_email(request: HttpRequest) -> Response:
    """GET /termin/meine: ask for a mail with all one's appointments."""
    return page(request, "booking/mine.html", _context(""))


async def send_mine(request: HttpRequest) -> Response:
    """POST there: always the same answer; 20 at once from a network, then one every half minute."""
    typed = str((await form_of(request)).get("email", ""))
    ground = ground_of(request)
    try:
        asked = await body_as(request, EmailForm)
        require_try_from(request, "mine", size=20, seconds=30.0)
    except DomainError as refusal:
        if refusal.code not in _SHOWN_AGAIN:
            raise
        context = _context(typed, refusal=refusal)
        answer = page(request, "booking/mine.html", context, refusal.status)
        answer.headers.update(retry_headers(refusal))
        return answer
    await ground.runner.run(
        (),
        send_my_appointments,
        email=asked.email,
        language=language_of(request),
        post=post_of(ground),
    )
    return page(request, "booking/mine.html", _context(typed, sent=True))


def _context(
    typed: str, *, sent: bool = False, refusal: DomainError | None = None
) -> dict[str, object]:
    return {"typed": typed, "sent": sent, "refusal": refusal, "action": MINE_PATH}


routes: list[BaseRoute] = [
    route(MINE_PATH, ask_for_email, access=PUBLIC),
    route(MINE_PATH, send_mine, access=PUBLIC, methods=("POST",)),
]
