"""The counter's frame and the ticket on the phone, as they are without script."""

import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.queue import services as queue
from tests.booking.browser import PAGE, visiting
from tests.databases import SqliteEngine
from tests.display.house import build
from tests.queue.room import Room, move_in

HIDDEN = re.compile(r"<section[^>]* hidden>.*?</section>", re.DOTALL)


@pytest.fixture
def room(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    with closing(Database(sqlite_engine.copy_of("shared_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture
def phone(room: Room, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(room.database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


def shown(phone: TestClient, token: str, query: str = "") -> str:
    """What can be read on the ticket's page."""
    answer = phone.get(f"/t/{token}{query}")
    assert answer.status_code == 200
    visible = HIDDEN.sub("", answer.text.partition("<main")[2])
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visible)).split())


def test_ticket_says_how_it_stands(phone: TestClient, room: Room) -> None:
    room.draw()
    drawn = room.draw()
    words = shown(phone, drawn.token)
    assert "Ihre Nummer" in words
    assert "Bürgerbüro Amtal" in words
    room.call(room.one)
    room.call(room.two)
    assert "Platz 2" in shown(phone, drawn.token)
    assert "counter 2" in shown(phone, drawn.token, "?lang=en")


def test_ticket_is_given_back_by_its_form(phone: TestClient, room: Room) -> None:
    drawn = room.draw()
    answer = phone.post(f"/t/{drawn.token}/leave")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/t/{drawn.token}")
    assert room.status(drawn.id) == "cancelled"
    assert 'data-state="cancelled"' in phone.get(f"/t/{drawn.token}").text


def test_ticket_that_was_called_elsewhere_shows_the_room(phone: TestClient, room: Room) -> None:
    """Sent to the other office and called there; its way has a word of its own."""
    room.run(queue.set_counter_state, counter_id=room.twelve, state="open")
    drawn = room.draw()
    room.call(room.one)
    room.run(
        queue.transfer, counter_id=room.one, ticket_id=drawn.id, office_id=room.house.registry.id
    )
    room.call(room.twelve)
    words = shown(phone, drawn.token)
    assert "Zimmer 12" in words
    assert "1. Stock, Zimmer 12" in words


def test_secret_nobody_has_shows_nothing(phone: TestClient) -> None:
    assert phone.get(f"/t/{'a' * 26}").status_code == 404
    assert phone.post(f"/t/{'a' * 26}/leave").status_code == 404


def test_counter_is_only_for_its_people(phone: TestClient) -> None:
    answer = phone.get("/counter/amtal-1")
    assert answer.headers["location"] == "/login?next=/counter/amtal-1"
