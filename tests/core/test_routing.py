"""The router finds what one route after the other would find."""

import re

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route, Router
from starlette.testclient import TestClient
from starlette.types import Scope

from aufruf.app.parts import routes_of
from aufruf.core.routing import ShelvedRouter


async def answer(request: Request) -> Response:
    return PlainTextResponse(request.scope["route"].path)


SOME = (
    Route("/", answer),
    Route("/api/v1/offices/{o}", answer),
    Route("/api/v1/{anything}", answer),
    Route("/t/{token}", answer, methods=["POST"]),
    Route("/{town}/times", answer),
    Route("/t/times", answer),
    Mount("/static/core", routes=[Route("/tokens.css", answer)]),
)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "//", "", "/t", "/t/", "/t/times", "/t/a", "/api", "/api/v1", "/api/v1/offices"),
        *(
            "/api/v1/offices/a",
            "/api/v1/offices/a/b",
            "/api/v1/other",
            "/usingen/times",
            "/api/times",
        ),
        *(
            "/static/core/tokens.css",
            "/static/core",
            "/static/other",
            "/nothing",
            "/usingen/times/",
        ),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_same_answers_as_one_after_the_other(path: str, method: str) -> None:
    row = TestClient(Router(SOME, redirect_slashes=False)).request(method, path)
    shelved = TestClient(ShelvedRouter(SOME, None)).request(method, path)
    assert (shelved.status_code, shelved.text) == (row.status_code, row.text)


def first_match(routes: list[BaseRoute], scope: Scope) -> BaseRoute | None:
    return next((one for one in routes if one.matches(scope)[0] is Match.FULL), None)


def test_every_route_of_the_house_is_found() -> None:
    house = ShelvedRouter(routes_of("all"), None)
    longest = max(len(shelf.routes) for shelf in house.shelves.values())
    assert longest < len(house.routes) / 2
    for route in house.routes:
        path = re.sub(r"\{[^}]+\}", "x", getattr(route, "path", ""))
        kind = "websocket" if path.startswith("/ws/") else "http"
        for method in getattr(route, "methods", None) or ("GET",):
            scope = {"type": kind, "path": path, "method": method, "root_path": ""}
            found = first_match(house.routes, dict(scope))
            assert first_match(house.shelf_for(path).routes, dict(scope)) is found
