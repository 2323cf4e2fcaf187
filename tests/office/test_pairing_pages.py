"""The page of a new screen or kiosk over HTTP: its code, what it asks, and where it goes."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.office.devices import pairing_pages
from aufruf.office.devices.pairing import claim_pairing
from tests.office.serving import application
from tests.office.town import Town


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """One engine is enough: the commands are tried on both."""
    return sqlite_database


@pytest.fixture
def client(town: Town, database: Database, clock: FixedClock) -> Iterator[TestClient]:
    app = application(database, clock, Settings(), pairing_pages.routes)
    address = ("192.0.2.7", 50000)
    with TestClient(
        app, "http://rathaus.example", follow_redirects=False, client=address
    ) as opened:
        yield opened


OURS = {"Sec-Fetch-Site": "same-origin"}


def code_on(client: TestClient, kind: str = "display") -> str:
    answer = client.get(f"/{kind}")
    assert answer.status_code == 200
    found = re.search(r'data-shows="(\w{6})"', answer.text)
    assert found is not None
    return found[1]


def ask(client: TestClient, shows: str, kind: str = "display") -> dict[str, object]:
    answer = client.post("/devices/pairing", json={"kind": kind, "shows": shows}, headers=OURS)
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def test_screen_shows_its_code_until_it_is_claimed(
    town: Town, client: TestClient, clock: FixedClock
) -> None:
    code = code_on(client)
    assert [one.name for one in client.cookies.jar] == ["pairing-display"]
    assert code_on(client) == code
    assert ask(client, code) == {"go": None, "next": None}
    clock.move(timedelta(minutes=15))
    following = ask(client, code)["next"]
    assert isinstance(following, dict)
    assert code_on(client) == following["code"] != code
    town.runner.run_now(
        (), claim_pairing, code=following["code"], area="usingen", name="Anzeige Flur"
    )
    asked = client.post("/devices/pairing", json={"kind": "display", "shows": code}, headers=OURS)
    assert asked.json() == {"go": "/display/usingen-anzeige-flur", "next": None}
    assert "HttpOnly" in asked.headers["set-cookie"]
    assert [one.name for one in client.cookies.jar] == ["aufruf-device-usingen-anzeige-flur"]
    led = client.get("/display")
    assert (led.status_code, led.headers["location"]) == (303, "/display/usingen-anzeige-flur")
    assert code_on(client, "kiosk") != code  # the same browser may be a kiosk as well


def test_kiosk_without_scripts_is_led_on_by_the_page_itself(town: Town, client: TestClient) -> None:
    code = code_on(client, "kiosk")
    town.runner.run_now((), claim_pairing, code=code, area="usingen", name="Automat")
    led = client.get("/kiosk")
    assert (led.status_code, led.headers["location"]) == (303, "/kiosk/usingen-automat")
    assert "aufruf-device-usingen-automat=" in led.headers["set-cookie"]


def test_many_new_codes_from_one_network_are_refused_in_words(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_pages, "NEW_CODES", 2)
    for _ in range(2):
        client.get("/display")
        client.cookies.clear()
    refused = client.get("/display")
    assert (refused.status_code, 'data-shows=""' in refused.text) == (429, True)
    assert (
        client.post("/devices/pairing", json={"kind": "display"}, headers=OURS).status_code == 429
    )


def test_code_leads_an_administrator_to_the_page_where_it_is_typed(
    town: Town, client: TestClient
) -> None:
    client.cookies.set("aufruf-staff", town.session("dora"))
    led = client.get("/devices/pair?code=K4P7XQ")
    assert led.headers["location"] == "/office/citizen-usingen/screens?code=K4P7XQ#pair"
    assert client.get("/devices/pair?code=%22%3E").headers["location"].endswith("?code=#pair")
    client.cookies.set("aufruf-staff", town.session("bernd"))
    assert client.get("/devices/pair").status_code == 403
