"""The gate over HTTP: every kind of wrong caller, by token and by cookie."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from aufruf.core.access import HOLDER, PUBLIC, Access, allow, principal_of, route, socket
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.settings import Settings
from aufruf.office.devices.commands import open_device_session, renew_device_token, revoke_device
from aufruf.office.staff.commands import set_active, set_roles
from aufruf.office.staff.sessions import device_cookie, staff_cookie
from tests.office.serving import application
from tests.office.town import Town

PAGE = {"Accept": "text/html"}


async def who_is_it(request: Request) -> Response:
    return JSONResponse({"who": repr(principal_of(request))})


async def greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(repr(principal_of(websocket)))
    await websocket.close()


def at(path: str, access: Access) -> BaseRoute:
    return route(path, who_is_it, access=access)


PROBES = [
    at("/api/public", PUBLIC),
    at("/api/holder", HOLDER),
    at("/api/staff", allow("staff")),
    at("/api/office/{o}", allow("kiosk", "staff", office="o")),
    at("/api/counter/{c}", allow("counter", "staff", counter="c")),
    at("/api/town/{m}", allow("administrator", municipality="m")),
    at("/staff", allow("staff")),
    at("/kiosk/{k}", allow("kiosk", device="k")),
    at("/counter/{c}", allow("counter", "staff", counter="c")),
    socket("/ws/displays/{d}", greet, access=allow("display", "staff", device="d")),
]


@pytest.fixture
def client(town: Town, database: Database, clock: FixedClock) -> Iterator[TestClient]:
    app = application(database, clock, Settings(), PROBES)
    with TestClient(app, "http://localhost:8000", follow_redirects=False) as opened:
        yield opened


def asked(client: TestClient, path: str, token: str | None = None) -> tuple[int, str]:
    """Status and error code, as a program with a token sees them."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = client.get(path, headers=headers)
    return answer.status_code, answer.json().get("code", "")


def browse(client: TestClient, path: str, **cookies: str) -> tuple[int, str]:
    """Status, and error code or where to, as a browser with cookies sees them."""
    client.cookies.clear()
    for name, value in cookies.items():
        client.cookies.set(name.replace("_", "-"), value)
    answer = client.get(path, headers=PAGE)
    return answer.status_code, answer.headers.get("location", answer.text)


def session_of(town: Town, token: str) -> str:
    return town.runner.run_now((), open_device_session, token=token).session.secret


OK = (200, "")
NOBODY = (401, "not_signed_in")
FORBIDDEN = (403, "not_allowed")


def test_nobody_comes_in_without_sign_in(client: TestClient) -> None:
    assert asked(client, "/api/public") == OK
    assert asked(client, "/api/holder") == OK
    for path in (
        "/api/staff",
        "/api/office/citizen-usingen",
        "/api/office/nowhere",
        "/api/counter/usingen-1",
    ):
        assert asked(client, path) == NOBODY


@pytest.mark.parametrize(
    "token", ["", "a" * 26, "x" * 5000, "Bearer", "\x7f", "' OR 1=1 --", "a b"]
)
def test_wrong_tokens_are_nobody(client: TestClient, token: str) -> None:
    assert asked(client, "/api/staff", token) == NOBODY


def test_other_schemes_are_not_ours(client: TestClient, town: Town) -> None:
    answer = client.get("/api/staff", headers={"Authorization": f"Basic {town.session('bernd')}"})
    assert answer.status_code == 401
    client.cookies.set(staff_cookie(), town.session("bernd"))
    behind_proxy = client.get("/api/staff", headers={"Authorization": "Basic dG93bjpoYWxs"})
    assert behind_proxy.status_code == 200


def test_bernd_comes_in_where_he_works(client: TestClient, town: Town) -> None:
    bernd = town.session("bernd")
    for path in ("staff", "office/citizen-usingen", "counter/usingen-1", "counter/usingen-2"):
        assert asked(client, f"/api/{path}", bernd) == OK
    assert asked(client, "/api/town/usingen", bernd) == FORBIDDEN


def test_clerk_of_another_office_stays_out(client: TestClient, town: Town) -> None:
    carla = town.session("carla")
    assert asked(client, "/api/staff", carla) == OK
    assert asked(client, "/api/counter/anspach-1", carla) == OK
    assert asked(client, "/api/office/citizen-usingen", carla) == FORBIDDEN
    assert asked(client, "/api/counter/usingen-1", carla) == FORBIDDEN
    assert asked(client, "/api/counter/nowhere", carla) == (404, "unknown_counter")


def test_administrator_works_in_every_office_of_the_town(client: TestClient, town: Town) -> None:
    dora = town.session("dora")
    assert asked(client, "/api/town/usingen", dora) == OK
    assert asked(client, "/api/counter/usingen-2", dora) == OK
    assert asked(client, "/api/town/neu-anspach", dora) == FORBIDDEN
    assert asked(client, "/api/counter/anspach-1", dora) == FORBIDDEN


def test_tokens_of_devices_open_their_own_place_alone(client: TestClient, town: Town) -> None:
    kiosk, counter, display = town.kiosk.token, town.counter.token, town.display.token
    assert asked(client, "/api/office/citizen-usingen", kiosk) == OK
    assert asked(client, "/api/office/registry-anspach", kiosk) == FORBIDDEN
    assert asked(client, "/api/counter/usingen-1", kiosk) == FORBIDDEN
    assert asked(client, "/api/counter/usingen-1", counter) == OK
    assert asked(client, "/api/counter/usingen-2", counter) == FORBIDDEN
    assert asked(client, "/api/counter/anspach-1", counter) == FORBIDDEN
    assert asked(client, "/api/office/citizen-usingen", display) == FORBIDDEN
    assert asked(client, "/api/staff", display) == FORBIDDEN


def test_revoked_and_renewed_devices_stay_out_at_once(client: TestClient, town: Town) -> None:
    kiosk, counter = town.kiosk, town.counter
    session = session_of(town, kiosk.token)
    town.runner.run_now((), revoke_device, slug=kiosk.slug)
    assert asked(client, "/api/office/citizen-usingen", kiosk.token) == NOBODY
    assert asked(client, "/api/office/citizen-usingen", session) == NOBODY
    renewed = town.runner.run_now((), renew_device_token, slug=counter.slug)
    assert asked(client, "/api/counter/usingen-1", counter.token) == NOBODY
    assert asked(client, "/api/counter/usingen-1", renewed.token) == OK


def test_session_of_staff_ends_after_twelve_hours(
    client: TestClient, town: Town, clock: FixedClock
) -> None:
    bernd = town.session("bernd")
    clock.move(timedelta(hours=12, seconds=-1))
    assert asked(client, "/api/staff", bernd) == OK
    clock.move(timedelta(seconds=1))
    assert asked(client, "/api/staff", bernd) == NOBODY


def test_roles_and_leaving_count_from_the_next_request(client: TestClient, town: Town) -> None:
    bernd = town.session("bernd")
    town.runner.run_now((), set_roles, login="bernd", offices=["registry-anspach"])
    assert asked(client, "/api/counter/usingen-1", bernd) == FORBIDDEN
    assert asked(client, "/api/counter/anspach-1", bernd) == OK
    town.runner.run_now((), set_active, login="bernd", active=False)
    assert asked(client, "/api/counter/anspach-1", bernd) == NOBODY


def test_hash_of_a_secret_is_no_secret(client: TestClient, town: Town, database: Database) -> None:
    town.session("bernd")
    kept = database.read_now(
        lambda conn: (
            conn.execute(text("SELECT token_hash FROM session UNION SELECT token_hash FROM device"))
            .scalars()
            .all()
        )
    )
    assert len(kept) == 6
    assert {asked(client, "/api/staff", token_hash) for token_hash in kept} == {NOBODY}


def test_cookie_signs_in_and_the_sign_in_page_is_one_step_away(
    client: TestClient, town: Town
) -> None:
    assert browse(client, "/staff") == (303, "/login?next=/staff")
    assert browse(client, "/staff", aufruf_staff=town.session("bernd"))[0] == 200
    assert browse(client, "/counter/usingen-1", aufruf_staff=town.session("carla"))[0] == 403


def test_browser_of_a_kiosk_may_still_sign_somebody_in(client: TestClient, town: Town) -> None:
    kiosk = {device_cookie(town.kiosk.slug): session_of(town, town.kiosk.token)}
    assert browse(client, "/kiosk/usingen-kiosk", **kiosk)[0] == 200
    assert browse(client, "/staff", **kiosk) == (303, "/login?next=/staff")


def test_browser_with_several_sessions_uses_the_one_that_fits(
    client: TestClient, town: Town
) -> None:
    cookies = {
        device_cookie(town.kiosk_elsewhere.slug): session_of(town, town.kiosk_elsewhere.token),
        device_cookie(town.kiosk.slug): session_of(town, town.kiosk.token),
        staff_cookie(): town.session("carla"),
    }
    for path in ("/kiosk/usingen-kiosk", "/kiosk/anspach-kiosk", "/counter/anspach-1", "/staff"):
        assert browse(client, path, **cookies)[0] == 200, path
    assert "Screen" in browse(client, "/api/office/citizen-usingen", **cookies)[1]
    assert "Employee" in browse(client, "/api/office/registry-anspach", **cookies)[1]


@pytest.mark.parametrize("slug", ["usingen-kiosk", "anspach-kiosk", "nowhere"])
def test_page_of_a_device_says_how_to_set_it_up(client: TestClient, town: Town, slug: str) -> None:
    carla = town.session("carla")
    for cookies in ({}, {staff_cookie(): carla}):
        status, text = browse(client, f"/kiosk/{slug}", **cookies)
        if slug == "nowhere" and cookies:
            assert status == 404
            continue
        assert status == 401
        assert "Dieses Gerät ist noch nicht eingerichtet" in text
        assert "device-pairing.js" in text


def test_cookies_are_looked_at_in_bounds(client: TestClient, town: Town) -> None:
    many = {f"aufruf-x{number}": "a" * 26 for number in range(60)}
    assert browse(client, "/staff", **many)[0] == 303


def test_socket_lets_the_own_display_in_and_nobody_else(client: TestClient, town: Town) -> None:
    def follow(token: str) -> str:
        headers = {"Authorization": f"Bearer {token}"}
        with client.websocket_connect("/ws/displays/usingen-aufrufanzeige", headers=headers) as ws:
            return ws.receive_text()

    assert follow(town.display.token).startswith("Screen(")
    assert follow(town.session("bernd")).startswith("Employee(")
    for token in (town.display_elsewhere.token, town.kiosk.token, town.session("carla"), "nobody"):
        with pytest.raises(WebSocketDenialResponse) as refused:
            follow(token)
        assert refused.value.status_code == (401 if token == "nobody" else 403)


async def linger(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(repr(principal_of(websocket)))
    await websocket.receive_text()
    await websocket.close()


LINGERING = socket(
    "/ws/lingering/{c}",
    linger,
    access=allow("counter", "staff", counter="c"),
    admit_seconds=0.02,
)


def lock_bernd(town: Town, _client: TestClient) -> None:
    town.runner.run_now((), set_active, login="bernd", active=False)


def move_bernd(town: Town, _client: TestClient) -> None:
    town.runner.run_now((), set_roles, login="bernd", offices=["registry-anspach"])


def sign_bernd_out(_town: Town, client: TestClient) -> None:
    client.post("/logout", headers={"Sec-Fetch-Site": "same-origin"})


@pytest.mark.parametrize("step", [lock_bernd, move_bernd, sign_bernd_out])
def test_open_socket_of_somebody_who_may_not_stay_is_closed(
    town: Town,
    database: Database,
    clock: FixedClock,
    step: Callable[[Town, TestClient], None],
) -> None:
    app = application(database, clock, Settings(), [LINGERING])
    with TestClient(app, "http://localhost:8000", follow_redirects=False) as client:
        client.cookies.set(staff_cookie(), town.session("bernd"))
        ours = {"Origin": "http://localhost:8000"}
        with client.websocket_connect("/ws/lingering/usingen-1", headers=ours) as ws:
            assert ws.receive_text().startswith("Employee(")
            step(town, client)
            with pytest.raises(WebSocketDisconnect) as closed:
                ws.receive_text()
    assert closed.value.code == 1008


def test_open_socket_of_a_session_that_ran_out_or_a_device_revoked_is_closed(
    town: Town, database: Database, clock: FixedClock
) -> None:
    app = application(database, clock, Settings(), [LINGERING])

    def closed(client: TestClient, secret: str, step: Callable[[], object]) -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        with client.websocket_connect("/ws/lingering/usingen-1", headers=headers) as ws:
            ws.receive_text()
            step()
            with pytest.raises(WebSocketDisconnect) as left:
                ws.receive_text()
        return left.value.code

    def revoke() -> None:
        town.runner.run_now((), revoke_device, slug=town.counter.slug)

    with TestClient(app, "http://localhost:8000") as client:
        assert closed(client, town.counter.token, revoke) == 1008
        assert (
            closed(client, town.session("bernd"), lambda: clock.move(timedelta(hours=12))) == 1008
        )


def test_open_socket_of_somebody_who_may_stay_stays(
    town: Town, database: Database, clock: FixedClock
) -> None:
    asked = count()
    app = application(database, clock, Settings(), [LINGERING], monotonic=asked.__next__)
    with TestClient(app, "http://localhost:8000") as client:
        headers = {"Authorization": f"Bearer {town.session('bernd')}"}
        with client.websocket_connect("/ws/lingering/usingen-1", headers=headers) as ws:
            ws.receive_text()
            while next(asked) < 10:  # the gate asks for the time whenever it is asked
                client.get("/login")
            ws.send_text("still here")
            with pytest.raises(WebSocketDisconnect) as left:
                ws.receive_text()
    assert left.value.code == 1000


def test_who_somebody_is_is_believed_for_a_second(
    town: Town, database: Database, clock: FixedClock
) -> None:
    instants = [10.0]
    app = application(database, clock, Settings(), PROBES, monotonic=lambda: instants[0])
    with TestClient(app, "http://localhost:8000") as client:
        bernd, kiosk = town.session("bernd"), town.kiosk.token
        assert asked(client, "/api/staff", bernd) == OK
        assert asked(client, "/api/office/citizen-usingen", kiosk) == OK
        town.runner.run_now((), revoke_device, slug=town.kiosk.slug)
        town.runner.run_now((), set_active, login="bernd", active=False)
        instants[0] = 10.9
        assert asked(client, "/api/staff", bernd) == OK
        instants[0] = 11.0
        assert asked(client, "/api/staff", bernd) == NOBODY
        assert asked(client, "/api/office/citizen-usingen", kiosk) == NOBODY


def test_sessions_end_by_the_clock_even_while_believed(
    town: Town, database: Database, clock: FixedClock
) -> None:
    app = application(database, clock, Settings(), PROBES, monotonic=lambda: 10.0)
    with TestClient(app, "http://localhost:8000") as client:
        bernd = town.session("bernd")
        assert asked(client, "/api/staff", bernd) == OK
        clock.move(timedelta(hours=12))
        assert asked(client, "/api/staff", bernd) == NOBODY


def test_signing_out_counts_at_once(town: Town, database: Database, clock: FixedClock) -> None:
    app = application(database, clock, Settings(), PROBES, monotonic=lambda: 10.0)
    with TestClient(app, "http://localhost:8000", follow_redirects=False) as client:
        bernd = town.session("bernd")
        client.cookies.set(staff_cookie(), bernd)
        assert client.get("/api/staff").status_code == 200
        client.post("/logout", headers={"Sec-Fetch-Site": "same-origin"})
        client.cookies.set(staff_cookie(), bernd)
        assert client.get("/api/staff").status_code == 401
