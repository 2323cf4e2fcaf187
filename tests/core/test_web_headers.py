"""Security headers, limits before parsing, static files, and what the log says and does not."""

import json
import logging
import re

import pytest
from starlette.testclient import TestClient

from aufruf.core.access import files
from aufruf.core.assets import ROOT, static
from aufruf.core.logs import Lines
from tests.core.web_app import HTML, ROUTES, Open, open_app

__all__ = ["open_app"]


@pytest.fixture
def client(open_app: Open) -> TestClient:
    return open_app([*ROUTES, files("core", ROOT / "core" / "static")])


@pytest.mark.parametrize("path", ["/page/x", "/api/taken", "/nothing", "/api/broken/x", "/staff/x"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_encrypted_site_says_so_for_a_year(open_app: Open) -> None:
    client = open_app(public_url="https://termine.example.org")
    headers = client.get("/page/x").headers
    assert headers["strict-transport-security"] == "max-age=31536000"


def test_plain_http_in_the_house_lets_our_own_forms_name_their_origin(open_app: Open) -> None:
    headers = open_app().get("/page/x", headers={"host": "192.0.2.7:8000"}).headers
    assert headers["referrer-policy"] == "same-origin"


def test_pages_obey_their_own_policy(client: TestClient) -> None:
    html = client.get("/page/x", headers=HTML).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", html)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/page/" + "x" * 5000, {}),
        ("/page/x?q=" + "x" * 5000, {}),
        ("/page/x", {"a": "x" * 17_000}),
    ],
)
def test_oversized_request_is_refused(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    assert client.get(path, headers=headers).status_code == 431


@pytest.mark.parametrize("path", ["/page/a%00b", "/page/x?q=a%00b", "/page/x?a%00b=q"])
def test_address_with_a_nul_is_refused(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_file_with_its_hash_is_kept_for_a_year(client: TestClient) -> None:
    answer = client.get(static("core/tokens.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
def test_file_with_another_hash_is_asked_for_again(client: TestClient, query: str) -> None:
    answer = client.get("/static/core/tokens.css" + query)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    again = client.get("/static/core/tokens.css", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/static/core/nothing.css", "/static/core/../models.py", "/static/core/%2e%2e/models.py"],
)
def test_file_that_is_not_ours_to_give_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_address_of_a_file_that_is_missing_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        static("core/nothing.css")


def test_log_names_the_pattern_and_never_the_path(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = client.get("/page/hush?code=hush", headers={"authorization": "Bearer hush"})
    lines = [
        Lines(messages=False).format(record) for record in caplog.records if record.name != "httpx2"
    ]
    (line,) = [found for found in map(json.loads, lines) if found["event"] == "request"]
    assert {**line, "at": "", "ms": 0} == {
        "at": "",
        "level": "info",
        "logger": "aufruf.requests",
        "event": "request",
        "request": answer.headers["x-request-id"],
        "method": "GET",
        "route": "/page/{secret}",
        "status": 200,
        "ms": 0,
    }
    assert "hush" not in "".join(lines)


def fail() -> None:
    raise RuntimeError("Amira's address")


def failure() -> logging.LogRecord:
    with pytest.raises(RuntimeError) as raised:
        fail()
    trace = (RuntimeError, raised.value, raised.value.__traceback__)
    return logging.LogRecord("aufruf", logging.ERROR, "", 1, "failed", (), trace)


def test_log_of_a_failure_says_where_and_not_what() -> None:
    line = json.loads(Lines(messages=False).format(failure()))
    assert line["error"]["type"] == "RuntimeError"
    assert line["error"]["where"][-1].endswith(" fail")
    assert "Amira" not in json.dumps(line)


def test_log_of_a_failure_says_what_when_debugging() -> None:
    line = json.loads(Lines(messages=True).format(failure()))
    assert line["error"]["message"] == "Amira's address"
