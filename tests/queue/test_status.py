"""The public status: what is said of an office in each of its states, and in every language."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from aufruf.booking.rules import Wanted
from aufruf.booking.times.day_words import full_day
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import at_local, iso_text, local, local_day
from aufruf.core.locales import LANGUAGES
from aufruf.core.texts import Texts
from aufruf.office.devices.commands import renew_device_token
from aufruf.office.directory import read_directory
from aufruf.queue import services as queue
from aufruf.queue.closing.commands import close_early
from aufruf.queue.remote.admitting import admit_due
from aufruf.queue.status.facts import OfficeFacts, facts_of
from aufruf.queue.status.words import told
from aufruf.queue.watching.picture import paint
from tests.booking.browser import PAGE, visiting
from tests.booking.test_embed import NAMED, assert_never_framed, name_homepage
from tests.databases import SqliteEngine
from tests.listening import Message, listening
from tests.queue.conftest import build
from tests.queue.room import Room, move_in
from tests.queue.test_locks import settle
from tests.queue.test_remote import book, equip
from tests.queue.web import Hall, open_hall

OFFICE = "amtal-buergerbuero"
PAGES = (f"/stand/{OFFICE}", f"/stand/{OFFICE}/klein", "/stand/amtal")
STATUS = f"/api/v1/offices/{OFFICE}/status"


@pytest.fixture
def room(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    """What is said follows from the facts, on either engine the same."""
    with closing(Database(sqlite_engine.copy_of("queue_house", build))) as database:
        yield move_in(database, clock)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load(strict=True)


def facts(room: Room) -> OfficeFacts:
    directory, now = room.database.read_now(read_directory), room.clock.now()
    return facts_of(paint(directory, room.state(), 0, now), now, None)


def numbers(room: Room) -> tuple[str, str | None]:
    """Whether one gets a number, and when again."""
    found = facts(room).numbers
    return found.state, None if found.again is None else f"{local(found.again):%a %H:%M}"


def at(room: Room, hour: int, minute: int = 0) -> datetime:
    room.clock.at = at_local(local_day(room.clock.now()), hour * 60 + minute)
    return room.clock.at


def test_numbers_are_given_or_it_is_said_why_not_and_when_again(room: Room) -> None:
    assert numbers(room) == ("open", None)
    settle(room, tickets_per_day=1, cutoff_minutes=30)
    room.draw()
    assert numbers(room) == ("tickets_used_up", "Thu 08:00")
    settle(room, tickets_per_day=None)
    at(room, 17, 30)
    assert numbers(room) == ("past_cutoff", "Thu 08:00")
    settle(room, cutoff_minutes=0)
    for _ in range(9):
        room.draw(by_staff=True)
    assert numbers(room) == ("full_today", "Thu 08:00")
    at(room, 18)
    assert numbers(room) == ("closed", "Thu 08:00")
    settle(room, offer_walk_in=False)
    assert (numbers(room), facts(room).never_walk_in) == (("closed", None), True)
    at(room, 12)
    assert numbers(room) == ("appointments_only", None)


def test_what_there_are_numbers_for_is_named_where_it_is_not_everything(room: Room) -> None:
    assert facts(room).only == ()
    settle(room, offer_tickets_per_day=1)
    room.draw("personalausweis")
    room.draw("gewerbeanmeldung")
    only = facts(room)
    assert [offer.service.slug for offer in only.only] == ["abholung"]
    assert only.numbers.is_open


def test_open_until_and_opens_again(room: Room) -> None:
    now = room.clock.now()
    found, day = facts(room), local_day(now)
    assert (found.open, found.closes, found.opens) == (True, at_local(day, 1080), None)
    room.run(close_early, office_id=room.office_id)
    early, tomorrow = facts(room), at_local(day + timedelta(days=1), 480)
    assert (early.open, early.closes, early.opens) == (False, None, tomorrow)
    assert early.numbers.state == "closed_early"
    assert early.hours == ((at_local(day, 480), now),)  # not until it would have closed
    at(room, 7)
    room.clock.move(timedelta(days=1))
    assert (facts(room).open, facts(room).opens) == (False, tomorrow)


def test_closed_day_says_why_in_plain_german_too(room: Room, texts: Texts) -> None:
    room.clock.at = at_local(date(2026, 12, 25), 600)
    said = {
        language: told(texts.in_language(language), facts(room), full_day).more
        for language in ("de", "de-simple", "en")
    }
    assert said["de"] == (
        "Grund: Erster Weihnachtstag",
        "Öffnet am Montag, 28. Dezember, um 08:00\u00a0Uhr",
    )
    assert said["de-simple"] == said["de"]
    assert said["en"] == ("Reason: Christmas Day", "Opens on Monday, 28 December at 08:00")


async def test_only_people_in_the_house_count_as_waiting_wherever_it_is_said(
    room: Room, tmp_path: Path
) -> None:
    """Two are here; one by phone, one by video and a request without a citizen are called too."""
    here = (room.draw(), room.draw())[-1]
    call_from_home(room)
    async with open_hall(room, tmp_path) as hall:
        status = (await hall.client.get(STATUS)).json()
        pages = [(await hall.client.get(path, headers=PAGE)).text for path in PAGES]
        kiosk = await hall.kiosk.get("/kiosk/amtal-rathaus-kiosk")
        board = await first_said(hall, "/ws/displays/amtal-anzeige", token_of(room, "anzeige"))
        view = await first_said(hall, "/ws/counters/amtal-1", hall.one.token)
        phone = await first_said(hall, f"/ws/tickets/{here.token}", None)
    said = [re.search(r"(\d+) Person", words_of(text)) for text in (*pages, kiosk.text)]
    assert [found and found[1] for found in said] == ["2"] * 4
    assert (board["board"]["waiting"][OFFICE], board["offices"][OFFICE]["waiting"]) == (2, 2)
    assert (status["waiting"], view["in_house"], phone["waiting"]) == (2, 2, 2)
    assert len(view["waiting"]) == 5  # the clerks' work is all of it


def call_from_home(room: Room) -> None:
    """Who waits and is not here: by phone, by video, and nobody at all."""
    equip(room)
    book(room, "phone", minutes=0)
    book(room, "video", minutes=0)
    room.run(admit_due, office_id=room.office_id)
    room.run(
        queue.issue_ticket,
        office_id=room.office_id,
        services=[Wanted("personalausweis")],
        language="de",
        channel="back_office",
        remark="Urkunde nachreichen",
        by_staff=True,
    )


def token_of(room: Room, device: str) -> str:
    return room.runner.run_now((), renew_device_token, slug=f"amtal-{device}").token


async def first_said(hall: Hall, path: str, token: str | None) -> Message:
    """What a socket says first."""
    async with listening(hall.place, path, token) as listener:
        return await listener.until(lambda _: True)


def words_of(html: str) -> str:
    main = html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_pages_in_every_language_are_small_and_set_no_cookie(
    room: Room, clock: FixedClock, tmp_path: Path
) -> None:
    for _ in range(3):
        room.draw()
    with visiting(room.database, clock, tmp_path) as client:
        for language in LANGUAGES:
            for path in PAGES:
                answer = client.get(path, params={"lang": language}, headers=PAGE)
                assert answer.headers["content-language"] == language, path
                assert "set-cookie" not in answer.headers
                assert "vary" not in answer.headers
                assert len(answer.content) < 8_000
                assert "3" in words_of(answer.text)
                links = re.findall(r'href="(/(?:termin|stand|aufruf)/[^"]+)"', answer.text)
                own = [link for link in links if "barrierefreiheit" not in link]
                assert own
                assert {link[-len(language) - 5 :] for link in own} == {f"lang={language}"}
        said = words_of(client.get(PAGES[0], headers=PAGE).text)
    assert said.startswith(
        "Bürgerbüro Amtal Geöffnet bis 18:00 Uhr Es warten gerade 3 Personen Wartezeit ohne Termin"
    )
    assert "Sie können jetzt ohne Termin kommen und eine Nummer ziehen." in said
    assert "Frühester freier Termin Heute, 09:30 Uhr Dokument abholen Termin buchen" in said
    assert "Stand 09:30 Uhr. Die Seite aktualisiert sich von selbst. Seite neu laden" in said


def test_links_of_the_page_lead_to_the_times_and_to_the_order(
    room: Room, clock: FixedClock, tmp_path: Path
) -> None:
    with visiting(room.database, clock, tmp_path) as client:
        html = client.get(f"{PAGES[0]}?lang=tr", headers=PAGE).text
        main = html.partition("<main")[2].partition("</main>")[0]
        links = [unescape(href) for href in re.findall(r'href="([^"]+)"', main) if href]
        times, services_page, calling = links
        assert "09:30" in client.get(times, headers=PAGE).text
        assert client.get(services_page, headers=PAGE).headers["content-language"] == "tr"
        assert client.get(calling, headers=PAGE).status_code == 200
        told = json.loads(client.get(STATUS).text)
        assert told["book"].endswith(times.removesuffix("&lang=tr"))
        assert told["earliest_for"] == "abholung"
        assert told["calling"].endswith(f"/aufruf/{OFFICE}")


def test_every_state_has_words_in_every_language(
    room: Room, clock: FixedClock, tmp_path: Path
) -> None:
    """Texts are strict here: one that is missing, or a value nobody gives, is an error."""
    now, seen = clock.now(), set[str]()

    def look() -> None:
        with visiting(room.database, clock, tmp_path) as client:
            for language in LANGUAGES:
                answers = [client.get(f"{path}?lang={language}", headers=PAGE) for path in PAGES]
                assert [answer.status_code for answer in answers] == [200, 200, 200]
                seen.add(words_of(answers[0].text))

    settle(room, tickets_per_day=0, cutoff_minutes=30)
    look()
    settle(room, tickets_per_day=None)
    at(room, 17, 40)
    look()
    room.run(close_early, office_id=room.office_id)
    look()
    clock.at = now + timedelta(days=3)
    settle(room, offer_walk_in=False, offer_bookable=False)
    look()
    assert len(seen) == 4 * len(LANGUAGES)


def test_only_named_homepages_may_frame_the_status(
    room: Room, clock: FixedClock, tmp_path: Path
) -> None:
    with visiting(room.database, clock, tmp_path) as client:
        assert_never_framed(client, PAGES[1])
    name_homepage(room.database, NAMED)
    with visiting(room.database, clock, tmp_path) as client:
        for path in PAGES:
            headers = client.get(path).headers
            assert headers["content-security-policy"].endswith(f"frame-ancestors {NAMED}"), path
        assert_never_framed(client, STATUS)
        assert_never_framed(client, "/standesamt")


def test_small_page_is_light_or_dark_where_the_homepage_is_only_that(
    room: Room, clock: FixedClock, tmp_path: Path
) -> None:
    with visiting(room.database, clock, tmp_path) as client:
        themes = {
            asked: re.findall(r'data-theme="(\w+)"', client.get(f"{PAGES[1]}?theme={asked}").text)
            for asked in ("light", "dark", "pink", "")
        }
        assert themes == {"light": ["light"], "dark": ["dark"], "pink": ["auto"], "": ["auto"]}


def test_places_that_are_not_there(room: Room, clock: FixedClock, tmp_path: Path) -> None:
    with visiting(room.database, clock, tmp_path) as client:
        for path in (
            "/stand/nirgends",
            "/stand/amtal/klein",
            "/stand",
            STATUS.replace("amtal", "x"),
        ):
            answer = client.get(path, headers=PAGE)
            assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store"), path


def test_status_for_programs_may_be_read_from_any_page_and_kept(
    room: Room, clock: FixedClock, tmp_path: Path
) -> None:
    with visiting(room.database, clock, tmp_path) as client:
        answer = client.get(STATUS, headers={"origin": "https://www.amtal.example"})
        assert answer.json() == {
            "at": iso_text(clock.now()),
            "open": True,
            "closes": "2026-11-25T18:00:00+01:00",
            "opens": None,
            "waiting": 0,
            "wait": {"low_minutes": 0, "high_minutes": 5},
            "numbers": {"given": True, "reason": None, "again": None, "services": None},
            "earliest": iso_text(clock.now()),
            "earliest_for": "abholung",
            "book": f"http://localhost:8000/termin/amtal/zeit?service=abholung:1&office={OFFICE}",
            "page": f"http://localhost:8000/stand/{OFFICE}",
            "calling": f"http://localhost:8000/aufruf/{OFFICE}",
        }
        assert answer.headers["access-control-allow-origin"] == "*"
        for path in (STATUS, *PAGES):
            first = client.get(path, headers=PAGE)
            assert first.headers["cache-control"].startswith("public, max-age=10,")
            for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
                same = client.get(path, headers=PAGE | {"if-none-match": known})
                assert (same.status_code, same.content) == (304, b"")
                assert same.headers["etag"] == first.headers["etag"]
            other = client.get(path, headers=PAGE | {"if-none-match": '"other"'})
            assert other.content == first.content
        german = client.get(PAGES[0], headers=PAGE)
        assert german.headers["vary"] == "Accept-Language, Cookie"
        english = client.get(PAGES[0], headers=PAGE | {"accept-language": "en"})
        assert english.headers["etag"] != german.headers["etag"]
