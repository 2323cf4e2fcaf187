"""Every route of the house: declared, described, documented. Wrong callers: test_every_route."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from starlette.routing import BaseRoute, Mount

from aufruf.app.interface_table import interface_table, pages_table
from aufruf.app.openapi import Json, document_of
from aufruf.app.parts import routes_of
from aufruf.core.access import HOLDER, PUBLIC, GuardedFiles, GuardedRoute, GuardedSocket

ROOT = Path(__file__).resolve().parents[2]
ROUTES = routes_of("all")
GUARDED = [item for item in ROUTES if isinstance(item, GuardedRoute | GuardedSocket)]


def name(item: BaseRoute) -> str:
    methods = "/".join(sorted(getattr(item, "methods", None) or {"WS"}))
    return f"{methods} {getattr(item, 'path', '')}"


def test_every_route_declares_who_may_use_it() -> None:
    silent = [
        name(item)
        for item in ROUTES
        if not isinstance(item, GuardedRoute | GuardedSocket | GuardedFiles)
    ]
    assert silent == []


def test_every_path_and_method_is_served_once() -> None:
    served = [
        (method, item.path)
        for item in GUARDED
        for method in (item.methods or set() if isinstance(item, GuardedRoute) else {"WS"})
    ]
    assert len(served) == len(set(served))


def test_mounts_are_static_files_alone() -> None:
    mounts = [item for item in ROUTES if isinstance(item, Mount)]
    assert all(
        isinstance(item, GuardedFiles) and item.path.startswith("/static/") for item in mounts
    )


def test_openapi_describes_exactly_the_routes_of_the_interface() -> None:
    document = document_of(ROUTES)
    paths = document["paths"]
    assert isinstance(paths, dict)
    described = {(method.upper(), path) for path, entry in paths.items() for method in entry}
    real = {
        (method, item.path)
        for item in GUARDED
        if isinstance(item, GuardedRoute) and item.path.startswith("/api/")
        for method in (item.methods or set()) - {"HEAD"}
    }
    assert {entry for entry in described if entry[1].startswith("/api/")} == real


def test_openapi_refers_only_to_what_it_holds() -> None:
    document = document_of(ROUTES)

    def references(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    components = document["components"]
    assert isinstance(components, dict)
    known = {f"#/components/schemas/{model}" for model in components["schemas"]}
    assert set(references(document)) <= known
    assert len(identities(document)) == len(set(identities(document)))


def identities(document: Json) -> list[str]:
    """Names of all operations."""
    paths = cast("dict[str, dict[str, dict[str, str]]]", document["paths"])
    return [operation["operationId"] for entry in paths.values() for operation in entry.values()]


def test_documentation_lists_every_route_as_it_is() -> None:
    text = (ROOT / "docs" / "interface.md").read_text("utf-8")
    assert interface_table() in text
    assert pages_table() in text


OF_THE_HOUSE = """
    /login /counters /devices/session /devices/pairing /devices/pair /display /kiosk
    /office/x/screens /display/x /kiosk/x /counter/x /ws/counters/x /ws/displays/x
    /api/v1/offices/x/tickets /api/v1/offices/x/check-ins /api/v1/counters/x/next
"""


@pytest.mark.parametrize("path", OF_THE_HOUSE.split())
def test_what_stays_in_the_house_does_not_face_the_internet(path: str) -> None:
    kind = "websocket" if path.startswith("/ws") else "http"
    scope = {"type": kind, "path": path, "root_path": "", "method": "GET"}
    assert [item for item in ROUTES if item.matches(scope)[1]]
    assert [name(item) for item in routes_of("public") if item.matches(scope)[1]] == []


def test_what_faces_the_internet_needs_no_sign_in() -> None:
    closed = [
        name(item)
        for item in routes_of("public")
        if isinstance(item, GuardedRoute | GuardedSocket) and item.access not in (PUBLIC, HOLDER)
    ]
    assert closed == []
