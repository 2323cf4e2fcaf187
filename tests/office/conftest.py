"""Fixtures of this part: the small towns, and a client of the application that serves them."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from tests.office.serving import application
from tests.office.town import Town, found_town


@pytest.fixture
def town(runner: Runner) -> Town:
    return found_town(runner)


@pytest.fixture
def client(town: Town, database: Database, clock: FixedClock) -> Iterator[TestClient]:
    """A browser on plain http at this machine, on both engines; follows no redirects."""
    app = application(database, clock, Settings())
    with TestClient(app, "http://localhost:8000", follow_redirects=False) as opened:
        yield opened
