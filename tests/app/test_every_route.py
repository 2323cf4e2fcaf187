"""Every route and socket, asked by everybody who may not use it: refused, and never a 500."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from aufruf.app.main import create_app
from aufruf.core.access import HOLDER, PUBLIC, Access, GuardedFiles, GuardedRoute, GuardedSocket
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.office.devices.commands import add_device, revoke_device
from tests.office.town import Town, found_town

# What stands in for each path parameter: places of Usingen, secrets nobody has been given.
PLACES = {
    "m": "usingen",
    "o": "citizen-usingen",
    "place": "citizen-usingen",
    "c": "usingen-1",
    "d": "usingen-aufrufanzeige",
    "k": "usingen-kiosk",
    "reference": "ABCD2345",
    "secret": "a" * 26,
    "token": "a" * 26,
    "code": "ABCD2345",
    "id": "1",
    "ticket_id": "1",
    "s": "pass",
    "step": "call",
    "name": "nothing.woff2",
    "mail": "1",
    "digest": "a" * 64,
    "kind": "confirmed",
    "language": "de",
    "version": "0123456789ab",
    "part": "display",
    "file": "display.js",
    "number": "A042",
}
BODIES = (b"{}", b"[]", b'{"x": "\\u0000"}', b"\xff\xfe", b"", b'{"services": "x", "start": 1e999}')
REFUSED = {401, 403}


@dataclass(frozen=True)
class Caller:
    """Somebody with a token; `kind` is what the token once stood for, at another place."""

    name: str
    kind: str
    token: str | None
    valid: bool = True

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def town(sqlite_database: Database, clock: FixedClock) -> Town:
    return found_town(Runner(sqlite_database, clock, None, {}))


@pytest.fixture
def strangers(town: Town, clock: FixedClock) -> list[Caller]:
    """Everybody who has no business in the places of Usingen."""
    clock.move(timedelta(hours=-13))
    expired = town.session("bernd")
    clock.move(timedelta(hours=13))
    run = town.runner.run_now
    revoked = run((), add_device, kind="kiosk", area="usingen", name="Alter Kiosk")
    run((), revoke_device, slug=revoked.slug)
    counter = run((), add_device, kind="counter", area="anspach", name="Platz", counter="anspach-1")
    return [
        Caller("visitor", "nobody", None, valid=False),
        Caller("guesser", "nobody", "b" * 26, valid=False),
        Caller("expired session", "staff", expired, valid=False),
        Caller("revoked kiosk", "kiosk", revoked.token, valid=False),
        Caller("display elsewhere", "display", town.display_elsewhere.token),
        Caller("kiosk elsewhere", "kiosk", town.kiosk_elsewhere.token),
        Caller("counter elsewhere", "counter", counter.token),
        Caller("carla", "staff", town.session("carla")),
    ]


@pytest.fixture
def client(town: Town, sqlite_database: Database, clock: FixedClock) -> Iterator[TestClient]:
    settings = Settings(
        database_url=str(sqlite_database.url),
        data_dir=sqlite_database.file.parent,
        strict_texts=True,
    )
    app = create_app(settings, clock)
    with TestClient(
        app, "http://localhost:8000", follow_redirects=False, raise_server_exceptions=False
    ) as opened:
        yield opened


def routes(client: TestClient) -> list[GuardedRoute]:
    assert isinstance(client.app, Starlette)
    return [route for route in client.app.routes if isinstance(route, GuardedRoute)]


def sockets(client: TestClient) -> list[GuardedSocket]:
    assert isinstance(client.app, Starlette)
    return [route for route in client.app.routes if isinstance(route, GuardedSocket)]


def filled(path: str) -> str:
    """The path with a place for each parameter; an unknown one has to be added above."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: PLACES[found[1]], path)


def is_for(access: Access, caller: Caller) -> bool:
    """Whether this stranger may come in all the same: staff anywhere, where no place is named."""
    named = access.office or access.counter or access.device or access.municipality
    return caller.valid and caller.kind in access.who and not named


def test_every_route_and_socket_says_who_may_use_it(client: TestClient) -> None:
    assert isinstance(client.app, Starlette)
    kinds = (GuardedRoute, GuardedSocket, GuardedFiles)
    assert [route for route in client.app.routes if not isinstance(route, kinds)] == []
    declared = [route.access for route in [*routes(client), *sockets(client)]]
    known = {"display", "kiosk", "counter", "staff", "administrator"}
    for access in declared:
        assert access in (PUBLIC, HOLDER) or (access.who and access.who <= known)


def test_strangers_are_refused_everywhere(client: TestClient, strangers: list[Caller]) -> None:
    wrong: list[str] = []
    for route in routes(client):
        if route.access in (PUBLIC, HOLDER):
            continue
        for method in sorted(route.methods or ()):
            for caller in strangers:
                answer = client.request(
                    method,
                    filled(route.path),
                    headers={**caller.headers, "Accept": "application/json"},
                    content=b"{}",
                )
                if (answer.status_code in REFUSED) == is_for(route.access, caller):
                    wrong.append(f"{caller.name}: {method} {route.path} {answer.status_code}")
    assert wrong == []


def test_strangers_with_a_browser_are_sent_to_the_sign_in(
    client: TestClient, strangers: list[Caller]
) -> None:
    wrong: list[str] = []
    for route in routes(client):
        if route.access in (PUBLIC, HOLDER) or "GET" not in (route.methods or ()):
            continue
        path = filled(route.path)
        for caller in strangers:
            if is_for(route.access, caller) or path.startswith("/api/"):
                continue
            answer = client.get(path, headers={**caller.headers, "Accept": "text/html"})
            sent_on = answer.headers.get("location", "").startswith("/login?next=")
            if answer.status_code not in REFUSED and not sent_on:
                wrong.append(f"{caller.name}: {route.path} {answer.status_code}")
    assert wrong == []


def test_secrets_nobody_has_open_nothing(client: TestClient, strangers: list[Caller]) -> None:
    wrong: list[str] = []
    for route in routes(client):
        if route.access != HOLDER:
            continue
        for method in sorted(route.methods or ()):
            for caller in strangers:
                answer = client.request(
                    method, filled(route.path), headers=caller.headers, content=b"{}"
                )
                if not 400 <= answer.status_code < 500:
                    wrong.append(f"{caller.name}: {method} {route.path} {answer.status_code}")
    assert wrong == []


def test_no_body_breaks_any_route(client: TestClient, town: Town) -> None:
    """As those who may: what cannot be understood is refused, and never as a mistake of ours."""
    callers = [
        Caller("visitor", "nobody", None),
        Caller("bernd", "staff", town.session("bernd")),
        Caller("kiosk", "kiosk", town.kiosk.token),
    ]
    wrong: list[str] = []
    for route in routes(client):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            for caller in callers:
                for body in BODIES:
                    headers = {**caller.headers, "Content-Type": "application/json"}
                    answer = client.request(
                        method, filled(route.path), headers=headers, content=body
                    )
                    if answer.status_code >= 500:
                        wrong.append(f"{caller.name}: {method} {route.path} {body!r}")
    assert wrong == []


def test_strangers_get_no_socket(client: TestClient, strangers: list[Caller]) -> None:
    wrong: list[str] = []
    for route in sockets(client):
        wrong += [
            f"{caller.name}: {route.path}"
            for caller in strangers
            if not is_for(route.access, caller) and follows(client, filled(route.path), caller)
        ]
    assert wrong == []


def follows(client: TestClient, path: str, caller: Caller) -> bool:
    """Whether the socket tells this caller anything."""
    try:
        with client.websocket_connect(path, headers=caller.headers) as socket:
            socket.receive_text()
    except WebSocketDenialResponse as refused:
        assert 400 <= refused.status_code < 500
        return False
    except WebSocketDisconnect:
        return False
    return True
