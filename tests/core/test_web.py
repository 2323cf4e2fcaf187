"""Bodies, forms, pages and errors over HTTP: bounded, named, and the same family in both forms."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.core.web_app import HTML, Open, open_app

__all__ = ["open_app"]


@pytest.fixture
def client(open_app: Open) -> TestClient:
    return open_app()


def test_body_as_json_is_strict_and_bounded(client: TestClient) -> None:
    answer = client.post("/api/wish", json={"name": " Amira ", "services": ["pass"]})
    assert answer.json() == {"name": "Amira", "count": 1, "services": ["pass"]}


def test_body_as_form_converts_and_gathers(client: TestClient) -> None:
    fields = {"name": "Amira", "count": "2", "services": ["pass", "ausweis"]}
    answer = client.post("/api/wish", data=fields)
    assert answer.json() == {"name": "Amira", "count": 2, "services": ["pass", "ausweis"]}


def test_query_converts_and_gathers(client: TestClient) -> None:
    answer = client.get("/api/wish?name=Amira&services=pass&lang=en")
    assert answer.json() == {"name": "Amira", "count": 1, "services": ["pass"]}


def test_query_of_a_page_may_carry_what_others_added_to_its_link(client: TestClient) -> None:
    answer = client.get("/wish?name=Amira&utm_source=mail&fbclid=x")
    assert (answer.status_code, answer.json()["name"]) == (200, "Amira")
    assert client.get("/wish?name=Amira&count=viele").status_code == 422


def test_query_of_the_interface_refuses_what_it_does_not_know(client: TestClient) -> None:
    answer = client.get("/api/wish?name=Amira&utm_source=mail")
    assert answer.status_code == 422
    assert [mistake["field"] for mistake in answer.json()["errors"]] == ["utm_source"]


def test_form_leaves_out_what_was_left_empty(client: TestClient) -> None:
    answer = client.post("/form", data={"name": "Amira", "email": "  "})
    assert answer.json() == [["name", "Amira"]]


DEEP = "[" * 20_000


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "bad_json"),
        (DEEP, "application/json", 400, "bad_json"),
        ('{"name": "\\ud800"}', "application/json", 400, "bad_json"),
        ("\x00", "application/json", 400, "bad_json"),
        ("", "application/json", 422, "invalid_value"),
        ("[]", "application/json", 422, "invalid_value"),
        ("null", "application/json", 422, "invalid_value"),
        ('{"name": "a\\u0000"}', "application/json", 422, "invalid_value"),
        ('{"name": "a", "count": "1"}', "application/json", 422, "invalid_value"),
        ('{"name": "a", "count": true}', "application/json", 422, "invalid_value"),
        ('{"name": "a", "count": 1e999}', "application/json", 422, "invalid_value"),
        ('{"name": "a", "more": 1}', "application/json", 422, "invalid_value"),
        ("x" * 70_000, "application/json", 413, "too_large"),
        ("name=a", "text/plain", 415, "wrong_media_type"),
        ("name=a", "multipart/form-data; boundary=x", 415, "wrong_media_type"),
        ("name=%ff", "application/x-www-form-urlencoded", 400, "bad_request"),
        ("name=a%00b", "application/x-www-form-urlencoded", 400, "bad_request"),
        ("name=a&na%00me=b", "application/x-www-form-urlencoded", 400, "bad_request"),
        ("&".join(["a=1"] * 300), "application/x-www-form-urlencoded", 400, "bad_request"),
        ("name=a&name=b", "application/x-www-form-urlencoded", 422, "invalid_value"),
    ],
)
def test_body_that_cannot_be_used_is_refused(
    client: TestClient, body: str, content_type: str, status: int, code: str
) -> None:
    answer = client.post("/api/wish", content=body, headers={"content-type": content_type})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_body_without_length_is_bounded_too(client: TestClient) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    answer = client.post("/api/wish", content=parts(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


def test_refusal_names_every_field_and_repeats_nothing(client: TestClient) -> None:
    wrong = {"name": "Amira\u0000", "count": "viele", "services": ["Pass!"], "extra": 1}
    answer = client.post("/api/wish", json=wrong)
    assert {mistake["field"] for mistake in answer.json()["errors"]} == {
        "name",
        "count",
        "services.0",
        "extra",
    }
    assert "viele" not in answer.text
    assert "Amira" not in answer.text


def test_error_is_a_document_for_programs_and_a_page_for_people(client: TestClient) -> None:
    document = client.get("/api/taken").json()
    page = client.get("/taken", headers=HTML)
    assert document["code"] == "slot_taken"
    assert document["alternatives"] == ["2026-11-26T09:00:00+01:00"]
    assert (page.status_code, page.headers["content-type"]) == (409, "text/html; charset=utf-8")
    assert document["title"] in page.text


@pytest.mark.parametrize("path", ["/api/broken/hush", "/broken/hush"])
def test_breakdown_tells_nothing_and_is_logged_without_secrets(
    client: TestClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.__dict__["data"]["route"] == path.replace("hush", "{secret}")


def test_page_that_does_not_exist_is_of_the_same_family(client: TestClient) -> None:
    assert client.get("/api/nothing").json()["code"] == "not_found"
    page = client.get("/nothing", headers=HTML)
    assert page.status_code == 404
    assert "Diese Seite gibt es nicht" in page.text


def test_nobody_is_sent_to_the_host_a_request_names(client: TestClient) -> None:
    answer = client.get("/taken/", headers={**HTML, "host": "evil.example"})
    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_wrong_method_names_all_that_are_allowed(client: TestClient) -> None:
    answer = client.delete("/api/wish")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_language_of_a_page_is_chosen_by_address_then_cookie_then_browser(
    client: TestClient,
) -> None:
    def language(path: str = "/page/x", wish: str = "") -> str:
        return client.get(path, headers={"accept-language": wish}).headers["content-language"]

    assert language() == "de"
    assert language(wish="fr, en-GB;q=0.8, de;q=0.3") == "en"
    assert language(wish="en;q=0, *;q=nonsense") == "de"
    assert language("/page/x?lang=xx", wish="en") == "en"
    assert language("/page/x?lang=en") == "en"
    assert language() == "en"
    assert language("/page/x?lang=de", wish="en") == "de"


def test_error_document_speaks_the_callers_language(client: TestClient) -> None:
    titles = [
        client.get("/api/taken", headers={"accept-language": wish}).json()["title"]
        for wish in ("de", "en")
    ]
    assert titles[0] != titles[1]
