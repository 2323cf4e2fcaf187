"""What handlers use: pages, bounded forms, parsed bodies and queries."""

from collections.abc import Iterable, Mapping
from typing import TypeVar, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .errors import DomainError
from .problems import invalid_value
from .rendering import render

M = TypeVar("M", bound=BaseModel)

BODY_LIMIT = 64 * 1024
FIELD_LIMIT = 200
_FORM = "application/x-www-form-urlencoded"


def page(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    status: int = 200,
    language: str | None = None,
) -> Response:
    """A page of `<part>/<template>`, with t, language, direction, languages, static, now, demo.

    In the caller's language, unless the page has its own `language`.
    """
    return render(request, template, context or {}, status, language)


def see_other(path: str) -> Response:
    """Go on there after a form (303)."""
    return RedirectResponse(path, 303)


async def body_of(request: Request) -> bytes:
    """The body, at most 64 kB; more is refused with 413 before it is kept in memory."""
    kept = request.scope.get("body")
    if isinstance(kept, bytes):
        return kept
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > BODY_LIMIT:
        raise DomainError("too_large", 413)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_LIMIT:
            raise DomainError("too_large", 413)
        parts.append(part)
    body = b"".join(parts)
    request.scope["body"] = body
    return body


async def form_of(request: Request, most: int = FIELD_LIMIT) -> FormData:
    """An urlencoded form of at most so many fields, without NUL; empty ones are left out.

    Raises 400, 413, 415.
    """
    if _media_type(request) != _FORM:
        raise DomainError("wrong_media_type", 415)
    body = await body_of(request)
    try:
        text = body.decode("utf-8")
        pairs = parse_qsl(text, errors="strict", max_num_fields=most)
    except ValueError as error:
        raise DomainError("bad_request", 400) from error
    if any("\0" in part for pair in pairs for part in pair):
        raise DomainError("bad_request", 400)  # PostgreSQL keeps no NUL in a text
    return FormData([(name, value) for name, value in pairs if value.strip()])


async def body_as(request: Request, model: type[M], most_fields: int = FIELD_LIMIT) -> M:
    """The body as a model, from JSON (strictly typed) or from a form (texts are converted).

    Raises 400 `bad_json`, 413 `too_large`, 415 `wrong_media_type`, 422 `invalid_value` with every
    field named.
    """
    media_type = _media_type(request)
    if media_type == _FORM:
        return _parse(model, (await form_of(request, most_fields)).multi_items())
    if media_type != "application/json":
        raise DomainError("wrong_media_type", 415)
    try:
        return model.model_validate_json(await body_of(request) or b"{}", strict=True)
    except ValidationError as error:
        if any(mistake["type"] == "json_invalid" for mistake in error.errors()):
            raise DomainError("bad_json", 400) from None
        raise invalid_value(error) from None


def query_as(request: Request, model: type[M]) -> M:
    """The query's parameters as a model; 422 `invalid_value` with every parameter named.

    The interface refuses parameters it does not know. A page leaves them out: whoever passes its
    link on may have added their own (`utm_source`, `fbclid`).
    """
    strict = request.scope["path"].startswith("/api/")
    known = {field.alias or name for name, field in model.model_fields.items()}
    asked = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name != "lang" and value.strip() and (strict or name in known)
    ]
    return _parse(model, asked[:FIELD_LIMIT])


def _media_type(request: Request) -> str:
    declared = request.headers.get("content-type", "application/json")
    return declared.partition(";")[0].strip().lower()


def _parse(model: type[M], pairs: Iterable[tuple[str, object]]) -> M:
    """Fields of a form or query; what the model has as a list takes every value of that name."""
    fields: dict[str, list[object]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    values = {
        name: every if len(every) > 1 or _is_list(model, name) else every[0]
        for name, every in fields.items()
    }
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise invalid_value(error) from None


def _is_list(model: type[BaseModel], name: str) -> bool:
    fields = model.model_fields
    field = fields.get(name) or next((f for f in fields.values() if f.alias == name), None)
    return field is not None and get_origin(field.annotation) in {list, tuple, set, frozenset}
