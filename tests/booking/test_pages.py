"""The pages without script: the whole way, and what happens when something comes between."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from tests.booking.browser import PAGE, visiting
from tests.booking.desk import Desk, at
from tests.factories import make_house

NINE_THIRTY = "2026-11-26T09:30:00+01:00"
TIME = "/termin/amtal/zeit?service=personalausweis:1&office=amtal-buergerbuero"


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock) -> Desk:
    runner = Runner(sqlite_database, clock, None, {})
    return Desk(sqlite_database, runner, make_house(sqlite_database, clock))


@pytest.fixture
def client(desk: Desk, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    with visiting(desk.database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hold(client: TestClient, start: str = NINE_THIRTY) -> str:
    """Press a time; the address of the contact page."""
    answer = client.post(
        "/termin/amtal/halten",
        data={"office": "amtal-buergerbuero", "service": "personalausweis:1", "start": start},
    )
    assert answer.status_code == 303
    return answer.headers["location"]


def test_whole_way_works_without_script(client: TestClient, desk: Desk) -> None:
    assert 'href="/termin/amtal"' in client.get("/termin").text
    assert 'value="personalausweis:2"' in client.get("/termin/amtal").text
    times = client.get("/termin/amtal/zeit?service=personalausweis:2&service=")
    assert "Heute, 09:30 Uhr" in text_of(times.text)
    assert 'href="/termin/aendern"' in times.text and 'href="/termin/meine"' in times.text
    contact = hold(client)
    assert "bis 09:40 Uhr" in text_of(client.get(contact).text)
    done = client.post(contact, data={"name": "Amira Kaya", "email": "amira@beispiel.example"})
    assert done.status_code == 303
    shown = client.get(done.headers["location"])
    words = text_of(shown.text)
    for part in ("Ihr Termin ist gebucht", "Do., 26. November", "09:30 Uhr", "Am Markt 1"):
        assert part in words
    reference = done.headers["location"].split("/")[2]
    assert f"{reference[:4]}-{reference[4:]}" in words
    assert '<svg class="qr"' in shown.text or 'class="qr"' in shown.text
    file = client.get(done.headers["location"] + "/kalender.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert len(desk.mails()) == 1


def test_appointment_is_moved_and_cancelled_by_its_link(client: TestClient, desk: Desk) -> None:
    contact = hold(client)
    here = client.post(contact, data={"name": "Amira"}).headers["location"]
    assert "Bisher: Do., 26.11.2026, 09:30 Uhr" in text_of(client.get(f"{here}/verschieben").text)
    moved = client.post(f"{here}/verschieben", data={"start": "2026-11-26T10:00:00+01:00"})
    assert "Ihr Termin ist verschoben" in client.get(moved.headers["location"]).text
    assert "Möchten Sie den Termin absagen?" in client.get(f"{here}/absagen").text
    assert client.post(f"{here}/absagen").headers["location"] == here
    assert "Dieser Termin ist abgesagt" in client.get(here).text
    assert client.post(f"{here}/absagen").status_code == 303
    assert desk.find(here.split("/")[2]).status == "cancelled"


def test_own_time_is_offered_around_in_a_move_at_a_single_place(
    client: TestClient, desk: Desk
) -> None:
    data = {"office": "amtal-standesamt", "service": "eheschliessung:1", "start": NINE_THIRTY}
    contact = client.post("/termin/amtal/halten", data=data).headers["location"]
    here = client.post(contact, data={"name": "Amira"}).headers["location"]
    shown = client.get(f"{here}/verschieben?day=2026-11-26").text
    assert "2026-11-26T09:45:00+01:00" in shown
    assert f'value="{NINE_THIRTY}"' not in shown


def test_time_taken_meanwhile_offers_others_on_the_same_page(
    client: TestClient, desk: Desk
) -> None:
    desk.book(at("09:30"))
    desk.book(at("09:30"))
    answer = client.post(
        "/termin/amtal/halten",
        data={"office": "amtal-buergerbuero", "service": "personalausweis:1", "start": NINE_THIRTY},
    )
    assert answer.status_code == 409
    words = text_of(answer.text)
    assert "Diese Zeit ist gerade vergeben worden" in words
    assert "Do., 26.11.2026, 09:45 Uhr" in words


def test_hold_that_ran_out_is_booked_all_the_same_when_the_time_is_free(
    client: TestClient, desk: Desk, clock: FixedClock
) -> None:
    contact = hold(client)
    clock.move(timedelta(minutes=30))
    assert "Die Reservierung ist abgelaufen" in text_of(client.get(contact).text)
    done = client.post(contact, data={"name": "Amira"})
    assert desk.find(done.headers["location"].split("/")[2]).status == "confirmed"


def test_nothing_typed_is_lost_when_the_time_went_to_somebody_else(
    client: TestClient, desk: Desk, clock: FixedClock
) -> None:
    contact = hold(client)
    clock.move(timedelta(minutes=30))
    desk.book(at("09:30"))
    desk.book(at("09:30"))
    typed = {"name": "Amira Kaya", "email": "amira@beispiel.example", "remark": "Rollstuhl"}
    answer = client.post(contact, data=typed)
    assert answer.status_code == 409
    for value in typed.values():
        assert value in answer.text
    other = re.search(r'name="start" value="([^"]+)"', answer.text)
    assert other is not None
    done = client.post(contact, data={**typed, "start": other[1]})
    booked = desk.find(done.headers["location"].split("/")[2])
    assert (booked.status, booked.start_at, booked.remark) == (
        "confirmed",
        at("09:45"),
        "Rollstuhl",
    )


def test_mistake_is_named_at_its_field_and_the_rest_kept(client: TestClient) -> None:
    contact = hold(client)
    assert " novalidate>" in client.get(contact).text  # the page's words, not the browser's
    answer = client.post(contact, data={"name": "Amira", "email": "nix", "phone": "06081 12345"})
    assert answer.status_code == 422
    assert "Bitte prüfen Sie die Adresse." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="06081 12345"' in answer.text
    again = client.post(contact, data={"email": "a@b.example", "remark": "x" * 1001})
    assert (again.status_code, again.text.count('aria-invalid="true"')) == (422, 2)


def test_other_time_chosen_while_one_is_held_gives_that_one_up(
    client: TestClient, desk: Desk
) -> None:
    contact = hold(client)
    who = {"name": "Amira Kaya"}
    done = client.post(contact, data={**who, "start": "2026-11-26T10:00:00+01:00"})
    assert done.status_code == 303
    assert desk.find(contact.split("/")[3]).status == "expired"
    assert client.post(contact, data=who).headers["location"] == done.headers["location"]


def test_more_time_keeps_what_was_typed(client: TestClient, clock: FixedClock) -> None:
    contact = hold(client)
    clock.move(timedelta(minutes=5))
    answer = client.post(f"{contact}/verlaengern", data={"name": "Amira Kaya"})
    assert answer.status_code == 200
    assert 'value="Amira Kaya"' in answer.text
    assert "bis 09:45" in text_of(answer.text)


def test_what_does_not_go_together_is_said_at_once(client: TestClient) -> None:
    answer = client.get("/termin/amtal/zeit?service=personalausweis:2&service=eheschliessung:1")
    assert answer.status_code == 409
    assert "Diese Anliegen gehen nicht in einem Termin" in text_of(answer.text)
    assert re.search(r'value="personalausweis:2" selected', answer.text)
    nothing = client.get("/termin/amtal/zeit")
    assert (nothing.status_code, "mindestens ein Anliegen" in nothing.text) == (422, True)


def test_resident_of_the_next_town_is_sent_to_the_joint_office(client: TestClient) -> None:
    listed = text_of(client.get("/termin/bergdorf").text)
    assert "Standesamt Amtal in Amtal" in listed
    assert "Bürgerbüro Amtal in Amtal" in listed  # which serves anyone
    times = client.get("/termin/bergdorf/zeit?service=eheschliessung:1")
    assert "Standesamt Amtal" in times.text


def test_online_service_leads_out_and_cannot_be_booked(client: TestClient) -> None:
    html = client.get("/termin/amtal").text
    assert 'href="https://www.amtal.example/wasser"' in html
    assert "wasserzaehler:1" not in html


def test_grey_day_says_why(client: TestClient) -> None:
    words = text_of(client.get(f"{TIME}&day=2026-12-25").text)
    assert re.search(r"Geschlossen: [\w. ]*Weihnachtstag", words)


def test_page_speaks_english_when_asked(client: TestClient) -> None:
    assert "When does it suit you?" in client.get(f"{TIME}&lang=en").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/termin/nirgends", 404),
        ("/termin/amtal/zeit?service=gibt-es-nicht", 404),
        ("/termin/amtal?service=personalausweis:999", 422),
        ("/termin/amtal/zeit?service=personalausweis:1&day=gestern", 422),
        ("/termin/amtal/zeit?service=personalausweis:1&day=2031-01-01", 200),
        ("/termin/ABCD2345/aaaaaaaaaaaaaaaaaaaaaaaaaa", 404),
        ("/termin/halten/ABCD2345/%00", 400),
        ("/termin/%F0%9F%99%82/%E2%80%AE", 404),
    ],
)
def test_address_that_leads_nowhere_is_answered_clearly(
    client: TestClient, path: str, status: int
) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"office": "amtal-buergerbuero", "service": "personalausweis:1"},
        {"office": "amtal-buergerbuero", "service": "personalausweis:1", "start": "x"},
        {"office": "nirgends", "service": "personalausweis:1", "start": NINE_THIRTY},
        {"office": "amtal-standesamt", "service": "personalausweis:1", "start": NINE_THIRTY},
    ],
)
def test_bad_form_is_refused_and_changes_nothing(
    client: TestClient, desk: Desk, data: dict[str, str]
) -> None:
    answer = client.post("/termin/amtal/halten", data=data)
    assert 400 <= answer.status_code < 500
    assert desk.events()[1:] == []


def test_form_from_another_site_is_refused(client: TestClient) -> None:
    answer = client.post(
        "/termin/amtal/halten",
        data={"office": "amtal-buergerbuero", "service": "personalausweis:1", "start": NINE_THIRTY},
        headers={"sec-fetch-site": "cross-site", "cookie": "lang=de"},
    )
    assert answer.status_code == 403
