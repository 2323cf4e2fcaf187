"""Fixtures of this part: the small house's kiosk, as a browser without script and as a real one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.app.main import create_app
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.kiosk import api
from aufruf.queue.watching import live
from tests.factories import make_house
from tests.kiosk.lobby import Lobby


@pytest.fixture(autouse=True)
def tell_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kiosk is told now and then it need not wait for here."""
    monkeypatch.setattr(api, "TELL_SECONDS", 0.1)
    monkeypatch.setattr(live, "UNWATCHED_REST_SECONDS", 0.1)


@pytest.fixture
def lobby(database: Database, runner: Runner, clock: FixedClock) -> Lobby:
    """The waiting area of the small house, on both engines."""
    return Lobby(make_house(database, clock), database, runner, clock)


@pytest.fixture
def browser(lobby: Lobby, engine_url: str, tmp_path: Path) -> Iterator[TestClient]:
    """The kiosk's browser without script, signed in; follows redirects."""
    settings = Settings(database_url=engine_url, data_dir=tmp_path, strict_texts=True)
    app = create_app(settings, lobby.clock)
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    with TestClient(app, "http://localhost:8000", headers=headers) as opened:
        answer = opened.post("/devices/session", json={"token": lobby.token("amtal-kiosk")})
        assert answer.is_success
        yield opened
