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


@pytest.mark.parametrize(
    ("language", "place"),
    [("uk", "кабінет"), ("tr", "oda"), ("ar", "غرفة"), ("de-simple", "Zimmer")],
)
def test_word_of_a_place_is_in_the_language_of_the_phone(
    phone: TestClient, room: Room, language: str, place: str
) -> None:
    """The way too, as far as the office has given it; what it has not is marked as English."""
    room.run(queue.set_counter_state, counter_id=room.twelve, state="open")
    drawn, waits = room.draw(), room.draw()
    room.call(room.one)
    room.run(
        queue.transfer, counter_id=room.one, ticket_id=drawn.id, office_id=room.house.registry.id
    )
    room.call(room.twelve)
    page = phone.get(f"/t/{drawn.token}?lang={language}").text
    assert f"<span data-word>{place}</span>" in page
    english = '<b data-way-words lang="en" dir="ltr">first floor, room 12</b>'
    assert (english in page) == (language != "de-simple")
    assert f'href="/t/{drawn.token}?lang=en"' in page or 'href="?lang=en"' in page
    room.call(room.one)
    assert "counter" not in shown(phone, waits.token, f"?lang={language}")


def test_ticket_is_given_back_by_its_form(phone: TestClient, room: Room) -> None:
    drawn = room.draw()
    answer = phone.post(f"/t/{drawn.token}/leave")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/t/{drawn.token}")
    assert room.status(drawn.id) == "cancelled"
    assert 'data-state="cancelled"' in phone.get(f"/t/{drawn.token}").text


def test_later_is_asked_by_a_form_and_only_once(phone: TestClient, room: Room) -> None:
    drawn = room.draw()
    room.call(room.one)
    for _ in range(2):  # pressed twice on the same page
        answer = phone.post(f"/t/{drawn.token}/later?lang=en", data={"seen": "0"})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/t/{drawn.token}?lang=en",
        )
    assert room.ticket(drawn.id).delays == 1
    words = shown(phone, drawn.token)
    assert "Wir rufen Sie nicht vor 09:40 Uhr auf. Ihr Platz in der Reihe bleibt Ihnen." in words
    phone.post(f"/t/{drawn.token}/later", data={"seen": "1"})
    assert "nicht vor 09:50 Uhr auf" in shown(phone, drawn.token)
    phone.post(f"/t/{drawn.token}/later", data={"seen": "2"})  # too often: shown as it stands
    assert room.ticket(drawn.id).delays == 2


def test_steps_answer_a_script_with_how_it_stands(phone: TestClient, room: Room) -> None:
    drawn = room.draw()
    asking = {"accept": "application/json"}
    view = phone.post(f"/t/{drawn.token}/coming", headers=asking).json()
    assert (view["status"], view["on_the_way"], view["version"]) == ("waiting", True, 2)
    view = phone.post(f"/t/{drawn.token}/later", data={"seen": "0"}, headers=asking).json()
    assert (view["delays"], view["delays_left"], view["on_the_way"]) == (1, 1, False)
    assert view["wait"]["low_minutes"] == 10  # nobody is told a range before the time asked for
    view = phone.post(f"/t/{drawn.token}/leave", headers=asking).json()
    assert (view["status"], view["stay_until"]) == ("cancelled", "2026-11-25T08:31:00Z")
    assert phone.post(f"/t/{drawn.token}/stay", headers=asking).json()["status"] == "waiting"


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


def test_secret_nobody_has_shows_nothing(phone: TestClient, room: Room) -> None:
    assert phone.get(f"/t/{'a' * 26}").status_code == 404
    for step in ("leave", "stay", "coming"):
        assert phone.post(f"/t/{'a' * 26}/{step}").status_code == 404
    assert phone.post(f"/t/{'a' * 26}/later", data={"seen": "0"}).status_code == 404
    assert phone.post(f"/t/{room.draw().token}/later", data={"seen": "x"}).status_code == 422


def test_counter_is_only_for_its_people(phone: TestClient) -> None:
    answer = phone.get("/counter/amtal-1")
    assert answer.headers["location"] == "/login?next=/counter/amtal-1"
