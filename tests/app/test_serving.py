"""`aufruf serve` as a process: starts, logs no secrets, ends in order, refuses what is wrong."""

import json
import signal
import socket
import sys
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from aufruf.app.cli import main
from aufruf.app.serving import UNACKNOWLEDGED_MS, UnsafeAddressError, listen, require_safe_address
from aufruf.core.settings import Settings
from tests.app.server import refusal, serving


def test_server_starts_from_nothing_logs_no_path_and_ends_in_order(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        with httpx2.Client(base_url=server.address) as client:
            statuses = [client.get(path).status_code for path in ("/healthz", "/readyz", "/t/hush")]
            headers = client.get("/api/v1/municipalities").headers
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(f"ws://127.0.0.1:{server.port}/ws/tickets/hush"),
        ):
            pass
        assert server.stop() == -signal.SIGTERM
    assert statuses == [200, 200, 404]
    assert refused.value.response.status_code == 404
    assert "server" not in headers
    assert [line for line in server.lines if line["level"] == "error"] == []
    events = [line["event"] for line in server.lines]
    assert events[-1] == "stopping"
    assert "hush" not in json.dumps(server.lines)
    routes = [line["route"] for line in server.lines if line["event"] == "request"]
    assert routes[:2] == ["/healthz", "/readyz"]
    assert {"/t/{token}", "/ws/tickets/{token}"} <= set(routes)


def test_client_that_leaves_in_the_middle_of_its_body_is_no_error(tmp_path: Path) -> None:
    request = (
        b"POST /devices/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b'Content-Length: 100\r\n\r\n{"token":'
    )
    with serving(tmp_path) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(request)
        line = server.read_until("route", "/devices/session")
    assert (line["level"], line["status"]) == ("info", 499)


def test_second_server_on_the_same_file_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    with serving(tmp_path):
        status, _, errors = refusal(tmp_path)
    assert status == 1
    assert "PostgreSQL" in errors
    assert "Traceback" not in errors


def test_server_for_the_internet_serves_nothing_of_the_house(tmp_path: Path) -> None:
    with (
        serving(tmp_path, "--only", "public") as server,
        httpx2.Client(base_url=server.address) as client,
    ):
        house = [client.get(path).status_code for path in ("/login", "/counters", "/kiosk/x")]
        public = [client.get(path).status_code for path in ("/healthz", "/api/v1/municipalities")]
    assert (house, public) == ([404, 404, 404], [200, 200])


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PUBLIC_URL", "termine", "must be http://… or https://… with a host\n"),
        ("PUBILC_URL", "x", "there is no such setting; did you mean AUFRUF_PUBLIC_URL?\n"),
        ("LANGUAGES", "de,xx", ""),
    ],
)
def test_wrong_setting_ends_with_its_name(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    sentence: str,
) -> None:
    """Where the setting is read, and said as the shell says it."""
    monkeypatch.setenv(f"AUFRUF_{name}", value)
    monkeypatch.setattr(sys, "argv", ["aufruf", "serve"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    assert said.err.startswith(f"AUFRUF_{name}: {sentence}")


def test_port_that_is_taken_is_said_plainly(tmp_path: Path) -> None:
    with listen(Settings(port=0)) as taken:
        status, _, errors = refusal(tmp_path, "--port", str(taken.getsockname()[1]))
    assert status == 1
    assert "Address already in use" in errors


def test_connections_that_acknowledge_nothing_are_given_up() -> None:
    with listen(Settings(port=0)) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            limit = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert limit == UNACKNOWLEDGED_MS


@pytest.mark.parametrize(
    ("host", "settings"),
    [
        ("127.0.0.1", {}),
        ("::1", {}),
        ("0.0.0.0", {"allow_http": True}),
        ("0.0.0.0", {"public_url": "https://termine.example.org"}),
    ],
)
def test_address_that_is_safe_or_meant_is_listened_on(
    host: str, settings: dict[str, object]
) -> None:
    require_safe_address(Settings.model_validate({"host": host, **settings}))


def test_address_open_to_the_network_has_to_be_meant() -> None:
    with pytest.raises(UnsafeAddressError, match="AUFRUF_ALLOW_HTTP"):
        require_safe_address(Settings(host="0.0.0.0"))


@pytest.mark.parametrize(("proxies", "refused"), [("192.0.2.1", True), ("127.0.0.1", False)])
def test_only_a_trusted_proxy_says_whom_limits_count(
    tmp_path: Path, proxies: str, *, refused: bool
) -> None:
    """Twice as often as one may, each "from" another address: a stranger is counted as one."""
    with (
        serving(tmp_path, trusted_proxies=proxies) as server,
        httpx2.Client(base_url=server.address) as client,
    ):
        answers = [
            client.post(
                "/termin/meine",
                headers={"x-forwarded-for": f"198.51.100.{nth}"},
                data={"email": f"amira.{nth}@example.org"},
            )
            for nth in range(40)
        ]
    assert (429 in [answer.status_code for answer in answers]) == refused
