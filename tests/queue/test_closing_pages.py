"""The closing page without script: proposals, other times, refusals, and what is not on it."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from aufruf.booking import services as booking
from aufruf.booking.services import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import iso_text
from aufruf.queue.closing.commands import close_early
from tests.booking.browser import visiting
from tests.conftest import START
from tests.databases import SqliteEngine
from tests.queue.conftest import build
from tests.queue.office import OFFICE, Reader
from tests.queue.room import Room, move_in

CLOSE = f"{OFFICE}/close"
STARTS = re.compile(r'name="start" value="([^"]+)"')


@pytest.fixture
def room(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    with closing(Database(sqlite_engine.copy_of("queue_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture
def bernd(room: Room, clock: FixedClock, tmp_path: Path) -> Iterator[Reader]:
    with visiting(room.database, clock, tmp_path) as client:
        yield Reader(client, room, "bernd")


def book(room: Room, start: str, times: int) -> None:
    for _ in range(times):
        room.run(
            booking.hold_slot,
            office_id=room.office_id,
            start=START.fromisoformat(start),
            services=[Wanted("personalausweis")],
            language="de",
            contact=Contact("Carla"),
            by_staff=True,
        )


def test_everybody_is_proposed_a_time_that_nobody_else_is(bernd: Reader, room: Room) -> None:
    drawn = [room.draw() for _ in range(3)]
    assert "Zurzeit warten 3 Personen." in bernd.see(CLOSE)
    bernd.send(CLOSE, {}, 303)
    page = bernd.see(CLOSE)
    forms = [
        page.partition(f'action="{CLOSE}/{one.id}"')[2].partition("</form>")[0] for one in drawn
    ]
    first = [STARTS.findall(form)[0] for form in forms]
    # Two places of three are the public's: the third person is proposed the next quarter.
    assert first == [f"2026-11-26T08:{minute}:00+01:00" for minute in ("00", "00", "15")]
    assert all(len(STARTS.findall(form)) == 3 for form in forms)


def test_time_that_was_taken_meanwhile_is_refused_and_others_are_shown(
    bernd: Reader, room: Room
) -> None:
    drawn = room.draw()
    room.run(close_early, office_id=room.office_id)
    start = "2026-11-26T08:00:00+01:00"
    book(room, start, 3)
    bernd.send(f"{CLOSE}/{drawn.id}", {"start": start}, 409)
    assert "2026-11-26T08:15:00+01:00" in bernd.text
    assert room.status(drawn.id) == "waiting"


def test_two_presses_tell_of_the_one_appointment(bernd: Reader, room: Room) -> None:
    drawn = room.draw()
    room.run(close_early, office_id=room.office_id)
    bernd.see(f"{CLOSE}/{drawn.id}")
    earlier, later = STARTS.findall(bernd.text)[:2]
    for start in (earlier, later):
        form = {"start": start}
        answer = bernd.client.post(f"{CLOSE}/{drawn.id}", data=form, headers=bernd.headers)
        bernd.see(answer.headers["location"])
    assert "A 001 hatte schon den Termin Do., 26.11.2026, 08:00 Uhr." in bernd.words
    # Without a name it is the number that the office finds it by.
    bernd.send(f"{OFFICE}/appointments/find", {"said": "Wartenummer A 001"}, 303)


def test_what_no_appointments_are_given_for_is_settled_by_hand(bernd: Reader, room: Room) -> None:
    with room.database.write_engine.begin() as conn:
        conn.execute(text("UPDATE offer SET bookable = false"))
        conn.execute(text("UPDATE directory_version SET version = version + 1"))
    drawn = room.draw()
    room.run(close_early, office_id=room.office_id)
    bernd.see(CLOSE)
    assert STARTS.findall(bernd.text) == []
    assert "Für das Anliegen gibt es keine Termine." in bernd.words
    assert "Für das Anliegen gibt es keine Termine." in bernd.see(f"{CLOSE}/{drawn.id}")
    bernd.send(f"{CLOSE}/{drawn.id}/without", {"because": "by_hand"}, 303)
    assert room.status(drawn.id) == "cancelled"


def test_tickets_of_others_are_not_on_this_page(bernd: Reader, room: Room) -> None:
    room.wait(minutes=-24 * 60)
    yesterday = room.draw()
    room.wait(minutes=24 * 60)
    room.run(close_early, office_id=room.office_id)
    start = iso_text(START + timedelta(days=2))
    bernd.send(f"{CLOSE}/{yesterday.id}", {"start": start}, 409)
    for path in (f"{CLOSE}/999", f"{CLOSE}/{2**63}"):
        bernd.see(path, 404)
    bernd.see("/office/amtal-standesamt/close", 403)
    bernd.send(f"{CLOSE}/{yesterday.id}/without", {"because": "bored"}, 422)


def test_phone_shows_the_appointment_as_it_stands(bernd: Reader, room: Room) -> None:
    drawn = room.draw()
    room.run(close_early, office_id=room.office_id)
    bernd.send(f"{CLOSE}/{drawn.id}", {"start": "2026-11-26T08:00:00+01:00"}, 303)
    phone = Reader(bernd.client, room)
    page = phone.see(f"/t/{drawn.token}")
    assert "Donnerstag, 26. November 2026, 08:00 Uhr" in page
    link = re.search(r'href="(/termin/[A-Z2-9]{8}/[^"]+)"', page)
    assert link
    phone.see(link[1])
    room.run(booking.cancel_appointment, reference=link[1].split("/")[2])
    assert "Er wurde inzwischen abgesagt." in phone.see(f"/t/{drawn.token}")


def test_phone_of_somebody_not_served_leads_to_the_same_service(bernd: Reader, room: Room) -> None:
    drawn = room.draw("personalausweis", "abholung")
    room.wait(minutes=24 * 60)
    page = Reader(bernd.client, room).see(f"/t/{drawn.token}")
    assert "Es tut uns leid, wir konnten Sie heute nicht mehr bedienen." in page
    chosen = "service=personalausweis:1&service=abholung:1&office=amtal-buergerbuero"
    assert f"/termin/amtal/zeit?{chosen}" in page
