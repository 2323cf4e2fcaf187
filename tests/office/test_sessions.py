"""Cookies of sessions: names and flags for https and http, and what ends them."""

from http.cookies import SimpleCookie

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Scope

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.office.staff.sessions import (
    MOST_COOKIES,
    OpenedSession,
    clear_cookie,
    is_secure,
    secret_in,
    secrets_in,
    set_cookie,
    staff_cookie,
)
from tests.office.serving import application
from tests.office.town import PASSWORD, Town

HTTP = Settings()
HTTPS = Settings(public_url="https://termine.usingen.example")
HOUSE = Settings(public_url="https://termine.usingen.example", allow_http=True)


def request(scheme: str = "http", cookies: str = "") -> Request:
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "scheme": scheme,
        "server": ("kiosk.house", 80),
        "path": "/",
        "query_string": b"",
        "headers": [(b"cookie", cookies.encode())] if cookies else [],
    }
    return Request(scope)


def cookie_for(settings: Settings, scheme: str, clock: FixedClock) -> tuple[str, dict[str, object]]:
    response = Response()
    opened = OpenedSession("secret", clock.now(), 12)
    set_cookie(response, request(scheme), settings, staff_cookie(), opened)
    parsed = SimpleCookie(response.headers["set-cookie"])
    [(name, morsel)] = parsed.items()
    return name, {key: value for key, value in morsel.items() if value not in ("", None)}


def test_cookie_of_https_is_secure_and_bound_to_the_host(clock: FixedClock) -> None:
    name, flags = cookie_for(HTTPS, "https", clock)
    assert name == "__Host-aufruf-staff"
    assert flags == {
        "httponly": True, "secure": True, "samesite": "lax", "path": "/", "max-age": "43200",
    }  # fmt: skip


def test_cookie_of_this_machine_on_plain_http(clock: FixedClock) -> None:
    name, flags = cookie_for(HTTP, "http", clock)
    assert name == "aufruf-staff"
    assert flags == {"httponly": True, "samesite": "lax", "path": "/", "max-age": "43200"}


@pytest.mark.parametrize(
    ("settings", "scheme", "secure"),
    [
        (HTTP, "http", False),
        (HTTPS, "https", True),
        (HTTPS, "http", True),  # behind a proxy that does not say so
        (HOUSE, "https", True),
        (HOUSE, "http", False),
        (HOUSE, "ws", False),
        (HOUSE, "wss", True),
    ],
)
def test_secure_follows_the_base_address_but_for_the_named_setting(
    settings: Settings, scheme: str, *, secure: bool
) -> None:
    assert is_secure(settings, request(scheme)) is secure


def test_cookies_without_the_prefix_mean_nothing_on_https() -> None:
    planted = request("https", "aufruf-staff=planted; __Host-aufruf-device-x=ours")
    assert secret_in(planted, HTTPS, staff_cookie()) is None
    assert secrets_in(planted, HTTPS) == ["ours"]


def test_only_so_many_cookies_are_read() -> None:
    cookies = "; ".join(f"aufruf-device-{number}=x{number}" for number in range(100))
    assert secrets_in(request(cookies=f"lang=de; {cookies}"), HTTP) == [
        f"x{number}" for number in range(MOST_COOKIES)
    ]


def test_cleared_cookie_has_the_name_and_flags_of_the_one_set() -> None:
    response = Response()
    clear_cookie(response, request("https"), HTTPS, staff_cookie())
    header = response.headers["set-cookie"]
    assert header.startswith('__Host-aufruf-staff="";')
    assert all(flag in header for flag in ("Max-Age=0", "Path=/", "Secure", "HttpOnly"))


def test_sign_in_over_https_sets_the_secure_cookie(
    town: Town, database: Database, clock: FixedClock
) -> None:
    app = application(database, clock, HTTPS)
    with TestClient(app, HTTPS.public_url, follow_redirects=False) as client:
        answer = client.post("/login", data={"login": "bernd", "password": PASSWORD})
        assert answer.headers["set-cookie"].startswith("__Host-aufruf-staff=")
        assert "; Secure" in answer.headers["set-cookie"]
        assert client.get("/counters", headers={"Accept": "text/html"}).status_code == 200


def test_sign_out_ends_the_session_wherever_its_secret_was_copied(
    client: TestClient, town: Town
) -> None:
    client.post("/login", data={"login": "bernd", "password": PASSWORD})
    copied = client.cookies[staff_cookie()]
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/logout", headers=same_origin).headers["location"] == "/login?left=0"
    assert staff_cookie() not in client.cookies
    assert client.get("/counters", headers={"Authorization": f"Bearer {copied}"}).status_code == 303
    assert client.post("/logout", headers=same_origin).status_code == 303, "twice is no error"
