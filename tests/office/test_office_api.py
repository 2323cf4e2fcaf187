"""The interface about master data, and the session a device fetches with its token."""

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.office.staff.sessions import device_cookie
from tests.office.town import Town


def test_municipalities(client: TestClient) -> None:
    assert client.get("/api/v1/municipalities").json() == [
        {"slug": "usingen", "name": "Usingen"},
        {"slug": "neu-anspach", "name": "Neu-Anspach"},
    ]


def test_office_says_whether_it_is_open_now(client: TestClient, clock: FixedClock) -> None:
    assert client.get("/api/v1/offices/citizen-usingen").json() == {
        "slug": "citizen-usingen",
        "name": "Bürgerbüro",
        "now": "2026-11-25T09:30:00+01:00",
        "open": True,
        "services": [
            {"slug": "pass", "name": "Reisepass", "minutes": 15, "walk_in": True, "bookable": True}
        ],
    }
    clock.move(timedelta(hours=3))
    assert client.get("/api/v1/offices/citizen-usingen").json()["open"] is False


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("offices/nowhere", "unknown_office"),
        ("offices/%00", "unknown_office"),
        ("offices/1", "unknown_office"),
    ],
)
def test_unknown_places(client: TestClient, path: str, code: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_device_exchanges_its_token_for_a_cookie(client: TestClient, town: Town) -> None:
    answer = client.post("/devices/session", json={"token": town.display.token})
    assert answer.json() == {
        "kind": "display",
        "slug": "usingen-aufrufanzeige",
        "path": "/display/usingen-aufrufanzeige",
        "expires_at": "2027-12-30T09:30:00+01:00",
    }
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(
        r"aufruf-device-usingen-aufrufanzeige=[a-z2-7]{26}; HttpOnly; Max-Age=34560000; Path=/;"
        r" SameSite=lax",
        cookie,
    )
    assert town.display.token not in cookie


def test_device_that_starts_again_keeps_its_session(client: TestClient, town: Town) -> None:
    name = device_cookie(town.display.slug)
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    secrets: set[str] = set()
    for _ in range(3):
        client.post("/devices/session", json={"token": town.display.token}, headers=same_origin)
        secrets.add(client.cookies[name])
    assert len(secrets) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"token": "a" * 26}, 401, "unknown_token"),
        ({"token": ""}, 422, "invalid_value"),
        ({"token": "a" * 201}, 422, "invalid_value"),
        ({"token": 7}, 422, "invalid_value"),
        ({"token": "a", "more": 1}, 422, "invalid_value"),
        ({}, 422, "invalid_value"),
        ([], 422, "invalid_value"),
    ],
)
def test_wrong_tokens(client: TestClient, body: object, status: int, code: str) -> None:
    answer = client.post("/devices/session", json=body, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "set-cookie" not in answer.headers
