"""The kiosk's line to its server: what it tells, and what happens when the server is gone."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from tests.browser import UNTIL_LOADED, LiveServer, serve_app
from tests.factories import make_house
from tests.kiosk.lobby import KIOSK, Lobby

LINE = "/ws/kiosks/amtal-kiosk"


def test_line_tells_what_the_start_says(
    live_server: LiveServer, sqlite_database: Database, clock: FixedClock
) -> None:
    lobby = Lobby(live_server.house, sqlite_database, live_server.runner, clock)
    bearer = {"authorization": f"Bearer {lobby.token('amtal-kiosk')}"}
    with connect(live_server.url.replace("http", "ws") + LINE, additional_headers=bearer) as line:
        told = json.loads(line.recv())
        assert told.pop("now") == "2026-11-25T09:30:00+01:00"
        assert told == {
            "type": "kiosk",
            "state": "open-day",
            "greeting": "Guten Morgen.",
            "waiting": "Zurzeit wartet niemand",
        }
        lobby.draw("personalausweis")
        # What it says of the time alone may come once more before.
        heard = (json.loads(line.recv(timeout=20))["waiting"] for _ in range(10))
        assert any(waiting.startswith("1 Person wartet") for waiting in heard)


def test_line_is_refused_without_the_device(live_server: LiveServer) -> None:
    with (
        pytest.raises(InvalidStatus) as refusal,
        connect(live_server.url.replace("http", "ws") + LINE),
    ):
        pass
    assert refusal.value.response.status_code == 401


def test_server_gone_is_said_kindly_and_the_tap_is_kept(
    chromium: Browser, sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    runner = Runner(sqlite_database, clock, None, {})
    lobby = Lobby(make_house(sqlite_database, clock), sqlite_database, runner, clock)
    url = sqlite_database.write_engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, data_dir=tmp_path, strict_texts=True)
    page = chromium.new_page(viewport={"width": 1080, "height": 1920}, locale="de-DE")
    page.add_init_script(UNTIL_LOADED)
    with serve_app(settings, clock) as address:
        page.request.post(f"{address}/devices/session", data={"token": lobby.token("amtal-kiosk")})
        page.goto(f"{address}{KIOSK}")
        expect(page.get_by_text("Zurzeit wartet niemand")).to_be_visible()
    page.get_by_role("link", name="Nein, ohne Termin").click()
    expect(page.get_by_role("heading", name="Einen Moment bitte.")).to_be_visible()
    with serve_app(settings, clock, port=int(address.rpartition(":")[2])):
        expect(page.get_by_role("heading", name="Worum geht es?")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("heading", name="Einen Moment bitte.")).to_be_hidden()
        page.get_by_role("link", name="Zurück").click()
        expect(page.get_by_role("heading", name="Haben Sie einen Termin?")).to_be_visible()
    expect(page.get_by_role("heading", name="Einen Moment bitte.")).to_be_visible(timeout=20_000)
    lobby.draw("personalausweis")
    with serve_app(settings, clock, port=int(address.rpartition(":")[2])):
        expect(page.get_by_text("1 Person wartet")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("heading", name="Einen Moment bitte.")).to_be_hidden()
    page.context.close()
