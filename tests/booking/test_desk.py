"""The desk: what staff may give away, how they find somebody, and its pages without script."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from starlette.testclient import TestClient

from aufruf.booking import services
from aufruf.booking.desk.commands import send_again
from aufruf.booking.desk.search import find_at_desk, fold, read_day
from aufruf.booking.desk.times import Shown, Wish, desk_times
from aufruf.booking.links import change_code
from aufruf.booking.mails.sending import Post
from aufruf.booking.rules import Contact, Wanted, read_request
from aufruf.booking.taken_days import TakenDays
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.texts import Texts
from aufruf.office.staff.commands import set_password, sign_in
from aufruf.office.staff.passwords import hash_password
from tests.booking.browser import PAGE, SECRET_KEY, visiting
from tests.booking.desk import AMIRA, Desk, at, refused
from tests.booking.test_pages import text_of
from tests.conftest import START
from tests.factories import make_house

PROVEN = hash_password("Wernborn an der Usa")
DESK = "/office/amtal-buergerbuero/appointments"
CARD = {"service1": "personalausweis", "count1": "1"}
POST = Post("https://termine.example", "stadt@beispiel.example", Texts.load(), SECRET_KEY)


def wish(desk: Desk, slug: str = "personalausweis") -> Wish:
    return Wish(desk.office, read_request(desk.office, [Wanted(slug)]))


def test_next_free_is_what_a_caller_may_have_and_internal_places_are_marked(desk: Desk) -> None:
    """Two public places of three: with both taken, only staff may still give the third."""
    for _ in range(2):
        desk.book(at("09:30", START.date()))
    times = desk.database.read_now(desk_times, TakenDays(), wish(desk), START, Shown())
    assert times.earliest is not None
    assert times.sooner is not None
    assert (times.earliest.start, times.earliest.internal) == (at("09:45", START.date()), False)
    assert (times.sooner.start, times.sooner.internal) == (START, True)
    assert times.chosen is not None
    assert [time.internal for time in times.chosen.times[:3]] == [True, False, False]
    by_staff = desk.book(START, by_staff=True)
    assert desk.numbers(by_staff.reference) == {3}
    later = desk.database.read_now(desk_times, TakenDays(), wish(desk), START, Shown())
    assert later.sooner is None


def test_staff_see_and_book_days_beyond_the_horizon(desk: Desk) -> None:
    far = date(2027, 8, 16)  # a Monday; the public may book 90 days ahead
    shown = Shown(day=far)
    times = desk.database.read_now(desk_times, TakenDays(), wish(desk), START, shown)
    assert times.chosen is not None
    assert times.chosen.day == far
    assert {time.internal for time in times.chosen.times} == {True}
    assert desk.book(at("10:00", far), by_staff=True).status == "confirmed"


def test_strip_of_days_walks_back_to_where_it_came_from(desk: Desk) -> None:
    def shown(first: date | None) -> tuple[date, date | None, date | None]:
        times = desk.database.read_now(desk_times, TakenDays(), wish(desk), START, Shown(first))
        return times.days[0].day, times.earlier, times.later

    today, none, later = shown(None)
    assert (today, none) == (START.date(), None)
    assert later is not None
    assert shown(later)[:2] == (later, today)


PEOPLE = {
    "Jürgen Müller": "06081 1024-0",
    "Gerd Mueller": None,
    "Öztürk Yılmaz": None,
    "Nguyễn Thị Minh Khai": "0171 234567",
}
SAID = {
    "mueller": ["Jürgen Müller", "Gerd Mueller"],
    "MÜLLER jür": ["Jürgen Müller"],
    "yilmaz": ["Öztürk Yılmaz"],
    "minh nguyen": ["Nguyễn Thị Minh Khai"],
    "06081 1024": ["Jürgen Müller"],
    "+49 6081 10240": ["Jürgen Müller"],
    "+49 (0)6081 1024": ["Jürgen Müller"],
    "31.12.9999": [],
    "%": [],
}


def test_somebody_is_found_by_part_of_a_name_or_number(desk: Desk) -> None:
    for nth, (name, phone) in enumerate(PEOPLE.items()):
        contact = Contact(name, None, phone)
        desk.hold(at(f"{9 + nth:02}:00"), contact=contact, by_staff=True)
    desk.hold(at("15:00"))  # a hold has no name yet

    def find(said: str) -> list[str | None]:
        found = desk.database.read_now(find_at_desk, desk.office.id, said, START)
        return [each.name for each in found.listed]

    assert {said: find(said) for said in SAID} == SAID


def test_reference_is_found_as_people_say_it_and_only_in_its_office(desk: Desk) -> None:
    held = desk.book(at("09:30"))
    said = f" {held.reference[:4].lower()} {held.reference[4:].lower()} "

    def find(office_id: int) -> list[str]:
        found = desk.database.read_now(find_at_desk, office_id, said, START)
        return [each.reference for each in found.listed]

    assert find(desk.office.id) == [held.reference]
    assert find(desk.house.registry.id) == []


def test_day_lists_everything_of_it_cancelled_too(desk: Desk) -> None:
    gone, stays = desk.book(at("11:00")), desk.book(at("09:30"))
    desk.run(services.cancel_appointment, gone.reference)
    found = desk.database.read_now(find_at_desk, desk.office.id, "26.11.", START)
    assert [(each.reference, each.status) for each in found.listed] == [
        (stays.reference, "confirmed"),
        (gone.reference, "cancelled"),
    ]


def test_day_without_a_year_is_the_next_one() -> None:
    assert read_day("3.2.", START.date()) == date(2027, 2, 3)
    assert read_day("26.11.26", START.date()) == date(2026, 11, 26)
    assert read_day("31.2.", START.date()) is None
    assert read_day("Kaya", START.date()) is None


def test_names_are_compared_without_accents() -> None:
    assert fold("Groß-Łukasiewicz") == "gross-lukasiewicz"
    assert fold("Goethe") == fold("Göthe")


def test_confirmation_goes_out_again_once_a_minute(desk: Desk, clock: FixedClock) -> None:
    held = desk.book(at("09:30"), post=POST)
    for _ in range(2):
        desk.run(send_again, held.reference, post=POST)
    assert len(desk.mails()) == 2
    clock.move(timedelta(minutes=1))
    desk.run(send_again, held.reference, post=POST)
    assert len(desk.mails()) == 3
    nameless = desk.hold(at("10:00"), contact=Contact("Bernd"), by_staff=True)
    with refused("contact_required", 422):
        desk.run(send_again, nameless.reference, post=POST)


def test_reason_of_the_office_stands_in_its_mails(desk: Desk) -> None:
    held = desk.book(at("09:30"), post=POST)
    reason = "eine Erkrankung"
    desk.run(
        services.move_appointment,
        held.reference,
        start=at("11:00"),
        by_staff=True,
        post=POST,
        reason=reason,
    )
    desk.run(services.cancel_appointment, held.reference, by_staff=True, post=POST, reason=reason)
    assert [reason in text for _, text, _ in desk.mails()] == [False, True, True]


@pytest.fixture
def counter(sqlite_database: Database, clock: FixedClock) -> Desk:
    """The small house on one engine, for pages."""
    runner = Runner(sqlite_database, clock, None, {})
    return Desk(sqlite_database, runner, make_house(sqlite_database, clock))


@pytest.fixture
def bernd(counter: Desk, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    """A clerk of the citizen office, signed in."""
    counter.runner.run_now((), set_password, login="bernd", password_hash=PROVEN)
    session = counter.runner.run_now((), sign_in, login="bernd", proven=PROVEN)
    with visiting(counter.database, clock, tmp_path) as opened:
        opened.headers.update({**PAGE, "authorization": f"Bearer {session.secret}"})
        yield opened


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the form on the desk."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)
    return dict(found)


def test_clerk_books_the_next_free_time_with_the_enter_key(
    bernd: TestClient, counter: Desk
) -> None:
    empty = bernd.get(DESK).text
    assert "autofocus" in empty
    typed = {**hidden(empty), **CARD, "name": "Amira Kaya", "act": "next"}
    # Enter, but no times were shown for this yet: they are shown, nothing is booked.
    shown = bernd.post(DESK, data=typed)
    assert shown.status_code == 200
    assert "Mi., 25.11.2026, 09:30 Uhr buchen" in text_of(shown.text)
    assert 'value="Amira Kaya"' in shown.text
    again = {**typed, **hidden(shown.text)}
    booked, twice = (bernd.post(DESK, data=again) for _ in range(2))
    assert (booked.status_code, twice.headers["location"]) == (303, booked.headers["location"])
    assert "Kaya" not in booked.headers["location"]
    page = text_of(bernd.get(booked.headers["location"]).text)
    for said in ("Gebucht.", "09:30 Uhr", "Amira Kaya", "Alter Ausweis oder Reisepass"):
        assert said in page
    other = bernd.post(DESK, data={**again, "name": "Carla Conrad"})
    assert other.headers["location"] != booked.headers["location"]


def test_enter_books_nothing_after_another_service_was_chosen(
    bernd: TestClient, counter: Desk
) -> None:
    shown = bernd.post(DESK, data={**CARD, "name": "Amira"})
    changed = {**hidden(shown.text), **CARD, "count1": "3", "name": "Amira", "act": "next"}
    answer = bernd.post(DESK, data=changed)
    assert (answer.status_code, "35 Minuten" in text_of(answer.text)) == (200, True)
    assert counter.database.read_now(count_appointments) == 0


def count_appointments(conn: Connection) -> int:
    return conn.execute(text("SELECT count(*) FROM appointment")).scalar_one()


def test_mistake_keeps_everything_typed(bernd: TestClient, counter: Desk) -> None:
    typed = {**CARD, "email": "amira@", "remark": "Rollstuhl", "start": "2026-11-26T10:00+01:00"}
    answer = bernd.post(DESK, data=typed)
    page = text_of(answer.text)
    assert answer.status_code == 422
    assert "Bitte geben Sie den Namen an." in page
    assert "Bitte prüfen Sie die E-Mail-Adresse." in page
    assert 'value="Rollstuhl"' in answer.text
    assert counter.database.read_now(count_appointments) == 0


def test_time_just_taken_shows_the_next_ones(bernd: TestClient, counter: Desk) -> None:
    for _ in range(3):
        counter.book(at("10:00"), by_staff=True)
    typed = {**CARD, "name": "Amira", "start": "2026-11-26T10:00+01:00"}
    answer = bernd.post(DESK, data=typed)
    assert answer.status_code == 409
    assert "Diese Zeit ist gerade vergeben worden" in text_of(answer.text)
    assert 'id="next"' in answer.text


def test_second_service_is_added_in_a_row_of_its_own(bernd: TestClient) -> None:
    more = bernd.post(DESK, data={**CARD, "act": "more"}).text
    assert 'id="service2"' in more
    both = {**CARD, "service2": "abholung", "count2": "2"}
    assert "25 Minuten" in text_of(bernd.post(DESK, data=both).text)


def test_appointment_is_found_moved_and_cancelled(bernd: TestClient, counter: Desk) -> None:
    held = counter.book(at("09:30"), post=POST)
    found = bernd.post(f"{DESK}/find", data={"said": "kaya"})
    here = f"{DESK}/{held.reference}"
    assert (found.status_code, found.headers["location"]) == (303, here)
    assert "Amira Kaya" in bernd.get(f"{DESK}/find?day=2026-11-26").text
    assert "Dazu finden wir keinen Termin" in bernd.post(f"{DESK}/find", data={"said": "x"}).text
    moving = bernd.get(f"{here}/move")
    assert "Auf Mi., 25.11.2026, 09:30 Uhr verschieben" in text_of(moving.text)
    there = bernd.post(f"{here}/move", data={"day": "2026-11-26"}).text
    assert "2026-11-26T09:15" in there
    assert "2026-11-26T09:30" not in there  # that is where it is
    for _ in range(2):
        moved = bernd.post(f"{here}/move", data={"start": "2026-11-26T11:00+01:00"})
        assert moved.headers["location"] == f"{here}?done=moved"
    assert counter.find(held.reference).start_at == at("11:00")
    for _ in range(2):
        gone = bernd.post(f"{here}/cancel", data={"reason": "eine Erkrankung"})
        assert gone.headers["location"] == f"{here}?done=cancelled"
    assert "Abgesagt." in text_of(bernd.get(f"{here}?done=cancelled").text)
    assert [method for _, _, method in counter.mails()] == ["REQUEST", "REQUEST", "CANCEL"]


def test_caller_is_checked_by_the_code(bernd: TestClient, counter: Desk) -> None:
    held = counter.book(at("09:30"))
    code = change_code(SECRET_KEY, held.reference)
    here = f"{DESK}/{held.reference}"

    def said(words: str) -> str:
        return text_of(bernd.post(f"{here}/verify", data={"code": words}).text)

    assert code not in bernd.get(here).text
    for words in (f"{code[:3].lower()} {code[3:]}", f"{code[:3]}\u2013{code[3:]}", ".".join(code)):
        assert "Der Code stimmt." in said(words)
    assert "Der Code stimmt nicht." in said("AAAAAA")


def test_other_office_has_no_such_appointment(bernd: TestClient, counter: Desk) -> None:
    held = counter.book(at("09:30"), Wanted("eheschliessung"), office=counter.house.registry)
    assert bernd.get(f"{DESK}/{held.reference}").status_code == 404
    assert bernd.post(f"{DESK}/{held.reference}/cancel", data={}).status_code == 404
    assert counter.find(held.reference).status == "confirmed"


def test_slip_and_letter_say_when_where_and_what_to_bring(bernd: TestClient, counter: Desk) -> None:
    held = counter.hold(at("09:30"), contact=AMIRA, by_staff=True)
    here = f"{DESK}/{held.reference}"
    spelled = f"{held.reference[:4]}-{held.reference[4:]}"
    typed = "Frau Amira Kaya\nHauptstraße 12\n61999 Amtal"
    letter = text_of(bernd.post(f"{here}/letter", data={"address": typed}).text)
    for paper in (text_of(bernd.get(f"{here}/slip").text), letter):
        for said in ("09:30 Uhr", "Am Markt 1", "Alter Ausweis oder Reisepass", spelled):
            assert said in paper
    assert letter.count("Hauptstraße 12") == 2  # in its field, and in the window
    assert "Hauptstraße 12" not in bernd.get(f"{here}/letter").text
