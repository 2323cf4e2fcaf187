"""The small house, served, for tests that go through it page by page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from tests.app.seen import House
from tests.conftest import START
from tests.display.house import shared_house
from tests.factories import load_texts
from tests.people import people_in
from tests.queue.room import move_in


@pytest.fixture
def house(
    sqlite_database: Database, clock: FixedClock, chromium: Browser, tmp_path: Path
) -> Iterator[House]:
    # The registry office wants addresses confirmed, and does cards as well: which office?
    source = shared_house(
        **{
            'residents = ["amtal"': 'confirm_by_email = true\nresidents = ["amtal"',
            'topic = "business"': 'topic = "business"\nonline_url = "https://www.amtal.example/x"',
            'letter = "L",': 'letter = "L", channels = ["on_site", "phone"],',
        }
    )
    load_texts(sqlite_database, FixedClock(START), source)
    with people_in(chromium) as people:
        made = House(move_in(sqlite_database, clock), people, tmp_path)
        with made.running:
            yield made
    assert made.found == []
