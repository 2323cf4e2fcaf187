"""What people see of numbers on paper and of being called at home, without script; and what the
interface says of both.
"""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.booking.links import holder_path
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import iso_text
from aufruf.office.staff.commands import set_password, sign_in
from aufruf.office.staff.passwords import hash_password
from aufruf.queue import services
from aufruf.queue.closing.commands import close_early
from tests.booking.browser import PAGE, SECRET_KEY, visiting
from tests.databases import SqliteEngine
from tests.queue.conftest import build
from tests.queue.room import Room, move_in
from tests.queue.test_locks import settle
from tests.queue.test_pages import shown
from tests.queue.test_remote import ROOM, admit, book, equip, the_ticket
from tests.queue.web import API, CARD, OFFICE, Hall, open_hall

PAPER = "/office/amtal-buergerbuero/paper"
PROVEN = hash_password("Wernborn an der Usa")


@pytest.fixture
def house(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    with closing(Database(sqlite_engine.copy_of("queue_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture
def visitor(house: Room, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(house.database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


@pytest.fixture
def clerk(visitor: TestClient, house: Room) -> TestClient:
    house.runner.run_now((), set_password, login="bernd", password_hash=PROVEN)
    session = house.runner.run_now((), sign_in, login="bernd", proven=PROVEN)
    visitor.headers.update({"authorization": f"Bearer {session.secret}"})
    return visitor


@pytest.fixture
async def hall(room: Room, tmp_path: Path) -> AsyncGenerator[Hall]:
    """On both engines."""
    equip(room)
    async with open_hall(room, tmp_path) as opened:
        yield opened


def fields(page: str) -> dict[str, str]:
    """What stands in the form."""
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    chosen = re.search(r'<option value="([^"]+)" selected', page)
    return found | {"service": chosen[1] if chosen else ""}


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def test_clerk_enters_one_slip_after_the_other(clerk: TestClient, house: Room) -> None:
    form = fields(clerk.get(PAPER).text)
    assert (form["number"], form["time"], form["service"]) == ("1", "", "")
    form |= {"number": "P 17", "time": "912", "service": "abholung"}
    answer = clerk.post(PAPER, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAPER}?entered=17")
    assert clerk.post(PAPER, data=form).status_code == 303  # pressed twice
    page = clerk.get(answer.headers["location"]).text
    assert "P 017 ist eingetragen und zählt ab 09:12 Uhr." in words(page)
    assert "1 Nummer Nummer Uhrzeit Anliegen Stand P 017 09:12 Uhr Dokument abholen" in words(page)
    form = fields(page)
    assert (form["number"], form["time"], form["service"]) == ("18", "", "abholung")
    clerk.post(PAPER, data=form | {"time": "9:05", "persons": "2"})
    numbers = [(one.number, one.persons) for one in house.state().waiting]
    assert numbers == [("P018", 2), ("P017", 1)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "17"}, "Diese Nummer ist heute schon eingetragen."),
        ({"number": "1000"}, "Bitte eine Zahl von 1 bis 999."),
        ({"time": "9 Uhr 12"}, "Bitte so: 9:12"),
        ({"time": "23:59"}, "Diese Uhrzeit liegt in der Zukunft."),
        ({"service": ""}, "Bitte wählen Sie das Anliegen."),
        ({"persons": "0"}, "Bitte eine Zahl von 1 bis 20."),
    ],
)
def test_mistake_on_a_slip_loses_nothing(
    clerk: TestClient, house: Room, typed: dict[str, str], said: str
) -> None:
    right = {"number": "17", "time": "9:12", "service": "abholung", "persons": "1"}
    clerk.post(PAPER, data=right)
    form = {**right, "number": "18", **typed}
    answer = clerk.post(PAPER, data=form)
    assert answer.status_code == 422
    assert said in words(answer.text)
    kept = fields(answer.text)
    assert {name: kept[name] for name in form} == form
    assert len(house.state().waiting) == 1


def test_phone_appointment_leads_to_its_turn(visitor: TestClient, house: Room) -> None:
    equip(house)
    reference = book(house, "phone")
    own = holder_path(SECRET_KEY, reference)
    early = visitor.get(f"{own}?lang=de").text
    assert "Wir rufen Sie zu dieser Zeit an: 06081 1024" in words(early)
    assert "Ab dieser Zeit sehen Sie hier, wann Sie dran sind." in words(early)
    assert visitor.get(f"/t{own}").headers["location"] == own
    house.wait(minutes=30)
    admit(house)
    assert f'href="/t{own}"' in visitor.get(own).text
    ticket = the_ticket(house)
    assert visitor.get(f"/t{own}").headers["location"] == f"/t/{ticket.token}"
    assert "Wir rufen Sie unter 06081 1024 an, sobald" in shown(visitor, ticket.token, "?lang=de")
    house.call(house.one)
    for language, said in (
        ("de", "Wir rufen Sie jetzt unter 06081 1024 an."),
        ("en", "We are calling you now at 06081 1024."),
        ("uk", "06081 1024"),
        ("tr", "06081 1024"),
        ("ar", "06081 1024"),
    ):
        read = shown(visitor, ticket.token, f"?lang={language}")
        assert said in re.sub("[\u2066-\u2069]", "", read)
        assert "Platz 1" not in read


def test_video_link_is_shown_when_it_is_their_turn(visitor: TestClient, house: Room) -> None:
    equip(house)
    book(house, "video", minutes=0)
    admit(house)
    token = the_ticket(house).token
    assert ROOM not in shown(visitor, token, "?lang=de")
    house.serve(house.one)
    assert "Wir sprechen gerade miteinander." in shown(visitor, token, "?lang=de")
    assert f"Video öffnen {ROOM}" in shown(visitor, token, "?lang=de")


def test_wrong_secret_leads_nowhere(visitor: TestClient, house: Room) -> None:
    own = holder_path(SECRET_KEY, book(house, "on_site"))
    assert visitor.get(f"/t{own}x").status_code == 404


@pytest.mark.anyio
async def test_contact_only_for_the_counter_that_called(hall: Hall) -> None:
    room = hall.room
    book(room, "phone", minutes=0)
    admit(room)
    ticket = the_ticket(room)
    here = f"tickets/{ticket.id}/contact"
    one, two = f"{API}/counters/amtal-1", f"{API}/counters/amtal-2"
    for caller, counter in ((hall.one, one), (hall.two, two)):
        answer = await caller.get(f"{counter}/{here}")
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    room.call(room.one)
    assert (await hall.two.get(f"{two}/{here}")).json()["code"] == "wrong_state"
    assert (await hall.one.get(f"{one}/{here}")).json() == {
        "name": "Amira Kaya",
        "phone": "06081 1024",
        "email": "amira@beispiel.example",
        "video_url": None,
    }
    room.run(services.start_service, counter_id=room.one, ticket_id=ticket.id)
    assert (await hall.one.get(f"{one}/{here}")).status_code == 200
    room.finish(room.one, ticket.id)
    assert (await hall.one.get(f"{one}/{here}")).json()["code"] == "wrong_state"
    walk_in = room.draw()
    room.call(room.one)
    answer = await hall.one.get(f"{one}/tickets/{walk_in.id}/contact")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_contact")
    assert (await hall.one.get(f"{one}/tickets/nobody/contact")).status_code == 404


@pytest.mark.anyio
async def test_refusal_names_the_next_free_appointment(hall: Hall) -> None:
    room, now = hall.room, hall.room.clock.now()
    settle(room, tickets_per_day=0)
    refused = await hall.kiosk.post(f"{OFFICE}/tickets", CARD)
    assert refused.status_code == 409
    said = refused.json()
    assert (said["code"], said["scope"]) == ("tickets_used_up", "office")
    assert said["next_free"] == iso_text(now)
    nothing = {"services": [{"slug": "wasserzaehler"}]}
    assert (await hall.kiosk.post(f"{OFFICE}/tickets", nothing)).json()["next_free"] is None
    settle(room, tickets_per_day=None)
    room.run(close_early, office_id=room.office_id)
    said = (await hall.kiosk.post(f"{OFFICE}/tickets", CARD)).json()
    tomorrow = iso_text(now + timedelta(hours=22, minutes=30))
    assert (said["code"], said["next_free"]) == ("closed_early", tomorrow)
    assert (await hall.one.post(f"{OFFICE}/tickets", CARD)).status_code == 201


@pytest.mark.anyio
async def test_only_staff_enter_paper_and_back_office_requests(hall: Hall) -> None:
    drawn_at = iso_text(hall.room.clock.now() - timedelta(minutes=9))
    paper = CARD | {"paper": "P017", "drawn_at": drawn_at}
    request = CARD | {"channel": "back_office", "remark": "Antrag per Post"}
    for body in (paper, request, CARD | {"remark": "x"}):
        assert (await hall.kiosk.post(f"{OFFICE}/tickets", body)).status_code == 403
    assert (await hall.one.post(f"{OFFICE}/tickets", paper)).json()["number"] == "P017"
    again = await hall.one.post(f"{OFFICE}/tickets", paper)
    assert (again.status_code, again.json()["code"]) == (409, "number_taken")
    assert (await hall.one.post(f"{OFFICE}/tickets", request)).json()["number"] == "A001"
    for wrong in ("P17", "A017", "P1000", "P000"):
        answer = await hall.one.post(f"{OFFICE}/tickets", CARD | {"paper": wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
