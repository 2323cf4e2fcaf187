"""Errors as answers: one family, rendered as a problem document (RFC 9457) or as a page."""

import json
import logging
from typing import cast
from urllib.parse import quote

from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import ExceptionHandler, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketState

from .database import is_breakdown
from .errors import DomainError, try_again
from .ground import ground_of
from .language import language_of
from .rendering import render

log = logging.getLogger(__name__)

_BY_STATUS = {
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    414: "too_large",
    415: "wrong_media_type",
    431: "too_large",
}


def handlers() -> dict[type[Exception], ExceptionHandler]:
    """What the application does with exceptions that handlers raise."""
    # One function for requests and sockets; Starlette's type wants one or the other.
    on_error = cast("ExceptionHandler", _on_error)
    on_database_error = cast("ExceptionHandler", _on_database_error)
    return {
        DomainError: on_error,
        HTTPException: on_error,
        OperationalError: on_database_error,
    }


def invalid_value(error: ValidationError) -> DomainError:
    """422 naming every field that cannot be used; never repeats what was sent."""
    mistakes = error.errors(include_url=False, include_context=False, include_input=False)
    fields = [
        {
            "field": ".".join(str(part) for part in mistake["loc"]) or "body",
            "reason": mistake["type"],
        }
        for mistake in mistakes
    ]
    return DomainError("invalid_value", 422, {"errors": fields})


def answer_to(request: HTTPConnection, error: Exception) -> Response:
    """The answer to a failed request, in the form its sender understands."""
    refusal = _refusal(error)
    if wants_page(request):
        return _page(request, refusal)
    return _document(request, refusal)


async def refuse(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with an error from outside the routes: a request, or a socket's handshake."""
    if scope["type"] == "http":
        await answer_to(HTTPConnection(scope), error)(scope, receive, send)
    else:
        await refuse_socket(WebSocket(scope, receive, send), error)


async def refuse_socket(socket: WebSocket, error: Exception) -> None:
    """Close a socket; before it is accepted with the problem document as answer."""
    waiting = socket.application_state == WebSocketState.CONNECTING
    if waiting and "websocket.http.response" in socket.scope.get("extensions", {}):
        await socket.send_denial_response(_document(socket, _refusal(error)))
    elif socket.application_state != WebSocketState.DISCONNECTED:
        await socket.close(code=1008)


def wants_page(request: HTTPConnection) -> bool:
    """Whether a person's browser asks for a page, rather than a program for data."""
    if request.scope["path"].startswith("/api/"):
        return False
    accept = request.headers.get("accept", "*/*")
    return "text/html" in accept or "json" not in accept


async def _on_error(connection: Request | WebSocket, error: Exception) -> Response | None:
    if isinstance(connection, WebSocket):
        await refuse_socket(connection, error)
        return None
    return answer_to(connection, error)


async def _on_database_error(connection: Request | WebSocket, error: Exception) -> Response | None:
    """A read that the database did not answer; a mistake of ours goes on to the log."""
    if not is_breakdown(error):
        raise error
    log.warning("the database does not answer: %s", type(error).__name__)
    return await _on_error(connection, error)


def _refusal(error: Exception) -> DomainError:
    if isinstance(error, DomainError):
        return error
    if is_breakdown(error):
        return try_again()
    if isinstance(error, HTTPException):
        code = _BY_STATUS.get(error.status_code, "bad_request")
        return DomainError(code, error.status_code)
    return DomainError("internal", 500)


def _headers(request: HTTPConnection, refusal: DomainError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="aufruf"'
    if refusal.status == 405:
        headers["Allow"] = ", ".join(_allowed(request))
    return headers | retry_headers(refusal)


def retry_headers(refusal: DomainError) -> dict[str, str]:
    """When it may be tried again, where waiting helps (RFC 9110, 10.2.3)."""
    if refusal.status not in {429, 503}:
        return {}
    return {"Retry-After": str(refusal.details.get("retry_after_seconds", 1))}


def _allowed(request: HTTPConnection) -> list[str]:
    methods: set[str] = set()
    for candidate in request.app.routes:
        if isinstance(candidate, Route) and candidate.matches(request.scope)[0] != Match.NONE:
            methods |= candidate.methods or set()
    return sorted(methods)


def _document(request: HTTPConnection, refusal: DomainError) -> Response:
    t = ground_of(request).texts.in_language(language_of(request))
    body = {
        **refusal.details,
        "type": "about:blank",
        "status": refusal.status,
        "code": refusal.code,
        "title": t(f"errors.{refusal.code}.title", **refusal.details),
        "detail": t(f"errors.{refusal.code}.advice", **refusal.details),
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        refusal.status,
        _headers(request, refusal),
        media_type="application/problem+json",
    )


def _page(request: HTTPConnection, refusal: DomainError) -> Response:
    if refusal.code == "not_signed_in" and request.scope["method"] in {"GET", "HEAD"}:
        here = cast("str", request.scope["path"])
        return RedirectResponse(f"/login?next={quote(here, safe='/')}", 303)
    context = {
        "code": refusal.code,
        "status": refusal.status,
        "details": refusal.details,
    }
    response = render(request, "core/error.html", context, refusal.status)
    response.headers.update(_headers(request, refusal))
    return response
