"""The OpenAPI 3.1 document of the interface, made from the routes' own descriptions.

The models in it are the ones the handlers parse with.
"""

import json
import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Literal, cast

from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import HOLDER, PUBLIC, GuardedRoute, route
from ..core.ground import ground_of
from ..core.spec import Spec

Json = dict[str, object]
Mode = Literal["validation", "serialization"]

PLACES = {
    "c": "slug of a counter",
    "d": "slug of a display",
    "id": "number of the thing, as an answer named it",
    "k": "slug of a kiosk",
    "m": "slug of a municipality",
    "o": "slug of an office",
    "step": "what to do with the ticket",
    "reference": "reference of an appointment, eight characters",
    "token": "the holder's secret",
}
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
_REFERENCES = "#/components/schemas/{model}"


class FieldMistake(BaseModel):
    """A field that cannot be used, and why."""

    field: str
    reason: str


class Problem(BaseModel):
    """Every refusal (RFC 9457). `code` is stable; title and detail are for people."""

    type: str
    status: int
    code: str
    title: str
    detail: str
    errors: list[FieldMistake] | None = None


async def show_document(request: Request) -> Response:
    """GET /api/openapi.json: what this server offers, in OpenAPI 3.1."""
    parts = ground_of(request).parts
    if "openapi" not in parts:
        parts["openapi"] = json.dumps(document_of(request.app.routes), ensure_ascii=False)
    return Response(cast("str", parts["openapi"]), media_type="application/json")


def document_of(routes: Iterable[BaseRoute]) -> Json:
    """The document for these routes; those without a description are left out."""
    described = list(described_routes(routes))
    schemas = _Schemas(described)
    paths: dict[str, Json] = {}
    for item, spec in described:
        for method in sorted((item.methods or set()) - {"HEAD"}):
            path = _PARAMETER.sub(r"{\1}", item.path)
            paths.setdefault(path, {})[method.lower()] = _operation(item, spec, method, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Aufruf", "version": "1", "license": {"name": "EUPL-1.2"}},
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def described_routes(routes: Iterable[BaseRoute]) -> Iterator[tuple[GuardedRoute, Spec]]:
    """The routes that say what they take and give."""
    for item in routes:
        if isinstance(item, GuardedRoute) and item.spec is not None:
            yield item, item.spec


class _Schemas:
    """JSON schemas of all models, each model once."""

    def __init__(self, described: Iterable[tuple[GuardedRoute, Spec]]) -> None:
        wanted: dict[tuple[str, Mode], tuple[str, Mode, TypeAdapter[object]]] = {}
        for model, mode in _models(spec for _, spec in described):
            key = str(model)
            wanted[key, mode] = (key, mode, TypeAdapter(cast("type[object]", model)))
        self._schemas, rest = TypeAdapter.json_schemas(wanted.values(), ref_template=_REFERENCES)
        self.definitions = cast("Json", rest.get("$defs", {}))

    def of(self, model: object, mode: Mode) -> Json:
        return self._schemas[str(model), mode]

    def content(self, model: object, mode: Mode, media_type: str) -> Json:
        return {media_type: {"schema": self.of(model, mode)}}


def _models(specs: Iterable[Spec]) -> Iterator[tuple[object, Mode]]:
    yield Problem, "serialization"
    for spec in specs:
        if spec.body is not None:
            yield spec.body, "validation"
        for answer in spec.answers.values():
            if answer is not None:
                yield answer, "serialization"


def _operation(item: GuardedRoute, spec: Spec, method: str, schemas: _Schemas) -> Json:
    operation: Json = {
        "operationId": f"{method.lower()}_{item.name}",
        "summary": spec.summary,
        "parameters": list(_parameters(item, spec, method)),
        "responses": _responses(spec, schemas),
        "security": _security(item, spec),
        "x-access": sorted(item.access.who),
    }
    if spec.body is not None:
        content = schemas.content(spec.body, "validation", "application/json")
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _security(item: GuardedRoute, spec: Spec) -> list[Json]:
    return [] if item.access in (PUBLIC, HOLDER) and not spec.secret else [{"bearer": []}]


def _parameters(item: GuardedRoute, spec: Spec, method: str) -> Iterator[Json]:
    for name in _PARAMETER.findall(item.path):
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": PLACES[name],
            "schema": {"type": "string"},
        }
    if spec.query is not None:
        yield from _query_parameters(spec.query)
    if method == "POST":
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "A repeat with the same key gets the first answer; kept 24 hours.",
            "schema": {"type": "string", "maxLength": 120},
        }


def _query_parameters(model: type[BaseModel]) -> Iterator[Json]:
    schema = model.model_json_schema(ref_template=_REFERENCES)
    for name, described in cast("dict[str, Json]", schema.get("properties", {})).items():
        yield {
            "name": name,
            "in": "query",
            "required": name in cast("list[str]", schema.get("required", [])),
            "schema": described,
        }


def _responses(spec: Spec, schemas: _Schemas) -> Json:
    responses: Json = {}
    for status, model in spec.answers.items():
        responses[str(status)] = {"description": HTTPStatus(status).phrase}
        if model is not None:
            content = schemas.content(model, "serialization", spec.media_type)
            responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
    responses["4XX"] = {
        "description": ", ".join((*spec.errors, "invalid_value", "not_found")),
        "content": schemas.content(Problem, "serialization", "application/problem+json"),
    }
    return responses


routes: list[BaseRoute] = [
    route(
        "/api/openapi.json",
        show_document,
        access=PUBLIC,
        spec=Spec("This document", answers={200: dict[str, object]}),
    )
]
