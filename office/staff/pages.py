"""Pages for staff: signing in and out. Choosing a counter is the queue's: it knows who is where."""

import re

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, allow, route
from ...core.errors import DomainError
from ...core.ground import Ground, ground_of
from ...core.limits import buckets_of, require_try
from ...core.web import form_of, page, see_other
from . import account_store
from .access import OfficeGate
from .commands import login_of, sign_in
from .passwords import is_password_apart
from .sessions import OpenedSession, clear_cookie, end_session, secret_in, set_cookie, staff_cookie

START = "/counters"
STAFF = allow("staff", "administrator")

# A path of ours and nothing a browser could read as another host ("//host", "/\host").
_OWN_PATH = re.compile(r"/(?![/\\])[\x21-\x7e]{0,500}")


def own_path(text: object) -> str:
    """Where to go after signing in: the path asked for if it is one of ours, else the start."""
    return text if isinstance(text, str) and _OWN_PATH.fullmatch(text) else START


async def show_login(request: Request) -> Response:
    """GET /login: the sign-in page of staff."""
    target = own_path(request.query_params.get("next"))
    if await _is_signed_in(request):
        return see_other(target)
    return _login_page(request, target=target, left=_handed_over(request))


async def post_login(request: Request) -> Response:
    """POST /login: on with a cookie, or the form again with the login name kept."""
    ground = ground_of(request)
    form = await form_of(request)
    target = own_path(form.get("next"))
    login = login_of(_text(form, "login"))
    try:
        opened = await check_in_staff(request, ground, login, _text(form, "password"))
    except DomainError as refusal:
        if refusal.code not in {"login_failed", "too_many_requests"}:
            raise
        return _login_page(request, target=target, login=login[:80], refusal=refusal)
    response = see_other(target)
    set_cookie(response, request, ground.settings, staff_cookie(), opened)
    return response


async def check_in_staff(
    request: Request, ground: Ground, login: str, password: str
) -> OpenedSession:
    """Check the password beside the event loop and open a session.

    Raises login_failed and too_many_requests. Tries are counted by login and address together, so
    that nobody can lock somebody else out from afar; by login or address alone only very high.
    """
    address = request.client.host if request.client else "unknown"
    both = f"{login}@{address}"
    require_try(ground, "login_from", address, size=300, seconds=1)
    require_try(ground, "login_name", login, size=100, seconds=10)
    require_try(ground, "login", both, size=10, seconds=60)
    account = await ground.database.read(account_store.account_of, login)
    stored = account.password_hash if account else None
    proven = stored if await is_password_apart(password, stored) else None
    opened = await ground.runner.run((), sign_in, login=login, proven=proven)
    buckets_of(ground, "login", size=10, seconds=60).forget(both)
    return opened


async def post_logout(request: Request) -> Response:
    """POST /logout: ends the session on the server too; fine for who is not signed in.

    The page after it says how many numbers the counters that were left have handed over.
    """
    ground, handed = ground_of(request), 0
    secret = secret_in(request, ground.settings, staff_cookie())
    if secret is not None:
        handed = await ground.runner.run((), end_session, secret=secret)
        if isinstance(ground.gate, OfficeGate):
            ground.gate.forget()
    response = see_other(f"/login?left={handed}")
    clear_cookie(response, request, ground.settings, staff_cookie())
    return response


async def _is_signed_in(request: Request) -> bool:
    try:
        await ground_of(request).gate.admit(request, STAFF)
    except DomainError:
        return False
    return True


def _login_page(
    request: Request,
    *,
    target: str,
    login: str = "",
    left: int | None = None,
    refusal: DomainError | None = None,
) -> Response:
    context = {"target": target, "login": login, "left": left, "refusal": refusal}
    response = page(request, "office/login.html", context, refusal.status if refusal else 200)
    if refusal and "retry_after_seconds" in refusal.details:
        response.headers["Retry-After"] = str(refusal.details["retry_after_seconds"])
    return response


def _handed_over(request: Request) -> int | None:
    """After signing out: how many numbers went to all. None for who comes from elsewhere."""
    said = request.query_params.get("left", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 3 else None


def _text(form: FormData, field: str) -> str:
    value = form.get(field)
    return value if isinstance(value, str) else ""


routes: list[BaseRoute] = [
    route("/login", show_login, access=PUBLIC, name="login", chapter="office"),
    route("/login", post_login, access=PUBLIC, methods=("POST",), chapter="office"),
    route("/logout", post_logout, access=PUBLIC, methods=("POST",), name="logout"),
]
