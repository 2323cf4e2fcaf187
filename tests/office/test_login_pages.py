"""Signing in by the form, limits of tries, and the page that lists the counters."""

import json
import logging
import re

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.logs import Lines
from aufruf.core.settings import Settings
from aufruf.office.staff.commands import set_active
from aufruf.office.staff.pages import START, own_path
from aufruf.office.staff.sessions import staff_cookie
from tests.office.serving import application
from tests.office.town import PASSWORD, Town

PAGE = {"Accept": "text/html"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def sign_in(
    client: TestClient, login: str = "bernd", password: str = PASSWORD, **more: str
) -> Response:
    return client.post("/login", data={"login": login, "password": password, **more}, headers=PAGE)


def test_login_form_is_plain_and_keeps_where_to_go(client: TestClient) -> None:
    page = client.get("/login?next=/counter/usingen-1", headers=PAGE)
    assert page.status_code == 200
    assert '<input type="hidden" name="next" value="/counter/usingen-1">' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert 'role="alert"' not in page.text


def test_sign_in_goes_on_to_where_one_wanted(client: TestClient, town: Town) -> None:
    answer = sign_in(client, " Bernd ", next="/counter/usingen-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter/usingen-1")
    again = client.get("/login?next=/counter/usingen-2", headers=PAGE)
    assert again.headers["location"] == "/counter/usingen-2"


@pytest.mark.parametrize(
    ("login", "password"),
    [("bernd", "falsch"), ("nobody", PASSWORD), ("bernd", ""), ("", PASSWORD), ("", ""),
     ("bernd", "p" * 5000), ("b" * 3000, PASSWORD)],
)  # fmt: skip
def test_wrong_sign_in_shows_the_form_again(
    client: TestClient, town: Town, login: str, password: str
) -> None:
    answer = sign_in(client, login, password, next="/counter/usingen-1")
    assert answer.status_code == 401
    assert "Anmeldename oder Passwort stimmen nicht" in answer.text
    assert 'name="next" value="/counter/usingen-1"' in answer.text
    assert staff_cookie() not in client.cookies
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("field", ["login", "password"])
def test_nul_in_the_form_is_refused_on_both_engines(
    client: TestClient, town: Town, field: str
) -> None:
    answer = sign_in(client, **{"login": "bernd", field: "a\0b"})
    assert answer.status_code == 400


def test_login_name_is_kept_and_escaped(client: TestClient, town: Town) -> None:
    assert 'value="bernd"' in sign_in(client, "bernd", "falsch").text
    assert 'value="&#34;&gt;&lt;b&gt;"' in sign_in(client, '"><b>', "falsch").text


def test_inactive_staff_read_the_same_words(client: TestClient, town: Town) -> None:
    unknown = sign_in(client, "nobody").text
    town.runner.run_now((), set_active, login="bernd", active=False)
    inactive = sign_in(client, "bernd").text
    assert inactive.replace("bernd", "nobody") == unknown


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/counter/usingen-1?tab=2", "/counter/usingen-1?tab=2"),
        (None, START),
        ("", START),
        ("counters", START),
        ("//evil.example", START),
        ("/\\evil.example", START),
        ("https://evil.example/", START),
        ("/a b", START),
        ("/a\r\nSet-Cookie: x=y", START),
        ("/" + "a" * 600, START),
    ],
)
def test_where_to_go_is_always_one_of_our_paths(asked: str | None, path: str) -> None:
    assert own_path(asked) == path


def test_tries_are_limited_by_login_and_address(client: TestClient, town: Town) -> None:
    statuses = [sign_in(client, "bernd", "falsch").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    refused = sign_in(client, "bernd", PASSWORD)
    assert refused.status_code == 429
    assert "Das waren zu viele Versuche" in refused.text
    assert 'value="bernd"' in refused.text
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert sign_in(client, "carla").status_code == 303, "others are not locked out"


def test_success_forgives_the_tries_before(client: TestClient, town: Town) -> None:
    for _ in range(3):
        for _ in range(9):
            sign_in(client, "bernd", "falsch")
        client.cookies.clear()
        assert sign_in(client, "bernd").status_code == 303
        client.cookies.clear()


def test_demo_has_no_limits(town: Town, database: Database, clock: FixedClock) -> None:
    app = application(database, clock, Settings(demo=True))
    with TestClient(app, "http://localhost:8000", follow_redirects=False) as client:
        assert {sign_in(client, "bernd", "falsch").status_code for _ in range(12)} == {401}


def test_other_sites_cannot_sign_anybody_out(client: TestClient, town: Town) -> None:
    sign_in(client)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        assert client.post("/logout", headers=headers).status_code == 403
    assert client.get("/counters", headers=PAGE).status_code == 200


def test_counters_page_lists_own_offices_alone(client: TestClient, town: Town) -> None:
    sign_in(client)
    text = client.get("/counters", headers=PAGE).text
    assert re.findall(r'href="/counters/([^"]+)"', text) == ["usingen-1", "usingen-2"]
    assert "Bernd" in text
    assert "Stadt Usingen" in text
    assert "Standesamt" not in text
    assert "Links, zweite Tür" in text


def test_counters_page_of_an_administrator_has_all_of_the_town(
    client: TestClient, town: Town
) -> None:
    sign_in(client, "dora")
    text = client.get("/counters?lang=en", headers=PAGE).text
    assert re.findall(r'href="/counters/([^"]+)"', text) == ["usingen-1", "usingen-2"]
    assert "Where do you work today?" in text


def test_counters_page_of_somebody_without_office_says_what_to_do(
    client: TestClient, town: Town
) -> None:
    sign_in(client, "emil")
    text = client.get("/counters", headers=PAGE).text
    assert "Ihnen ist noch keine Dienststelle zugeordnet" in text


def test_login_takes_forms_alone(client: TestClient) -> None:
    assert client.post("/login", json={"login": "bernd"}).status_code == 415
    assert client.post("/login", content=b"%ff=%ff", headers=FORM).status_code == 400
    assert client.post("/login", content=b"a" * 70_000, headers=FORM).status_code == 413


def test_no_secret_reaches_the_logs(
    client: TestClient, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sign_in(client, "bernd", "falsches Passwort")
        sign_in(client)
        secret = client.cookies[staff_cookie()]
        client.get("/counters", headers=PAGE)
        client.get("/counters", headers={"Authorization": f"Bearer {town.kiosk.token}"})
        fetched = client.post(
            "/devices/session",
            json={"token": town.kiosk.token},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        client.post("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert fetched.status_code == 200
    ours = [record for record in caplog.records if record.name.startswith("aufruf")]
    lines = [Lines(messages=True).format(record) for record in ours]
    assert "/login" in [json.loads(line).get("route") for line in lines]
    told = "\n".join(lines)
    cookie = fetched.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    for hidden in (secret, cookie, town.kiosk.token, PASSWORD, "falsches", "bernd"):
        assert hidden not in told
