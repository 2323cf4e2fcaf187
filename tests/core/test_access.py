"""Who may enter, what a refusal looks like, and that other sites cannot act for our visitors."""

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from tests.core.web_app import HTML, Open, open_app

__all__ = ["open_app"]

OURS = "http://localhost:8000"


@pytest.fixture
def client(open_app: Open) -> TestClient:
    return open_app()


def bearer(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer {name}"}


def test_caller_who_may_enter_is_known_to_the_handler(client: TestClient) -> None:
    assert "staff_id=1" in client.get("/api/staff", headers=bearer("bernd")).text


def test_caller_who_is_not_signed_in_gets_401_with_the_way_to(client: TestClient) -> None:
    answer = client.get("/api/staff")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == 'Bearer realm="aufruf"'


def test_caller_from_elsewhere_gets_403(client: TestClient) -> None:
    answer = client.get("/api/staff", headers=bearer("carla"))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_person_who_is_not_signed_in_is_led_to_the_login_and_back(client: TestClient) -> None:
    answer = client.get("/staff/r%C3%A4ume%3F?a=1", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/staff/r%C3%A4ume%3F"


def test_form_of_a_person_who_is_not_signed_in_is_not_led_back(client: TestClient) -> None:
    answer = client.post("/staff/x", headers={**HTML, "sec-fetch-site": "same-origin"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 422),
        ({"sec-fetch-site": "same-origin", "cookie": "a=b"}, 422),
        ({"sec-fetch-site": "none", "cookie": "a=b"}, 422),
        ({"origin": OURS, "cookie": "a=b"}, 422),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 422),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": OURS}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:8001"}, 403),
        ({"origin": "http://localhost:8000.evil.example"}, 403),
        ({"origin": "http://[evil"}, 403),
        ({"cookie": "a=b"}, 403),
    ],
)
def test_unsafe_request_has_to_come_from_our_pages(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/api/wish", json={}, headers=headers).status_code == status


def test_unsafe_request_may_come_from_the_public_address(open_app: Open) -> None:
    client = open_app(public_url="https://termine.example.org")
    headers = {"origin": "https://termine.example.org", "cookie": "a=b"}
    assert client.post("/api/wish", json={}, headers=headers).status_code == 422


def test_safe_request_may_come_from_everywhere(client: TestClient) -> None:
    headers = {"sec-fetch-site": "cross-site", "cookie": "a=b"}
    assert client.get("/page/x", headers=headers).status_code == 200


def test_socket_of_a_caller_who_may_enter_opens(client: TestClient) -> None:
    with client.websocket_connect("/ws/staff", headers=bearer("bernd")) as socket:
        assert "staff_id=1" in socket.receive_text()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/ws/staff", {}, 401),
        ("/ws/staff", bearer("carla"), 403),
        ("/ws/all", {"origin": "https://evil.example", "cookie": "a=b"}, 403),
        ("/ws/all", {"cookie": "a=b"}, 403),
    ],
)
def test_socket_that_may_not_open_is_refused_before_it_does(
    client: TestClient, path: str, headers: dict[str, str], status: int
) -> None:
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(path, headers=headers),
    ):
        pass
    assert refused.value.status_code == status


def test_socket_of_our_own_page_opens(client: TestClient) -> None:
    headers = {"origin": OURS, "cookie": "a=b"}
    with client.websocket_connect("/ws/all", headers=headers) as socket:
        assert socket.receive_text() == "Visitor()"
